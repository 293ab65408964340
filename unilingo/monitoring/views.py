"""Figures of the whole fleet for operators."""

from time import perf_counter
from typing import Annotated, Literal

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from typing_extensions import TypedDict

from jobs import clock, queries
from jobs.kind import Queue
from resilience.queries import BreakerView, BudgetView
from unilingo import probes
from unilingo.common.shapes import Success, Timestamp, merged
from unilingo.common.timestamps import iso
from unilingo.identity.auth import IsOperator
from unilingo.monitoring.alerts import Alert, evaluate_alerts, runbook
from unilingo.monitoring.snapshot import (
    JobsView,
    OpenStreams,
    PerformanceView,
    QueueCounts,
    queue_view,
    streams,
    take_snapshot,
)
from unilingo.problems import Problem, problem
from unilingo.processes import workers


class RedisHealth(Success):
    redis: Literal["connected"]
    latencyMs: float
    timestamp: Timestamp


class RedisAway(Problem):
    redis: Annotated[str, Field(description="disconnected, full or read-only")]
    timestamp: Timestamp


class QueueStats(Success):
    stats: QueueCounts
    timestamp: Timestamp


class SseStats(Success):
    sse: OpenStreams
    timestamp: Timestamp


class RedisHealthView(APIView):
    permission_classes = (IsOperator,)

    @extend_schema(
        operation_id="redis_health",
        summary="Is Redis there, and how fast",
        tags=["operating"],
        responses={200: RedisHealth, 503: OpenApiResponse(RedisAway, "Redis does not answer.")},
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
            RedisHealth(
                success=True,
                redis="connected",
                latencyMs=milliseconds,
                timestamp=iso(timezone.now()),
            )
        )


class QueueStatsView(APIView):
    permission_classes = (IsOperator,)

    @extend_schema(
        operation_id="queue_stats",
        summary="Jobs by state",
        tags=["operating"],
        responses={200: QueueStats},
        description="How many jobs are in each state, how long the oldest has waited, and how many workers live.",
    )
    def get(self, request: Request) -> Response:
        now = clock.now()
        stats = queue_view(Queue.AI, queries.queue_counts(Queue.AI), workers.alive(), now)
        return Response(QueueStats(success=True, stats=stats, timestamp=iso(now)))


class SseStatsView(APIView):
    permission_classes = (IsOperator,)

    @extend_schema(
        operation_id="sse_stats",
        summary="Open event streams of all web processes",
        tags=["operating"],
        responses={200: SseStats},
        description="How many there are, and which jobs are followed.",
    )
    def get(self, request: Request) -> Response:
        return Response(SseStats(success=True, sse=streams(), timestamp=iso(timezone.now())))


class FleetMetrics(TypedDict):
    """`circuitBreakers` is empty while Redis is away."""

    queue: QueueCounts
    performance: PerformanceView
    jobs: JobsView
    circuitBreakers: dict[str, BreakerView]
    sse: OpenStreams
    budget: BudgetView


class AlertsAnswer(Success):
    metrics: FleetMetrics
    alerts: dict[str, bool]
    alertsActive: int
    runbook: dict[str, str]
    timestamp: Timestamp


_EACH_ALERT = merged("RaisedAlerts", **{str(alert): bool for alert in Alert})
_ALERTS = merged("Alerts", AlertsAnswer, alerts=_EACH_ALERT)


class AlertsView(APIView):
    permission_classes = (IsOperator,)

    @extend_schema(
        operation_id="alerts",
        summary="What needs attention, with the fleet's figures",
        tags=["operating"],
        responses={200: _ALERTS},
        description="What nobody can say while Redis is away is false. The runbook has a section for each alert.",
    )
    def get(self, request: Request) -> Response:
        found = take_snapshot(clock.now())
        raised = {str(alert): bool(verdict) for alert, verdict in evaluate_alerts(found).items()}
        metrics: FleetMetrics = {
            "queue": found.queue,
            "performance": found.performance,
            "jobs": found.jobs,
            "circuitBreakers": found.breakers or {},
            "sse": found.streams,
            "budget": found.budget,
        }
        return Response(
            AlertsAnswer(
                success=True,
                metrics=metrics,
                alerts=raised,
                alertsActive=sum(raised.values()),
                runbook={alert: runbook(alert) for alert in Alert},
                timestamp=iso(found.at),
            )
        )
