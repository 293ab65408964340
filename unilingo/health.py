"""Is this process alive, and can the whole take work? Alive touches nothing; ready looks at what a request needs."""

from typing import Literal, NotRequired

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from typing_extensions import TypedDict

from unilingo import probes
from unilingo.common.clock import SystemClock
from unilingo.common.shapes import Timestamp
from unilingo.common.timestamps import iso
from unilingo.problems import Problem, problem
from unilingo.processes import workers


class Alive(TypedDict):
    status: Literal["healthy"]
    timestamp: Timestamp
    message: str


class Ready(TypedDict):
    status: Literal["ready"]
    timestamp: Timestamp
    checks: NotRequired[dict[str, str]]


class NotReady(Problem):
    timestamp: Timestamp
    checks: dict[str, str]


class Health(APIView):
    authentication_classes = ()
    throttle_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="health",
        tags=["operating"],
        summary="Alive",
        responses={200: Alive},
        description="Touches neither database nor Redis.",
    )
    def get(self, request: Request) -> Response:
        message = "UniLingo backend is running"
        return Response(Alive(status="healthy", timestamp=iso(timezone.now()), message=message))


@extend_schema_view(
    get=extend_schema(
        operation_id="bare_health",
        description="The same, where clients of the original look before they send a file.",
    )
)
class BareHealth(Health):
    """The same where clients of the original look before they send a file."""


@extend_schema_view(
    get=extend_schema(operation_id="livez", description="The same, where orchestrators look.")
)
class Livez(Health):
    """The same under the name that orchestrators look for."""


class ReadyView(APIView):
    """503 while the database takes no writes; without Redis or workers requests are still accepted, so that is only reported."""

    authentication_classes = ()
    throttle_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="ready",
        tags=["operating"],
        summary="Ready for requests",
        parameters=[OpenApiParameter("verbose", bool, description="Show what was looked at.")],
        responses={200: Ready, 503: OpenApiResponse(NotReady, "Requests cannot be taken.")},
        description="503 while the database takes no writes. Without Redis or workers requests are still accepted, so that is only reported. `?verbose` tells more to operators.",
    )
    def get(self, request: Request) -> Response:
        found = {
            "database": probes.known_database(),
            "migrations": _known_migrations(),
            "redis": probes.data_server(),
            "broker": probes.broker(),
            "workers": _workers(),
        }
        is_ready = found["database"] == "ok" and found["migrations"] == "ok"
        now = iso(timezone.now())
        if not is_ready:
            extra = {"status": "not_ready", "timestamp": now, "checks": found}
            return problem("NOT_READY", "Requests cannot be taken at the moment.", extra=extra)
        body = Ready(status="ready", timestamp=now)
        if "verbose" in request.query_params:
            body["checks"] = found
        return Response(body)


def _migrations() -> str:
    try:
        executor = MigrationExecutor(connection)
    except Error:
        return "unknown"
    return "pending" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"


# Anybody may ask, and it costs more than all the rest of the answer.
_known_migrations = probes.Remembered(_migrations, SystemClock())


def _workers() -> str:
    alive = workers.alive()
    return "unknown" if alive is None else "ok" if alive else "none"
