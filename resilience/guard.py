"""One door to a provider: every attempt of every call passes here, and nothing is called around it.

An attempt: money is reserved, the call is admitted, made, released, and the money settled. Refused means
nothing was sent and nothing was charged.
"""

import random
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol, TypeVar

from resilience import sending
from resilience.admission import UNCOUNTED, Admission
from resilience.errors import CallInterrupted, CallRefused, CircuitOpen, RateLimited
from resilience.listening import Listener
from resilience.policies import ProviderPolicy, Unit, milliseconds
from resilience.retry import OUTCOMES, Failure, FailureKind
from resilience.scopes import provider_scope
from resilience.store import AcquireRequest, Decision, Outcome, Report, Transition
from resilience.usage import Call, Consumed
from unilingo.common import spans
from unilingo.common.clock import Clock
from unilingo.common.metrics import (
    LIMITER_WAIT_SECONDS,
    PROVIDER_CALL_SECONDS,
    PROVIDER_CALLS,
    PROVIDER_REFUSALS,
    meter,
)

T = TypeVar("T")
# Sleeps up to so many seconds and says whether it was interrupted, like threading.Event.wait.
Wait = Callable[[float], bool]

PATIENCE_SECONDS = 2.0
# Who is told to come back later comes a little early and sleeps the rest here: no free place stays empty.
EARLY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Bill:
    """How a call ended, for the ledger. `consumed` None: not known, what was reserved is booked."""

    outcome: str
    duration_ms: int
    consumed: Consumed | None = None


@dataclass(slots=True)
class Attempt:
    """A call that was admitted; `asked` for that, and `started`, on the monotonic clock."""

    call: Call
    reservation: str
    decision: Decision
    asked: float
    started: float


class Ledger(Protocol):
    def reserve(self, provider: str, call: Call) -> str:
        """Returns the reservation. Raises BudgetExhausted, PriceUnknown."""
        ...

    def settle(self, reservation: str, bill: Bill) -> None: ...

    def release(self, reservation: str) -> None:
        """The call cost nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What all guards of a process share. `jitter` gives a number from 0 to 1."""

    admission: Admission
    ledger: Ledger
    clock: Clock
    classify: Callable[[BaseException], Failure]
    jitter: Callable[[], float] = random.SystemRandom().random


