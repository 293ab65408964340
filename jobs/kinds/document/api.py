"""Documents to be read: what comes in is known by its content, and kept until it has been read."""

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from jobs.api.serializers import MissingFields
from jobs.api.throttles import WorkLimit
from jobs.api.uploads import Files
from jobs.api.views import ask
from jobs.kinds.document.files import DOCUMENT, IMAGES, PDF
from jobs.kinds.document.kind import KIND
from jobs.kinds.document.schema import PROCESS_DOCUMENT, PROCESS_IMAGE, PROCESS_PDF
from unilingo.common.caller import caller_of
from unilingo.common.multipart import Multipart


class NoFile(ValidationError):
    """`missing` is the sentence that clients of the original know."""

    def __init__(self, field: str, missing: str) -> None:
        super().__init__({field: ["This file is required."]})
        self.missing = missing


class ReadDocument(APIView):
    """`files`: what this endpoint takes. `nothing`: what is said when it is not there."""

    parser_classes = (Multipart,)
    throttle_classes = (WorkLimit,)
    limit = "upload"
    files: ClassVar[Files]
    nothing: ClassVar[str]

    def permission_denied(self, request: Request, *_: Any, **__: Any) -> NoReturn:
        """Where names are only claimed, a request that names nobody lacks a field like any other."""
        if settings.TRUST_USER_ID_HEADER and caller_of(request) is None:
            raise MissingFields(["userId"], [self.files.field])
        super().permission_denied(request)

    def post(self, request: Request) -> HttpResponse:
        found = self.files.of(request)
        if not found:
            raise NoFile(self.files.field, self.nothing)
        return ask(request, KIND.name, self.limit, {}, found)


@extend_schema_view(post=extend_schema(**PROCESS_IMAGE))
class ProcessImage(ReadDocument):
    files = IMAGES
    body_bytes = IMAGES.body_bytes
    nothing = "No image files uploaded"


@extend_schema_view(post=extend_schema(**PROCESS_PDF))
class ProcessPdf(ReadDocument):
    files = PDF
    body_bytes = PDF.body_bytes
    nothing = "No PDF file uploaded"


@extend_schema_view(post=extend_schema(**PROCESS_DOCUMENT))
class ProcessDocument(ReadDocument):
    files = DOCUMENT
    body_bytes = DOCUMENT.body_bytes
    nothing = "No document uploaded"
