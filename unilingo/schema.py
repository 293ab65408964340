"""What every endpoint of the OpenAPI document has: the error body with its statuses, and the request id."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers


class Problem(serializers.Serializer[Any]):
    """The one error body (docs/errors.md lists the codes)."""

    success = serializers.BooleanField(default=False)
    error = serializers.CharField(help_text="For people.")
    code = serializers.CharField(help_text="For programs: UPPER_SNAKE.")
    details = serializers.JSONField(required=False)
    status = serializers.CharField(required=False, help_text='"not_found" beside JOB_NOT_FOUND.')
    requestId = serializers.CharField()


_EVERYWHERE = {400: "What was sent is not valid.", 401: "Nobody is signed in.", 403: "Not allowed."}
_WITH_BODY = {
    413: "The body is too large.",
    415: "The body is not application/json.",
    429: "Too many requests.",
}


class ApiSchema(AutoSchema):
    """Adds the common errors to each operation, and gives every error the Problem body."""

    def get_override_parameters(self) -> list[Any]:
        request_id = OpenApiParameter(
            "X-Request-ID",
            str,
            OpenApiParameter.HEADER,
            description="Sent back, and in every log line of the request.",
        )
        return [*super().get_override_parameters(), request_id]

    def _get_response_bodies(self, direction: str = "response") -> Any:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        common = _EVERYWHERE | (_WITH_BODY if self.method in ("POST", "PUT", "PATCH") else {})
        for status in {*map(str, common), *(code for code in bodies if code >= "400")}:
            described = bodies.get(status, {}).get("description") or common.get(int(status), "")
            bodies[status] = self._get_response_for_code(Problem, status) | {
                "description": described
            }
        return dict(sorted(bodies.items()))
