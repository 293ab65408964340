"""One attempt of one job: claim it, run its handler, and turn what comes back into exactly one lifecycle call."""

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from math import inf
from threading import Event
from time import monotonic, perf_counter
from typing import IO, Any, TypeVar, cast

import structlog
from django.conf import settings
from django.utils import timezone

from jobs import clock, heartbeat, lifecycle, queue, steps, uploads
from jobs.errors import (
    AttemptFailed,
    ContentRefused,
    DeadlineExceeded,
    UnusableAnswer,
    UnusableInput,
)
from jobs.kind import Queue, kind_of
from jobs.lifecycle import Claim, Failure, Wait
from jobs.models import WaitReason
from jobs.providers import registry as providers
from jobs.providers.base import SpeechAssessor, TextModel, TextReader
from jobs.providers.guarded import Run, classify
from jobs.timeline import dollars_by_step
from jobs.worker_stats import worker_stats
from resilience.errors import AllowanceExhausted, CallInterrupted, CallRefused
from resilience.policies import RetryPolicy
from resilience.retry import retry_delay
from unilingo.common import spans, stopping
from unilingo.common.database_retry import DATABASE_AWAY, retry_on_database_error
from unilingo.common.metrics import JOB_RUN_SECONDS, SAVED_USD, meter
from unilingo.common.threads import side_by_side

logger = logging.getLogger(__name__)
T = TypeVar("T")

_step: ContextVar[str] = ContextVar("step", default="")

# Of one job, so that it does not take all the places that a provider gives to the whole fleet.
CALLS_AT_ONCE = 3
# For so long a run keeps its place, whoever waits.
SHARE_SECONDS = 1.0
# The part of a kind's deadline that it has beyond it to end a step that runs, and to keep what is made.
GRACE = 10
# These would come again with the same work.
OF_THE_WORK = (UnusableInput, UnusableAnswer, ContentRefused)
INTERNAL = Failure("INTERNAL_ERROR", "Something went wrong on our side.", is_retryable=True)


class Interrupted(Exception):
    """The run must end now and has no result: its claim is lost, it is cancelled, or the worker stops."""


class GaveWay(Exception):
    """The run has had its share, and jobs of `turn` ought to be started before it goes on."""

    def __init__(self, turn: int) -> None:
        self.turn = turn


