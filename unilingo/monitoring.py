"""Figures of the whole fleet for operators."""

from time import perf_counter

import redis
from django.conf import settings
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs import queries
from jobs.events import iso
from jobs.kinds import Queue
from unilingo import workers
from unilingo.auth import IsOperator

_OPERATING = {"tags": ["operating"], "responses": {200: OpenApiTypes.OBJECT}}


class RedisHealth(APIView):
    permission_classes = (IsOperator,)

    @extend_schema(
        operation_id="redis_health",
        summary="Is Redis there, and how fast",
        tags=["operating"],
        responses={200: OpenApiTypes.OBJECT, 503: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> Response:
        began = perf_counter()
        try:
            redis.Redis.from_url(settings.REDIS_URL, **settings.REDIS_TIMEOUTS).ping()
        except redis.RedisError:
            body = {"success": False, "redis": "disconnected", "timestamp": iso(timezone.now())}
            return Response(body, status=503, headers={"Retry-After": "5"})
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

    @extend_schema(operation_id="queue_stats", summary="Jobs by state", **_OPERATING)
    def get(self, request: Request) -> Response:
        now = timezone.now()
        counts = queries.queue_counts(Queue.AI)
        oldest = counts.oldest_waiting_at
        stats = {
            "queue": Queue.AI,
            **{
                name: counts.by_status[name]
                for name in ("waiting", "active", "completed", "failed", "delayed", "cancelled")
            },
            "total": sum(counts.by_status.values()),
            "oldestWaitingSeconds": round((now - oldest).total_seconds(), 1) if oldest else 0,
            "byKind": counts.by_kind,
            "workers": workers.alive() or 0,
        }
        return Response({"success": True, "stats": stats, "timestamp": iso(now)})


class SseStats(APIView):
    permission_classes = (IsOperator,)

    @extend_schema(
        operation_id="sse_stats", summary="Open event streams of all web processes", **_OPERATING
    )
    def get(self, request: Request) -> Response:
        streams: dict[str, int] = {}
        for facts in workers.facts_of("web") or []:
            for key, count in facts.items():
                streams[key] = streams.get(key, 0) + count
        jobs = [
            {"jobId": key, "subscribers": n}
            for key, n in streams.items()
            if not key.startswith("user:")
        ]
        sse = {
            "totalConnections": sum(streams.values()),
            "activeJobs": len(jobs),
            "jobsWithSubscribers": jobs,
        }
        return Response({"success": True, "sse": sse, "timestamp": iso(timezone.now())})
