"""One attempt of one job: claim it, run its handler, and turn what comes back into exactly one lifecycle call."""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.utils import timezone

from jobs import heartbeat, lifecycle
from jobs.errors import AttemptFailed, DeadlineExceeded
from jobs.handlers.registry import HANDLERS
from jobs.kinds import KINDS
from jobs.lifecycle import Claim, Failure, Wait
from jobs.models import WaitReason
from jobs.providers import registry as providers
from jobs.providers.base import TextModel
from jobs.tally import tally

logger = logging.getLogger(__name__)
T = TypeVar("T")

INTERNAL = Failure("INTERNAL_ERROR", "Something went wrong on our side.", is_retryable=True)


class Interrupted(Exception):
    """The run must end now and its result does not count: the claim is lost, or the worker stops."""


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a handler sees of the world (jobs/handlers/base.py): its capabilities, and a way to say how far it is."""

    claim: Claim
    deadline: datetime

    @property
    def text(self) -> TextModel:
        return providers.text_model()

    def progress(self, percent: int, message: str) -> None:
        self._check()
        if not lifecycle.progress(self.claim, percent, message, now=timezone.now()):
            raise Interrupted

    def step(self, name: str, inputs: object, run: Callable[[], T]) -> T:
        self._check()
        return run()

    def _check(self) -> None:
        if heartbeat.is_stopping():
            raise Interrupted
        if timezone.now() > self.deadline:
            raise DeadlineExceeded


def run(job_id: str) -> bool:
    """False: the job has gone back to the queue unharmed, and needs a new message.

    Nothing happens when the job is not waiting: a second message for it, or one that came too late.
    """
    policy = settings.JOB_POLICY
    now = timezone.now()
    claim = lifecycle.claim(
        job_id, worker=heartbeat.WORKER, lease_seconds=policy.lease_seconds, now=now
    )
    if claim is None:
        return True
    with (
        structlog.contextvars.bound_contextvars(job_id=job_id),
        heartbeat.holding(claim),
        tally.processing(),
    ):
        end = _attempt(claim, now + timedelta(seconds=KINDS[claim.kind].deadline_seconds))
        counted = end.write()
        if counted and end.is_final:
            tally.ended(well=end.name == "completed")
        facts = {"kind": claim.kind, "attempt": claim.attempt, "end": end.name, "counted": counted}
        logger.info("attempt ended", extra=facts)
        return not (counted and end.name == "interrupted")


@dataclass(frozen=True, slots=True)
class End:
    """How an attempt ended, and the lifecycle call that writes it down; it answers False when the claim is lost."""

    name: str
    write: Callable[[], bool]
    is_final: bool = False


def _attempt(claim: Claim, deadline: datetime) -> End:
    """Run the handler and say how it ended."""
    try:
        result: dict[str, Any] = HANDLERS[claim.kind](claim.input, RunContext(claim, deadline))
    except Interrupted:
        return End("interrupted", lambda: lifecycle.hand_back(claim, now=timezone.now()))
    except AttemptFailed as error:
        notes = getattr(error, "__notes__", [])
        facts = {"code": error.code, "error_type": type(error).__name__, "notes": notes}
        logger.warning("attempt failed", extra=facts)
        return _after_failure(claim, error)
    except Exception:  # a border: whatever a handler raises, the job must end
        logger.exception("handler raised")
        return _failed(claim, INTERNAL)
    return End(
        "completed", lambda: lifecycle.complete(claim, result, now=timezone.now()), is_final=True
    )


def _after_failure(claim: Claim, error: AttemptFailed) -> End:
    if not error.is_retryable or claim.is_last_attempt:
        return _failed(claim, Failure(error.code, str(error), error.is_retryable))
    now = timezone.now()
    seconds = backoff_seconds(claim.attempt, error.retry_after, random.uniform)
    wait = Wait(
        WaitReason.RETRY, now + timedelta(seconds=seconds), f"{error} It will be tried again."
    )
    return End("delayed", lambda: lifecycle.delay(claim, wait, counts_attempt=True, now=now))


def _failed(claim: Claim, failure: Failure) -> End:
    return End("failed", lambda: lifecycle.fail(claim, failure, now=timezone.now()), is_final=True)


def backoff_seconds(
    attempt: int, retry_after: float | None, uniform: Callable[[float, float], float]
) -> float:
    """Exponential with full jitter, never before the provider's Retry-After."""
    policy = settings.JOB_POLICY
    ceiling = min(policy.retry_max_seconds, policy.retry_base_seconds * 2 ** (attempt - 1))
    return max(retry_after or 0.0, uniform(0.0, ceiling))
