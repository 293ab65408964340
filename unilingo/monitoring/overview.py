"""The dashboard's view: the figures of now, the last hour minute by minute, and what has happened last."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from jobs import queries
from jobs.kind import kinds
from jobs.models import Job
from jobs.provider import providers
from jobs.sweep import FILES_KEPT
from resilience.queries import crossings, newest_transitions
from unilingo.common.metrics import (
    JOB_RUN_SECONDS,
    JOB_WAITING_SECONDS,
    MINUTES_KEPT,
    REQUESTS,
    Values,
)
from unilingo.common.timestamps import iso, moment_of
from unilingo.monitoring import fleet_metrics
from unilingo.monitoring.alerts import raised
from unilingo.monitoring.snapshot import take_snapshot
from unilingo.monitoring.standing import standing
from unilingo.processes import workers

NEWEST = 12


def overview(now: datetime) -> dict[str, Any]:
    """Needs only the database; what Redis would have said is empty while it is away."""
    found = take_snapshot(now)
    breakers, limits = found.breakers or {}, found.limits or {}
    return {
        "at": iso(now),
        "alerts": [
            {
                "name": alert,
                "severity": alert.severity,
                "text": alert.sentence,
                "runbook": f"{reverse('runbook')}#{alert.lower()}",
            }
            for alert in raised(found)
        ],
        "standing": standing(found),
        "thresholds": _thresholds(),
        "queue": found.queue,
        "kinds": _kinds(found.queue["byKind"]),
        "performance": found.performance,
        "jobs": found.jobs,
        "providers": [
            breakers[name] | {"limits": limits[name]} | _of_provider(name) for name in breakers
        ],
        "transitions": newest_transitions(NEWEST),
        "budget": found.budget,
        "crossings": crossings(settings.PROVIDER_POLICIES, now),
        "workers": [
            {"name": name, **facts} for name, facts in (workers.facts_of("worker") or {}).items()
        ],
        "webs": len(workers.facts_of("web") or {}),
        "streams": found.streams["totalConnections"],
        "redis": found.is_redis_there,
        "failures": _failures(now),
        "minutes": _minutes(now),
    }


def _thresholds() -> dict[str, list[float]]:
    """Above which a figure is yellow, and red where there is a second."""
    limits = settings.ALERT_POLICY
    return {
        "failurePercent": [limits.failure_high, limits.failure_critical],
        "waiting": [limits.queue_high, limits.queue_critical],
        "delayed": [limits.queue_high],
        "oldestSeconds": [limits.oldest_seconds],
        "budgetPercent": [limits.budget_percent, 100],
    }


def _of_provider(name: str) -> dict[str, Any]:
    """Its calls are counted in a window of the breaker's own."""
    return {
        "isSetUp": any(one.name == name and one.is_set_up(settings) for one in providers()),
        "windowSeconds": settings.PROVIDER_POLICIES[name].breaker.window_seconds,
    }


def _kinds(by_kind: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    paused = queries.paused_kinds()
    return [
        {
            "kind": kind,
            "waiting": by_kind.get(kind, {}).get("waiting", 0),
            "active": by_kind.get(kind, {}).get("active", 0),
            "paused": kind in paused,
            "reason": paused.get(kind, ""),
        }
        for kind in kinds()
    ]


def _may_help(job: Job, now: datetime) -> bool:
    """To try it again: its error may end by that, and what it was to read is still here."""
    has_files = job.has_files  # type: ignore[attr-defined]  # annotated
    is_read = has_files and job.finished_at and job.finished_at < now - FILES_KEPT
    return job.is_retryable and not is_read


def _failures(now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "id": job.id,
            "kind": job.kind,
            "code": job.error_code,
            "error": job.error,
            "at": iso(job.finished_at or job.created_at),
            "url": reverse("admin:jobs_job_change", args=[job.id]),
            "canTryAgain": _may_help(job, now),
        }
        for job in queries.newest_failures(NEWEST)
    ]


def _minutes(now: datetime) -> list[dict[str, Any]]:
    latest = int(now.timestamp() // 60)
    counted = fleet_metrics.last_minutes(MINUTES_KEPT, now.timestamp()).values
    depths = fleet_metrics.depths()
    return [
        _minute(minute, counted.get(minute, {}), depths.get(minute, {}))
        for minute in range(latest - MINUTES_KEPT + 1, latest + 1)
    ]


def _minute(minute: int, values: Values, depth: dict[str, int]) -> dict[str, Any]:
    """Counts are None where nobody looked; times are the 95th percentile in seconds."""
    requests, ended = fleet_metrics.counted(values, REQUESTS), fleet_metrics.ended(values)
    return {
        "at": iso(moment_of(60 * minute)),
        **{state: depth.get(state) for state in ("waiting", "active", "delayed")},
        "completed": ended["completed"],
        "failed": ended["failed"],
        "requests": round(sum(requests.values())),
        "errors": round(sum(n for (*_, status), n in requests.items() if status >= "500")),
        "waitingSeconds": fleet_metrics.seconds(values, JOB_WAITING_SECONDS, 0.95),
        "runSeconds": fleet_metrics.seconds(values, JOB_RUN_SECONDS, 0.95),
    }
