"""Documents read page by page: what is read, what is skipped, and what is told of it."""

import hashlib
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, TypeVar

import pytest

from jobs.errors import (
    AttemptFailed,
    ProviderRefused,
    ProviderUnavailable,
    UnreadableFile,
    UnusableInput,
)
from jobs.kinds.document.handler import (
    NO_TEXT_IN_DOCUMENT,
    NO_TEXT_IN_IMAGES,
    DocumentInput,
    read_document,
)
from jobs.kinds.document.sandbox import REASONS
from jobs.providers.base import Answer
from jobs.providers.vision import SeenLine, Sighting
from jobs.uploads import FileInput, media_type
from tests import papers

T = TypeVar("T")
PNG = papers.encoded(papers.page("Heart"))
DRAWN = papers.Scan(papers.page("Heart"))
BLANK = papers.Scan(papers.page())


@dataclass
class ScriptedReader:
    """Reads from each picture the next of `script`."""

    script: Sequence[str | AttemptFailed]
    seen: list[bytes] = field(default_factory=list)
    provider: str = "scripted"
    model: str = "scripted-1"
    version: str = "1"
    confidence: float = 0.99
    notes: tuple[str, ...] = ()

    def read(self, image: bytes) -> Answer[Sighting]:
        self.seen.append(image)
        answer = self.script[len(self.seen) - 1]
        if isinstance(answer, AttemptFailed):
            raise answer
        confidence = getattr(answer, "confidence", self.confidence)
        faint = getattr(answer, "faint", -1)
        lines = tuple(
            SeenLine(
                line,
                *(10, 200 + 30 * n, 10 + 15 * len(line), 220 + 30 * n),
                0.1 if n == faint else confidence,
            )
            for n, line in enumerate(str(answer).split("\n"))
        )
        seen = Sighting(lines, 900, 500, turned=getattr(answer, "turned", 0))
        return Answer(seen, self.provider, self.model, notes=self.notes)


@dataclass
class Context:
    """A run that keeps its checkpoints as JSON text, as a database would."""

    vision: ScriptedReader
    files: Sequence[bytes]
    reported: list[tuple[int, str]] = field(default_factory=list)
    stored: dict[str, str] = field(default_factory=dict)
    text: Any = None

    def file(self, number: int) -> IO[bytes]:
        return io.BytesIO(self.files[number])

    def progress(self, percent: int, message: str) -> None:
        self.reported.append((percent, message))

    def step(self, name: str, inputs: object, run: Callable[[], T]) -> T:
        key = json.dumps([name, inputs], sort_keys=True)
        if key not in self.stored:
            self.stored[key] = json.dumps(run())
        answer: T = json.loads(self.stored[key])
        return answer


def inputs_of(files: Sequence[bytes]) -> DocumentInput:
    return DocumentInput(
        files=[
            FileInput(
                name=f"file {number}",
                type=media_type(content[:512]),
                bytes=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
            )
            for number, content in enumerate(files, start=1)
        ]
    )


def read(*files: bytes, script: Sequence[str | AttemptFailed] = ()) -> tuple[Any, Context]:
    context = Context(ScriptedReader(script), files)
    return read_document(inputs_of(files), context), context


def failure_of(*files: bytes, script: Sequence[str | AttemptFailed] = ()) -> AttemptFailed:
    with pytest.raises(AttemptFailed) as failed:
        read(*files, script=script)
    return failed.value


def test_the_result_has_exactly_the_members_of_the_contract() -> None:
    result, _ = read(PNG, PNG, script=["The heart\npumps.", "It has valves."])

    assert result == {
        "success": True,
        "text": "The heart\npumps.\n\nIt has valves.",
        "pages": ["The heart\npumps.", "It has valves."],
        "pageCount": 2,
        "pageConfidence": [0.99, 0.99],
        "imagesProcessed": 2,
        "totalImages": 2,
        "filenames": ["file 1", "file 2"],
        "warnings": [],
        "provider": "scripted",
        "model": "scripted-1",
    }


def test_a_pdf_with_text_asks_nobody_to_read_it() -> None:
    result, context = read(papers.pdf("The heart pumps blood.", "It has four chambers."))

    assert result["pages"] == ["The heart pumps blood.", "It has four chambers."]
    assert (result["imagesProcessed"], result["totalImages"]) == (0, 0)
    assert (result["provider"], result["model"]) == ("local", "pdfium")
    assert context.vision.seen == []


def test_only_pages_without_text_are_read_as_pictures() -> None:
    result, context = read(papers.pdf("Page one", DRAWN, "Page three"), script=["Read by eye"])

    assert result["pages"] == ["Page one", "Read by eye", "Page three"]
    assert (result["imagesProcessed"], result["totalImages"]) == (1, 1)
    assert result["provider"] == "scripted"
    assert context.vision.seen[0].startswith(b"\xff\xd8")


