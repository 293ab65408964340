"""Pictures and PDFs in, their text out: page by page, each page that has to be read a checkpoint of its own."""

import re
from dataclasses import dataclass, field
from typing import Literal, TypedDict

from jobs.errors import (
    AttemptFailed,
    ContentRefused,
    ProviderRefused,
    UnreadableFile,
    UnusableInput,
)
from jobs.handler import JobContext
from jobs.kinds.document.sandbox import SandboxFailed, Unpacked, unpacked

DOCUMENT_CHARACTERS = 3_000_000

NO_TEXT_IN_IMAGES = "No text could be extracted from any of the uploaded images."
NO_TEXT_IN_PDF = "No text could be extracted from this document."
TOO_MUCH_TEXT = f"The document holds more than {DOCUMENT_CHARACTERS:,} characters."

PDF = "application/pdf"
# These say something of the file or page, and nothing of the others.
_OF_THE_FILE = (UnreadableFile, ProviderRefused, ContentRefused, UnusableInput)
_LINE_END = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c]")
# What cannot be stored or shown, and the mark by which PDFium joins a word that was hyphenated.
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


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
    imagesProcessed: int
    totalImages: int
    filenames: list[str]
    warnings: list[str]
    provider: str
    model: str


class StoredReading(TypedDict):
    """A page that was read, as a checkpoint keeps it."""

    text: str
    provider: str
    model: str
    notes: list[str]


@dataclass(slots=True)
class Reading:
    """What has been read so far. `images` and `images_read` count the pictures among the pages."""

    pages: list[str] = field(default_factory=list)
    images: int = 0
    images_read: int = 0
    warnings: list[str] = field(default_factory=list)
    failures: list[AttemptFailed] = field(default_factory=list)
    provider: str = "local"
    model: str = "pdfium"

    @property
    def text(self) -> str:
        return "\n\n".join(page for page in self.pages if page)

    def spoiled(self, what: str, failure: AttemptFailed) -> None:
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
        reading.images += file["type"] != PDF
        try:
            with context.file(number) as content, unpacked(content, file["type"]) as document:
                _read_pages(_Source(number, file, document, span), reading, context)
        except _OF_THE_FILE as failure:
            reading.spoiled(file["name"], failure)
    if reading.text:
        return reading
    if reading.failures:
        raise reading.failures[0]
    raise UnusableInput(NO_TEXT_IN_PDF if files[0]["type"] == PDF else NO_TEXT_IN_IMAGES)


@dataclass(frozen=True, slots=True)
class _Source:
    """A file that is being read; `span`: from which percent of the job to which."""

    number: int
    file: FileInput
    document: Unpacked
    span: tuple[int, int]


def _read_pages(source: _Source, reading: Reading, context: JobContext) -> None:
    shown, last = source.span
    count = source.document.pages
    for page in range(count):
        if source.file["type"] == PDF:
            reading.pages.append(_page_of_pdf(source, page, reading, context))
        else:
            reading.pages.append(_read_picture(source, page, reading, context))
        if sum(map(len, reading.pages)) > DOCUMENT_CHARACTERS:
            raise UnreadableFile(TOO_MUCH_TEXT)
        percent = source.span[0] + (last - source.span[0]) * (page + 1) // count
        if percent > shown:
            shown = percent
            context.progress(percent, f"Read page {page + 1} of {count}")


def _page_of_pdf(source: _Source, page: int, reading: Reading, context: JobContext) -> str:
    """What the file says that the page says, or what can be seen on it; empty for a page that cannot be read."""
    try:
        text = _clean(source.document.text(page))
        if any(map(str.isalnum, text)):
            return text
        reading.images += 1
        return _read_picture(source, page, reading, context)
    except SandboxFailed:
        raise
    except _OF_THE_FILE as failure:
        reading.spoiled(f"Page {page + 1} of {source.file['name']}", failure)
        return ""


def _read_picture(source: _Source, page: int, reading: Reading, context: JobContext) -> str:
    reader = context.vision
    engine = {"provider": reader.provider, "model": reader.model, "version": reader.version}
    inputs = {"engine": engine, "sha256": source.file["sha256"], "page": page}

    def run() -> StoredReading:
        answer = reader.read(source.document.picture(page))
        return StoredReading(
            text=_clean(answer.value),
            provider=answer.provider,
            model=answer.model,
            notes=list(answer.notes),
        )

    read = context.step(f"file-{source.number + 1}-page-{page + 1}", inputs, run)
    reading.images_read += 1
    reading.provider, reading.model = read["provider"], read["model"]
    reading.warnings.extend(read["notes"])
    return read["text"]


def _clean(text: str) -> str:
    lines = (line.rstrip() for line in _LINE_END.sub("\n", text).split("\n"))
    return _NO_TEXT.sub("", "\n".join(lines)).strip()
