"""What the OpenAPI document says of documents to be read."""

from typing import Any

from jobs.api.schema import form, work
from jobs.kinds.document.kind import KIND
from unilingo.common.openapi import FILE, FORM, example

PICTURES: dict[str, Any] = {"type": "array", "items": FILE, "minItems": 1, "maxItems": 5}
PROCESS_IMAGE = work(
    KIND,
    "process_image",
    "Read the text in one to five pictures of 10 MB: JPEG, PNG, WebP or HEIC",
    form(required=["images"], images=PICTURES),
    examples=example(FORM, images="@photo.jpg"),
    description="The files come in the field `images`, and are known by their content. The text is under `text`, page by page under `pages`; `pageConfidence` and `warnings` say what is doubtful.",
)
PROCESS_PDF = work(
    KIND,
    "process_pdf",
    "Read a PDF of up to 25 MB and 500 pages; pages without text are read as pictures",
    form(required=["pdf"], pdf=FILE),
    examples=example(FORM, pdf="@notes.pdf"),
    description="The file comes in the field `pdf`. The text is under `text`, page by page under `pages`. Its job can be named as `documentJobId` when cards or lessons are asked for.",
)
PROCESS_DOCUMENT = work(
    KIND,
    "process_document",
    "Read one document of up to 25 MB and 500 pages or slides: PDF, DOCX, PPTX, ODT, ODP, EPUB, HTML, RTF, text or a picture",
    form(required=["document"], document=FILE),
    examples=example(FORM, document="@slides.pptx"),
    description="The file comes in the field `document`, and its type is known by its content. Its job can be named as `documentJobId` when cards or lessons are asked for.",
)
