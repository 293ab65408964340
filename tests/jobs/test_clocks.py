"""Workers and sweeps whose clocks are wrong or step: whatever they think the time is, the fence decides."""

from datetime import timedelta
from time import monotonic

import pytest
from django.db import connection
from django.utils import timezone

from jobs import creation, heartbeat, lifecycle, runner, services, sweep
from jobs.kind import Queue
from jobs.models import Status
from tests.jobs.rows import (
    INPUTS,
    LEASE_SECONDS,
    NOW,
    after,
    claimed,
    events_of,
    stored,
    waiting_job,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server")]

HOUR = 3600.0
IS_SQLITE = connection.vendor == "sqlite"


@pytest.mark.parametrize("first_to_end", ["the one that was wrong", "the other one"])
def test_a_worker_whose_clock_is_an_hour_behind_doubles_nothing(first_to_end: str) -> None:
    """To everybody else its lease is over before it begins."""
    job = waiting_job()
    wrong = claimed(job, worker="wrong", now=after(-HOUR))
    assert lifecycle.recover(job.id, lost_at_most=3, now=NOW)
    right = claimed(job, worker="right")
    order = [wrong, right] if first_to_end == "the one that was wrong" else [right, wrong]
    ended = [lifecycle.complete(claim, {"by": claim.fence}, now=NOW) for claim in order]
    assert sum(ended) == 1
    assert stored(right).result == {"by": right.fence}
    types = ["waiting", "active", "waiting", "active", "completed"]
    assert events_of(job.id) == list(enumerate(types, start=1))


def test_a_worker_whose_clock_steps_while_it_works_keeps_its_job() -> None:
    claim = claimed(waiting_job())
    for step in (-HOUR, HOUR, 0):
        assert lifecycle.renew(claim, lease_seconds=LEASE_SECONDS, now=after(step))
    assert lifecycle.complete(claim, {"success": True}, now=after(-HOUR))
    assert stored(claim).status == Status.COMPLETED


def test_a_job_that_a_worker_of_the_future_has_lost_is_recovered_when_that_time_has_come() -> None:
    claim = claimed(waiting_job(), now=after(HOUR))
    assert not lifecycle.recover(claim.job_id, lost_at_most=3, now=after(HOUR))
    assert lifecycle.recover(claim.job_id, lost_at_most=3, now=after(HOUR + LEASE_SECONDS + 1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(IS_SQLITE, reason="the one machine of SQLite has one clock")
@pytest.mark.parametrize("hours", [-2, 2])
def test_leases_go_by_the_clock_of_the_database(
    monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """Neither a worker nor a sweep whose own clock is wrong takes a job from anybody."""
    waiting_job()
    right = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: right() + timedelta(hours=hours))
    claim = runner.claim(Queue.AI)
    assert claim
    monkeypatch.undo()
    sweep.take_back()
    with heartbeat.holding(claim, monotonic() + 3600):
        heartbeat.beat()
        monkeypatch.setattr(timezone, "now", lambda: right() + timedelta(hours=hours))
        sweep.take_back()
        heartbeat.beat()
    lease = stored(claim).lease_expires_at
    assert stored(claim).fence == claim.fence
    assert stored(claim).status == Status.ACTIVE
    assert lease is not None
    assert 0 < (lease - right()).total_seconds() <= HOUR


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(IS_SQLITE, reason="the one machine of SQLite has one clock")
@pytest.mark.parametrize("hours", [-2, 2])
def test_a_job_is_as_old_as_the_clock_of_the_database_says(
    monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """However wrong the clock of the process that took it, tried it again or gave it back."""
    right = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: right() + timedelta(hours=hours))
    draft = services.draft_job("flashcards", user_id="ann", inputs=INPUTS)
    creation.create([draft.job])
    ages = [draft.job.enqueued_at]

    claim = runner.claim(Queue.AI)
    assert claim
    with heartbeat.holding(claim, monotonic() + 3600):
        heartbeat.hand_back_all()
    ages.append(stored(claim).enqueued_at)
    services.cancel_job("ann", claim.job_id)
    services.retry_job("ann", claim.job_id)
    ages.append(stored(claim).enqueued_at)

    assert all(abs((right() - at).total_seconds()) < HOUR / 2 for at in ages)
