"""Figures of the whole fleet for operators."""

from time import perf_counter
from typing import Annotated

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from pydantic import Field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs import queries
from jobs.kind import Queue
from unilingo import probes, workers
from unilingo.auth import IsOperator
from unilingo.common.shapes import Timestamp
from unilingo.common.timestamps import iso
from unilingo.monitoring.figures import STATES, queue_view, streams
from unilingo.problems import Problem, problem

_NOW = serializers.DateTimeField()
_REDIS = inline_serializer(
    "RedisHealth",
    {
        "success": serializers.BooleanField(),
        "redis": serializers.CharField(help_text="connected; beside a 503 disconnected"),
        "latencyMs": serializers.FloatField(),
        "timestamp": _NOW,
    },
)


class RedisAway(Problem):
    redis: Annotated[str, Field(description="disconnected, full or read-only")]
    timestamp: Timestamp


_QUEUE_STATS = inline_serializer(
    "QueueStats",
    {
        "success": serializers.BooleanField(),
        "stats": inline_serializer(
            "QueueCounts",
            {
                "queue": serializers.CharField(),
                **{name: serializers.IntegerField() for name in (*STATES, "total", "workers")},
                "oldestWaitingSeconds": serializers.FloatField(),
                "byKind": serializers.DictField(
                    child=serializers.DictField(child=serializers.IntegerField())
                ),
            },
        ),
        "timestamp": _NOW,
    },
)
_SSE_STATS = inline_serializer(
    "SseStats",
    {
        "success": serializers.BooleanField(),
        "sse": inline_serializer(
            "OpenStreams",
            {
                "totalConnections": serializers.IntegerField(),
                "activeJobs": serializers.IntegerField(),
                "jobsWithSubscribers": inline_serializer(
                    "WatchedJob",
                    {"jobId": serializers.CharField(), "subscribers": serializers.IntegerField()},
                    many=True,
                ),
            },
        ),
        "timestamp": _NOW,
    },
)


class RedisHealth(APIView):
    permission_classes = (IsOperator,)

    @extend_schema(
        operation_id="redis_health",
        summary="Is Redis there, and how fast",
        tags=["operating"],
        responses={200: _REDIS, 503: OpenApiResponse(RedisAway, "Redis does not answer.")},
        description="503 with `disconnected` while it does not answer.",
    )
    def get(self, request: Request) -> Response:
        began = perf_counter()
        found = probes.data_server()
        if found != probes.OK:
            is_away = found == probes.UNREACHABLE
            extra = {
                "redis": "disconnected" if is_away else found,
                "timestamp": iso(timezone.now()),
            }
            text = "Redis does not answer." if is_away else f"Redis takes no writes: it is {found}."
            return problem("NOT_READY", text, extra=extra)
        milliseconds = round((perf_counter() - began) * 1000, 2)
        return Response(
            {
                "success": True,
                "redis": "connected",
                "latencyMs": milliseconds,
                "timestamp": iso(timezone.now()),
            }
        )


class QueueStats(APIView):
    permission_classes = (IsOperator,)

    @extend_schema(
        operation_id="queue_stats",
        summary="Jobs by state",
        tags=["operating"],
        responses={200: _QUEUE_STATS},
        description="How many jobs are in each state, how long the oldest has waited, and how many workers live.",
    )
    def get(self, request: Request) -> Response:
        now = timezone.now()
        stats = queue_view(Queue.AI, queries.queue_counts(Queue.AI), workers.alive(), now)
        return Response({"success": True, "stats": stats, "timestamp": iso(now)})


class SseStats(APIView):
    permission_classes = (IsOperator,)

    @extend_schema(
        operation_id="sse_stats",
        summary="Open event streams of all web processes",
        tags=["operating"],
        responses={200: _SSE_STATS},
        description="How many there are, and which jobs are followed.",
    )
    def get(self, request: Request) -> Response:
        return Response({"success": True, "sse": streams(), "timestamp": iso(timezone.now())})
