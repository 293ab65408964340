"""The files of a job, read page by page. Each look at a picture is a checkpoint, and so is each stretch of pages."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from typing_extensions import TypedDict

from jobs.errors import (
    AttemptFailed,
    ContentRefused,
    ProviderRefused,
    UnreadableFile,
    UnusableInput,
)
from jobs.handler import JobContext
from jobs.kinds.document.naming import DOCUMENTS
from jobs.kinds.document.pages import Look, SeenShare, read_page
from jobs.kinds.document.sandbox import SandboxFailed, Unpacked, unpacked
from jobs.providers.vision import Sighting
from jobs.uploads import FileInput

DOCUMENT_CHARACTERS = 3_000_000
# So often a page may end the sandbox before the rest of its file is given up.
FALLS = 3
# Pages of one checkpoint: few are read again by the next run, and a long text is not written page by page.
STRETCH = 10

NO_TEXT = "No text could be extracted."
TOO_MUCH_TEXT = f"The document holds more than {DOCUMENT_CHARACTERS:,} characters."

# These say something of the file or page, and nothing of the others.
OF_THE_FILE = (UnreadableFile, ProviderRefused, ContentRefused, UnusableInput)
_BY_CODE = {failure.code: failure for failure in OF_THE_FILE}


class ReadPage(TypedDict):
    """A page as a checkpoint keeps it. `engine`: provider and model of what looked at it; `failure`: code and text."""

    text: str
    confidence: float | None
    warnings: list[str]
    notes: list[str]
    is_looked_at: bool
    engine: tuple[str, str] | None
    failure: tuple[str, str] | None


class Stretch(TypedDict):
    """Some pages of a file that has `count`. `falls`: how often the sandbox has ended until behind them."""

    pages: list[ReadPage]
    count: int
    falls: int


@dataclass(slots=True)
class Reading:
    """What has been read so far. `images` and `images_read` count the pictures among the pages."""

    pages: list[str] = field(default_factory=list)
    confidence: list[float | None] = field(default_factory=list)
    images: int = 0
    images_read: int = 0
    warnings: list[str] = field(default_factory=list)
    failures: list[AttemptFailed] = field(default_factory=list)
    provider: str = "local"
    model: str = "pdfium"

    @property
    def text(self) -> str:
        return "\n\n".join(page for page in self.pages if page)

    def add(self, what: str, page: ReadPage) -> None:
        """A page that could not be read keeps its place."""
        self.pages.append(page["text"])
        self.confidence.append(page["confidence"])
        if page["engine"]:
            self.provider, self.model = page["engine"]
        self.images_read += page["is_looked_at"] and not page["failure"]
        self.warnings += page["notes"]
        self.warnings += [f"{what}: {warning}" for warning in page["warnings"]]
        if page["failure"]:
            code, text = page["failure"]
            self.failed(what, _BY_CODE[code](text))
        elif not page["text"] and page["warnings"]:
            self.failures.append(UnusableInput(f"{NO_TEXT} {what}: {page['warnings'][0]}"))

    def spoiled(self, what: str, failure: AttemptFailed) -> None:
        """A file of one page that cannot be read keeps its place."""
        self.add(what, _unread(failure))

    def failed(self, what: str, failure: AttemptFailed) -> None:
        self.failures.append(failure)
        self.warnings.append(f"{what}: {failure}")


@dataclass(slots=True)
class FileReader:
    """A file that is being read; `span`: from which percent of the job to which."""

    number: int
    file: FileInput
    what: str
    span: tuple[int, int]
    reading: Reading
    context: JobContext
    _falls: int = 0
    _document: Unpacked | None = None
    _open: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def read(self) -> None:
        page, count = 0, 1
        with self._open:
            while page < count:
                stretch = self._stretch(page)
                count, self._falls = stretch["count"], stretch["falls"]
                for one in stretch["pages"]:
                    self.reading.images += one["is_looked_at"] and self.file["type"] in DOCUMENTS
                    self.reading.add(self._name(page, count), one)
                    page += 1
                if sum(map(len, self.reading.pages)) > DOCUMENT_CHARACTERS:
                    raise UnreadableFile(TOO_MUCH_TEXT)

    def _stretch(self, first: int) -> Stretch:
        def run() -> Stretch:
            if first == 0:
                self.context.progress(self.span[0], f"Opening {self.file['name'][:100]}")
            count = self._opened().pages
            pages = []
            for page in range(first, min(first + STRETCH, count)):
                pages.append(self._page(page))
                self._tell(page, count)
            return Stretch(pages=pages, count=count, falls=self._falls)

        inputs = {"engine": self._engine(), "sha256": self.file["sha256"]}
        return self.context.step(f"file-{self.number + 1}-from-{first + 1}", inputs, run)

    def _page(self, page: int) -> ReadPage:
        """Behind a page that has ended the sandbox, a new one goes on; but not time after time."""
        is_looked_at = False

        def look(box: Sequence[float]) -> Look:
            nonlocal is_looked_at
            is_looked_at = True
            return self._look(page, box)

        try:
            if self._falls == FALLS:
                raise SandboxFailed
            found = read_page(self._opened().page(page), look)
        except SandboxFailed as failure:
            self._fell()
            return _unread(failure, is_looked_at=is_looked_at)
        except OF_THE_FILE as failure:
            return _unread(failure, is_looked_at=is_looked_at)
        return ReadPage(
            text=found.text,
            confidence=found.confidence,
            warnings=found.warnings,
            notes=[note for one in found.looks for note in one["notes"]],
            is_looked_at=is_looked_at,
            engine=next(((one["provider"], one["model"]) for one in found.looks), None),
            failure=None,
        )

    def _look(self, page: int, box: Sequence[float]) -> Look:
        part = [round(side) for side in box]
        of_file = {"engine": self._engine(), "sha256": self.file["sha256"]}
        inputs = {**of_file, "page": page, "part": part}

        def run() -> Look:
            document = self._opened()
            picture = document.part(page, box) if box else document.picture(page)
            answer = self.context.vision.read(picture)
            return Look(
                lines=_shares(answer.value),
                turned=answer.value.turned,
                provider=answer.provider,
                model=answer.model,
                notes=list(answer.notes),
            )

        of_part = "".join(f"-{side}" for side in part)
        return self.context.step(f"file-{self.number + 1}-page-{page + 1}{of_part}", inputs, run)

    def _engine(self) -> dict[str, str]:
        reader = self.context.vision
        return {"provider": reader.provider, "model": reader.model, "version": reader.version}

    def _opened(self) -> Unpacked:
        if self._document is None:
            content = self._open.enter_context(self.context.file(self.number))
            self._document = self._open.enter_context(unpacked(content, self.file["type"]))
        return self._document

    def _fell(self) -> None:
        self._falls = min(self._falls + 1, FALLS)
        self._document = None
        self._open.close()

    def _name(self, page: int, count: int) -> str:
        is_one = self.file["type"] not in DOCUMENTS or count == 1
        return self.what if is_one else f"Page {page + 1} of {self.what}"

    def _tell(self, page: int, count: int) -> None:
        first, last = self.span
        before, percent = (first + (last - first) * done // count for done in (page, page + 1))
        if percent > before:
            self.context.progress(percent, f"Read page {page + 1} of {count}")


def _unread(failure: AttemptFailed, *, is_looked_at: bool = False) -> ReadPage:
    return ReadPage(
        text="",
        confidence=None,
        warnings=[],
        notes=[],
        is_looked_at=is_looked_at,
        engine=None,
        failure=(failure.code, str(failure)),
    )


def _shares(seen: Sighting) -> list[SeenShare]:
    """Lines as a checkpoint keeps them."""
    wide, high = max(seen.width, 1), max(seen.height, 1)
    return [
        (
            line.text,
            round(line.left / wide, 4),
            round(line.top / high, 4),
            round(line.right / wide, 4),
            round(line.bottom / high, 4),
            round(line.confidence, 3),
        )
        for line in seen.lines
    ]
