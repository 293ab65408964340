"""How requests are read and answered: how large a body may be, and that answers are JSON."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import Resolver404, resolve
from rest_framework.metadata import BaseMetadata
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

if TYPE_CHECKING:  # views.py reads the settings that name this module
    from rest_framework.views import APIView


class JsonOnly(BaseContentNegotiation):
    """One representation: the first parser that knows the content type, and the view's own renderer."""

    def select_parser(self, request: Request, parsers: Any) -> BaseParser | None:
        if content_coding(request):
            return None
        content_type = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == content_type), None)

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> Any:
        renderer: BaseRenderer = renderers[0]
        return renderer, renderer.media_type


class AllowedMethods(BaseMetadata):
    """What OPTIONS tells: how an address may be called. The rest is in the OpenAPI document."""

    def determine_metadata(self, request: Request, view: "APIView") -> dict[str, Any]:
        answer_in_json(request)
        return {"success": True, "methods": view.allowed_methods}


def answer_in_json(request: Request) -> None:
    """Whatever the view itself would answer in: a page, or YAML."""
    request.accepted_renderer = JSONRenderer()
    request.accepted_media_type = JSONRenderer.media_type


def content_coding(request: Request) -> str:
    """How the body is compressed, which none may be: its size would be known too late. Nothing when it is not."""
    coding: str = request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    return "" if coding == "identity" else coding


def body_limit(path: str, content_type: str) -> int:
    """The most bytes that a request may bring: for a form, as many as the view of this path says, if it does."""
    if not content_type.lower().startswith("multipart/form-data"):
        return int(settings.REQUEST_MAX_BYTES)
    try:
        view = getattr(resolve(path).func, "cls", None)
    except Resolver404:
        view = None
    return int(getattr(view, "body_bytes", settings.REQUEST_MAX_BYTES))
