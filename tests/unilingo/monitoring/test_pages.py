"""What staff see: the dashboard's view, and the index of the admin. tests/browser opens them."""

import asyncio
import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.test import Client
from pytest_django import Settings

from jobs.models import Status
from resilience.models import OperatorAction
from resilience.runtime import runtime
from tests.jobs import rows
from tests.servers import ValkeyServer
from unilingo.monitoring import dashboard, fleet_metrics
from unilingo.monitoring.overview import overview
from unilingo.monitoring.policy import AlertPolicy
from unilingo.processes import workers


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("grace"))
    return client


@pytest.mark.django_db(transaction=True)
def test_the_view_has_the_last_hour_and_what_happened_last(
    redis_server: ValkeyServer, now: Any, settings: Settings
) -> None:
    workers.say_alive("worker", "one", {"succeeded": 3})
    workers.say_alive("housekeeping", "one", "worker")
    failed = rows.job_in(Status.FAILED)
    runtime().operations.command_breaker("openai", "force_open", actor="ops")
    fleet_metrics.note_depths({"waiting": 4, "active": 1, "delayed": 0}, now.timestamp())

    settings.ALERT_POLICY = AlertPolicy(failure_high=3, failure_critical=7, queue_high=9)
    seen = overview(now)

    assert seen["thresholds"]["failurePercent"] == [3, 7]
    assert seen["thresholds"]["waiting"] == [9, 100]
    assert {one["name"]: one["isSetUp"] for one in seen["providers"]}["azure-vision"] is False
    assert len(seen["minutes"]) == 60
    last = seen["minutes"][-1]
    assert (last["waiting"], last["active"], last["failed"]) == (4, 1, 1)
    assert seen["minutes"][0]["waiting"] is None
    assert seen["workers"] == [{"name": "one", "succeeded": 3}]
    assert [alert["name"] for alert in seen["alerts"]] == ["circuitBreakerOpen"]
    assert seen["transitions"][0]["after"] == "FORCED_OPEN"
    assert seen["failures"][0]["id"] == failed.job_id
    assert seen["failures"][0]["url"] == f"/admin/jobs/job/{failed.job_id}/change/"
    assert "user" not in json.dumps(seen["failures"])


@pytest.mark.django_db
def test_the_view_is_given_without_redis(without_redis: None, now: Any) -> None:
    seen = overview(now)

    assert (seen["redis"], seen["providers"], seen["workers"]) == (False, [], [])


@pytest.mark.django_db(transaction=True)
def test_pages_that_watch_together_share_one_view(redis_server: ValkeyServer) -> None:
    async def watch() -> list[bytes]:
        newest = dashboard.Newest()
        return list(await asyncio.gather(*(newest.event() for _ in range(5))))

    events = asyncio.run(watch())

    assert len(set(events)) == 1
    assert events[0].startswith(b"event: overview\ndata: {")
    assert events[0].count(b"\n") == 3


@pytest.mark.django_db
def test_the_dashboard_is_for_staff_alone(strict: None, staff: Client) -> None:
    learner = Client()
    learner.force_login(User.objects.create_user("ann"))

    assert staff.get("/monitoring").status_code == 200
    assert learner.get("/monitoring").status_code == 403
    assert Client().get("/monitoring")["Location"] == "/login?next=/monitoring"
    assert learner.get("/monitoring/events").status_code == 403
    assert Client().get("/monitoring/events").status_code == 401


@pytest.mark.django_db
def test_staff_have_a_failed_job_tried_again_and_are_named(
    redis_server: ValkeyServer, strict: None, staff: Client
) -> None:
    failed = rows.job_in(Status.FAILED)
    learner = Client()
    learner.force_login(User.objects.create_user("ann"))
    path = f"/monitoring/retry/{failed.job_id}"

    refused = learner.post(path)
    taken = staff.post(path)
    again = staff.post(path)

    assert (refused.status_code, taken.status_code, again.status_code) == (403, 202, 409)
    assert rows.stored(failed).status == Status.WAITING
    action = OperatorAction.objects.get()
    assert (action.action, action.target) == ("retry_job", failed.job_id)


@pytest.mark.django_db
def test_staff_pause_a_kind_and_resume_it(
    redis_server: ValkeyServer, strict: None, staff: Client, now: Any
) -> None:
    def tell(kind: str, **body: Any) -> int:
        return staff.post(f"/monitoring/kinds/{kind}", body, "application/json").status_code

    paused = tell("flashcards", paused=True, reason="new prompts")
    shown = {kind["kind"]: kind for kind in overview(now)["kinds"]}["flashcards"]
    resumed = tell("flashcards", paused=False)

    assert (paused, resumed) == (200, 200)
    assert (shown["paused"], shown["reason"]) == (True, "new prompts")
    assert not any(kind["paused"] for kind in overview(now)["kinds"])
    assert (tell("poems", paused=True), tell("flashcards")) == (404, 400)


def test_the_index_of_the_admin_shows_the_state_first(
    redis_server: ValkeyServer, staff: Client
) -> None:
    caches["default"].clear()
    rows.waiting_job()

    page = staff.get("/admin/").content.decode()

    assert "workerDown" in page
    assert "1 waiting, 0 active" in page
    assert page.index("The fleet now") < page.index("Breaker transitions")


def test_the_index_of_the_admin_is_there_without_redis(without_redis: None, staff: Client) -> None:
    page = staff.get("/admin/").content.decode()

    assert "redisDown" in page
    assert "unknown: Redis does not answer" in page
