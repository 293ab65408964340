"""Documents in, their text out: page by page, each look at a picture a checkpoint of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

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
from jobs.kinds.document.pages import Look, PageReading, SeenShare, read_page
from jobs.kinds.document.sandbox import SandboxFailed, Unpacked, unpacked
from jobs.providers.base import Sighting

DOCUMENT_CHARACTERS = 3_000_000
# So often a page may end the sandbox before the rest of its file is given up.
FALLS = 3

NO_TEXT = "No text could be extracted."
NO_TEXT_IN_IMAGES = "No text could be extracted from any of the uploaded images."
NO_TEXT_IN_DOCUMENT = "No text could be extracted from this document."
TOO_MUCH_TEXT = f"The document holds more than {DOCUMENT_CHARACTERS:,} characters."

# These say something of the file or page, and nothing of the others.
_OF_THE_FILE = (UnreadableFile, ProviderRefused, ContentRefused, UnusableInput)


class FileInput(TypedDict):
    """A file that came with the request; `type` by its content."""

    name: str
    type: str
    bytes: int
    sha256: str


class DocumentInput(TypedDict):
    files: list[FileInput]


class DocumentResult(TypedDict):
    success: Literal[True]
    text: str
    pages: list[str]
    pageCount: int
    pageConfidence: list[float | None]
    imagesProcessed: int
    totalImages: int
    filenames: list[str]
    warnings: list[str]
    provider: str
    model: str


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

    def add(self, what: str, page: PageReading) -> None:
        self.pages.append(page.text)
        self.confidence.append(page.confidence)
        for one in page.looks:
            self.provider, self.model = one["provider"], one["model"]
            self.warnings += one["notes"]
        self.warnings += [f"{what}: {warning}" for warning in page.warnings]
        if not page.text and page.warnings:
            self.failures.append(UnusableInput(f"{NO_TEXT} {what}: {page.warnings[0]}"))

    def spoiled(self, what: str, failure: AttemptFailed) -> None:
        """A page that cannot be read keeps its place."""
        self.pages.append("")
        self.confidence.append(None)
        self.failed(what, failure)

    def failed(self, what: str, failure: AttemptFailed) -> None:
        self.failures.append(failure)
        self.warnings.append(f"{what}: {failure}")


def read_document(inputs: DocumentInput, context: JobContext) -> DocumentResult:
    """Raises AttemptFailed; UnusableInput if no page holds text."""
    reading = read_files(inputs["files"], context, until_percent=95)
    return DocumentResult(
        success=True,
        text=reading.text,
        pages=reading.pages,
        pageCount=len(reading.pages),
        pageConfidence=reading.confidence,
        imagesProcessed=reading.images_read,
        totalImages=reading.images,
        filenames=[file["name"] for file in inputs["files"]],
        warnings=list(dict.fromkeys(reading.warnings)),
        provider=reading.provider,
        model=reading.model,
    )


def read_files(files: list[FileInput], context: JobContext, *, until_percent: int) -> Reading:
    """All pages of all files. What cannot be read spoils only itself, unless nothing else is there."""
    reading = Reading()
    for number, file in enumerate(files):
        span = (until_percent * number // len(files), until_percent * (number + 1) // len(files))
        context.progress(span[0], f"Opening {file['name'][:100]}")
        reading.images += file["type"] not in DOCUMENTS
        what = f"Picture {number + 1} ({file['name']})" if len(files) > 1 else file["name"]
        try:
            _FileReader(number, file, what, span, reading, context).read()
        except _OF_THE_FILE as failure:
            if file["type"] not in DOCUMENTS or len(files) > 1:
                reading.spoiled(what, failure)
            else:
                reading.failed(what, failure)
    if reading.text:
        return reading
    if reading.failures:
        raise reading.failures[0]
    raise UnusableInput(
        NO_TEXT_IN_IMAGES if files[0]["type"] not in DOCUMENTS else NO_TEXT_IN_DOCUMENT
    )


@dataclass(slots=True)
class _FileReader:
    """A file that is being read; `span`: from which percent of the job to which."""

    number: int
    file: FileInput
    what: str
    span: tuple[int, int]
    reading: Reading
    context: JobContext

    def read(self) -> None:
        """Behind a page that has ended the sandbox, a new one goes on; but not time after time."""
        page, count, falls = 0, 1, 0
        while page < count:
            with (
                self.context.file(self.number) as content,
                unpacked(content, self.file["type"]) as document,
            ):
                count = document.pages
                page = self._pages(document, page)
            if page < count:
                falls += 1
                self._spoiled(page, count, SandboxFailed())
                page += 1
            if falls == FALLS and page < count:
                self._rest(page, count)
                return

    def _pages(self, document: Unpacked, first: int) -> int:
        """The page at which the sandbox has ended, or their number."""
        for page in range(first, document.pages):
            try:
                self._page(document, page)
            except SandboxFailed:
                return page
            except _OF_THE_FILE as failure:
                self._spoiled(page, document.pages, failure)
            if sum(map(len, self.reading.pages)) > DOCUMENT_CHARACTERS:
                raise UnreadableFile(TOO_MUCH_TEXT)
            self._tell(page, document.pages)
        return document.pages

    def _page(self, document: Unpacked, page: int) -> None:
        content = document.page(page)
        looked = False

        def look(box: Sequence[float]) -> Look:
            nonlocal looked
            self.reading.images += not looked and self.file["type"] in DOCUMENTS
            looked = True
            return self._look(document, page, box)

        found = read_page(content, look)
        self.reading.images_read += looked
        self.reading.add(self._name(page, document.pages), found)

    def _look(self, document: Unpacked, page: int, box: Sequence[float]) -> Look:
        reader = self.context.vision
        engine = {"provider": reader.provider, "model": reader.model, "version": reader.version}
        part = [round(side) for side in box]
        inputs = {"engine": engine, "sha256": self.file["sha256"], "page": page, "part": part}

        def run() -> Look:
            picture = document.part(page, box) if box else document.picture(page)
            answer = reader.read(picture)
            return Look(
                lines=_shares(answer.value),
                turned=answer.value.turned,
                provider=answer.provider,
                model=answer.model,
                notes=list(answer.notes),
            )

        of_part = "".join(f"-{side}" for side in part)
        return self.context.step(f"file-{self.number + 1}-page-{page + 1}{of_part}", inputs, run)

    def _spoiled(self, page: int, count: int, failure: AttemptFailed) -> None:
        self.reading.spoiled(self._name(page, count), failure)

    def _rest(self, page: int, count: int) -> None:
        for number in range(page, count):
            self._spoiled(number, count, SandboxFailed())

    def _name(self, page: int, count: int) -> str:
        is_one = self.file["type"] not in DOCUMENTS or count == 1
        return self.what if is_one else f"Page {page + 1} of {self.what}"

    def _tell(self, page: int, count: int) -> None:
        first, last = self.span
        before, percent = (first + (last - first) * done // count for done in (page, page + 1))
        if percent > before:
            self.context.progress(percent, f"Read page {page + 1} of {count}")


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
