import errno
from collections.abc import Iterator
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from django.contrib import admin
from django.utils import timezone

from jobs import heartbeat, lifecycle, runner, tasks
from jobs.admin.jobs import JobAdmin
from jobs.api import representation
from jobs.errors import (
    AttemptFailed,
    ContentRefused,
    DeadlineExceeded,
    ProviderMisconfigured,
    ProviderThrottled,
    ProviderUnavailable,
    UnusableAnswer,
)
from jobs.handler import JobContext
from jobs.kind import Queue
from jobs.models import Job, Status
from jobs.run_context import RunContext
from resilience.errors import (
    AllowanceExhausted,
    CallInterrupted,
    CallRefused,
    CallTooLarge,
    CircuitOpen,
    CostLimited,
    KillSwitchOn,
    PriceUnknown,
    RateLimited,
)
from tests.jobs.rows import (
    active_job,
    changed_kind,
    claimed,
    events_of,
    last_event,
    stored,
    waiting_job,
)
from tests.servers import ValkeyServer
from unilingo.common import stopping as process
from unilingo.common.timestamps import iso

pytestmark = pytest.mark.django_db

DEADLINE = monotonic() + 3600


@pytest.fixture
def handle(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the flashcards of this test be made by a function of its own."""

    def register(handler: Any) -> None:
        changed_kind(monkeypatch, "flashcards", handler=handler)

    return register


@pytest.fixture
def stopping() -> Iterator[None]:
    process.stop()
    yield
    process.go_on()


def run(job: Job) -> tuple[bool, Job]:
    claim = runner.claim(Queue.AI)
    answered = runner.run(claim) if claim else True
    return answered, Job.objects.get(pk=job.id)


def raising(error: Exception) -> Any:
    def handler(inputs: object, context: JobContext) -> dict[str, Any]:
        raise error

    return handler


def test_what_the_handler_returns_is_the_jobs_result(handle: Any) -> None:
    handle(lambda inputs, context: {"success": True, "read": inputs["content"]})
    _, job = run(waiting_job())
    assert job.status == Status.COMPLETED
    assert job.result == {"success": True, "read": "The heart pumps blood."}


def test_the_steps_of_the_handler_are_told_with_their_words(handle: Any) -> None:
    def handler(inputs: object, context: JobContext) -> dict[str, Any]:
        context.progress(40, "Read part 1 of 2")
        return {"success": True}

    handle(handler)
    _, job = run(waiting_job())
    types = ["waiting", "active", "progress", "completed"]
    assert events_of(job.id) == list(enumerate(types, start=1))
    told = job.events.get(type="progress").data
    assert (told["progress"], told["message"]) == (40, "Read part 1 of 2")


def test_a_handler_that_raises_fails_the_job_without_telling_what_it_said(handle: Any) -> None:
    handle(raising(RuntimeError("sk-secret in /srv/app.py")))
    _, job = run(waiting_job())
    assert (job.status, job.error_code) == (Status.FAILED, "INTERNAL_ERROR")
    assert "secret" not in str(last_event(job.id)) + job.error


def test_a_job_waits_when_its_worker_has_no_room_for_what_it_needs(handle: Any) -> None:
    """Another worker may have."""
    handle(raising(OSError(errno.ENOSPC, "No space left on device")))
    _, job = run(waiting_job())
    assert (job.status, job.attempts_made, job.wait_reason) == (Status.DELAYED, 1, "retry")


def test_a_failure_that_may_pass_delays_the_job_and_says_until_when(handle: Any) -> None:
    handle(raising(ProviderThrottled(retry_after=20.0)))
    began = timezone.now()
    _, job = run(waiting_job())
    assert (job.status, job.attempts_made, job.wait_reason) == (Status.DELAYED, 1, "retry")
    assert job.next_attempt_at >= began + timedelta(seconds=20)


@pytest.mark.parametrize(
    ("error", "may_help"),
    [
        (ContentRefused(), False),
        (ProviderMisconfigured(), True),
        (PriceUnknown(), True),
        (CallTooLarge(), False),
    ],
)
def test_what_does_not_pass_by_itself_is_final_and_says_whether_asking_again_may_help(
    handle: Any, error: Exception, may_help: bool
) -> None:
    handle(raising(error))
    _, job = run(waiting_job())
    assert (job.status, job.attempts_made, job.is_retryable) == ("failed", 1, may_help)


def test_the_last_attempt_is_final_whatever_it_failed_of(handle: Any) -> None:
    handle(raising(ProviderThrottled()))
    _, job = run(waiting_job(max_attempts=1))
    assert (job.status, job.error_code, job.is_retryable) == ("failed", "PROVIDER_THROTTLED", True)


def test_a_second_message_for_the_same_job_does_nothing(handle: Any) -> None:
    handle(lambda inputs, context: {"success": True})
    job = waiting_job()
    run(job)
    before = events_of(job.id)
    assert run(job)[0]
    assert events_of(job.id) == before


def test_a_message_for_a_queue_in_which_nothing_waits_does_nothing() -> None:
    active_job()
    assert runner.claim(Queue.AI) is None
    assert runner.claim(Queue.AUDIO) is None


def test_a_run_ends_at_its_next_step_once_its_claim_is_lost(handle: Any) -> None:
    def handler(inputs: object, context: RunContext) -> dict[str, Any]:
        later = timezone.now() + timedelta(hours=1)
        lifecycle.recover(context.claim.job_id, lost_at_most=3, now=later)
        context.progress(50, "Half way")
        return {"success": True}

    handle(handler)
    answered, job = run(waiting_job())
    assert (answered, job.status, job.attempts_made) == (True, Status.WAITING, 0)


def test_a_stopping_worker_hands_its_job_back_at_the_next_step(handle: Any, stopping: None) -> None:
    handle(lambda inputs, context: context.progress(50, "Half way"))
    answered, job = run(waiting_job())
    assert (answered, job.status, job.attempts_made) == (False, Status.WAITING, 0)


def test_a_run_that_takes_longer_than_its_kind_may_is_stopped() -> None:
    claim = active_job()
    context = RunContext(claim, deadline=monotonic() - 1)
    with pytest.raises(Exception, match="took too long") as raised:
        context.progress(50, "Half way")
    assert raised.value.code == "JOB_DEADLINE_EXCEEDED"


def test_what_is_made_at_the_deadline_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def handler(inputs: object, context: JobContext) -> dict[str, Any]:
        while True:  # until it gets no further step
            try:
                context.progress(50, "Half way")
            except DeadlineExceeded:
                heartbeat.beat()
                return {"success": True}

    changed_kind(monkeypatch, "flashcards", handler=handler, deadline_seconds=0.05)
    monkeypatch.setattr(runner, "GRACE", 0.001)
    _, job = run(waiting_job())
    assert job.status == Status.COMPLETED


def test_a_handler_is_told_whether_a_refused_call_comes_again() -> None:
    context = RunContext(active_job(), deadline=monotonic() + 60)
    again = [CircuitOpen(retry_after=5.0), CallInterrupted()]
    last = [CostLimited(), AllowanceExhausted(retry_after=9e5)]
    assert [context.is_tried_again(refused) for refused in (*again, *last)] == [True] * 2 + [
        False
    ] * 2


@pytest.mark.parametrize(
    ("missing", "answers_again"),
    [(CostLimited(), False), (ProviderUnavailable(), False), (UnusableAnswer(), True)],
)
def test_a_result_that_was_cut_short_answers_for_no_other_request(
    handle: Any, missing: AttemptFailed | CallRefused, answers_again: bool
) -> None:
    def handler(inputs: object, context: JobContext) -> dict[str, Any]:
        context.left_out(missing)
        return {"success": True}

    handle(handler)
    _, job = run(waiting_job())
    assert (job.status, job.identity is not None) == (Status.COMPLETED, answers_again)


def test_a_wait_after_a_failure_is_never_shorter_than_the_provider_asked_for(handle: Any) -> None:
    handle(raising(ProviderUnavailable(retry_after=45.0)))
    began = timezone.now()
    _, job = run(waiting_job())
    assert job.next_attempt_at >= began + timedelta(seconds=45)


def test_an_unusable_answer_is_asked_for_once_more_and_no_oftener(handle: Any) -> None:
    handle(raising(UnusableAnswer()))
    job = waiting_job(max_attempts=5)
    assert run(job)[1].status == Status.DELAYED
    lifecycle.wake([job.id], now=timezone.now() + timedelta(hours=1))
    _, job = run(job)
    assert (job.status, job.attempts_made, job.error_code) == ("failed", 2, "UNUSABLE_ANSWER")


def test_a_call_that_was_refused_for_now_delays_the_job_and_uses_no_attempt(handle: Any) -> None:
    handle(raising(RateLimited(retry_after=20, reason="fairness", place=7)))
    began = timezone.now()
    _, job = run(waiting_job(max_attempts=1))
    assert (job.status, job.attempts_made, job.wait_reason) == (Status.DELAYED, 0, "fairness")
    assert job.next_attempt_at >= began + timedelta(seconds=20)
    assert job.explanation.endswith("Number 7 in line.")


@pytest.mark.parametrize("refusal", [RateLimited, CircuitOpen])
def test_who_waits_is_told_the_same_in_status_events_and_admin(
    handle: Any, refusal: type[CallRefused]
) -> None:
    handle(raising(refusal(retry_after=20, place=7)))
    _, job = run(waiting_job())

    shown = representation.status(job)["waitingFor"]
    assert (shown["position"], shown["until"]) == (7, iso(job.next_attempt_at))
    assert last_event(job.id)["waitingFor"] == shown
    assert shown["explanation"] in JobAdmin(Job, admin.site).waiting_for(job)
    lifecycle.wake([job.id], now=timezone.now() + timedelta(hours=1))
    assert Job.objects.get(pk=job.id).wait_place is None


def test_a_job_may_wait_oftener_than_it_may_fail(handle: Any) -> None:
    handle(raising(CircuitOpen(retry_after=1)))
    job = waiting_job(max_attempts=2)
    for _ in range(5):
        assert run(job)[1].status == Status.DELAYED
        lifecycle.wake([job.id], now=timezone.now() + timedelta(hours=1))
    handle(lambda inputs, context: {"success": True})
    _, job = run(job)
    assert (job.status, job.attempts_made) == (Status.COMPLETED, 1)


@pytest.mark.parametrize(
    "refusal", [CallTooLarge(), PriceUnknown(), AllowanceExhausted(retry_after=9)]
)
def test_a_refusal_that_waiting_does_not_end_is_final(handle: Any, refusal: CallRefused) -> None:
    handle(raising(refusal))
    _, job = run(waiting_job())
    assert (job.status, job.error_code, job.error) == ("failed", refusal.code, str(refusal))


def test_a_call_that_was_interrupted_in_line_hands_the_job_back(handle: Any) -> None:
    handle(raising(CallInterrupted()))
    answered, job = run(waiting_job())
    assert (answered, job.status, job.attempts_made) == (False, Status.WAITING, 0)


def test_who_waits_is_told_the_same_everywhere(handle: Any) -> None:
    handle(raising(KillSwitchOn(retry_after=30)))
    _, job = run(waiting_job())
    shown = representation.status(job)["waitingFor"]
    assert shown == last_event(job.id)["waitingFor"]
    assert (shown["reason"], shown["explanation"]) == ("paused", KillSwitchOn.message)


def test_a_claim_that_came_back_is_still_held_when_its_first_run_ends() -> None:
    first = active_job()
    with heartbeat.holding(first, DEADLINE):
        lifecycle.recover(first.job_id, lost_at_most=3, now=timezone.now() + timedelta(days=1))
        second = claimed(stored(first))
        with heartbeat.holding(second, DEADLINE):
            heartbeat.beat()
            assert [claim.fence for claim in heartbeat.held()] == [second.fence]


@pytest.mark.parametrize(
    ("seconds", "ends_within", "left"), [(60, False, 0), (-1, False, 2), (60, True, 2)]
)
def test_a_message_goes_on_for_a_while_with_those_behind_its_job(
    handle: Any,
    monkeypatch: pytest.MonkeyPatch,
    redis_server: ValkeyServer,
    seconds: float,
    ends_within: bool,
    left: int,
) -> None:
    """Until its time is over or the worker ends."""
    monkeypatch.setattr(tasks, "ROUND_SECONDS", seconds)
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)

    def handler(inputs: object, context: JobContext) -> dict[str, Any]:
        if ends_within:
            process.stop()
        return {}

    handle(handler)
    for user in ("ann", "ben", "cy"):
        waiting_job(user)
    try:
        tasks.run_next(Queue.AI, 1)
    finally:
        process.go_on()
    assert Job.objects.filter(status=Status.WAITING).count() == left
    assert tasks.messages_waiting(Queue.AI) == 1  # sent before the first of them was run


@pytest.mark.parametrize(("jobs", "messages"), [(0, 0), (1, 0), (2, 1)])
def test_who_takes_a_message_wakes_somebody_only_when_more_jobs_wait(
    handle: Any,
    monkeypatch: pytest.MonkeyPatch,
    redis_server: ValkeyServer,
    jobs: int,
    messages: int,
) -> None:
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
    sent = []
    handle(lambda inputs, context: sent.append(tasks.messages_waiting(Queue.AI)) or {})
    for user in range(jobs):
        waiting_job(str(user))
    tasks.run_next(Queue.AI, 1)
    assert sent == [messages] * jobs


def test_a_few_messages_are_enough_for_all_jobs_that_wait(redis_server: ValkeyServer) -> None:
    for _ in range(tasks.ENOUGH + 2):
        assert tasks.send([waiting_job()]) == 1
    assert tasks.messages_waiting(Queue.AI) == tasks.ENOUGH
