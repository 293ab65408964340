"""Small facts about a request: who is at the other end of the wire, and that answers are JSON."""

import ipaddress
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
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


def client_address(request: HttpRequest) -> str:
    """The address that the outermost trusted proxy saw; with none trusted, the peer's. Headers alone prove nothing."""
    peer: str = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES == 0:
        return peer
    forwarded = [
        part.strip()
        for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if part.strip()
    ]
    hops: list[str] = [*forwarded, peer]
    return hops[max(0, len(hops) - 1 - settings.TRUSTED_PROXIES)]


_PROXY_HEADERS = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


def is_direct_loopback(request: HttpRequest) -> bool:
    """A caller on this machine with no proxy between."""
    if any(name in request.META for name in _PROXY_HEADERS):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
