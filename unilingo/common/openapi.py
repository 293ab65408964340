"""Words of the OpenAPI document that endpoints of every app use."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

JSON, FORM = "application/json", "multipart/form-data"
FILE = {"type": "string", "format": "binary"}


def about(name: str, summary: str, tag: str, answer: Any, **more: Any) -> dict[str, Any]:
    """For `extend_schema`: an operation that is answered with 200 and `answer`."""
    responses = {200: answer, **more.pop("responses", {})}
    return {"operation_id": name, "tags": [tag], "summary": summary, "responses": responses, **more}


def example(media_type: str = JSON, **members: Any) -> list[OpenApiExample]:
    """The example of a request's body. In a form `@name` is a file."""
    return [OpenApiExample("Example", members, request_only=True, media_type=media_type)]


def header(name: str, text: str = "", status: bool | list[int] = False) -> OpenApiParameter:
    """Of a request, or of the answers with these statuses, True: of all of them."""
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=text, response=status)
