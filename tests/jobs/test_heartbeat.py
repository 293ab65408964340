import pytest
from django.conf import settings
from django.utils import timezone

from jobs import heartbeat, lifecycle
from jobs.models import Status
from tests.jobs.rows import LEASE_SECONDS, active_job, after, events_of, stored

pytestmark = pytest.mark.django_db


def test_a_beat_renews_the_lease_of_every_claim_that_is_held() -> None:
    claims = [active_job(), active_job()]
    with heartbeat.holding(claims[0]), heartbeat.holding(claims[1]):
        heartbeat.beat()
    for claim in claims:
        lease = stored(claim).lease_expires_at
        assert lease is not None
        assert 0 < (lease - timezone.now()).total_seconds() <= settings.JOB_POLICY.lease_seconds


def test_a_claim_that_is_held_no_longer_is_not_renewed() -> None:
    claim = active_job()
    with heartbeat.holding(claim):
        pass
    before = stored(claim).lease_expires_at
    heartbeat.beat()
    assert stored(claim).lease_expires_at == before


def test_a_lost_claim_is_forgotten() -> None:
    claim = active_job()
    with heartbeat.holding(claim):
        lifecycle.recover(claim.job_id, lost_at_most=3, now=after(LEASE_SECONDS + 1))
        heartbeat.beat()
        assert heartbeat.held() == []


def test_everything_held_goes_back_to_the_queue_with_its_attempt() -> None:
    mine, lost = active_job(), active_job()
    with heartbeat.holding(mine), heartbeat.holding(lost):
        lifecycle.recover(lost.job_id, lost_at_most=3, now=after(LEASE_SECONDS + 1))
        assert heartbeat.hand_back_all() == [mine.job_id]
    job = stored(mine)
    assert (job.status, job.attempts_made) == (Status.WAITING, 0)
    assert events_of(mine.job_id)[-1] == (3, "waiting")