@dataclass(frozen=True)
class RunContext:
    """What a handler sees of the world (jobs/handler.py): its capabilities, and a way to say how far it is.

    `deadline` and `share_ends` are of the monotonic clock. `finished`: the steps that this run has not found finished.
    `is_cut_short`: set when money, time or a provider was missing for a part of the result.
    """

    claim: Claim
    deadline: float
    share_ends: float = inf
    finished: set[str] = field(default_factory=set)
    is_cut_short: Event = field(default_factory=Event)

    @cached_property
    def text(self) -> TextModel:
        return providers.text_model(self.run)

    @cached_property
    def vision(self) -> TextReader:
        return providers.text_reader(self.run)

    @cached_property
    def speech(self) -> SpeechAssessor:
        return providers.speech_assessor(self.run)

    def file(self, number: int) -> IO[bytes]:
        return uploads.opened(self.claim.job_id, number)

    def progress(self, percent: int, message: str) -> None:
        self._check_time()
        if not retry_on_database_error(
            lambda: lifecycle.progress(self.claim, percent, message, now=timezone.now())
        ):
            raise Interrupted

    def partial(self, news: Mapping[str, object]) -> None:
        with suppress(*DATABASE_AWAY):
            lifecycle.partial_result(self.claim, news, now=timezone.now())

    def step(self, name: str, inputs: object, run: Callable[[], T]) -> T:
        self._check()
        found = retry_on_database_error(lambda: steps.stored(self.claim.job_id, name, inputs))
        if found:
            meter.count(SAVED_USD, "checkpoint", by=self._paid.get(name, 0.0))
            return cast(T, found.value)
        self._give_way()
        at, began = _step.set(name), perf_counter()
        try:
            value = run()
            took = perf_counter() - began
            if not retry_on_database_error(
                lambda: steps.keep(
                    self.claim, name, inputs, value, seconds=took, now=timezone.now()
                )
            ):
                raise Interrupted
        finally:
            _step.reset(at)
        self.finished.add(name)
        return value

    @cached_property
    def run(self) -> Run:
        """For whom the provider calls of this run are made."""
        return Run(
            permit=f"{self.claim.job_id}:{self.claim.run}",
            job_id=self.claim.job_id,
            max_cost=self.claim.max_cost,
            user_id=self.claim.user_id,
            kind=self.claim.kind,
            is_retry=self.claim.attempt > 1,
            wait=self._wait,
            step=_step.get,
            check=self._check,
        )

    @cached_property
    def _paid(self) -> dict[str, float]:
        """Dollars that runs before this one have paid for each step."""
        return retry_on_database_error(lambda: dollars_by_step(self.claim.job_id))

    def parallel(self, runs: Sequence[Callable[[], T]]) -> list[T]:
        return side_by_side(runs, CALLS_AT_ONCE)

    def is_tried_again(self, failure: AttemptFailed | CallRefused) -> bool:
        if isinstance(failure, CallRefused):
            return _waits(failure)
        return failure.is_retryable and _seconds_to_retry(self.claim, failure) is not None

    def left_out(self, failure: AttemptFailed | CallRefused) -> None:
        if not isinstance(failure, OF_THE_WORK):
            self.is_cut_short.set()

    def _check(self) -> None:
        """Raises when the run must end: nothing is begun after that."""
        self._check_time()
        if not self._may_go_on():
            raise Interrupted

    def _give_way(self) -> None:
        """But not before this run has brought the job on, or two might give way to each other for ever."""
        if not self.finished or monotonic() < self.share_ends:
            return
        now = retry_on_database_error(clock.now)
        first = retry_on_database_error(lambda: queue.more_urgent(self.claim.kind, now))
        if first:
            raise GaveWay(first.turn)

    def _wait(self, seconds: float) -> bool:
        """For a provider; True when the run must end meanwhile."""
        return stopping.wait_for_stop(seconds) or not self._may_go_on()

    def _may_go_on(self) -> bool:
        return retry_on_database_error(lambda: lifecycle.may_go_on(self.claim))

    def _check_time(self) -> None:
        if stopping.is_stopping():
            raise Interrupted
        if monotonic() > self.deadline:
            raise DeadlineExceeded


def claim(name: Queue) -> Claim | None:
    """The job of the queue whose turn it is, for this worker; None when none waits."""
    return lifecycle.claim_next(
        name,
        worker=heartbeat.worker(),
        lease_seconds=settings.JOB_POLICY.lease_seconds,
        now=clock.now(),
    )


def run(claim: Claim) -> bool:
    """False: the job has gone back to the queue unharmed, and needs a new message.

    Raises one of DATABASE_AWAY when that stays away: the job keeps its lease until the sweep recovers it.
    """
    seconds = kind_of(claim.kind).deadline_seconds
    deadline = monotonic() + seconds
    with (
        structlog.contextvars.bound_contextvars(job_id=claim.job_id),
        # Time for the step that runs at the deadline to end, and for what is made until then to be kept.
        heartbeat.holding(claim, deadline + seconds / GRACE),
        worker_stats.processing(),
    ):
        began = perf_counter()
        with spans.span(f"run {claim.kind}", job_id=claim.job_id, attempt=str(claim.attempt)):
            end = _attempt(claim, deadline)
        meter.observe(JOB_RUN_SECONDS, perf_counter() - began, claim.kind, end.name)
        counted = retry_on_database_error(end.write)
        if counted and end.is_final:
            worker_stats.ended(well=end.name == "completed")
        if counted and end.is_over and claim.input.get("files"):
            uploads.remove(claim.job_id)
        facts = {"kind": claim.kind, "attempt": claim.attempt, "end": end.name, "counted": counted}
        logger.info("attempt ended", extra=facts)
        return not (counted and end.is_back)