def test_a_scanned_pdf_is_read_page_by_page() -> None:
    result, _ = read(papers.pdf(DRAWN, DRAWN), script=["one", "two"])

    assert result["pages"] == ["one", "two"]


def test_one_bad_picture_of_five_is_a_warning() -> None:
    broken = PNG[: len(PNG) // 2]
    result, _ = read(PNG, PNG, broken, b"GIF89a", PNG, script=["a", "b", "c"])

    assert result["pages"] == ["a", "b", "", "", "c"]
    assert (result["pageCount"], result["imagesProcessed"], result["totalImages"]) == (5, 3, 5)
    assert len(result["filenames"]) == 5
    assert result["warnings"] == [f"Picture {n} (file {n}): {REASONS['broken']}" for n in (3, 4)]


def test_nothing_but_bad_pictures_is_a_failure_with_the_reason() -> None:
    failure = failure_of(papers.vast_png(), PNG[:100])

    assert (type(failure), str(failure)) == (UnreadableFile, REASONS["pixels"])


def test_pictures_without_text_fail_in_the_words_that_clients_look_for() -> None:
    failure = failure_of(PNG, PNG, script=["", " \n "])

    assert (type(failure), str(failure)) == (UnusableInput, NO_TEXT_IN_IMAGES)
    assert "No text could be extracted" in str(failure)
    assert "a script that is not known here" in str(failure)


def test_a_pdf_without_text_is_no_success() -> None:
    assert str(failure_of(papers.pdf("", BLANK))) == NO_TEXT_IN_DOCUMENT


@pytest.mark.parametrize(
    ("content", "reason"),
    [(papers.locked_pdf(), "locked"), (papers.pdf("x")[:150], "broken")],
    ids=["locked", "cut in half"],
)
def test_a_pdf_that_cannot_be_read_fails_with_its_reason(content: bytes, reason: str) -> None:
    assert str(failure_of(content)) == REASONS[reason]


def test_a_page_that_the_service_refuses_spoils_only_itself() -> None:
    result, _ = read(papers.pdf("Page one", DRAWN), script=[ProviderRefused()])

    assert result["pages"] == ["Page one", ""]
    assert result["warnings"] == [f"Page 2 of file 1: {ProviderRefused.message}"]
    assert (result["imagesProcessed"], result["totalImages"]) == (0, 1)


def test_a_service_that_is_away_is_no_fault_of_the_page() -> None:
    assert isinstance(failure_of(PNG, script=[ProviderUnavailable()]), ProviderUnavailable)


def test_a_page_that_was_read_is_not_read_again() -> None:
    files = (papers.pdf(DRAWN, DRAWN),)
    context = Context(ScriptedReader(["one", ProviderUnavailable(), "two"]), files)
    with pytest.raises(ProviderUnavailable):
        read_document(inputs_of(files), context)

    result = read_document(inputs_of(files), context)

    assert result["pages"] == ["one", "two"]
    assert len(context.vision.seen) == 3


def test_pages_that_were_read_are_not_opened_again() -> None:
    files = (papers.encoded(papers.page("Heart")), papers.pdf(*["Heart"] * 25, DRAWN))
    context = Context(ScriptedReader(["a", ProviderUnavailable(), "b"]), files)
    with pytest.raises(ProviderUnavailable):
        read_document(inputs_of(files), context)
    steps = len(context.stored)
    context.files = (b"", files[1])

    result = read_document(inputs_of(files), context)

    assert result["pages"] == ["a", *["Heart"] * 25, "b"]
    assert steps == 4  # the picture, its look, and two stretches of ten pages


def test_what_an_engine_remarks_is_told_once() -> None:
    files = (PNG, PNG)
    context = Context(ScriptedReader(["a", "b"], notes=("The built-in engine did it.",)), files)

    result = read_document(inputs_of(files), context)

    assert result["warnings"] == ["The built-in engine did it."]


def test_characters_that_nobody_can_store_are_left_out() -> None:
    result, _ = read(PNG, script=["a\x00b\ufffe\r\nc\u2028d  \n\n e"])

    assert result["text"] == "ab\nc\nd\ne"


def test_progress_goes_up_and_names_pages() -> None:
    _, context = read(papers.pdf(*["Heart"] * 30))

    percents = [percent for percent, _ in context.reported]
    assert percents == sorted(percents)
    assert len(percents) <= 31
    assert context.reported[-1] == (95, "Read page 30 of 30")