class Guard:
    """The door to one provider; safe for threads."""

    def __init__(self, policy: ProviderPolicy, dependencies: Dependencies) -> None:
        self.policy = policy
        self.listener = Listener(dependencies.clock)
        self._dependencies = dependencies
        self._lock = threading.Lock()
        self._held: set[str] = set()

    def call(
        self,
        call: Call,
        make: Callable[[], T],
        measure: Callable[[T], Consumed],
        wait: Wait | None = None,
        ready: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> T:
        """Make one call and return its answer, or raise what it raised.

        Raises CallRefused when it may not be made, or was a probe that failed. Waits of up to PATIENCE_SECONDS in all are
        slept out here by `wait`; a longer one is raised with its `retry_after`. `make` calls the provider exactly once,
        `measure` reads from the answer what it took, `ready` holds what is opened before the call is admitted. A call
        that the provider throttles is made again after the cooldown, which is a wait like any other.
        """
        wait = wait or self._sleep
        until = self._dependencies.clock.monotonic() + PATIENCE_SECONDS
        while True:
            with ready():
                attempt = self._enter(call, wait, until)
                try:
                    about = spans.span(f"call {self.policy.name}", model=call.model, kind=call.kind)
                    with about, self.listener.call(), self._sent_in_time(attempt, wait):
                        answer = make()
                    consumed = measure(answer)
                except BaseException as error:
                    is_throttled = self._failed(attempt, error) == FailureKind.THROTTLED
                    if is_throttled and attempt.decision is not UNCOUNTED:
                        continue
                    raise
                else:
                    duration_ms, _ = self._release(attempt, consumed, None)
                    bill = Bill("ok", duration_ms, consumed)
                    self._dependencies.ledger.settle(attempt.reservation, bill)
                    return answer

    def leave(self, call: Call) -> None:
        """Give up the place in line of a call that was refused."""
        self._dependencies.admission.leave(self.policy, call.waiter or call.permit)

    def renew(self) -> None:
        """Keep the places of the calls now running in this process: for a heartbeat."""
        with self._lock:
            permits = sorted(self._held)
        if permits:
            self._dependencies.admission.renew(self.policy, permits)

    def _enter(self, call: Call, wait: Wait, until: float) -> Attempt:
        """Raises CallRefused."""
        ledger = self._dependencies.ledger
        try:
            reservation = ledger.reserve(self.policy.name, call)
            try:
                decision, asked = self._admit(call, wait, until)
            except BaseException:
                ledger.release(reservation)
                raise
        except CallRefused as refused:
            meter.count(PROVIDER_REFUSALS, self.policy.name, refused.reason)
            raise
        return Attempt(call, reservation, decision, asked, self._dependencies.clock.monotonic())

    def _sent_in_time(self, attempt: Attempt, wait: Wait) -> AbstractContextManager[None]:
        """A provider counts what arrives: a call that was held up is counted anew before it is sent."""
        monotonic = self._dependencies.clock.monotonic

        def begins() -> None:
            while attempt.decision is not UNCOUNTED:
                now = monotonic()
                if now <= attempt.asked + sending.AT_MOST_SECONDS:
                    return
                if wait(0):
                    raise CallInterrupted
                held_up = attempt.decision.at_ms
                attempt.decision, attempt.asked = self._admit(attempt.call, wait, now, held_up)

        return sending.told_to(begins)

    def _admit(
        self, call: Call, wait: Wait, until: float, held_up_since_ms: int = 0
    ) -> tuple[Decision, float]:
        """How it was admitted, and when it asked for that."""
        units = {Unit.REQUESTS: 1, Unit.TOKENS: call.units.tokens, Unit.RETRIES: int(call.is_retry)}
        costs = self.policy.costs(units)
        while True:
            asked = self._dependencies.clock.monotonic()
            max_wait_ms = max(0, milliseconds(until - asked))
            ask = AcquireRequest(
                call.permit, call.user, costs, max_wait_ms, call.waiter, held_up_since_ms
            )
            try:
                decision = self._dependencies.admission.acquire(self.policy, ask)
            except (RateLimited, CircuitOpen) as refused:
                self._wait_out(call, refused, max_wait_ms, wait)
            else:
                with self._lock:
                    self._held.add(call.permit)
                return decision, asked

    def _wait_out(self, call: Call, refused: CallRefused, max_wait_ms: int, wait: Wait) -> None:
        """Goes away where the line was told so, however long the answer took."""
        seconds = refused.retry_after or 0
        if milliseconds(seconds) > max_wait_ms:
            refused.retry_after = max(seconds - EARLY_SECONDS, min(seconds, EARLY_SECONDS))
            raise refused
        if wait(seconds):
            self.leave(call)
            raise CallInterrupted from refused
        meter.observe(LIMITER_WAIT_SECONDS, seconds, self.policy.name)

    def _failed(self, attempt: Attempt, error: BaseException) -> FailureKind:
        """Raises CircuitOpen for a probe: it found that the provider is still ill, which is not its caller's failure."""
        failure = self._dependencies.classify(error)
        duration_ms, moved = self._release(attempt, failure.consumed, failure)
        if failure.consumed or failure.may_be_billed:
            bill = Bill(failure.kind, duration_ms, failure.consumed)
            self._dependencies.ledger.settle(attempt.reservation, bill)
        else:
            self._dependencies.ledger.release(attempt.reservation)
        if attempt.decision.is_probe and failure.kind == FailureKind.TRANSIENT:
            rest_ms = moved.open_until_ms - moved.at_ms if moved else 0
            rest = max(rest_ms / 1000, EARLY_SECONDS)
            raise CircuitOpen(retry_after=rest, scope=provider_scope(self.policy.name)) from error
        return failure.kind

    def _release(
        self, attempt: Attempt, consumed: Consumed | None, failure: Failure | None
    ) -> tuple[int, Transition | None]:
        """How many milliseconds the call took, and how its end moved the breaker."""
        call, decision = attempt.call, attempt.decision
        duration_ms = milliseconds(self._dependencies.clock.monotonic() - attempt.started)
        if consumed:
            tokens = consumed.units.tokens
        else:
            tokens = call.units.tokens if failure and failure.may_be_billed else 0
        report = Report(
            permit=call.permit,
            outcome=self._outcome(failure, _judged_ms(consumed, duration_ms)),
            generation=decision.generation,
            at_ms=decision.at_ms,
            corrections=self.policy.costs({Unit.TOKENS: tokens - call.units.tokens}),
            duration_ms=duration_ms,
            retry_after_ms=milliseconds(failure.retry_after_seconds) if failure else 0,
            reason=(failure.reason or failure.kind) if failure else "",
            jitter=self._dependencies.jitter(),
        )
        meter.count(PROVIDER_CALLS, self.policy.name, failure.kind if failure else report.outcome)
        meter.observe(PROVIDER_CALL_SECONDS, duration_ms / 1000, self.policy.name)
        with self._lock:
            self._held.discard(call.permit)
        return duration_ms, self._dependencies.admission.release(self.policy, decision, report)

    def _outcome(self, failure: Failure | None, duration_ms: int) -> Outcome:
        outcome = OUTCOMES[failure.kind] if failure else Outcome.OK
        is_slow = duration_ms >= milliseconds(self.policy.breaker.slow_seconds)
        return Outcome.SLOW if is_slow and outcome == Outcome.OK else outcome

    def _sleep(self, seconds: float) -> bool:
        self._dependencies.clock.sleep(seconds)
        return False


def _judged_ms(consumed: Consumed | None, duration_ms: int) -> int:
    """A long answer is not a slow one where it came in pieces."""
    if consumed is None or consumed.silence_seconds is None:
        return duration_ms
    return milliseconds(consumed.silence_seconds)
