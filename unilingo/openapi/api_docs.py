"""GET /api/docs: the OpenAPI document for people. A page of plain HTML: nothing is drawn in the browser."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from drf_spectacular.utils import extend_schema
from markdown_it import MarkdownIt
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from unilingo.common.openapi import JSON
from unilingo.common.threads import made_once
from unilingo.openapi.schema_view import document

_markdown = MarkdownIt("commonmark").enable("table")
# Bounds and defaults of a member, in words.
_BOUNDS = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "from {}",
    "maximum": "to {}",
    "maxItems": "at most {}",
    "default": "else {}",
}
_FORMATS = {"binary": "file", "date-time": "time", "date": "day", "uri": "address"}


class Row(NamedTuple):
    """A member of a body, a parameter, a header, or an answer by its status."""

    name: str
    type: SafeString
    said: SafeString
    is_required: bool = False


class Body(NamedTuple):
    media_type: str
    type: SafeString
    members: list[Row]


class Operation(NamedTuple):
    name: str
    method: str
    path: str
    summary: str
    said: SafeString
    parameters: list[Row]
    bodies: list[Body]
    answers: list[Row]


class Shape(NamedTuple):
    name: str
    type: SafeString
    said: SafeString
    members: list[Row]


class ApiDocs(APIView):
    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        asked: HttpRequest = request._request
        return render(asked, "docs/api.html", {"text": _text()})


@made_once
def _text() -> SafeString:
    """It changes with a release only, and is made once in a process."""
    whole = document()
    operations: dict[str, list[Operation]] = {}
    for path, item in whole["paths"].items():
        for method, one in item.items():
            operations.setdefault(one["tags"][0], []).append(_operation(path, method, one))
    groups = [
        (tag["name"], tag["description"], operations.get(tag["name"], [])) for tag in whole["tags"]
    ]
    shapes = [_shape(name, one) for name, one in sorted(whole["components"]["schemas"].items())]
    said = {
        "guide": _html(whole["info"]["description"]),
        "groups": groups,
        "shapes": shapes,
        "headers": _headers(whole),
    }
    return render_to_string("docs/_reference.html", said)


def _operation(path: str, method: str, one: Mapping[str, Any]) -> Operation:
    bodies = one.get("requestBody", {}).get("content", {})
    parameters = [
        _row(p["name"], p["schema"], p, p.get("required", False))._replace(
            type=format_html("{} in the {}", _type(p["schema"]), p["in"])
        )
        for p in one["parameters"]
    ]
    return Operation(
        one["operationId"],
        method.upper(),
        path,
        one["summary"],
        _html(one["description"]),
        parameters,
        [Body(media, _type(c["schema"]), _members(c["schema"])) for media, c in bodies.items()],
        [_answer(status, answer) for status, answer in one["responses"].items()],
    )


def _answer(status: str, answer: Mapping[str, Any]) -> Row:
    types = [
        _type(content["schema"]) if media == JSON else format_html("<code>{}</code>", media)
        for media, content in answer.get("content", {}).items()
    ]
    return Row(status, _joined(types, ", "), _html(answer.get("description", "")))


def _headers(whole: Mapping[str, Any]) -> list[Row]:
    """Those of all answers, once each."""
    found = {
        name: header
        for item in whole["paths"].values()
        for one in item.values()
        for answer in one["responses"].values()
        for name, header in answer.get("headers", {}).items()
    }
    return [_row(name, found[name]["schema"], found[name]) for name in sorted(found)]


def _shape(name: str, schema: Mapping[str, Any]) -> Shape:
    members = _members(schema)
    own = SafeString() if members else _type(schema)
    return Shape(name, own, _html(schema.get("description", "")), members)


def _members(schema: Mapping[str, Any]) -> list[Row]:
    """Of an object, whether it is described in its place or elsewhere."""
    if "$ref" in schema:
        return _members(document()["components"]["schemas"][_name(schema)])
    needed = schema.get("required", ())
    return [
        _row(name, one, one, name in needed) for name, one in schema.get("properties", {}).items()
    ]


def _row(
    name: str, schema: Mapping[str, Any], told: Mapping[str, Any], is_required: bool = False
) -> Row:
    bounds = [words.format(schema[key]) for key, words in _BOUNDS.items() if schema.get(key)]
    sentence = f"{told.get('description', '')} ({', '.join(bounds)})" if bounds else ""
    return Row(
        name, _type(schema), _html(sentence or told.get("description", "")), bool(is_required)
    )


def _type(schema: Mapping[str, Any]) -> SafeString:
    """What a value is, in words; shapes are links."""
    if "$ref" in schema:
        return format_html('<a href="#{}">{}</a>', _name(schema), _name(schema))
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return _joined(map(_type, schema[several]), " or ")
    if "const" in schema or "enum" in schema:
        values = schema.get("enum") or [schema["const"]]
        return _joined((format_html("<code>{}</code>", value) for value in values), ", ")
    kinds = schema.get("type", "anything")
    if isinstance(kinds, list):
        return _joined((_type({**schema, "type": kind}) for kind in kinds), " or ")
    if kinds == "array":
        return format_html("list of {}", _type(schema.get("items", {})))
    further = schema.get("additionalProperties")
    if isinstance(further, dict) and further:
        return format_html("object of {}", _type(further))
    return conditional_escape(_FORMATS.get(schema.get("format", ""), kinds))


def _name(reference: Mapping[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _joined(parts: Iterable[SafeString], between: str) -> SafeString:
    return format_html_join(between, "{}", ((part,) for part in parts))


def _html(text: str) -> SafeString:
    """Of words of our own."""
    return mark_safe(str(_markdown.render(text)))
