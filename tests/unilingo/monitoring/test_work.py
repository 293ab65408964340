"""What the fleet has done in a window: by kind and provider as it was counted, by user from the newest rows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from jobs import lifecycle
from jobs.models import Job, Status
from jobs.providers import registry
from resilience.guard import Bill
from resilience.runtime import runtime
from resilience.usage import Call, Consumed, Units
from tests.jobs import rows
from tests.jobs.providers.test_in_order import REQUEST, RUN
from tests.servers import ValkeyServer
from unilingo.common.metrics import (
    JOB_EVENTS,
    JOB_FAILURES,
    JOB_RUN_SECONDS,
    JOB_WAITING_SECONDS,
    PROVIDER_CALL_SECONDS,
    PROVIDER_CALLS,
    meter,
)
from unilingo.monitoring import fleet_metrics, work
from unilingo.monitoring.policy import AlertPolicy
from unilingo.monitoring.work import WINDOWS, Counted, Line, Window

pytestmark = pytest.mark.django_db
Ended = Callable[..., None]


@pytest.fixture
def ended(now: datetime) -> Ended:
    """A job that waited for 2 seconds and ran for `ran`, and ended so long ago."""

    def make(
        ago: timedelta, ran: float = 1, state: Status = Status.COMPLETED, **fields: Any
    ) -> None:
        held = rows.job_in(state)
        began = now - ago - timedelta(seconds=ran)
        times = {"created_at": began - timedelta(seconds=2), "started_at": began}
        Job.objects.filter(pk=held.job_id).update(**times, finished_at=now - ago, **fields)

    return make


def _counted(window: Window, now: datetime) -> Counted:
    found = work.counted(window, now)
    assert found is not None
    return found


def _by_name(lines: list[Line]) -> dict[str, Line]:
    return {line.name: line for line in lines}


def test_what_is_tried_again_has_waited_since_then(now: datetime) -> None:
    job_id = rows.job_in(Status.FAILED).job_id
    lifecycle.retry(job_id, identity="again", now=now - timedelta(seconds=60))
    again = rows.claimed(Job.objects.get(pk=job_id), now=now - timedelta(seconds=58))
    lifecycle.complete(again, {"success": True}, now=now - timedelta(seconds=50))

    (line,) = work.users(WINDOWS["1h"], now).lines

    assert (line.waiting[-1], line.running[-1]) == (2, 8)


def test_users_have_what_ended_in_the_window(ended: Ended, now: datetime) -> None:
    for minutes in range(1, 21):
        ended(timedelta(minutes=minutes), ran=minutes, user_id="ann")
    ended(timedelta(minutes=5), state=Status.FAILED, user_id="bob", error_code="INTERNAL_ERROR")
    ended(timedelta(hours=2), user_id="cleo")

    hour, day = (work.users(WINDOWS[name], now) for name in ("1h", "24h"))

    ann, bob = (_by_name(hour.lines)[name] for name in ("ann", "bob"))
    assert (ann.count, ann.an_hour, ann.failed) == (20, 20, 0)
    assert (list(ann.waiting), list(ann.running)) == ([2, 2, 2], [10, 19, 20])
    assert (bob.failed, bob.failing) == (1, 100)
    assert set(_by_name(day.lines)) == {"ann", "bob", "cleo"}


@pytest.mark.parametrize("name", WINDOWS)
def test_kinds_are_counted_as_they_end(redis_server: ValkeyServer, name: str) -> None:
    for state in ("waiting", "active", *["completed"] * 3, "failed"):
        meter.count(JOB_EVENTS, "lesson", state)
    meter.count(JOB_FAILURES, "lesson", "CONTENT_REFUSED")
    for seconds in (0.3, 0.3, 0.3, 45):
        meter.observe(JOB_WAITING_SECONDS, seconds, "lesson")
        meter.observe(JOB_RUN_SECONDS, 2 * seconds, "lesson", "completed")
    fleet_metrics.flush()

    found = _counted(WINDOWS[name], timezone.now())

    lesson = _by_name(found.kinds)["lesson"]
    assert (lesson.count, lesson.failed, lesson.failing) == (4, 1, 0)
    half, *_, most = lesson.waiting
    assert 0.25 <= (half or 0) <= 0.5 < 30 <= (most or 0) <= 60
    assert 60 <= (lesson.running[2] or 0) <= 120
    assert (found.bars[-1].completed, found.bars[-1].failed) == (3, 1)
    assert sum(bar.completed for bar in found.bars) == 3


@pytest.mark.parametrize(("failed", "level"), [(1, ""), (2, "high"), (3, "bad")])
def test_a_colour_follows_the_settings_of_the_alerts(
    ended: Ended, now: datetime, settings: Settings, failed: int, level: str
) -> None:
    settings.ALERT_POLICY = AlertPolicy(failure_high=30, failure_critical=50, failure_minimum=3)
    for at in range(4):
        ended(timedelta(0), state=Status.FAILED if at < failed else Status.COMPLETED, user_id="ann")
    # Nobody's failure but of what was sent in.
    ended(timedelta(0), state=Status.FAILED, user_id="ann", error_code="CONTENT_REFUSED")

    (line,) = work.users(WINDOWS["1h"], now).lines

    assert (line.failed, line.level) == (failed + 1, level)


def test_what_a_call_cost_is_its_providers_kinds_and_users(
    redis_server: ValkeyServer, ended: Ended, now: datetime
) -> None:
    call = Call("job-1:1:1", "ann", "lesson", "gpt-4o-mini", Units(output_tokens=50_000))
    held = runtime().ledger.reserve("openai", call)
    runtime().ledger.settle(held, Bill("ok", 1, Consumed(call.units)))

    ended(timedelta(0), user_id="ann")
    found, users = (
        _counted(WINDOWS["24h"], timezone.now()),
        work.users(WINDOWS["24h"], timezone.now()),
    )

    for lines, name in ((found.kinds, "lesson"), (users.lines, "ann"), (found.providers, "openai")):
        assert _by_name(lines)[name].usd == Decimal("0.03")


def test_providers_say_that_they_are_not_configured_and_the_built_in_engine_is_counted(
    redis_server: ValkeyServer,
) -> None:
    registry.text_model(RUN).cards(REQUEST)
    for _ in range(3):
        meter.count(PROVIDER_CALLS, "compatible", "transient")
        meter.observe(PROVIDER_CALL_SECONDS, 3, "compatible")
    fleet_metrics.flush()

    for window in WINDOWS.values():
        found = _by_name(_counted(window, timezone.now()).providers)
        assert (found["azure-vision"].note, found["local"].note) == ("not configured", "")
        assert (found["local"].count, found["local"].failed) == (1, 0)
        assert found["local"].running[2] is not None
        assert (found["compatible"].failed, found["compatible"].failing) == (3, 100)


def test_no_more_than_the_newest_are_looked_at_and_the_page_says_so(
    ended: Ended, now: datetime, monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries, without_redis: None,
) -> None:  # fmt: skip
    monkeypatch.setattr(work, "MOST", 3)
    for hours in range(5):
        ended(timedelta(hours=hours), user_id=f"user {hours}")

    with django_assert_num_queries(2):
        found = work.users(WINDOWS["24h"], now)

    assert (found.in_all, found.is_cut, found.since) == (3, True, now - timedelta(hours=2))
    assert work.counted(WINDOWS["24h"], now) is None


def test_staff_see_the_page_of_each_window_and_nobody_else(without_redis: None) -> None:
    client = Client()
    assert client.get("/monitoring/work").status_code == 302
    client.force_login(User.objects.create_user("ann"))
    assert client.get("/monitoring/work").status_code == 403
    client.force_login(User.objects.create_superuser("grace"))
    for name, window in WINDOWS.items():
        assert window.words in client.get(f"/monitoring/work?window={name}").content.decode()
    assert client.get("/monitoring/work?window=1y").status_code == 404
