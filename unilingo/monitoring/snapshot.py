"""What is true of the whole fleet now, from the rows and from Redis: one source for alerts, metrics and dashboard.

Without Redis the rows still tell; what only Redis knows is None or empty.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from typing_extensions import TypedDict

from jobs import queries
from resilience import listening
from resilience.queries import (
    BreakerView,
    BudgetView,
    LimitsView,
    budget,
    circuit_breakers,
    is_limit_reached,
    rate_limits,
)
from resilience.runtime import runtime
from resilience.store import StoreUnavailable
from unilingo import probes
from unilingo.common.metrics import (
    JOB_RUN_SECONDS,
    JOB_WAITING_SECONDS,
    REQUEST_SECONDS,
    REQUESTS,
    STORAGE_FAILURES,
    SUM,
    Values,
)
from unilingo.monitoring import fleet_metrics
from unilingo.processes import workers

# Failures from before that are no news.
FAILING_WITHIN = timedelta(days=1)
STATES = ("waiting", "active", "completed", "failed", "delayed", "cancelled")


class QueueCounts(TypedDict):
    queue: str
    waiting: int
    active: int
    completed: int
    failed: int
    delayed: int
    cancelled: int
    total: int
    oldestWaitingSeconds: float
    byKind: dict[str, dict[str, int]]
    workers: int


class PerformanceView(TypedDict):
    """Requests of `windowMinutes`: percent of 5xx, milliseconds, a rate. `scope` is `process` while Redis is away."""

    errorRate: float
    avgResponseTime: float
    requestsPerMinute: float
    p95ResponseTime: float
    requests: int
    windowMinutes: int
    scope: str


class JobsView(TypedDict):
    """Jobs that ended in `windowMinutes`. `failureRate`: percent of completed and failed that failed for no fault of what came in."""

    completed: int
    failed: int
    cancelled: int
    failureRate: float
    perMinute: float
    p50WaitingSeconds: float | None
    p95WaitingSeconds: float | None
    p50RunSeconds: float | None
    p95RunSeconds: float | None
    silent: int
    windowMinutes: int


class WatchedJob(TypedDict):
    jobId: str
    subscribers: int


class OpenStreams(TypedDict):
    totalConnections: int
    activeJobs: int
    jobsWithSubscribers: list[WatchedJob]


class DelayedView(TypedDict):
    reason: str
    jobs: int
    oldestSeconds: float


class StalledView(TypedDict):
    """Work that does not go on, and what people have stopped (the reasons by name)."""

    delayed: list[DelayedView]
    failingKinds: list[str]
    silentProviders: list[str]
    pausedKinds: dict[str, str]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`breakers`, `limits`, `workers` and `housekeepers` are None while Redis does not say. `is_redis_there`, `is_broker_there`: and takes writes."""

    at: datetime
    queue: QueueCounts
    performance: PerformanceView
    jobs: JobsView
    breakers: dict[str, BreakerView] | None
    limits: dict[str, LimitsView] | None
    stalled: StalledView
    streams: OpenStreams
    budget: BudgetView
    is_limit_reached: bool
    workers: int | None
    housekeepers: int | None
    is_redis_there: bool
    is_broker_there: bool
    database: str
    storage_failures: float


def take_snapshot(now: datetime) -> Snapshot:
    window = settings.ALERT_POLICY.window_minutes
    minutes = fleet_metrics.last_minutes(window, now.timestamp())
    takes_writes = probes.data_server() == probes.OK
    # Who is not there may only not have been able to say so.
    is_certain = takes_writes and not workers.are_signs_new()
    alive = workers.alive()
    breakers, limits = _providers()
    counts = queries.queue_counts()
    depth = counts.by_status["waiting"] + counts.by_status["active"]
    return Snapshot(
        at=now,
        queue=queue_view("all", counts, alive, now),
        performance=_performance(minutes, window),
        jobs=_jobs(minutes.sum(), window, now),
        breakers=breakers,
        limits=limits,
        stalled=_stalled(now),
        streams=streams(),
        budget=budget(runtime().ledger, settings.PROVIDER_POLICIES, depth, now),
        is_limit_reached=is_limit_reached(now),
        workers=alive if alive or is_certain else None,
        housekeepers=workers.alive("housekeeping") or (0 if is_certain else None),
        database=probes.known_database(),
        storage_failures=fleet_metrics.counted(minutes.sum(), STORAGE_FAILURES).get((), 0.0),
        is_redis_there=takes_writes and minutes.is_fleet,
        is_broker_there=probes.broker() == probes.OK,
    )


