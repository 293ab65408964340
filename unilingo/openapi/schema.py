"""What every endpoint of the OpenAPI document has: the error body with its statuses, common headers, and bodies from their shapes."""

from typing import Any, is_typeddict

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentIdentity, ResolvedComponent
from drf_spectacular.utils import Direction
from pydantic import TypeAdapter
from typing_extensions import TypeAliasType
from typing_extensions import is_typeddict as is_typeddict_of_extensions

from unilingo.common.openapi import header
from unilingo.problems import Problem

_EVERYWHERE = {500: "Something went wrong on our side."}
_WITH_CALLER = {
    400: "What was sent is not valid.",
    401: "Nobody is signed in.",
    403: "Not allowed.",
    429: "Too many requests.",
    503: "Not possible at the moment.",
}
_WITH_BODY = {
    400: "What was sent is not valid.",
    413: "The body is too large.",
    415: "The body is not application/json.",
}
_WHERE_NAMED = {
    402: "The month's allowance of this user is spent.",
    404: "It does not exist, or it is somebody else's.",
    422: "Nothing can be made of what was sent.",
    502: "The service that does the work gave no usable answer.",
    504: "The service that does the work did not answer in time.",
}


# Where requests are counted; job-status, job-events and health are not.
_COUNTED = {
    "RateLimit-Policy": "The limit: `q` requests in `w` seconds (draft-ietf-httpapi-ratelimit-headers).",
    "RateLimit": "Of that limit, `r` are left, and `t` seconds until it is whole again.",
    "X-RateLimit-Limit": "How many requests the window takes.",
    "X-RateLimit-Remaining": "How many are left.",
    "X-RateLimit-Reset": "When the window is whole again.",
}
_HEADERS = [
    header("X-Request-ID", "1 to 128 of A-Z a-z 0-9 . _ : -"),
    header("X-Request-ID", "The one sent, or one made here; in every log line.", True),
    header("WWW-Authenticate", "How to sign in.", [401]),
    header("Retry-After", "Seconds after which it is worth asking again.", [429, 503]),
    *(header(name, text, [200, 201, 202, 429]) for name, text in _COUNTED.items()),
]


def _is_described(body: dict[str, Any]) -> bool:
    """Whether the view names a shape of its own, such as a Problem that says more."""
    return any("$ref" in content["schema"] for content in body.get("content", {}).values())


class ApiSchema(AutoSchema):
    """Adds the common errors and headers to each operation, and gives every error the Problem body."""

    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular asks without arguments
        """Docstrings are for who reads the code; readers of the document are told by `extend_schema`."""
        return ""

    def get_override_parameters(self) -> list[Any]:
        return [*super().get_override_parameters(), *_HEADERS]

    def _get_request_body(self, direction: Direction = "request") -> Any:
        body = super()._get_request_body(direction)  # type: ignore[no-untyped-call]  # so are its stubs
        # drf-spectacular looks for required members in plain serializers only, and a PATCH has none.
        if body:
            body["required"] = not getattr(self.view, "body_is_optional", False)
        return body

    def _get_response_bodies(self, direction: Direction = "response") -> Any:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        common = _EVERYWHERE | (_WITH_CALLER if self.view.authentication_classes else {})
        common |= _WITH_BODY if self.method in ("POST", "PUT", "PATCH") else {}
        for code in {*map(str, common), *(code for code in bodies if code >= "400")}:
            body = bodies.get(code, {})
            if not _is_described(body):
                said = body.get("description") or (common | _WHERE_NAMED)[int(code)]
                problem = self._get_response_for_code(Problem, code)  # type: ignore[no-untyped-call]
                bodies[code] = problem | {"description": said}
        return dict(sorted(bodies.items()))


class ShapeExtension(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]  # so are its stubs
    """Lets a shape, or a named one of several, stand wherever drf-spectacular takes a serializer; the shapes in it become
    components, too.
    """

    @classmethod
    def _matches(cls, target: Any) -> bool:
        is_shape = is_typeddict(target) or is_typeddict_of_extensions(target)
        return is_shape or isinstance(target, TypeAliasType)

    def get_name(self, auto_schema: Any = None, direction: Any = None) -> str:
        return str(self.target.__name__)

    def get_identity(self, auto_schema: Any, direction: Any) -> Any:
        return ComponentIdentity(self.target.__name__)  # type: ignore[no-untyped-call]

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        adapter = TypeAdapter(getattr(self.target, "__value__", self.target))
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
