"""A job is taken from a worker that was silent while it could be heard, and from no other."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from functools import partial

import pytest
from django.db import OperationalError, connection, transaction
from pytest_django import Settings

from jobs import clock, lifecycle, lost_claims, sweep
from jobs.models import Status
from tests.jobs.rows import LEASE_SECONDS, active_job, after, stored
from tests.resilience.hands import HandClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server")]

NEVER = 10_000
ALL_THE_TIME = range(60)


@pytest.mark.parametrize(
    ("story", "sweeps", "fails", "renews", "recovered"),
    [
        ("a worker dies", ALL_THE_TIME, (), (), 16),
        ("a worker dies, and with it whoever swept", range(5, 60), (), (), 16),
        ("a web process sweeps", range(0, 60, 5), (), (), 20),
        ("a worker goes on", ALL_THE_TIME, (), range(0, 60, 5), NEVER),
        ("the database is away", (*range(5), *range(40, 60)), (), range(41, 60, 5), NEVER),
        ("the database hangs", (4, *range(40, 60)), (), range(47, 60, 5), NEVER),
        ("the database reads only", ALL_THE_TIME, range(5, 40), range(41, 60, 5), NEVER),
        ("it is away, and the worker dies", (*range(5), *range(40, 60)), (), (), 48),
        ("it reads only, and the worker dies", ALL_THE_TIME, range(5, 40), (), 48),
    ],
)
def test_a_job_is_taken_from_who_was_silent_while_the_database_was_there(
    story: str,
    sweeps: Sequence[int],
    fails: Sequence[int],
    renews: Sequence[int],
    recovered: int,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    settings.JOB_POLICY = replace(settings.JOB_POLICY, lease_seconds=LEASE_SECONDS)
    hands = HandClock()
    monkeypatch.setattr(sweep, "_lost_claims", lost_claims.LostClaims(hands))
    claim = active_job()
    taken = NEVER
    for second in range(60):
        hands.advance(1.0)
        monkeypatch.setattr(clock, "now", partial(after, second))
        if second in sweeps:
            with _read_only() if second in fails else nullcontext():
                sweep.take_back()
        if stored(claim).status == Status.WAITING:
            taken = second
            break
        if second in renews:
            lifecycle.renew(claim, lease_seconds=LEASE_SECONDS, now=after(second))
    assert taken == recovered


def test_a_worker_that_takes_what_another_has_taken_already_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.JOB_POLICY = replace(settings.JOB_POLICY, lease_seconds=LEASE_SECONDS)
    hands, claim = HandClock(), active_job()
    watches = [lost_claims.LostClaims(hands) for _ in range(2)]
    for second in range(17):
        hands.advance(1.0)
        monkeypatch.setattr(clock, "now", partial(after, second))
        found = [watch.lost(after(second)) for watch in watches]
    assert found == [[claim.job_id]] * 2

    for one in found:
        sweep._recover(one, after(16))

    assert stored(claim).status == Status.WAITING
    assert stored(claim).lost_count == 1


def test_what_is_too_much_for_one_sweep_is_taken_by_the_next(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.JOB_POLICY = replace(settings.JOB_POLICY, lease_seconds=LEASE_SECONDS)
    monkeypatch.setattr(lost_claims, "BATCH", 2)
    hands, jobs = HandClock(), [active_job() for _ in range(3)]
    watch = lost_claims.LostClaims(hands)
    for second in range(16):
        hands.advance(1.0)
        assert watch.lost(after(second)) == []

    first = watch.lost(after(16))
    for job_id in first:
        lifecycle.recover(job_id, lost_at_most=3, now=after(16))

    assert len(first) == 2
    assert {*first, *watch.lost(after(16))} == {job.job_id for job in jobs}


@contextmanager
def _read_only() -> Iterator[None]:
    """The database answers, and takes no writes."""
    connection.ensure_connection()
    connection.connection.execute("PRAGMA query_only = ON")
    try:
        with suppress(OperationalError), transaction.atomic():
            yield
    finally:
        connection.connection.execute("PRAGMA query_only = OFF")
