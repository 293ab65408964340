"""GET /api/schema: the OpenAPI document, as JSON for who asks for it, else as YAML."""

import hashlib
from typing import Any, cast

from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

from unilingo.common.threads import made_once

JSON = ("application/json", "application/vnd.oai.openapi+json")
YAML = ("application/vnd.oai.openapi", "application/yaml", "application/x-yaml", "text/yaml")


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


@made_once
def document() -> dict[str, Any]:
    """By one at a time, since the generator sets aside what all its runs share."""
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


@made_once
def _document(is_json: bool) -> tuple[bytes, str]:
    renderer = OpenApiJsonRenderer() if is_json else OpenApiYamlRenderer()
    body: bytes = renderer.render(document(), renderer_context={})
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'
