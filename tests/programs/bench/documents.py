"""Reading documents: seconds a page beside the bare engines in the same run, and the worker's peak memory after fifty."""

import io
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pypdfium2
from PIL import Image

from jobs.kinds.document.sandbox import unpacked
from jobs.providers.local_vision.reader import LocalTextReader
from tests import papers
from tests.clients import form
from tests.programs.bench.report import Table
from tests.stack import CONTENT, Stack, running_stack

DOCUMENTS = 50
PDF_PAGES = 100
LINES = papers.lines_of(CONTENT, 24).split("\n")


def main() -> None:
    _seconds()
    _memory()


def _seconds() -> None:
    table = Table("Seconds a page", ("here", "bare engine"))
    pdf = papers.pdf(*["\n".join(LINES)] * PDF_PAGES)
    here, bare = _in_turns(lambda: _texts(pdf), lambda: _bare_texts(pdf))
    table.row(f"PDF with text, of {PDF_PAGES} pages", *(_each(s, PDF_PAGES) for s in (here, bare)))
    picture = papers.encoded(_page(), "JPEG")
    reader = LocalTextReader()
    engine = reader._engine
    engine(picture)  # what is loaded with the first picture is not of the page
    here, bare = _in_turns(lambda: _read(reader, picture), lambda: engine(picture))
    table.row(f"picture with {len(LINES)} lines", _each(here, 1), _each(bare, 1))
    table.print()


def _memory() -> None:
    table = Table("Peak memory of a worker, MiB", ("worker",))
    with running_stack(LOG_LEVEL="warning") as stack:
        table.row("at rest", _peak(stack))
        for what, path, field, make in (
            ("PDFs with text", "/api/process-pdf", "pdf", lambda: papers.pdf(str(uuid.uuid4()))),
            ("pictures", "/api/process-image", "images", lambda: papers.encoded(_page(), "JPEG")),
        ):
            began = time.perf_counter()
            for _ in range(DOCUMENTS):
                body, content_type = form({field: [("a file", make())]})
                sent = stack.client("ann").post(path, body, Content_Type=content_type)
                stack.ended("ann", sent.json["jobId"], seconds=120)
            each = (time.perf_counter() - began) / DOCUMENTS
            table.row(f"after {DOCUMENTS} {what}, {each:.2f} s each", _peak(stack))
    table.print()


def _page() -> Image.Image:
    return papers.page(*LINES, str(uuid.uuid4()), size=(1700, 2200))


def _texts(pdf: bytes) -> None:
    with unpacked(io.BytesIO(pdf), "application/pdf") as document:
        for page in range(document.pages):
            document.page(page)


def _bare_texts(pdf: bytes) -> None:
    for page in pypdfium2.PdfDocument(pdf):
        page.get_textpage().get_text_range()


def _read(reader: LocalTextReader, picture: bytes) -> None:
    with unpacked(io.BytesIO(picture), "image/jpeg") as document:
        reader.read(document.picture(0))


def _in_turns(here: Callable[[], object], bare: Callable[[], object]) -> tuple[float, float]:
    """The best of five of each, so that what else the machine does meets both."""
    rounds = [(_timed(here), _timed(bare)) for _ in range(5)]
    return min(h for h, _ in rounds), min(b for _, b in rounds)


def _timed(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _each(seconds: float, pages: int) -> str:
    return f"{seconds / pages:.4f}" if pages > 1 else f"{seconds:.2f}"


def _peak(stack: Stack) -> str:
    lines = Path(f"/proc/{stack.workers[0].pid}/status").read_text().splitlines()
    return f"{next(int(x.split()[1]) / 1024 for x in lines if x.startswith('VmHWM')):.0f}"
