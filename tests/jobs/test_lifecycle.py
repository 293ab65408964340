from collections.abc import Callable

import pytest
from django.db import transaction

from jobs import creation, lifecycle
from jobs.claims import Claim
from jobs.models import FINAL, Job, JobEvent, Status
from jobs.states import TRANSITIONS
from tests.jobs.rows import (
    FAILURE,
    LEASE_SECONDS,
    NOW,
    WAIT,
    active_job,
    after,
    claimed,
    events_of,
    job_in,
    last_event,
    stored,
    waiting_job,
)
from unilingo.common.metrics import JOB_WAITING_SECONDS, SUM, meter

pytestmark = pytest.mark.django_db

LATER = after(3600)

ACTIONS: dict[str, Callable[[Claim], object]] = {
    "claim": lambda c: lifecycle.claim(c.job_id, worker="two", lease_seconds=15, now=LATER),
    "renew": lambda c: lifecycle.renew(c, lease_seconds=15, now=LATER),
    "progress": lambda c: lifecycle.progress(c, 50, "Half way", now=LATER),
    "complete": lambda c: lifecycle.complete(c, {"success": True}, now=LATER),
    "fail": lambda c: lifecycle.fail(c, FAILURE, now=LATER),
    "delay": lambda c: lifecycle.delay(c, WAIT, counts_attempt=True, now=LATER),
    "hand back": lambda c: lifecycle.release_claim(c, now=LATER),
    "wake": lambda c: lifecycle.wake([c.job_id], now=LATER),
    "recover": lambda c: lifecycle.recover(c.job_id, lost_at_most=3, now=LATER),
    "cancel": lambda c: lifecycle.cancel(c.job_id, now=LATER),
}


def retried(claim: Claim) -> bool:
    return lifecycle.retry(claim.job_id, identity=claim.job_id, now=LATER)


def cancelled_while_active(claim: Claim) -> None:
    lifecycle.cancel(claim.job_id, now=LATER)
    lifecycle.release_claim(claim, now=LATER)


def test_exactly_the_drawn_transitions_happen() -> None:
    seen = set()
    for source in Status:
        for act in (*ACTIONS.values(), retried, cancelled_while_active):
            claim = job_in(source)
            act(claim)
            seen.add((source, Status(stored(claim).status)))
    drawn = {(source, target) for source, targets in TRANSITIONS.items() for target in targets}
    assert {(source, target) for source, target in seen if source != target} == drawn


@pytest.mark.parametrize("status", sorted(FINAL))
@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_but_a_retry_changes_a_job_that_has_ended(status: Status, action: str) -> None:
    claim = job_in(status)
    before = Job.objects.values().get(pk=claim.job_id), events_of(claim.job_id)
    assert not ACTIONS[action](claim)
    assert (Job.objects.values().get(pk=claim.job_id), events_of(claim.job_id)) == before


@pytest.mark.parametrize("action", ["renew", "progress", "complete", "fail", "delay", "hand back"])
def test_a_late_writer_changes_nothing(action: str) -> None:
    late = active_job()
    lifecycle.recover(late.job_id, lost_at_most=3, now=LATER)
    current = claimed(stored(late), worker="two", now=LATER)
    before = Job.objects.values().get(pk=late.job_id), events_of(late.job_id)
    assert not ACTIONS[action](late)
    assert (Job.objects.values().get(pk=late.job_id), events_of(late.job_id)) == before
    assert lifecycle.complete(current, {"success": True}, now=LATER)


def test_every_change_has_its_event_and_the_sequence_has_no_gap() -> None:
    claim = active_job()
    lifecycle.progress(claim, 10, "Reading", now=NOW)
    lifecycle.renew(claim, lease_seconds=15, now=NOW)
    lifecycle.delay(claim, WAIT, counts_attempt=True, now=NOW)
    lifecycle.wake([claim.job_id], now=LATER)
    lifecycle.complete(claimed(stored(claim)), {"success": True}, now=LATER)
    types = ["waiting", "active", "progress", "delayed", "waiting", "active", "completed"]
    assert events_of(claim.job_id) == list(enumerate(types, start=1))
    assert stored(claim).event_sequence == len(types)


def test_a_change_and_its_event_are_undone_together() -> None:
    claim = active_job()
    with transaction.atomic():
        lifecycle.complete(claim, {"success": True}, now=NOW)
        transaction.set_rollback(True)
    assert stored(claim).status == Status.ACTIVE
    assert events_of(claim.job_id) == [(1, "waiting"), (2, "active")]


def test_a_job_is_claimed_once() -> None:
    job = waiting_job()
    claims = [lifecycle.claim(job.id, worker=str(n), lease_seconds=15, now=NOW) for n in range(3)]
    assert [claim is not None for claim in claims] == [True, False, False]


