"""What an operator must know of: each alert is a sentence about the fleet that is true, false, or not known now."""

from enum import StrEnum
from typing import Literal

from django.conf import settings

from unilingo import probes
from unilingo.monitoring.snapshot import Snapshot

Severity = Literal["warning", "critical"]


class Alert(StrEnum):
    """What it is called, how bad it is, and the sentence."""

    severity: Severity
    sentence: str

    def __new__(cls, name: str, severity: Severity, sentence: str) -> "Alert":
        alert = str.__new__(cls, name)
        alert._value_, alert.severity, alert.sentence = name, severity, sentence
        return alert

    QUEUE_DEPTH_HIGH = ("queueDepthHigh", "warning", "Many jobs wait for a worker.")
    QUEUE_DEPTH_CRITICAL = ("queueDepthCritical", "critical", "Very many jobs wait for a worker.")
    OLDEST_WAITING = ("oldestWaiting", "warning", "A job has waited for a worker for very long.")
    JOBS_DELAYED = (
        "jobsDelayed",
        "warning",
        "Many jobs are put off, or one has been for very long.",
    )
    KIND_FAILING = ("kindFailing", "critical", "The last jobs of a kind have all failed.")
    FAILURE_RATE_HIGH = ("failureRateHigh", "warning", "Many jobs or requests fail.")
    FAILURE_RATE_CRITICAL = ("failureRateCritical", "critical", "Very many jobs or requests fail.")
    CIRCUIT_BREAKER_OPEN = (
        "circuitBreakerOpen",
        "warning",
        "A provider is not called at the moment.",
    )
    PROVIDER_SILENT = (
        "providerSilent",
        "warning",
        "A provider says nothing to calls that wait for it.",
    )
    WORKER_STALLED = (
        "workerStalled",
        "critical",
        "Jobs are claimed by a worker that gives no sign.",
    )
    WORKER_DOWN = ("workerDown", "critical", "Jobs wait and no worker is alive.")
    BUDGET_WARNING = ("budgetWarning", "warning", "Most of the month's money is spent.")
    BUDGET_EXCEEDED = (
        "budgetExceeded",
        "critical",
        "The month's limit is reached; paid work is stopped.",
    )
    REDIS_DOWN = (
        "redisDown",
        "critical",
        "Redis, or the broker, does not answer or takes no writes.",
    )
    STORAGE_DOWN = ("storageDown", "critical", "Files that come in cannot be kept, or not be read.")
    HOUSEKEEPING_STOPPED = (
        "housekeepingStopped",
        "critical",
        "Workers live, and none wakes jobs whose time has come.",
    )
    DATABASE_DOWN = (
        "databaseDown",
        "critical",
        "The database does not answer or takes no writes; no job is taken or finished.",
    )


def runbook(alert: Alert) -> str:
    """The section that says what to do: docs/runbook.md has one heading for each name."""
    return f"docs/runbook.md#{alert.lower()}"


def evaluate_alerts(found: Snapshot) -> dict[Alert, bool | None]:
    """None: nobody can say at the moment, because Redis is away."""
    limits = settings.ALERT_POLICY
    waiting = found.queue["waiting"]
    failing = _failing_percent(found)
    spent = found.budget["percentUsed"]
    return {
        Alert.QUEUE_DEPTH_HIGH: waiting > limits.queue_high,
        Alert.QUEUE_DEPTH_CRITICAL: waiting > limits.queue_critical,
        Alert.OLDEST_WAITING: found.queue["oldestWaitingSeconds"] > limits.oldest_seconds,
        Alert.JOBS_DELAYED: found.queue["delayed"] > limits.queue_high
        or any(wait["oldestSeconds"] > limits.oldest_seconds for wait in found.stalled["delayed"]),
        Alert.KIND_FAILING: bool(found.stalled["failingKinds"]),
        Alert.FAILURE_RATE_HIGH: None if failing is None else failing > limits.failure_high,
        Alert.FAILURE_RATE_CRITICAL: None if failing is None else failing > limits.failure_critical,
        Alert.CIRCUIT_BREAKER_OPEN: None
        if found.breakers is None
        else any(breaker["state"] == "OPEN" for breaker in found.breakers.values()),
        Alert.PROVIDER_SILENT: None
        if found.workers is None
        else bool(found.stalled["silentProviders"]),
        Alert.WORKER_STALLED: found.jobs["silent"] > 0,
        Alert.WORKER_DOWN: None if found.workers is None else waiting > 0 and found.workers == 0,
        Alert.BUDGET_WARNING: spent is not None and spent >= limits.budget_percent,
        Alert.BUDGET_EXCEEDED: found.is_limit_reached or spent is not None and spent >= 100,
        Alert.REDIS_DOWN: not (found.is_redis_there and found.is_broker_there),
        Alert.STORAGE_DOWN: found.storage_failures > 0 if found.is_redis_there else None,
        Alert.HOUSEKEEPING_STOPPED: None
        if found.housekeepers is None
        else found.housekeepers == 0 and bool(found.workers),
        Alert.DATABASE_DOWN: found.database != probes.OK,
    }


def raised(found: Snapshot) -> list[Alert]:
    return [alert for alert, holds in evaluate_alerts(found).items() if holds]


def _failing_percent(found: Snapshot) -> float | None:
    """The worse of the two shares that fail, of jobs and of requests; too few of either say nothing."""
    if not found.is_redis_there:
        return None
    least = settings.ALERT_POLICY.failure_minimum
    jobs, requests = found.jobs, found.performance
    shares = [0.0]
    if jobs["completed"] + jobs["failed"] >= least:
        shares.append(jobs["failureRate"])
    if requests["requests"] >= least:
        shares.append(requests["errorRate"])
    return max(shares)
