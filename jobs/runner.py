"""One attempt of one job: claim it, run its handler, and turn what comes back into exactly one lifecycle call."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic, perf_counter
from typing import Any

import structlog
from django.conf import settings
from django.utils import timezone

from jobs import clock, heartbeat, lifecycle, uploads
from jobs.claims import LOST_AT_MOST, Claim, Failure, Wait
from jobs.errors import AttemptFailed, StorageAway
from jobs.kind import Queue, kind_of
from jobs.models import WaitReason
from jobs.retries import seconds_to_retry, waits
from jobs.run_context import GaveWay, Interrupted, RunContext
from jobs.worker_stats import worker_stats
from resilience.errors import AllowanceExhausted, CallInterrupted, CallRefused, PriceUnknown
from unilingo.common import spans
from unilingo.common.database_retry import DATABASE_AWAY, retry_on_database_error
from unilingo.common.disk import is_full
from unilingo.common.metrics import JOB_RUN_SECONDS, STORAGE_FAILURES, meter

logger = logging.getLogger(__name__)

# For so long a run keeps its place, whoever waits.
SHARE_SECONDS = 1.0
# The part of a kind's deadline that it has beyond it to end a step that runs, and to keep what is made.
GRACE = 10
# Ends of a run that end its job, and those after which it waits in the queue again.
FINAL, BACK = ("completed", "failed"), ("gave_way", "interrupted", "lost")
INTERNAL = Failure("INTERNAL_ERROR", "Something went wrong on our side.", is_retryable=True)


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
        heartbeat.end(claim)
        counted = retry_on_database_error(end.write)
        if counted and end.name in FINAL:
            worker_stats.ended(well=end.name == "completed")
        if counted and end.is_over and claim.input.get("files"):
            uploads.remove(claim.job_id)
        facts = {"kind": claim.kind, "attempt": claim.attempt, "end": end.name, "counted": counted}
        logger.info("attempt ended", extra=facts)
        return not (counted and end.name in BACK)


@dataclass(frozen=True, slots=True)
class End:
    """How an attempt ended, and the lifecycle call that writes it down; it answers False when the claim is lost.

    `is_over`: final, and nothing is gained by trying again.
    """

    name: str
    write: Callable[[], bool]
    is_over: bool = False


def _attempt(claim: Claim, deadline: float) -> End:
    """Run the handler and say how it ended."""
    context = RunContext(claim, deadline, monotonic() + SHARE_SECONDS)
    try:
        result: dict[str, Any] = kind_of(claim.kind).handler(claim.input, context)
    except GaveWay as way:
        turn = way.turn
        return End("gave_way", lambda: lifecycle.give_way(claim, turn=turn, now=clock.now()))
    except (Interrupted, CallInterrupted):
        return End("interrupted", lambda: lifecycle.release_claim(claim, now=clock.now()))
    except CallRefused as refused:
        return _after_refusal(claim, refused)
    except AttemptFailed as error:
        notes = getattr(error, "__notes__", [])
        facts = {"code": error.code, "error_type": type(error).__name__, "notes": notes}
        logger.warning("attempt failed", extra=facts)
        return _after_failure(claim, error)
    except DATABASE_AWAY as error:
        logger.warning("run lost its database", extra={"reason": type(error).__name__})
        return End("lost", lambda: _lost(claim))
    except Exception as error:  # a border: whatever a handler raises, the job must end
        logger.exception("handler raised")
        if is_full(error):
            meter.count(STORAGE_FAILURES)
            return _after_failure(claim, StorageAway())
        return _failed(claim, INTERNAL)
    keep = kind_of(claim.kind).on_completion
    # Steps of runs before this one may be the built-in engine's, too.
    is_whole = not (
        context.is_cut_short.is_set() or context.run.stood_in.is_set() or "degraded" in result
    )
    return End(
        "completed",
        lambda: lifecycle.complete(
            claim, result, now=timezone.now(), keep=keep, answers_again=is_whole
        ),
        is_over=True,
    )


def _after_refusal(claim: Claim, refused: CallRefused) -> End:
    """A call that was not made is no attempt of the job: it waits, unless waiting cannot help it."""
    facts = {"code": refused.code, "reason": refused.reason, "detail": refused.detail}
    logger.info("call refused", extra=facts)
    if not waits(refused):
        may_help_later = isinstance(refused, AllowanceExhausted | PriceUnknown)
        return _failed(claim, Failure(refused.code, str(refused), is_retryable=may_help_later))
    now = retry_on_database_error(clock.now)
    until = now + timedelta(seconds=refused.retry_after or 0)
    wait = Wait(
        WaitReason(refused.reason), until, str(refused), refused.place, refused.scope, refused.cost
    )
    return End("waits", lambda: lifecycle.delay(claim, wait, counts_attempt=False, now=now))


def _after_failure(claim: Claim, error: AttemptFailed) -> End:
    seconds = seconds_to_retry(claim, error) if error.is_retryable else None
    if seconds is None:
        return _failed(claim, Failure(error.code, str(error), error.is_retryable))
    now = retry_on_database_error(clock.now)
    wait = Wait(
        WaitReason.RETRY, now + timedelta(seconds=seconds), f"{error} It will be tried again."
    )
    return End("delayed", lambda: lifecycle.delay(claim, wait, counts_attempt=True, now=now))


def _lost(claim: Claim) -> bool:
    """No fault of the job, but counted: a statement may fail each time."""
    now = clock.now()
    return lifecycle.recover(claim.job_id, lost_at_most=LOST_AT_MOST, now=now, of=claim)


def _failed(claim: Claim, failure: Failure) -> End:
    return End(
        "failed",
        lambda: lifecycle.fail(claim, failure, now=timezone.now()),
        is_over=not failure.is_retryable,
    )
