"""Documents in, their text out."""

from typing import Literal

from typing_extensions import TypedDict

from jobs.errors import UnusableInput
from jobs.handler import JobContext
from jobs.kinds.document.named import called
from jobs.kinds.document.naming import DOCUMENTS
from jobs.kinds.document.pages import UNREADABLE
from jobs.kinds.document.reading import OF_THE_FILE, FileReader, Reading
from jobs.uploads import FileInput

NO_TEXT_IN_IMAGES = f"No text could be extracted from any of the uploaded images. If they hold some, it is {UNREADABLE}"
NO_TEXT_IN_DOCUMENT = "No text could be extracted from this document."


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
    names = [file["name"] for file in files]
    for number, file in enumerate(files):
        span = (until_percent * number // len(files), until_percent * (number + 1) // len(files))
        reading.images += file["type"] not in DOCUMENTS
        what = called(number, names)
        try:
            FileReader(number, file, what, span, reading, context).read()
        except OF_THE_FILE as failure:
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
