"""GET /api/schema: the OpenAPI document, as JSON for who asks for it, else as YAML."""

import hashlib
import threading
from functools import cache
from typing import Any, cast

from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

JSON = ("application/json", "application/vnd.oai.openapi+json")
YAML = ("application/vnd.oai.openapi", "application/yaml", "application/x-yaml", "text/yaml")

_making = threading.Lock()


class OpenApiDocument(SpectacularAPIView):
    """Made once in a process: it takes a quarter of a second, anybody may ask, and it changes with a release only."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        content_type = _wanted(request)
        body, etag = _document(content_type in JSON)
        headers = {"ETag": etag, "Cache-Control": "public, max-age=300", "Vary": "Accept"}
        response = HttpResponse(body, content_type=content_type, headers=headers)
        found = get_conditional_response(request._request, etag, None, response)
        return cast(HttpResponse, found)


def _wanted(request: Request) -> str:
    """The media type that is asked for by `format`, else by `Accept`; YAML for who takes either."""
    asked = request.query_params.get("format", "")
    if asked:
        return JSON[0] if asked == "json" else YAML[0]
    return request._request.get_preferred_type([*YAML, *JSON]) or YAML[0]


def document() -> dict[str, Any]:
    """The generator sets aside what all its runs share, so two at once fail; who comes meanwhile waits for the one."""
    with _making:
        return _made()


@cache
def _made() -> dict[str, Any]:
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


@cache
def _document(is_json: bool) -> tuple[bytes, str]:
    renderer = OpenApiJsonRenderer() if is_json else OpenApiYamlRenderer()
    body: bytes = renderer.render(document(), renderer_context={})
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'
