"""Bodies on the wire, declared once: a TypedDict is a shape for mypy, and for the OpenAPI document (unilingo/openapi/schema.py).

From typing_extensions, since pydantic does not read those of `typing` before Python 3.12.
"""

import types
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema
from typing_extensions import TypedDict

Timestamp = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]


class Success(TypedDict):
    success: Literal[True]


class Done(Success):
    message: str


def one_of(words: Sequence[str] | Callable[[], Sequence[str]]) -> Any:
    """For text that is one of these; as a function where they are known later."""

    def named(schema: dict[str, Any]) -> None:
        schema["enum"] = list(words() if callable(words) else words)

    return Field(json_schema_extra=named)


def merged(name: str, *shapes: Any, **members: Any) -> Any:
    """A shape with the members of all of these, and with `members`."""
    return types.new_class(
        name, shapes or (TypedDict,), {}, lambda body: body.update(__annotations__=members)
    )
