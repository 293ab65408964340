"""Is this process alive, and can the whole take work? Alive touches nothing; ready looks at what a request needs."""

from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs.events import iso
from unilingo import workers


class Health(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="health",
        tags=["operating"],
        summary="Alive",
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> Response:
        message = "UniLingo backend is running"
        return Response({"status": "healthy", "timestamp": iso(timezone.now()), "message": message})


class Ready(APIView):
    """503 without the database; without Redis or workers requests are still accepted, so that is only reported."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="ready",
        tags=["operating"],
        summary="Ready for requests",
        responses={200: OpenApiTypes.OBJECT, 503: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> Response:
        found = {
            "database": _database(),
            "migrations": _migrations(),
            "redis": _redis(),
            "workers": _workers(),
        }
        is_ready = found["database"] == "ok" and found["migrations"] == "ok"
        body: dict[str, Any] = {
            "status": "ready" if is_ready else "not_ready",
            "timestamp": iso(timezone.now()),
        }
        if "verbose" in request.query_params or not is_ready:
            body["checks"] = found
        return Response(
            body, status=200 if is_ready else 503, headers={} if is_ready else {"Retry-After": "5"}
        )


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "unreachable"
    return "ok"


def _migrations() -> str:
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError:
        return "unknown"
    return "pending" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"


def _redis() -> str:
    try:
        redis.Redis.from_url(settings.REDIS_URL, **settings.REDIS_TIMEOUTS).ping()
    except redis.RedisError:
        return "unreachable"
    return "ok"


def _workers() -> str:
    alive = workers.alive()
    return "unknown" if alive is None else "ok" if alive else "none"
