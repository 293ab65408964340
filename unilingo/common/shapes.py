"""Bodies on the wire, declared once: a TypedDict is a shape for mypy, for pydantic, and here for the OpenAPI document.

From typing_extensions, since pydantic does not read those of `typing` before Python 3.12.
"""

import types
from collections.abc import Callable, Sequence
from typing import Annotated, Any, is_typeddict

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.plumbing import ComponentIdentity, ResolvedComponent
from drf_spectacular.utils import OpenApiExample
from pydantic import Field, TypeAdapter, WithJsonSchema
from typing_extensions import is_typeddict as is_typeddict_of_extensions

JSON, FORM = "application/json", "multipart/form-data"
Timestamp = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]


def one_of(words: Sequence[str] | Callable[[], Sequence[str]]) -> Any:
    """For text that is one of these; as a function where they are known later."""

    def named(schema: dict[str, Any]) -> None:
        schema["enum"] = list(words() if callable(words) else words)

    return Field(json_schema_extra=named)


def merged(name: str, *shapes: Any, **members: Any) -> Any:
    """A shape with the members of all of these, and with `members`."""
    return types.new_class(name, shapes, {}, lambda body: body.update(__annotations__=members))


def example(media_type: str = JSON, **members: Any) -> list[OpenApiExample]:
    """The example of a request's body. In a form `@name` is a file."""
    return [OpenApiExample("Example", members, request_only=True, media_type=media_type)]


class ShapeExtension(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]  # so are its stubs
    """Lets a shape stand wherever drf-spectacular takes a serializer; the shapes in it become components, too."""

    @classmethod
    def _matches(cls, target: Any) -> bool:
        return is_typeddict(target) or is_typeddict_of_extensions(target)

    def get_name(self, auto_schema: Any = None, direction: Any = None) -> str:
        return str(self.target.__name__)

    def get_identity(self, auto_schema: Any, direction: Any) -> Any:
        return ComponentIdentity(self.target.__name__)  # type: ignore[no-untyped-call]

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        adapter = TypeAdapter(self.target)
        schema = adapter.json_schema(
            mode="serialization", ref_template="#/components/schemas/{model}"
        )
        for name, inner in schema.pop("$defs", {}).items():
            component = ResolvedComponent(  # type: ignore[no-untyped-call]  # so are its stubs
                name=name,
                type=ResolvedComponent.SCHEMA,
                object=ComponentIdentity(name),  # type: ignore[no-untyped-call]
                schema=_untitled(inner),
            )
            auto_schema.registry.register_on_missing(component)
        return _untitled(schema)


def _untitled(schema: dict[str, Any]) -> dict[str, Any]:
    """Without the titles that pydantic gives to everything, which repeat its name."""
    members = schema.get("properties", {}).values()
    for each in (schema, *members):
        each.pop("title", None)
    return schema
