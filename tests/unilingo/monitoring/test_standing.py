"""Work that stands still is told of: never that nothing needs attention while jobs are put off or every one fails."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from jobs import lifecycle, services
from jobs.models import Job, Status
from resilience.runtime import runtime
from tests.house.tree import ROOT
from tests.jobs import rows
from tests.servers import ValkeyServer
from unilingo.monitoring.alerts import Alert, evaluate_alerts
from unilingo.monitoring.overview import overview
from unilingo.monitoring.snapshot import take_snapshot
from unilingo.monitoring.standing import standing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_server")]


def told(now: datetime) -> list[str]:
    return standing(take_snapshot(now))


def raised(now: datetime) -> set[str]:
    return {str(alert) for alert, holds in evaluate_alerts(take_snapshot(now)).items() if holds}


def ended(kind: str, status: Status, at: datetime) -> None:
    claim = rows.claimed(rows.waiting_job(kind=kind, now=at), now=at)
    if status == Status.FAILED:
        lifecycle.fail(claim, rows.FAILURE, now=at)
    else:
        lifecycle.complete(claim, {"success": True}, now=at)


def test_an_idle_fleet_stands_for_nothing(now: datetime) -> None:
    assert told(now) == []


def test_delayed_jobs_are_told_by_reason_with_the_oldest(now: datetime) -> None:
    for age in (30, 90):
        claim = rows.claimed(rows.waiting_job(now=now - timedelta(seconds=age)), now=now)
        lifecycle.delay(claim, rows.WAIT, counts_attempt=True, now=now)

    assert told(now) == ["2 jobs are put off (retry); the oldest was asked for 90.0 s ago."]
    assert "jobsDelayed" not in raised(now)


def test_many_delayed_jobs_raise_an_alert(now: datetime, settings: Settings) -> None:
    job = rows.job_in(Status.DELAYED)
    Job.objects.filter(pk=job.job_id).update(created_at=now - timedelta(seconds=601))
    assert "jobsDelayed" in raised(now)

    Job.objects.update(created_at=now)
    assert "jobsDelayed" not in raised(now)
    settings.ALERT_POLICY = type(settings.ALERT_POLICY)(queue_high=0)
    assert "jobsDelayed" in raised(now)


def test_a_kind_whose_last_jobs_all_failed_is_named_whatever_the_others_do(now: datetime) -> None:
    ended("lesson", Status.COMPLETED, now - timedelta(seconds=50))
    for second in range(5):
        ended("lesson", Status.FAILED, now - timedelta(seconds=40 - second))
        ended("flashcards", Status.COMPLETED, now - timedelta(seconds=40 - second))

    assert told(now) == ["The last jobs of lesson have all failed."]
    assert "kindFailing" in raised(now)
    ended("lesson", Status.COMPLETED, now)
    assert told(now) == []


def test_too_few_failures_and_old_ones_say_nothing(now: datetime) -> None:
    for second in range(4):
        ended("lesson", Status.FAILED, now - timedelta(seconds=second))
    for _ in range(5):
        ended("flashcards", Status.FAILED, now - timedelta(days=2))

    assert told(now) == []


def test_what_people_have_stopped_is_told_with_its_reason(now: datetime) -> None:
    operations = runtime().operations
    operations.set_kill_switch(True, actor="ops", reason="invoice")
    operations.set_kill_switch(True, actor="ops", provider="openai")
    operations.command_breaker("openai", "force_closed", actor="ops", reason="drill")
    services.pause_kind("lesson", actor="ops", reason="new prompts")

    assert told(now) == [
        "Paid work is stopped: invoice",
        "Paid work of openai is stopped.",
        "lesson is paused: new prompts",
        "The breaker of openai is forced CLOSED: drill",
    ]


@pytest.mark.parametrize(
    ("changes", "offered"),
    [
        ({}, True),
        ({"is_retryable": False}, False),
        ({"input": {"files": [{"name": "a.pdf"}]}}, True),
        ({"input": {"files": [{"name": "a.pdf"}]}, "finished_at": -3700}, False),
        ({"finished_at": -3700}, True),
    ],
)
def test_trying_again_is_offered_where_it_can_help(
    now: datetime, changes: dict[str, Any], offered: bool
) -> None:
    claim = rows.job_in(Status.FAILED)
    at = now + timedelta(seconds=changes.pop("finished_at", 0))
    Job.objects.filter(pk=claim.job_id).update(finished_at=at, **changes)

    assert overview(now)["failures"][0]["canTryAgain"] is offered


def test_the_runbook_has_a_place_for_every_alert_and_is_for_staff(
    redis_server: ValkeyServer,
) -> None:
    staff = Client()
    staff.force_login(User.objects.create_superuser("grace"))

    page = staff.get("/monitoring/runbook").content.decode()

    assert all(f'id="{alert.lower()}"' in page for alert in Alert)
    assert 'href="#workerdown"' in page
    assert ".md" not in "".join(part.split('"')[0] for part in page.split('href="')[1:])
    assert Client().get("/monitoring/runbook").status_code == 302
    assert (ROOT / "docs" / "runbook.md").read_text().count("\n## ") == page.count("<h2 id=")