@dataclass(frozen=True, slots=True)
class End:
    """How an attempt ended, and the lifecycle call that writes it down; it answers False when the claim is lost.

    `is_over`: final, and nothing is gained by trying again. `is_back`: it waits in the queue again.
    """

    name: str
    write: Callable[[], bool]
    is_final: bool = False
    is_over: bool = False
    is_back: bool = False


def _attempt(claim: Claim, deadline: float) -> End:
    """Run the handler and say how it ended."""
    context = RunContext(claim, deadline, monotonic() + SHARE_SECONDS)
    try:
        result: dict[str, Any] = kind_of(claim.kind).handler(claim.input, context)
    except GaveWay as way:
        turn = way.turn
        return End(
            "gave_way",
            lambda: lifecycle.give_way(claim, turn=turn, now=clock.now()),
            is_back=True,
        )
    except (Interrupted, CallInterrupted):
        return End(
            "interrupted",
            lambda: lifecycle.release_claim(claim, now=clock.now()),
            is_back=True,
        )
    except CallRefused as refused:
        return _after_refusal(claim, refused)
    except AttemptFailed as error:
        notes = getattr(error, "__notes__", [])
        facts = {"code": error.code, "error_type": type(error).__name__, "notes": notes}
        logger.warning("attempt failed", extra=facts)
        return _after_failure(claim, error)
    except DATABASE_AWAY:
        raise  # no fault of the job: it is recovered, which is counted
    except Exception:  # a border: whatever a handler raises, the job must end
        logger.exception("handler raised")
        return _failed(claim, INTERNAL)
    keep = kind_of(claim.kind).on_completion
    # Steps of runs before this one may be the built-in engine's, too.
    is_whole = not (
        context.is_cut_short.is_set() or context.run.stood_in.is_set() or "degraded" in result
    )
    return End(
        "completed",
        lambda: lifecycle.complete(
            claim,
            result,
            now=timezone.now(),
            keep=keep,
            answers_again=is_whole,
        ),
        is_final=True,
        is_over=True,
    )


def _after_refusal(claim: Claim, refused: CallRefused) -> End:
    """A call that was not made is no attempt of the job: it waits, unless waiting cannot help it."""
    facts = {"code": refused.code, "reason": refused.reason, "detail": refused.detail}
    logger.info("call refused", extra=facts)
    if not _waits(refused):
        may_help_later = isinstance(refused, AllowanceExhausted)
        return _failed(claim, Failure(refused.code, str(refused), is_retryable=may_help_later))
    now = retry_on_database_error(clock.now)
    until = now + timedelta(seconds=refused.retry_after or 0)
    wait = Wait(
        WaitReason(refused.reason), until, str(refused), refused.place, refused.scope, refused.cost
    )
    return End("waits", lambda: lifecycle.delay(claim, wait, counts_attempt=False, now=now))


def _waits(refused: CallRefused) -> bool:
    """Whether the job goes on by itself: not for a month."""
    may_end = isinstance(refused, CallInterrupted) or refused.retry_after is not None
    return may_end and not isinstance(refused, AllowanceExhausted)


def _after_failure(claim: Claim, error: AttemptFailed) -> End:
    seconds = _seconds_to_retry(claim, error) if error.is_retryable else None
    if seconds is None:
        return _failed(claim, Failure(error.code, str(error), error.is_retryable))
    now = retry_on_database_error(clock.now)
    wait = Wait(
        WaitReason.RETRY, now + timedelta(seconds=seconds), f"{error} It will be tried again."
    )
    return End("delayed", lambda: lifecycle.delay(claim, wait, counts_attempt=True, now=now))


def _seconds_to_retry(claim: Claim, error: AttemptFailed) -> float | None:
    """None: this was the last attempt."""
    policy, failure = settings.JOB_POLICY, classify(error)
    return retry_delay(
        RetryPolicy(claim.max_attempts, policy.retry_base_seconds, policy.retry_max_seconds),
        failure.kind,
        claim.attempt,
        retry_after_seconds=failure.retry_after_seconds,
        uniform=random.uniform,
    )


def _failed(claim: Claim, failure: Failure) -> End:
    return End(
        "failed",
        lambda: lifecycle.fail(claim, failure, now=timezone.now()),
        is_final=True,
        is_over=not failure.is_retryable,
    )
