from contextlib import ExitStack
from time import monotonic

import pytest
from django.conf import settings
from django.utils import timezone

from jobs import heartbeat, lifecycle
from jobs.models import Status
from tests.jobs.rows import LEASE_SECONDS, NOW, active_job, after, events_of, stored
from unilingo.processes import worker_health

pytestmark = pytest.mark.django_db

DEADLINE = monotonic() + 3600


def test_a_beat_renews_the_lease_of_every_claim_that_is_held() -> None:
    claims = [active_job(), active_job()]
    with heartbeat.holding(claims[0], DEADLINE), heartbeat.holding(claims[1], DEADLINE):
        heartbeat.beat()
    for claim in claims:
        lease = stored(claim).lease_expires_at
        assert lease is not None
        assert 0 < (lease - timezone.now()).total_seconds() <= settings.JOB_POLICY.lease_seconds


def test_a_claim_that_is_held_no_longer_is_not_renewed() -> None:
    claim = active_job()
    with heartbeat.holding(claim, DEADLINE):
        pass
    before = stored(claim).lease_expires_at
    heartbeat.beat()
    assert stored(claim).lease_expires_at == before


def test_a_lost_claim_is_forgotten() -> None:
    claim = active_job()
    with heartbeat.holding(claim, DEADLINE):
        lifecycle.recover(claim.job_id, lost_at_most=3, now=after(LEASE_SECONDS + 1))
        heartbeat.beat()
        assert heartbeat.held() == []


@pytest.mark.parametrize(("is_ending", "lines"), [(True, []), (False, ["claim lost"])])
def test_a_run_that_gives_its_claim_back_has_lost_nothing(
    caplog: pytest.LogCaptureFixture, is_ending: bool, lines: list[str]
) -> None:
    claim = active_job()
    with heartbeat.holding(claim, DEADLINE):
        if is_ending:
            heartbeat.end(claim)
        lifecycle.give_way(claim, turn=1, now=NOW)
        heartbeat.beat()
    assert [record.message for record in caplog.records] == lines


def test_everything_held_goes_back_to_the_queue_with_its_attempt() -> None:
    mine, lost = active_job(), active_job()
    with heartbeat.holding(mine, DEADLINE), heartbeat.holding(lost, DEADLINE):
        lifecycle.recover(lost.job_id, lost_at_most=3, now=after(LEASE_SECONDS + 1))
        assert heartbeat.hand_back_all() == [mine.job_id]
    job = stored(mine)
    assert (job.status, job.attempts_made) == (Status.WAITING, 0)
    assert events_of(mine.job_id)[-1] == (3, "waiting")


def test_a_handler_that_is_stuck_fails_its_job_at_the_deadline_and_keeps_its_place_taken() -> None:
    claim = active_job()
    with heartbeat.holding(claim, monotonic() - 1):
        heartbeat.beat()
        job = stored(claim)
        assert (job.status, job.error_code) == (Status.FAILED, "JOB_DEADLINE_EXCEEDED")
        assert heartbeat.held() == []
        assert heartbeat.stuck() == 1
        assert not lifecycle.complete(claim, {"success": True}, now=timezone.now())
    assert heartbeat.stuck() == 0


def test_a_worker_whose_places_are_all_stuck_is_not_healthy() -> None:
    late = monotonic() - 1
    with ExitStack() as handlers:
        for _ in range(settings.WORKER_CONCURRENCY):
            handlers.enter_context(heartbeat.holding(active_job(), late))
            heartbeat.beat()
        status, body = worker_health.report()
        assert (status, body["reason"]) == (503, "pool stuck")


def test_a_process_whose_places_are_all_stuck_for_a_while_is_blocked() -> None:
    late = monotonic() - 1
    over = late + heartbeat.STUCK_SECONDS
    with ExitStack() as handlers:
        for _ in range(settings.WORKER_CONCURRENCY):
            assert not heartbeat.is_blocked(over + 86400)
            handlers.enter_context(heartbeat.holding(active_job(), late))
            heartbeat.beat()
        assert not heartbeat.is_blocked(over)
        assert heartbeat.is_blocked(over + 1)
    assert not heartbeat.is_blocked(over + 86400)