def test_an_attempt_is_counted_when_it_begins_and_again_after_a_retry() -> None:
    claim = active_job()
    assert claim.attempt == 1
    lifecycle.delay(claim, WAIT, counts_attempt=True, now=NOW)
    lifecycle.wake([claim.job_id], now=LATER)
    assert claimed(stored(claim)).attempt == 2


@pytest.mark.parametrize("action", ["hand back", "recover"])
def test_a_run_that_was_broken_off_gives_its_attempt_back(action: str) -> None:
    claim = active_job()
    ACTIONS[action](claim)
    assert stored(claim).attempts_made == 0


def test_a_wait_that_is_not_the_jobs_fault_gives_its_attempt_back() -> None:
    claim = active_job()
    lifecycle.delay(claim, WAIT, counts_attempt=False, now=NOW)
    assert stored(claim).attempts_made == 0


def test_a_delayed_job_says_why_and_until_when() -> None:
    claim = job_in(Status.DELAYED)
    assert last_event(claim.job_id) == {
        "jobId": claim.job_id,
        "status": "delayed",
        "progress": 0,
        "timestamp": "2026-11-23T12:00:00.000Z",
        "sequence": 3,
        "message": "It will be tried again.",
        "waitingFor": {
            "reason": "retry",
            "explanation": "It will be tried again.",
            "until": "2026-11-23T12:00:05.000Z",
        },
        "nextAttemptAt": "2026-11-23T12:00:05.000Z",
        "attemptsMade": 1,
    }


def test_a_job_that_waits_again_has_forgotten_the_wait_before() -> None:
    claim = job_in(Status.DELAYED)
    lifecycle.wake([claim.job_id], now=LATER)
    job = stored(claim)
    assert (job.wait_reason, job.next_attempt_at, job.lease_expires_at) == ("queue", None, None)


def test_a_lease_that_has_not_run_out_is_not_taken() -> None:
    claim = active_job()
    assert not lifecycle.recover(claim.job_id, lost_at_most=3, now=after(LEASE_SECONDS))
    assert lifecycle.recover(claim.job_id, lost_at_most=3, now=after(LEASE_SECONDS + 1))


def test_a_renewed_lease_is_not_taken() -> None:
    claim = active_job()
    lifecycle.renew(claim, lease_seconds=60, now=NOW)
    assert not lifecycle.recover(claim.job_id, lost_at_most=3, now=after(59))


def test_a_job_whose_worker_is_lost_again_and_again_is_given_up() -> None:
    claim = active_job()
    for _ in range(2):
        lifecycle.recover(claim.job_id, lost_at_most=3, now=LATER)
        claimed(stored(claim))
    assert lifecycle.recover(claim.job_id, lost_at_most=3, now=LATER)
    job = stored(claim)
    assert (job.status, job.error_code, job.is_retryable) == ("failed", "WORKER_LOST", True)


def test_a_completed_job_holds_its_result_and_the_event_only_its_duration() -> None:
    claim = active_job()
    lifecycle.complete(claim, {"success": True, "flashcards": []}, now=after(1.5))
    assert stored(claim).result == {"success": True, "flashcards": []}
    assert last_event(claim.job_id)["duration"] == 1500
    assert "result" not in last_event(claim.job_id)


def test_a_failed_job_says_why_for_people_and_programs() -> None:
    claim = active_job()
    lifecycle.fail(claim, FAILURE, now=NOW)
    event = last_event(claim.job_id)
    told = {name: event[name] for name in ("error", "code", "retryable", "attemptsMade")}
    assert told == {
        "error": "The service is not available.",
        "code": "PROVIDER_UNAVAILABLE",
        "retryable": True,
        "attemptsMade": 1,
    }


def test_job_ids_are_ordered_by_time_and_cannot_be_guessed() -> None:
    jobs = [waiting_job(now=after(n)) for n in range(50)]
    ids = [job.id for job in jobs]
    assert ids == sorted(ids)
    random_parts = {job_id.split("-", 4)[-1] for job_id in ids}
    assert len(random_parts) == 50
    assert len({job_id[-12:] for job_id in ids}) == 50


def test_jobs_that_come_in_together_are_saved_together_with_their_events() -> None:
    jobs = [
        creation.new_job("flashcards", f"user {n}", {}, max_attempts=3, now=NOW) for n in range(3)
    ]
    creation.create(jobs)
    assert JobEvent.objects.filter(sequence=1, type="waiting").count() == 3


def test_a_retried_job_has_waited_since_its_retry() -> None:
    claim = job_in(Status.FAILED)
    lifecycle.retry(claim.job_id, identity="again", now=after(1_000))
    before = _waited()
    claimed(stored(claim), now=after(1_002))

    assert _waited() - before == pytest.approx(2)


def _waited() -> float:
    """The seconds that this process has counted, and has told nobody yet."""
    counted = (JOB_WAITING_SECONDS.name, "flashcards", SUM)
    return sum(values.get(counted, 0.0) for values in meter.unflushed().values())
