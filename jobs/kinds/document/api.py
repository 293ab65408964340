"""Documents to be read: what comes in is known by its content, and kept until it has been read."""

from typing import ClassVar

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from jobs.api.uploads import Files
from jobs.api.views import WorkView, ask
from jobs.kinds.document.files import DOCUMENT, IMAGES, PDF
from jobs.kinds.document.kind import KIND
from jobs.kinds.document.schema import PROCESS_DOCUMENT, PROCESS_IMAGE, PROCESS_PDF
from unilingo.common.multipart import Multipart


class NoFile(ValidationError):
    """`missing` is the sentence that clients of the original know."""

    def __init__(self, field: str, missing: str) -> None:
        super().__init__({field: ["This file is required."]})
        self.missing = missing


class ReadDocument(WorkView):
    """`files`: what this endpoint takes. `nothing`: what is said when it is not there."""

    parser_classes = (Multipart,)
    limit = "upload"
    files: ClassVar[Files]
    nothing: ClassVar[str]

    def post(self, request: Request) -> HttpResponse:
        found = self.files.of(request)
        if not found:
            raise NoFile(self.files.field, self.nothing)
        return ask(request, KIND.name, self.limit, {}, found)


@extend_schema_view(post=extend_schema(**PROCESS_IMAGE))
class ProcessImage(ReadDocument):
    files = IMAGES
    body_bytes = IMAGES.body_bytes
    required = (IMAGES.field,)
    nothing = "No image files uploaded"


@extend_schema_view(post=extend_schema(**PROCESS_PDF))
class ProcessPdf(ReadDocument):
    files = PDF
    body_bytes = PDF.body_bytes
    required = (PDF.field,)
    nothing = "No PDF file uploaded"


@extend_schema_view(post=extend_schema(**PROCESS_DOCUMENT))
class ProcessDocument(ReadDocument):
    files = DOCUMENT
    body_bytes = DOCUMENT.body_bytes
    required = (DOCUMENT.field,)
    nothing = "No document uploaded"


urlpatterns = [
    path("process-image", ProcessImage.as_view()),
    path("process-document", ProcessDocument.as_view()),
    path("process-pdf", ProcessPdf.as_view()),
]
