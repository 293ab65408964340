"""What an owner may do to a job: stop it, or have it tried again."""

from time import monotonic
from typing import Any

import pytest
from django.utils import timezone

from jobs import lifecycle, queries, runner, services, tasks
from jobs.errors import JobNotCancellable, JobNotFound, JobNotRetryable
from jobs.handler import JobContext
from jobs.kind import Queue
from jobs.models import FINAL, Job, JobStep, Status
from jobs.run_context import Interrupted, RunContext
from resilience.errors import RateLimited
from tests.jobs.rows import (
    FAILURE,
    NOW,
    active_job,
    after,
    changed_kind,
    claimed,
    events_of,
    job_in,
    last_event,
    stored,
    waiting_job,
)
from tests.servers import ValkeyServer

pytestmark = pytest.mark.django_db


def handled_by(monkeypatch: pytest.MonkeyPatch, handler: Any) -> None:
    changed_kind(monkeypatch, "flashcards", handler=handler)


def run_next() -> None:
    claim = runner.claim(Queue.AI)
    assert claim
    runner.run(claim)


def names(job_id: str) -> list[str]:
    return [name for _, name in events_of(job_id)]


@pytest.mark.parametrize("status", [Status.WAITING, Status.DELAYED])
def test_a_job_that_waits_is_cancelled_at_once(status: Status) -> None:
    claim = job_in(status)
    assert services.cancel_job("ann", claim.job_id).status == Status.CANCELLED
    assert last_event(claim.job_id)["status"] == "cancelled"
    assert lifecycle.claim(claim.job_id, worker="w", lease_seconds=9, now=after(9)) is None


def test_an_active_job_is_told_to_stop_once_and_ends_at_its_next_step() -> None:
    claim = active_job()
    for _ in range(2):
        assert services.cancel_job("ann", claim.job_id).status == Status.ACTIVE
    assert names(claim.job_id) == ["waiting", "active", "progress"]
    assert not lifecycle.progress(claim, 50, "Half way", now=NOW)
    assert lifecycle.release_claim(claim, now=NOW)
    assert names(claim.job_id)[-1] == "cancelled"


def test_a_run_that_is_cancelled_begins_no_further_step_and_keeps_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = []

    def handler(inputs: object, context: RunContext) -> dict[str, Any]:
        def first() -> str:
            begun.append("first")
            lifecycle.cancel(context.claim.job_id, now=timezone.now())
            return "paid for"

        context.step("first", {}, first)
        context.step("second", {}, lambda: begun.append("second"))
        return {}

    handled_by(monkeypatch, handler)
    job = waiting_job()
    run_next()
    job.refresh_from_db()
    assert (job.status, begun) == (Status.CANCELLED, ["first"])
    assert JobStep.objects.get(job=job).value == "paid for"


def test_a_call_that_waits_in_line_is_not_made_once_its_job_is_cancelled() -> None:
    claim = active_job()
    run = RunContext(claim, deadline=monotonic() + 3600).run
    assert not run.wait(0)
    lifecycle.cancel(claim.job_id, now=NOW)
    assert run.wait(0)
    with pytest.raises(Interrupted):
        run.begin_call()


@pytest.mark.parametrize("end", ["delay", "lose"])
def test_a_job_that_was_to_stop_does_not_wait_again(
    end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = waiting_job()
    if end == "lose":
        claimed(job)
        lifecycle.cancel(job.id, now=NOW)
        lifecycle.recover(job.id, lost_at_most=3, now=after(60))
    else:

        def handler(inputs: object, context: RunContext) -> dict[str, Any]:
            lifecycle.cancel(job.id, now=timezone.now())
            raise RateLimited(retry_after=5)

        handled_by(monkeypatch, handler)
        run_next()
    job.refresh_from_db()
    assert job.status == Status.CANCELLED


def test_a_result_that_came_before_the_stop_counts() -> None:
    claim = active_job()
    lifecycle.cancel(claim.job_id, now=NOW)
    assert lifecycle.complete(claim, {"success": True}, now=NOW)


@pytest.mark.parametrize("status", sorted(FINAL))
def test_what_has_ended_cannot_be_cancelled(status: Status) -> None:
    claim = job_in(status)
    with pytest.raises(JobNotCancellable):
        services.cancel_job("ann", claim.job_id)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.FAILED, Status.CANCELLED}))
def test_only_what_has_failed_or_was_cancelled_is_retried(status: Status) -> None:
    claim = job_in(status)
    with pytest.raises(JobNotRetryable):
        services.retry_job("ann", claim.job_id)


@pytest.mark.parametrize("change", [services.cancel_job, services.retry_job])
def test_a_strangers_job_does_not_exist_for_either(change: Any) -> None:
    claim = job_in(Status.FAILED)
    with pytest.raises(JobNotFound):
        change("bob", claim.job_id)


def test_a_retried_job_goes_on_behind_its_steps_with_all_its_attempts(
    monkeypatch: pytest.MonkeyPatch, redis_server: ValkeyServer
) -> None:
    ran = []

    def handler(inputs: object, context: JobContext) -> dict[str, Any]:
        context.step("first", {}, lambda: ran.append("first"))
        context.step("second", {}, lambda: ran.append("second") or 1 // (len(ran) - 2))
        return {"success": True}

    handled_by(monkeypatch, handler)
    job = waiting_job()
    run_next()
    assert Job.objects.get(pk=job.id).error_code == "INTERNAL_ERROR"
    retried = services.retry_job("ann", job.id)
    assert (retried.status, retried.attempts_made, retried.error) == (Status.WAITING, 0, "")
    assert tasks.messages_waiting(Queue.AI) == 1
    run_next()
    assert Job.objects.get(pk=job.id).status == Status.COMPLETED
    assert ran == ["first", "second", "second"]
    types = ["waiting", "active", "failed", "waiting", "active", "completed"]
    assert events_of(job.id) == list(enumerate(types, start=1))


def test_the_calls_of_a_retried_job_have_names_of_their_own() -> None:
    claim = job_in(Status.FAILED)
    services.retry_job("ann", claim.job_id)
    assert claimed(stored(claim)).run > claim.run


def test_a_retried_job_answers_for_its_work_again() -> None:
    claim = job_in(Status.FAILED)
    services.retry_job("ann", claim.job_id)
    draft = services.draft_job("flashcards", user_id="ann", inputs=claim.input)
    assert queries.is_known(draft.job, draft.key)


def test_a_retried_job_leaves_its_work_to_the_one_that_was_asked_for_it_since() -> None:
    claim = job_in(Status.CANCELLED)
    draft = services.draft_job("flashcards", user_id="ann", inputs=claim.input)
    services.submit_job(draft)
    services.retry_job("ann", claim.job_id)
    assert stored(claim).status == Status.WAITING
    assert Job.objects.get(identity=draft.job.identity).id == draft.job.id


def test_of_a_job_that_failed_again_and_again_every_life_is_told_in_one_sequence() -> None:
    claim = job_in(Status.FAILED)
    for _ in range(3):
        services.retry_job("ann", claim.job_id)
        lifecycle.fail(claimed(stored(claim)), FAILURE, now=NOW)
    one_life = ["waiting", "active", "failed"]
    assert events_of(claim.job_id) == list(enumerate(one_life * 4, start=1))
