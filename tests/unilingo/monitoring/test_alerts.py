"""When an alert holds, and how the fleet's figures are answered."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import redis
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import Settings

from jobs import lifecycle, uploads
from jobs.claims import Failure
from jobs.errors import NotStored
from jobs.models import Job, Status
from resilience.runtime import runtime
from tests.house.tree import ROOT
from tests.jobs import rows
from tests.jobs.api.files import Bucket
from tests.people import nobody, signed_in
from tests.servers import ValkeyServer
from unilingo.common.metrics import JOB_EVENTS, REQUEST_SECONDS, REQUESTS, meter
from unilingo.monitoring import fleet_metrics
from unilingo.monitoring.alerts import Alert, evaluate_alerts, runbook
from unilingo.monitoring.snapshot import Snapshot, take_snapshot
from unilingo.processes import workers

Found = Callable[..., Snapshot]
MEMBERS = ["queue", "performance", "jobs", "circuitBreakers", "sse", "budget"]
PERFORMANCE = ["errorRate", "avgResponseTime", "requestsPerMinute", "p95ResponseTime"]


def _raised(found: Snapshot) -> set[str]:
    return {str(alert) for alert, holds in evaluate_alerts(found).items() if holds}


def _asked() -> Any:
    return signed_in("ops", role="service_role").get("/api/metrics/alerts")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, set()),
        ({"queue": {"waiting": 50}}, set()),
        ({"queue": {"waiting": 51}}, {"queueDepthHigh"}),
        ({"queue": {"oldestWaitingSeconds": 600}}, set()),
        ({"queue": {"oldestWaitingSeconds": 601}}, {"oldestWaiting"}),
        ({"queue": {"waiting": 101}}, {"queueDepthHigh", "queueDepthCritical"}),
        ({"jobs": {"completed": 18, "failed": 2, "failureRate": 10.0}}, set()),
        ({"jobs": {"completed": 8, "failed": 1, "failureRate": 11.1}}, {"failureRateHigh"}),
        (
            {"jobs": {"completed": 3, "failed": 2, "failureRate": 40.0}},
            {"failureRateHigh", "failureRateCritical"},
        ),
        ({"jobs": {"completed": 1, "failed": 2, "failureRate": 66.7}}, set()),
        (
            {"performance": {"requests": 50, "errorRate": 30.0}},
            {"failureRateHigh", "failureRateCritical"},
        ),
        ({"queue": {"delayed": 50}}, set()),
        ({"queue": {"delayed": 346}}, {"jobsDelayed"}),
        ({"breakers": {"openai": {"state": "OPEN"}}}, {"circuitBreakerOpen"}),
        ({"breakers": {"openai": {"state": "HALF_OPEN"}}}, set()),
        ({"jobs": {"silent": 1}}, {"workerStalled"}),
        ({"queue": {"waiting": 1}, "workers": 0}, {"workerDown"}),
        ({"workers": 0}, set()),
        ({"workers": 0, "housekeepers": 0}, set()),
        ({"workers": 3, "housekeepers": 0}, {"housekeepingStopped"}),
        ({"budget": {"percentUsed": 80.0}}, {"budgetWarning"}),
        ({"budget": {"percentUsed": 100.0}}, {"budgetWarning", "budgetExceeded"}),
        ({"budget": {"percentUsed": None}}, set()),
        (
            {"budget": {"percentUsed": 97.0}, "is_limit_reached": True},
            {"budgetWarning", "budgetExceeded"},
        ),
        ({"storage_failures": 1.0}, {"storageDown"}),
        ({"is_broker_there": False}, {"redisDown"}),
        ({"is_redis_there": False, "workers": None, "breakers": None}, {"redisDown"}),
    ],
)
def test_an_alert_holds_from_its_threshold_on(
    found: Found, changes: dict[str, Any], expected: set[str]
) -> None:
    assert _raised(found(**changes)) == expected


def test_thresholds_are_settings(found: Found, settings: Settings) -> None:
    from unilingo.monitoring.policy import AlertPolicy

    settings.ALERT_POLICY = AlertPolicy(queue_high=1, queue_critical=2, budget_percent=10)

    assert _raised(found(queue={"waiting": 3}, budget={"percentUsed": 10.0})) == {
        "queueDepthHigh", "queueDepthCritical", "budgetWarning",
    }  # fmt: skip


def test_what_only_redis_knows_is_not_known_without_it(found: Found) -> None:
    verdicts = evaluate_alerts(found(is_redis_there=False, workers=None, breakers=None))

    unknown = {alert for alert, holds in verdicts.items() if holds is None}
    assert unknown == {
        Alert.FAILURE_RATE_HIGH, Alert.FAILURE_RATE_CRITICAL,
        Alert.CIRCUIT_BREAKER_OPEN, Alert.PROVIDER_SILENT, Alert.WORKER_DOWN,
        Alert.STORAGE_DOWN,
    }  # fmt: skip


@pytest.mark.django_db
def test_the_answer_has_the_shape_of_the_contract(redis_server: ValkeyServer) -> None:
    body = _asked().json()

    assert list(body) == [
        "success", "metrics", "alerts", "alertsActive", "runbook", "timestamp",
    ]  # fmt: skip
    assert list(body["metrics"]) == MEMBERS
    assert list(body["metrics"]["performance"])[:4] == PERFORMANCE
    assert list(body["alerts"]) == list(Alert)
    assert set(body["alerts"].values()) == {False}
    assert body["alertsActive"] == 0


@pytest.mark.django_db
def test_only_operators_see_the_figures(redis_server: ValkeyServer, settings: Settings) -> None:
    settings.DEBUG = settings.TRUST_USER_ID_HEADER = False

    assert nobody().get("/api/metrics/alerts").status_code == 401
    assert signed_in("ann").get("/api/metrics/alerts").status_code == 403


@pytest.mark.django_db
def test_files_that_cannot_be_kept_are_told_however_many_other_requests_do_well(
    redis_server: ValkeyServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    default = settings.STORAGES["default"] | {"BACKEND": "tests.jobs.api.files.Bucket"}
    settings.STORAGES = settings.STORAGES | {"default": default}
    monkeypatch.setattr(Bucket, "is_away", True)
    meter.count(REQUESTS, "POST", "/api/ai/generate-flashcards", "202", by=1000)
    upload = uploads.received(SimpleUploadedFile("notes.txt", b"The heart pumps blood."))

    with pytest.raises(NotStored):
        uploads.store("document-1", [upload])
    fleet_metrics.flush()

    assert _raised(take_snapshot(timezone.now())) == {"storageDown"}


@pytest.mark.django_db
def test_requests_of_all_web_processes_are_counted(redis_server: ValkeyServer) -> None:
    for status, seconds in [("200", 0.02)] * 18 + [("503", 0.4)] * 2:
        meter.count(REQUESTS, "GET", "/api/jobs", status)
        meter.observe(REQUEST_SECONDS, seconds, "GET", "/api/jobs")
    fleet_metrics.flush()
    # As another process would have counted, and not told yet what this one has told.
    meter.count(REQUESTS, "GET", "/api/jobs", "200")
    meter.observe(REQUEST_SECONDS, 0.02, "GET", "/api/jobs")

    found = _asked().json()["metrics"]["performance"]

    assert (found["requests"], found["errorRate"]) == (21, 9.52)
    assert found["requestsPerMinute"] == 4.2
    assert found["avgResponseTime"] == pytest.approx((19 * 20 + 2 * 400) / 21, abs=0.1)
    assert 300 < found["p95ResponseTime"] <= 500


@pytest.mark.django_db
def test_a_request_counts_itself_under_the_pattern_of_its_address(
    redis_server: ValkeyServer,
) -> None:
    for job_id in ("one", "two"):
        signed_in("ann").get(f"/api/job-status/{job_id}")
    nobody().get("/api/health")
    nobody().get("/no/such/page")

    counted = fleet_metrics.counted(
        fleet_metrics.last_minutes(2, meter._clock.now()).sum(), REQUESTS
    )

    assert counted == {
        ("GET", "/api/job-status/<str:job_id>", "404"): 2,
        ("GET", "none", "404"): 1,
    }


@pytest.mark.django_db(transaction=True)
def test_jobs_are_counted_from_their_events(redis_server: ValkeyServer, now: datetime) -> None:
    for status in (Status.COMPLETED, Status.COMPLETED, Status.FAILED, Status.DELAYED):
        rows.job_in(status)

    found = take_snapshot(now).jobs

    assert (found["completed"], found["failed"], found["failureRate"]) == (2, 1, 33.33)
    created = fleet_metrics.counted(meter.unflushed()[int(now.timestamp() // 60)], JOB_EVENTS)
    assert created["flashcards", "waiting"] == 4


@pytest.mark.django_db(transaction=True)
def test_photos_that_nobody_can_read_are_no_failure_rate(
    redis_server: ValkeyServer, now: datetime
) -> None:
    for _ in range(5):
        unusable = Failure("UNUSABLE_INPUT", "There is no text on it.", is_retryable=False)
        lifecycle.fail(rows.active_job(), unusable, now=rows.NOW)

    found = take_snapshot(now)

    assert (found.jobs["failed"], found.jobs["failureRate"]) == (5, 0.0)
    assert "failureRateHigh" not in _raised(found)


@pytest.mark.django_db
def test_a_job_without_two_heartbeats_counts_as_stalled(
    redis_server: ValkeyServer, settings: Settings
) -> None:
    claim = rows.active_job()
    lease = timedelta(seconds=settings.JOB_POLICY.lease_seconds)
    Job.objects.filter(pk=claim.job_id).update(lease_expires_at=rows.NOW + lease)

    fresh = take_snapshot(rows.NOW + lease / 2)
    silent = take_snapshot(rows.NOW + lease * 0.7)

    assert "workerStalled" not in _raised(fresh)
    assert "workerStalled" in _raised(silent)


@pytest.mark.django_db
def test_waiting_jobs_without_a_worker_raise_the_alert(redis_server: ValkeyServer) -> None:
    caches["default"].clear()
    rows.waiting_job(now=timezone.now())
    without = _asked().json()

    workers.say_alive("worker", "one", {})

    assert without["alerts"]["workerDown"] is True
    assert without["alertsActive"] == 1
    assert _asked().json()["alerts"]["workerDown"] is False


@pytest.mark.django_db
def test_workers_are_not_missed_after_redis_took_no_signs_for_a_while(
    redis_server: ValkeyServer,
) -> None:
    caches["default"].clear()
    rows.waiting_job(now=timezone.now())

    def is_missed() -> bool | None:
        return evaluate_alerts(take_snapshot(timezone.now()))[Alert.WORKER_DOWN]

    workers.say_alive("worker", "one", {})
    _let_pass(4, redis_server)
    workers.say_alive("web", "one", {})
    _let_pass(12, redis_server)  # in which it hangs
    workers.say_alive("web", "one", {})
    assert is_missed() is None
    for _ in range(2):
        _let_pass(5, redis_server)
        workers.say_alive("web", "one", {})
        assert is_missed() is None
    _let_pass(5, redis_server)
    workers.say_alive("web", "one", {})
    assert is_missed() is True

    workers.say_alive("worker", "one", {})
    assert is_missed() is False


def _let_pass(seconds: int, server: ValkeyServer) -> None:
    with redis.Redis.from_url(server.url) as client:
        for key in client.keys("*alive*"):
            left = client.pttl(key) - 1000 * seconds
            client.pexpire(key, max(left, 0))


@pytest.mark.django_db
def test_workers_are_not_missed_before_they_could_say_that_they_live(
    redis_server: ValkeyServer,
) -> None:
    caches["default"].clear()
    rows.waiting_job(now=timezone.now())

    workers.say_alive("web", "one", {})
    told = evaluate_alerts(take_snapshot(timezone.now()))
    caches["default"].delete("alive-new")
    told_later = evaluate_alerts(take_snapshot(timezone.now()))

    assert (told[Alert.WORKER_DOWN], told[Alert.REDIS_DOWN]) == (None, False)
    assert told_later[Alert.WORKER_DOWN] is True


@pytest.mark.django_db
@pytest.mark.parametrize(("silent", "is_told"), [(14.0, False), (16.0, True)])
def test_a_provider_that_hangs_is_told_before_its_calls_have_failed(
    redis_server: ValkeyServer, silent: float, is_told: bool
) -> None:
    workers.say_alive("worker", "one", {"heard": {"openai": (30.0, silent)}})
    workers.say_alive("worker", "two", {"heard": {"openai": (0.0, 40.0)}})
    assert ("providerSilent" in _raised(take_snapshot(timezone.now()))) == is_told


@pytest.mark.django_db
def test_a_redis_that_takes_no_writes_is_told_and_no_worker_is_missed(
    redis_server: ValkeyServer, settings: Settings
) -> None:
    caches["default"].clear()
    rows.waiting_job(now=timezone.now())
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        server.config_set("maxmemory", 1)
        try:
            told = _raised(take_snapshot(timezone.now()))
        finally:
            server.config_set("maxmemory", 0)

    assert told == {"redisDown"}


@pytest.mark.django_db
def test_an_open_breaker_and_an_empty_purse_raise_theirs(redis_server: ValkeyServer) -> None:
    runtime().operations.command_breaker("openai", "force_open", actor="ops")
    runtime().operations.set_limit(Decimal(0), actor="ops")

    found = _asked().json()

    raised = {name for name, holds in found["alerts"].items() if holds}
    assert raised == {"circuitBreakerOpen", "budgetWarning", "budgetExceeded"}
    assert found["metrics"]["circuitBreakers"]["openai"]["state"] == "OPEN"


@pytest.mark.django_db
def test_without_redis_the_rows_still_tell(without_redis: None) -> None:
    rows.waiting_job(now=timezone.now())

    found = _asked().json()

    assert {name for name, holds in found["alerts"].items() if holds} == {"redisDown"}
    assert found["metrics"]["queue"]["waiting"] == 1
    assert found["metrics"]["performance"]["scope"] == "process"
    assert found["metrics"]["circuitBreakers"] == {}


@pytest.mark.parametrize("alert", Alert)
def test_every_alert_names_a_section_of_the_runbook(alert: Alert) -> None:
    path, _, heading = runbook(alert).partition("#")
    headings = [
        line.removeprefix("## ").lower()
        for line in (ROOT / path).read_text(encoding="utf-8").splitlines()
        if line.startswith("## ")
    ]

    assert heading in headings
    assert alert.sentence