def queue_view(
    name: str, counts: queries.QueueCounts, alive: int | None, now: datetime
) -> QueueCounts:
    oldest = counts.oldest_waiting_at
    by_status: Mapping[str, int] = counts.by_status
    view: Any = {
        "queue": name,
        **{state: by_status[state] for state in STATES},
        "total": sum(by_status.values()),
        "oldestWaitingSeconds": round((now - oldest).total_seconds(), 1) if oldest else 0,
        "byKind": counts.by_kind,
        "workers": alive or 0,
    }
    return view  # type: ignore[no-any-return]  # the states are members by name


def _stalled(now: datetime) -> StalledView:
    last = settings.ALERT_POLICY.failure_minimum
    return {
        "delayed": [
            {
                "reason": reason,
                "jobs": jobs,
                "oldestSeconds": round((now - oldest_at).total_seconds(), 1),
            }
            for reason, jobs, oldest_at in queries.delayed_by_reason()
        ],
        "failingKinds": queries.failing_kinds(last, now - FAILING_WITHIN),
        "silentProviders": _silent_providers(),
        "pausedKinds": queries.paused_kinds(),
    }


def _silent_providers() -> list[str]:
    """Those from which nothing has come for as long as a slow call takes, by now: a worker says so only every few seconds."""
    said = workers.facts_of("worker") or {}
    silent = listening.silence([facts.get("heard", {}) for facts in said.values()])
    return [
        policy.name
        for policy in settings.PROVIDER_POLICIES.values()
        if silent.get(policy.name, 0.0) > policy.breaker.slow_seconds - workers.BEAT_SECONDS
    ]


def queue_depth() -> int:
    """How many jobs wait for a worker or are being worked on."""
    by_status = queries.queue_counts().by_status
    return by_status["waiting"] + by_status["active"]


def streams() -> OpenStreams:
    """Open event streams of all web processes."""
    open_streams = Counter[str]()
    for facts in (workers.facts_of("web") or {}).values():
        open_streams.update(facts)
    jobs: list[WatchedJob] = [
        {"jobId": key, "subscribers": count}
        for key, count in open_streams.items()
        if not key.startswith("user:")
    ]
    return {
        "totalConnections": open_streams.total(),
        "activeJobs": len(jobs),
        "jobsWithSubscribers": jobs,
    }


def _providers() -> tuple[dict[str, BreakerView] | None, dict[str, LimitsView] | None]:
    current = runtime()
    policies = current.policies.values()
    try:
        return circuit_breakers(current.store, policies), rate_limits(current.store, policies)
    except StoreUnavailable:
        return None, None


def _performance(minutes: fleet_metrics.Minutes, window: int) -> PerformanceView:
    values = minutes.sum()
    requests = fleet_metrics.counted(values, REQUESTS)
    total = sum(requests.values())
    errors = sum(n for (*_, status), n in requests.items() if status.startswith("5"))
    times = fleet_metrics.buckets(values, REQUEST_SECONDS)
    p95 = fleet_metrics.quantile(times, REQUEST_SECONDS, 0.95)
    return {
        "errorRate": _percent(errors, total),
        "avgResponseTime": round(1000 * times.get(SUM, 0.0) / total, 1) if total else 0.0,
        "requestsPerMinute": round(total / window, 1),
        "p95ResponseTime": round(1000 * (p95 or 0.0), 1),
        "requests": round(total),
        "windowMinutes": window,
        "scope": "fleet" if minutes.is_fleet else "process",
    }


def _jobs(values: Values, window: int, now: datetime) -> JobsView:
    ended, seconds = fleet_metrics.ended(values), partial(fleet_metrics.seconds, values)
    ours = fleet_metrics.failed_by_us(values)
    return {
        "completed": ended["completed"],
        "failed": ended["failed"],
        "cancelled": ended["cancelled"],
        "failureRate": _percent(ours, ended["completed"] + ended["failed"]),
        "perMinute": round(sum(ended.values()) / window, 2),
        "p50WaitingSeconds": seconds(JOB_WAITING_SECONDS, 0.5),
        "p95WaitingSeconds": seconds(JOB_WAITING_SECONDS, 0.95),
        "p50RunSeconds": seconds(JOB_RUN_SECONDS, 0.5),
        "p95RunSeconds": seconds(JOB_RUN_SECONDS, 0.95),
        "silent": queries.silent_jobs(now + _grace()),
        "windowMinutes": window,
    }


def _grace() -> timedelta:
    """A lease is renewed in every third of it: with less than one third left, two renewals were missed."""
    return timedelta(seconds=settings.JOB_POLICY.lease_seconds / 3)


def _percent(part: float, whole: float) -> float:
    return round(100 * part / whole, 2) if whole else 0.0
