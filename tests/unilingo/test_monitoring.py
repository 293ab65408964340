"""Health and figures, with everything there and with each part away."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connections
from django.utils import timezone
from pytest_django import Settings

from jobs.models import Status
from tests.jobs import rows
from tests.people import nobody, signed_in
from tests.servers import ValkeyServer, valkey_server
from unilingo import probes
from unilingo.processes import worker_health, workers

pytestmark = pytest.mark.django_db

AWAY = "redis://127.0.0.1:1/0"


@pytest.fixture(scope="module")
def valkey() -> Iterator[ValkeyServer]:
    with valkey_server() as server:
        yield server


@pytest.fixture
def with_redis(settings: Settings, valkey: ValkeyServer) -> Iterator[None]:
    yield from _redis_at(settings, valkey.url)


@pytest.fixture
def without_redis(settings: Settings) -> Iterator[None]:
    yield from _redis_at(settings, AWAY)


def _redis_at(settings: Settings, url: str) -> Iterator[None]:
    settings.REDIS_URL = settings.CELERY_BROKER_URL = url
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": url}}
    probes._client.cache_clear()
    yield
    caches["default"].close()
    probes._client.cache_clear()


def _operator(path: str) -> Any:
    return signed_in("ops", role="service_role").get(path)


def test_alive_asks_nothing_of_anybody(without_redis: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answers = [nobody().get(path) for path in ("/api/health", "/livez")]

    for answer in answers:
        assert list(answer.json()) == ["status", "timestamp", "message"]
        assert answer.json()["status"] == "healthy"


def test_ready_without_redis_and_workers_since_requests_are_taken(without_redis: None) -> None:
    answer = nobody().get("/readyz?verbose")

    checks = answer.json()["checks"]
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert (checks["database"], checks["migrations"]) == ("ok", "ok")
    assert (checks["redis"], checks["workers"]) == ("unreachable", "unknown")
    assert "checks" not in nobody().get("/readyz").json()


def test_ready_tells_whether_there_are_workers(with_redis: None) -> None:
    caches["default"].clear()
    before = nobody().get("/readyz?verbose").json()["checks"]

    workers.say_alive("worker", "one", {})

    after = nobody().get("/readyz?verbose").json()["checks"]
    assert (before["redis"], before["workers"], after["workers"]) == ("ok", "none", "ok")


@pytest.mark.django_db(transaction=True)
def test_not_ready_without_the_database(
    settings: Settings, with_redis: None, tmp_path: Path
) -> None:
    default = connections["default"]
    default.close()
    name = default.settings_dict["NAME"]
    default.settings_dict["NAME"] = "/none/db.sqlite3"
    probes.known_database.forget()
    try:
        answers = [nobody().get(path) for path in ("/readyz", "/api/health")]
        answers.append(signed_in("ann").get("/api/jobs"))
    finally:
        default.close()
        default.settings_dict["NAME"] = name
        probes.known_database.forget()

    ready, health, jobs = answers
    assert (ready.status_code, ready.json()["status"]) == (503, "not_ready")
    assert ready.json()["checks"]["database"] == "unreachable"
    assert health.status_code == 200
    assert (jobs.status_code, jobs.json()["code"]) == (503, "NOT_READY")
    for answer in (ready, jobs):
        assert "Retry-After" in answer
        assert "/none" not in answer.content.decode()


def test_redis_is_told_to_be_there_or_away(settings: Settings, with_redis: None) -> None:
    there = _operator("/api/redis/health")
    settings.REDIS_URL = AWAY
    away = _operator("/api/redis/health")

    assert (there.status_code, there.json()["redis"]) == (200, "connected")
    assert 0 < there.json()["latencyMs"] < 1000
    assert (away.status_code, away.json()["redis"]) == (503, "disconnected")
    assert "Retry-After" in away


def test_the_queue_is_counted_by_state_and_kind(with_redis: None) -> None:
    caches["default"].clear()
    workers.say_alive("worker", "one", {})
    for status in (Status.WAITING, Status.ACTIVE, Status.COMPLETED, Status.COMPLETED):
        rows.job_in(status)

    answer = _operator("/api/queue/stats")

    stats = answer.json()["stats"]
    head = answer.content.decode().partition('"byKind"')[0]
    assert (stats["queue"], stats["workers"], stats["total"]) == ("ai-jobs", 1, 4)
    assert (stats["waiting"], stats["active"], stats["completed"], stats["failed"]) == (1, 1, 2, 0)
    assert stats["byKind"]["flashcards"]["completed"] == 2
    waited = (timezone.now() - rows.NOW).total_seconds()
    assert stats["oldestWaitingSeconds"] == pytest.approx(waited, abs=5)
    for word in ("waiting", "active", "completed", "failed", "total"):
        assert len(re.findall(rf'"{word}":\d+', head)) == 1, word


def test_the_budget_counts_the_jobs_of_all_queues(with_redis: None) -> None:
    rows.waiting_job()
    rows.waiting_job(kind="pronunciation")

    status = _operator("/api/admin/budget/status").json()
    alerts = _operator("/api/metrics/alerts").json()

    assert status["budget"]["queueDepth"] == alerts["metrics"]["budget"]["queueDepth"] == 2


def test_open_streams_are_counted_over_all_web_processes(with_redis: None) -> None:
    caches["default"].clear()
    workers.say_alive("web", "one", {"job-1": 2, "user:ann": 1})
    workers.say_alive("web", "two", {"job-1": 1, "job-2": 1})

    sse = _operator("/api/sse/stats").json()["sse"]

    assert (sse["totalConnections"], sse["activeJobs"]) == (5, 2)
    assert {"jobId": "job-1", "subscribers": 3} in sse["jobsWithSubscribers"]


def test_figures_are_given_without_redis(without_redis: None) -> None:
    assert _operator("/api/queue/stats").json()["stats"]["workers"] == 0
    assert _operator("/api/sse/stats").json()["sse"]["totalConnections"] == 0


def test_a_worker_is_healthy_while_it_can_take_work(with_redis: None) -> None:
    status, body = worker_health.report()

    assert status == 200
    assert list(body) == ["status", "service", "uptime", "stats", "timestamp", "pid"]
    assert (body["status"], body["service"]) == ("healthy", "worker")
    assert list(body["stats"]) == [
        *("processed", "succeeded", "failed"),
        *("currentlyProcessing", "peakConcurrency", "successRate"),
    ]


def test_a_worker_without_its_broker_takes_no_work(without_redis: None) -> None:
    status, body = worker_health.report()

    assert (status, body["status"], body["reason"]) == (503, "unhealthy", "broker unreachable")


def test_who_asks_again_at_once_whether_it_is_ready_costs_no_query(
    with_redis: None, django_assert_num_queries: Any
) -> None:
    assert nobody().get("/readyz").status_code == 200
    with django_assert_num_queries(0):
        assert nobody().get("/readyz").status_code == 200
