"""What the fleet has done in a window: by kind, user and provider, each from one query, of the newest jobs only."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from jobs.models import Job, Status
from jobs.providers import registry
from resilience.guard import Bill
from resilience.runtime import runtime
from resilience.usage import Call, Consumed, Units
from tests.jobs import rows
from tests.jobs.providers.test_in_order import REQUEST, RUN
from tests.servers import ValkeyServer
from unilingo.common.metrics import PROVIDER_CALL_SECONDS, PROVIDER_CALLS, meter
from unilingo.monitoring import fleet_metrics, work
from unilingo.monitoring.policy import AlertPolicy
from unilingo.monitoring.work import WINDOWS, Line

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


def _by_name(lines: list[Line]) -> dict[str, Line]:
    return {line.name: line for line in lines}


def test_a_window_has_what_ended_in_it(ended: Ended, now: datetime) -> None:
    for minutes in range(1, 21):
        ended(timedelta(minutes=minutes), ran=minutes, user_id="ann")
    ended(timedelta(minutes=5), state=Status.FAILED, user_id="bob", error_code="INTERNAL_ERROR")
    ended(timedelta(hours=2), user_id="cleo")

    hour, day = (work.work(WINDOWS[name], now) for name in ("1h", "24h"))

    ann, bob = (_by_name(hour.users)[name] for name in ("ann", "bob"))
    assert (ann.count, ann.an_hour, ann.failed) == (20, 20, 0)
    assert (list(ann.waiting), list(ann.running)) == ([2, 2, 2], [10, 19, 20])
    assert (bob.failed, bob.failing) == (1, 100)
    assert set(_by_name(day.users)) == {"ann", "bob", "cleo"}
    assert sum(bar.completed + bar.failed for bar in day.bars) == day.jobs == 22


@pytest.mark.parametrize(("failed", "level"), [(1, ""), (2, "high"), (3, "bad")])
def test_a_colour_follows_the_settings_of_the_alerts(
    ended: Ended, now: datetime, settings: Settings, failed: int, level: str
) -> None:
    settings.ALERT_POLICY = AlertPolicy(failure_high=30, failure_critical=50, failure_minimum=3)
    for at in range(4):
        ended(timedelta(minutes=at), state=Status.FAILED if at < failed else Status.COMPLETED)
    # Nobody's failure but of what was sent in.
    ended(timedelta(0), state=Status.FAILED, error_code="CONTENT_REFUSED")

    line = max(work.work(WINDOWS["1h"], now).kinds, key=lambda line: line.count)

    assert (line.failed, line.level) == (failed + 1, level)


def test_what_a_call_cost_is_its_providers_kinds_and_users(
    redis_server: ValkeyServer, now: datetime
) -> None:
    call = Call("job-1:1:1", "ann", "lesson", "gpt-4o-mini", Units(output_tokens=50_000))
    held = runtime().ledger.reserve("openai", call)
    runtime().ledger.settle(held, Bill("ok", 1, Consumed(call.units)))

    found = work.work(WINDOWS["24h"], now)

    for lines, name in (
        (found.kinds, "lesson"),
        (found.users, "ann"),
        (found.providers or [], "openai"),
    ):
        assert _by_name(lines)[name].usd == Decimal("0.03")


def test_providers_say_that_they_are_not_configured_and_the_built_in_engine_is_counted(
    redis_server: ValkeyServer, now: datetime
) -> None:
    registry.text_model(RUN).cards(REQUEST)
    for _ in range(3):
        meter.count(PROVIDER_CALLS, "compatible", "transient")
        meter.observe(PROVIDER_CALL_SECONDS, 3, "compatible")
    fleet_metrics.flush()

    for window in WINDOWS.values():
        found = _by_name(work.work(window, now).providers or [])
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
        ended(timedelta(hours=hours))

    with django_assert_num_queries(2):
        found = work.work(WINDOWS["24h"], now)

    assert (found.jobs, found.is_cut, found.since) == (3, True, now - timedelta(hours=2))
    assert found.providers is None


def test_staff_see_the_page_of_each_window_and_nobody_else(without_redis: None) -> None:
    client = Client()
    assert client.get("/monitoring/work").status_code == 302
    client.force_login(User.objects.create_user("ann"))
    assert client.get("/monitoring/work").status_code == 403
    client.force_login(User.objects.create_superuser("grace"))
    for name, window in WINDOWS.items():
        assert window.words in client.get(f"/monitoring/work?window={name}").content.decode()
    assert client.get("/monitoring/work?window=1y").status_code == 404
