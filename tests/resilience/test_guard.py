"""One call at the door: what it takes, what it gives back, and what it says when it may not pass."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from resilience.admission import Admission
from resilience.errors import (
    AllowanceExhausted,
    CallInterrupted,
    CallTooLarge,
    CircuitOpen,
    RateLimited,
)
from resilience.guard import Dependencies, Guard
from resilience.policies import BreakerPolicy, OutagePolicy, ProviderPolicy
from resilience.redis_store import RedisStore
from resilience.retry import Failure, FailureKind
from resilience.store import (
    AcquireRequest,
    BreakerState,
    Decision,
    ProviderStatus,
    Transition,
)
from resilience.usage import Call, Consumed, Units
from tests.resilience.hands import HandClock, Purse

POLICY = ProviderPolicy(
    name="openai",
    requests_per_minute=5,
    tokens_per_minute=1_000,
    max_concurrent=3,
    breaker=BreakerPolicy(consecutive_failures=3, slow_seconds=20),
)
TOOK = Consumed(Units(input_tokens=60, output_tokens=20), request_id="req-1")


class ProviderError(Exception):
    def __init__(self, failure: Failure) -> None:
        self.failure = failure


def classify(error: BaseException) -> Failure:
    if isinstance(error, ProviderError):
        return error.failure
    return Failure(FailureKind.INTERRUPTED)


@dataclass
class Door:
    guard: Guard
    clock: HandClock
    purse: Purse
    store: RedisStore
    transitions: list[Transition]
    calls: int = 0
    made: int = 0

    def call(
        self,
        failure: Failure | None = None,
        *,
        seconds: float = 1,
        tokens: int = 100,
        took: Consumed = TOOK,
    ) -> Consumed:
        """One call that takes `seconds` and then answers, or fails."""
        self.calls += 1

        def make() -> Consumed:
            self.made += 1
            self.clock.advance(seconds)
            if failure:
                raise ProviderError(failure)
            return took

        call = Call(f"job:1:{self.calls}", "ana", "flashcards", "gpt", Units(input_tokens=tokens))
        return self.guard.call(call, make, lambda answer: answer)

    def call_and_fail(self, failure: Failure, seconds: float = 1) -> None:
        with pytest.raises(ProviderError):
            self.call(failure, seconds=seconds)

    @property
    def status(self) -> ProviderStatus:
        return self.store.status(self.guard.policy)

    @property
    def used(self) -> list[int]:
        return [window.used for window in self.status.windows]


@pytest.fixture
def make_door(store: RedisStore, clock: HandClock) -> Callable[[ProviderPolicy], Door]:
    def make(policy: ProviderPolicy) -> Door:
        purse, transitions = Purse(), []
        admission = Admission(
            store, OutagePolicy(), clock, lambda provider, moved: transitions.append(moved)
        )
        dependencies = Dependencies(admission, purse, clock, classify, jitter=lambda: 0.0)
        return Door(Guard(policy, dependencies), clock, purse, store, transitions)

    return make


@pytest.fixture
def door(make_door: Callable[[ProviderPolicy], Door]) -> Door:
    return make_door(POLICY)


def test_a_call_is_paid_by_what_it_took(door: Door) -> None:
    answer = door.call(seconds=2)

    (bill,) = door.purse.ended
    assert bill is not None
    assert (answer, bill.outcome, bill.duration_ms, bill.consumed) == (TOOK, "ok", 2000, TOOK)
    assert door.used == [1, 80, 0]
    assert (door.status.in_flight, door.status.ok) == (0, 1)


def test_a_refusal_for_lack_of_money_asks_no_limit(door: Door) -> None:
    door.purse.calls = 0

    with pytest.raises(AllowanceExhausted):
        door.call()

    assert door.used == [0, 0, 0]
    assert door.purse.ended == []


def test_a_refusal_by_the_limits_gives_the_money_back_and_calls_nobody(door: Door) -> None:
    for _ in range(5):
        door.call()

    with pytest.raises(RateLimited) as refused:
        door.call()

    assert door.purse.ended[-1] is None
    assert (refused.value.reason, refused.value.place) == ("rate_limit", 1)
    assert refused.value.retry_after == pytest.approx(55, abs=0.8)


def test_a_short_wait_is_slept_out(make_door: Callable[[ProviderPolicy], Door]) -> None:
    door = make_door(replace(POLICY, spacing_seconds=1.5))
    door.call(seconds=0)
    door.call(seconds=0)

    assert door.clock.slept == [1.5]


def test_a_wait_that_the_line_counts_on_is_slept_out_although_its_answer_came_late(
    make_door: Callable[[ProviderPolicy], Door], monkeypatch: pytest.MonkeyPatch
) -> None:
    door = make_door(replace(POLICY, spacing_seconds=1.5))
    door.call(seconds=0)
    acquire = door.store.acquire

    def late(policy: ProviderPolicy, ask: AcquireRequest) -> Decision:
        decision = acquire(policy, ask)
        door.clock.advance(1)
        return decision

    monkeypatch.setattr(door.store, "acquire", late)
    door.call(seconds=0)

    assert door.clock.slept == [1.5]


def test_whoever_is_told_to_stop_leaves_the_line(
    make_door: Callable[[ProviderPolicy], Door],
) -> None:
    door = make_door(replace(POLICY, spacing_seconds=1.5))
    door.call(seconds=0)
    call = Call("job:2:1", "ben", "flashcards", "gpt", Units())

    with pytest.raises(CallInterrupted):
        door.guard.call(call, lambda: TOOK, lambda answer: answer, wait=lambda seconds: True)

    assert door.status.waiting == 0
    assert door.purse.ended[-1] is None


def test_a_call_that_can_never_pass_is_told_so(door: Door) -> None:
    with pytest.raises(CallTooLarge) as refused:
        door.call(tokens=1_001)

    assert refused.value.retry_after is None


def test_a_failed_connection_costs_nothing(door: Door) -> None:
    door.call_and_fail(Failure(FailureKind.TRANSIENT))

    assert door.purse.ended == [None]
    assert door.used == [1, 0, 0]
    assert door.status.failed == 1


def test_a_timeout_after_sending_is_booked_as_reserved(door: Door) -> None:
    door.call_and_fail(Failure(FailureKind.TRANSIENT, may_be_billed=True), seconds=30)

    (bill,) = door.purse.ended
    assert bill is not None
    assert (bill.outcome, bill.consumed) == ("transient", None)
    assert door.used[1] == 100


def test_an_unusable_answer_is_paid_and_no_failure_of_the_provider(door: Door) -> None:
    door.call_and_fail(Failure(FailureKind.UNUSABLE, consumed=TOOK))

    (bill,) = door.purse.ended
    assert bill is not None
    assert bill.consumed == TOOK
    assert (door.status.ok, door.status.failed) == (1, 0)


def test_bad_input_says_nothing_about_the_provider(door: Door) -> None:
    for _ in range(5):
        door.call_and_fail(Failure(FailureKind.PERMANENT))

    assert (door.status.state, door.status.ok) == (BreakerState.CLOSED, 0)


def test_throttling_holds_back_every_call_until_retry_after(door: Door) -> None:
    with pytest.raises(RateLimited) as refused:
        door.call(Failure(FailureKind.THROTTLED, retry_after_seconds=30))
    assert (refused.value.retry_after, refused.value.place) == (29, 1)

    with pytest.raises(RateLimited):
        door.call()
    assert door.made == 1
    door.clock.advance(32)
    door.call()

    assert door.status.failed == 0


def test_bad_credentials_open_the_circuit_and_say_why(door: Door) -> None:
    door.call_and_fail(Failure(FailureKind.FATAL, reason="bad credentials"))

    with pytest.raises(CircuitOpen):
        door.call()

    assert [moved.reason for moved in door.transitions] == ["bad credentials"]


def test_an_open_circuit_recovers_by_a_probe(door: Door) -> None:
    for _ in range(3):
        door.call_and_fail(Failure(FailureKind.TRANSIENT))
    door.clock.advance(60)
    door.call()
    door.call()

    states = [moved.after for moved in door.transitions]
    assert states == [BreakerState.OPEN, BreakerState.HALF_OPEN, BreakerState.CLOSED]


def test_a_probe_that_fails_is_told_to_wait_like_all_others(door: Door) -> None:
    for _ in range(3):
        door.call_and_fail(Failure(FailureKind.TRANSIENT))
    door.clock.advance(60)
    with pytest.raises(CircuitOpen) as refused:
        door.call(Failure(FailureKind.TRANSIENT, may_be_billed=True))

    assert refused.value.retry_after == 30
    assert isinstance(refused.value.__cause__, ProviderError)
    (bill,) = [bill for bill in door.purse.ended if bill]
    assert bill.outcome == "transient"


def test_a_probe_that_finds_our_own_mistake_says_so(door: Door) -> None:
    for _ in range(3):
        door.call_and_fail(Failure(FailureKind.TRANSIENT))
    door.clock.advance(60)

    door.call_and_fail(Failure(FailureKind.PERMANENT))
    assert door.status.state == BreakerState.HALF_OPEN


def test_a_call_that_takes_too_long_counts_as_slow(door: Door) -> None:
    door.call(seconds=20)

    assert (door.status.slow, door.status.ok) == (1, 0)


@pytest.mark.parametrize(("silence", "slow"), [(19.9, 0), (20, 1)])
def test_a_call_that_is_answered_in_pieces_is_judged_by_their_distance(
    door: Door, silence: float, slow: int
) -> None:
    door.call(seconds=300, took=replace(TOOK, silence_seconds=silence))

    assert (door.status.slow, door.status.ok) == (slow, 1 - slow)


def test_an_interruption_during_the_call_frees_its_place(door: Door) -> None:
    def make() -> Consumed:
        raise KeyboardInterrupt

    call = Call("job:1:1", "ana", "flashcards", "gpt", Units())
    with pytest.raises(KeyboardInterrupt):
        door.guard.call(call, make, lambda answer: answer)

    assert door.status.in_flight == 0
    assert door.purse.ended == [None]


def test_a_heartbeat_keeps_the_place_of_a_long_call(door: Door) -> None:
    def make() -> Consumed:
        for _ in range(4):
            door.clock.advance(60)
            door.guard.renew()
        assert door.status.in_flight == 1
        return TOOK

    call = Call("job:1:1", "ana", "flashcards", "gpt", Units())
    door.guard.call(call, make, lambda answer: answer)


def test_a_call_that_fails_twice_takes_two_permits_two_reservations_two_failures(
    door: Door,
) -> None:
    door.call_and_fail(Failure(FailureKind.TRANSIENT))
    door.call_and_fail(Failure(FailureKind.TRANSIENT))

    assert door.used[0] == 2
    assert len(door.purse.reserved) == len(door.purse.ended) == 2
    assert door.status.consecutive_failures == 2
