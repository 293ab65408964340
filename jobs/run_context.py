"""What a handler sees of the world while it runs: its steps, its files, the providers, and when it has to end."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from threading import Event
from time import monotonic, perf_counter
from typing import IO, TypeVar, cast

from django.utils import timezone

from jobs import clock, lifecycle, queue, steps, uploads
from jobs.claims import Claim
from jobs.errors import (
    AttemptFailed,
    ContentRefused,
    DeadlineExceeded,
    UnusableAnswer,
    UnusableInput,
)
from jobs.providers import registry as providers
from jobs.providers.base import TextModel
from jobs.providers.run import Run
from jobs.providers.speech import SpeechAssessor
from jobs.providers.vision import TextReader
from jobs.retries import seconds_to_retry, waits
from jobs.timeline import dollars_by_step
from resilience.errors import CallRefused
from unilingo.common import stopping
from unilingo.common.database_retry import DATABASE_AWAY, retry_on_database_error
from unilingo.common.metrics import SAVED_USD, meter
from unilingo.common.threads import side_by_side

T = TypeVar("T")

_step: ContextVar[str] = ContextVar("step", default="")

# Of one job, so that it does not take all the places that a provider gives to the whole fleet.
CALLS_AT_ONCE = 3
# These would come again with the same work.
OF_THE_WORK = (UnusableInput, UnusableAnswer, ContentRefused)


class Interrupted(Exception):
    """The run must end now and has no result: its claim is lost, it is cancelled, or the worker stops."""


class GaveWay(Exception):
    """The run has had its share, and jobs of `turn` ought to be started before it goes on."""

    def __init__(self, turn: int) -> None:
        self.turn = turn


@dataclass(frozen=True)
class RunContext:
    """The JobContext of jobs/handler.py.

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
            return waits(failure)
        return failure.is_retryable and seconds_to_retry(self.claim, failure) is not None

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
