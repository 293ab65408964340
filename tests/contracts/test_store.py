"""What every store promises: the same suite for the one in memory and the one in Redis."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import redis

from resilience.memory.store import MemoryStore
from resilience.policies import BreakerPolicy, ProviderPolicy, Unit, Window
from resilience.redis_store import RedisStore, connect
from resilience.store import Ask, BreakerState, Decision, Outcome, Report, Store, Transition
from tests.servers import valkey_server

START_MS = 1_800_000_000_000
BREAKER = BreakerPolicy(
    minimum_calls=10, consecutive_failures=3, open_seconds=15, successes_to_close=2
)
POLICY = ProviderPolicy(
    name="openai",
    requests_per_minute=10,
    tokens_per_minute=1_000,
    retries_per_minute=2,
    max_concurrent=4,
    lease_seconds=90,
    breaker=BREAKER,
)
UNLIMITED = ProviderPolicy(name="free", retries_per_minute=0, breaker=BREAKER)


class HandClock:
    def __init__(self) -> None:
        self.ms = START_MS

    def __call__(self) -> int:
        return self.ms

    def advance(self, seconds: float) -> None:
        self.ms += round(seconds * 1000)


class Caller:
    """Acquires and releases by short calls, so that the tests read as what happens."""

    def __init__(self, store: Store, clock: HandClock) -> None:
        self.store, self.clock = store, clock
        self._permits = 0

    def ask(
        self,
        policy: ProviderPolicy = POLICY,
        permit: str = "",
        user: str = "ana",
        *,
        tokens: int = 10,
        is_retry: bool = False,
    ) -> tuple[str, Decision]:
        self._permits += 1
        permit = permit or f"call-{self._permits}"
        units = {Unit.REQUESTS: 1, Unit.TOKENS: tokens, Unit.RETRIES: int(is_retry)}
        return permit, self.store.acquire(policy, Ask(permit, user, policy.costs(units)))

    def end(
        self,
        permit: str,
        decision: Decision,
        outcome: Outcome = Outcome.OK,
        *,
        policy: ProviderPolicy = POLICY,
        retry_after: float = 0,
        token_correction: int = 0,
        jitter: float = 0,
    ) -> Transition | None:
        report = Report(
            permit=permit,
            outcome=outcome,
            generation=decision.generation,
            at_ms=decision.at_ms,
            corrections=policy.costs({Unit.TOKENS: token_correction}),
            duration_ms=100,
            retry_after_ms=round(retry_after * 1000),
            reason="credentials",
            jitter=jitter,
        )
        return self.store.release(policy, report).transition

    def call(
        self, outcome: Outcome = Outcome.OK, policy: ProviderPolicy = UNLIMITED
    ) -> Transition | None:
        permit, decision = self.ask(policy)
        assert decision.is_admitted, decision
        return self.end(permit, decision, outcome, policy=policy)

    def open_breaker(self) -> None:
        for _ in range(BREAKER.consecutive_failures):
            self.call(Outcome.FAIL)


@pytest.fixture(scope="module")
def client() -> "Iterator[redis.Redis]":
    with valkey_server() as server:
        client = connect(server.url)
        yield client
        client.close()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(params=["memory", "redis"])
def caller(request: pytest.FixtureRequest, clock: HandClock) -> Caller:
    if request.param == "memory":
        return Caller(MemoryStore(clock), clock)
    client = request.getfixturevalue("client")
    client.flushall()
    return Caller(RedisStore(client, now_ms=clock), clock)


def test_calls_pass_up_to_the_limit_and_not_beyond(caller: Caller) -> None:
    for _ in range(10):
        caller.end(*caller.ask())

    _, refused = caller.ask()

    assert (refused.is_admitted, refused.reason) == (False, "requests")
    assert 60_000 <= refused.wait_ms <= 60_600


def test_the_told_wait_is_enough(caller: Caller) -> None:
    for _ in range(10):
        caller.end(*caller.ask())
        caller.clock.advance(1.7)
    permit, refused = caller.ask()

    caller.clock.ms += refused.wait_ms

    assert caller.ask(permit=permit)[1].is_admitted


def test_a_refused_call_charges_nothing(caller: Caller) -> None:
    caller.ask(tokens=900)
    _, refused = caller.ask(tokens=200)

    windows = caller.store.status(POLICY).windows

    assert not refused.is_admitted
    assert [window.used for window in windows] == [1, 900, 0]
    assert caller.store.status(POLICY).in_flight == 1


def test_what_was_not_used_is_given_back(caller: Caller) -> None:
    permit, decision = caller.ask(tokens=900)
    caller.clock.advance(20)
    caller.end(permit, decision, token_correction=-700)

    assert caller.store.status(POLICY).windows[1].used == 200
    assert caller.ask(tokens=800)[1].is_admitted


def test_what_was_used_beyond_the_estimate_is_charged(caller: Caller) -> None:
    permit, decision = caller.ask(tokens=100)
    caller.end(permit, decision, token_correction=850)

    assert caller.ask(tokens=100)[1].reason == "tokens"


def test_a_correction_after_the_window_has_passed_changes_nothing(caller: Caller) -> None:
    permit, decision = caller.ask(tokens=900)
    caller.clock.advance(70)
    caller.end(permit, decision, token_correction=-900)

    assert caller.store.status(POLICY).windows[1].used == 0
    assert caller.ask(tokens=1_000)[1].is_admitted


def test_a_call_larger_than_the_whole_window_never_fits(caller: Caller) -> None:
    _, decision = caller.ask(tokens=1_001)

    assert (decision.is_admitted, decision.reason) == (False, "never")


def test_retries_have_a_window_of_their_own(caller: Caller) -> None:
    for _ in range(2):
        caller.end(*caller.ask(is_retry=True))

    assert caller.ask(is_retry=True)[1].reason == "retries"
    assert caller.ask(user="ben")[1].is_admitted


def test_the_same_permit_is_admitted_twice_and_charged_once(caller: Caller) -> None:
    permit, first = caller.ask()
    caller.clock.advance(1)
    _, again = caller.ask(permit=permit)

    assert (again.is_admitted, again.at_ms) == (True, first.at_ms)
    assert caller.store.status(POLICY).windows[0].used == 1


def test_no_more_calls_at_once_than_places(caller: Caller) -> None:
    held = [caller.ask() for _ in range(4)]
    _, refused = caller.ask()

    caller.end(*held[0])
    caller.clock.advance(5)

    assert refused.reason == "concurrency"
    assert caller.ask()[1].is_admitted


def test_a_second_release_frees_nobody_elses_place(caller: Caller) -> None:
    permit, decision = caller.ask()
    for _ in range(3):
        caller.ask()
    caller.end(permit, decision)
    caller.end(permit, decision)

    assert caller.store.status(POLICY).in_flight == 3


def test_the_places_of_dead_callers_come_free_when_their_lease_ends(caller: Caller) -> None:
    for _ in range(4):
        caller.ask()
    caller.clock.advance(89)
    early = caller.ask()[1]
    caller.clock.advance(3)

    assert not early.is_admitted
    assert caller.ask()[1].is_admitted


def test_a_renewed_lease_lasts(caller: Caller) -> None:
    permits = [caller.ask()[0] for _ in range(4)]
    caller.clock.advance(80)
    assert caller.store.renew(POLICY, [*permits, "unknown"]) == 4
    caller.clock.advance(80)

    assert caller.ask()[1].reason == "concurrency"


def test_a_lease_that_has_ended_cannot_be_renewed(caller: Caller) -> None:
    permit, _ = caller.ask()
    caller.clock.advance(91)

    assert caller.store.renew(POLICY, [permit]) == 0


def test_calls_keep_their_distance(caller: Caller) -> None:
    policy = replace(POLICY, name="azure-speech", spacing_seconds=0.05, requests_per_minute=0)
    caller.ask(policy)
    permit, refused = caller.ask(policy)
    caller.clock.advance(0.05)

    assert (refused.reason, refused.wait_ms) == ("spacing", 50)
    assert caller.ask(policy, permit)[1].is_admitted


def test_one_users_bulk_work_lets_others_pass(caller: Caller) -> None:
    for _ in range(10):
        caller.end(*caller.ask())
    bulk = [caller.ask(user="bulk")[0] for _ in range(15)]
    single, refused = caller.ask(user="ana")

    assert refused.place == 2
    assert _order_of_service(caller, [*bulk, single]).index(single) == 1


def test_users_who_wait_are_served_in_turn(caller: Caller) -> None:
    for _ in range(10):
        caller.end(*caller.ask())
    waiting = [caller.ask(user=user)[0] for user in "aaaabbbbcc"]
    users = dict(zip(waiting, "aaaabbbbcc", strict=True))

    served = [users[permit] for permit in _order_of_service(caller, waiting)]

    assert "".join(served) == "abcabcabab"


def test_newcomers_do_not_overtake_a_caller_who_is_here(caller: Caller) -> None:
    for _ in range(10):
        caller.end(*caller.ask())
    first, refused = caller.ask(user="ana")
    caller.clock.ms += refused.wait_ms

    _, newcomer = caller.ask(user="ben")

    assert (newcomer.is_admitted, newcomer.reason) == (False, "fairness")
    assert caller.ask(permit=first)[1].is_admitted


def test_nobody_waits_for_a_caller_who_does_not_come_back(caller: Caller) -> None:
    for _ in range(10):
        caller.end(*caller.ask())
    _, refused = caller.ask(user="gone")
    caller.clock.ms += refused.wait_ms + 2_001

    assert caller.ask(user="ben")[1].is_admitted


def test_a_place_in_line_can_be_given_up(caller: Caller) -> None:
    for _ in range(10):
        caller.end(*caller.ask())
    permit, _ = caller.ask(user="ana")
    caller.store.leave(POLICY, permit)

    assert caller.store.status(POLICY).waiting == 0
    assert caller.ask(user="ben")[1].place == 1


def test_throttling_starts_a_cooldown_for_all_and_is_no_failure(caller: Caller) -> None:
    for _ in range(5):
        permit, decision = caller.ask()
        caller.end(permit, decision, Outcome.THROTTLED, retry_after=7)
        caller.clock.advance(8)
    permit, decision = caller.ask()
    caller.end(permit, decision, Outcome.THROTTLED, retry_after=7)

    status = caller.store.status(POLICY)
    _, refused = caller.ask(user="ben")

    assert (status.state, status.failed) == (BreakerState.CLOSED, 0)
    assert (refused.reason, refused.wait_ms) == ("cooldown", 7_000)


def test_a_shorter_cooldown_does_not_end_a_longer_one(caller: Caller) -> None:
    held = [caller.ask(), caller.ask()]
    caller.end(*held[0], Outcome.THROTTLED, retry_after=30)
    caller.end(*held[1], Outcome.THROTTLED, retry_after=1)

    assert caller.ask()[1].wait_ms == 30_000


def test_failures_in_a_row_open_the_breaker(caller: Caller) -> None:
    moves = [caller.call(Outcome.FAIL) for _ in range(3)]

    assert moves[:2] == [None, None]
    assert moves[2] is not None
    assert (moves[2].before, moves[2].after) == (BreakerState.CLOSED, BreakerState.OPEN)
    assert caller.ask(UNLIMITED)[1].reason == "open"


def test_a_failure_rate_opens_the_breaker_only_after_enough_calls(caller: Caller) -> None:
    pattern = [Outcome.OK, Outcome.FAIL] * 5

    moves = [caller.call(outcome) for outcome in pattern]

    assert moves[:9] == [None] * 9
    assert moves[9] is not None
    assert moves[9].reason == "failure rate"


def test_slow_calls_open_the_breaker(caller: Caller) -> None:
    moves = [caller.call(Outcome.SLOW) for _ in range(10)]

    assert moves[9] is not None
    assert moves[9].reason == "slow calls"


def test_what_says_nothing_about_the_provider_moves_nothing(caller: Caller) -> None:
    assert [caller.call(Outcome.IGNORE) for _ in range(30)] == [None] * 30


def test_old_failures_are_forgotten(caller: Caller) -> None:
    for _ in range(4):
        caller.call(Outcome.FAIL)
        caller.call(Outcome.OK)
        caller.clock.advance(25)

    assert caller.store.status(UNLIMITED).failed == 2


def test_after_its_rest_one_probe_at_a_time_tries_the_provider(caller: Caller) -> None:
    caller.open_breaker()
    caller.clock.advance(15)
    _, probe = caller.ask(UNLIMITED)
    _, other = caller.ask(UNLIMITED)

    assert probe.is_admitted
    assert probe.is_probe
    assert probe.transition is not None
    assert probe.transition.after == BreakerState.HALF_OPEN
    assert (other.reason, other.transition) == ("probing", None)


def test_successful_probes_close_the_breaker(caller: Caller) -> None:
    caller.open_breaker()
    caller.clock.advance(15)
    first, second = caller.call(), caller.call()

    assert first is None
    assert second is not None
    assert second.after == BreakerState.CLOSED


def test_a_failed_probe_doubles_the_rest_up_to_the_longest(caller: Caller) -> None:
    caller.open_breaker()
    rests = []
    for _ in range(7):
        wait = caller.ask(UNLIMITED, "waits")[1].wait_ms
        rests.append(wait / 1000)
        caller.clock.ms += wait
        permit, probe = caller.ask(UNLIMITED, "waits")
        caller.end(permit, probe, Outcome.FAIL, policy=UNLIMITED)

    assert rests == [15, 30, 60, 120, 240, 300, 300]


def test_a_lost_probe_does_not_wedge_the_breaker(caller: Caller) -> None:
    caller.open_breaker()
    caller.clock.advance(15)
    caller.ask(UNLIMITED)
    caller.clock.advance(91)

    assert caller.ask(UNLIMITED)[1].is_probe


def test_a_late_result_of_an_older_generation_changes_nothing(caller: Caller) -> None:
    late, before = caller.ask(UNLIMITED)
    caller.open_breaker()
    caller.clock.advance(15)
    caller.ask(UNLIMITED)

    assert caller.end(late, before, Outcome.FAIL, policy=UNLIMITED) is None
    assert caller.store.status(UNLIMITED).state == BreakerState.HALF_OPEN


def test_bad_credentials_open_the_breaker_for_long_and_say_why(caller: Caller) -> None:
    moved = caller.call(Outcome.FATAL)

    assert moved is not None
    assert moved.reason == "credentials"
    assert moved.open_until_ms == START_MS + 900_000


def test_the_rest_is_jittered(caller: Caller) -> None:
    permit, decision = caller.ask(UNLIMITED)
    moved = caller.end(permit, decision, Outcome.FATAL, policy=UNLIMITED, jitter=0.5)

    assert moved is not None
    assert moved.open_until_ms == START_MS + 990_000


def test_whoever_moved_the_breaker_is_told_again_when_it_asks_again(caller: Caller) -> None:
    permit, decision = caller.ask(UNLIMITED)
    first = caller.end(permit, decision, Outcome.FATAL, policy=UNLIMITED)
    again = caller.end(permit, decision, Outcome.FATAL, policy=UNLIMITED)

    assert first is not None
    assert again == first


def test_an_operator_can_reset_the_breaker(caller: Caller) -> None:
    caller.open_breaker()
    moved = caller.store.control(UNLIMITED, "reset", "it is mended")

    assert moved is not None
    assert (moved.before, moved.after) == (BreakerState.OPEN, BreakerState.CLOSED)
    assert caller.ask(UNLIMITED)[1].is_admitted


def test_an_operator_can_take_a_provider_out_and_put_it_back(caller: Caller) -> None:
    out = caller.store.control(UNLIMITED, "force_open", "maintenance")
    refused = caller.ask(UNLIMITED)[1]
    again = caller.store.control(UNLIMITED, "force_open", "maintenance")
    back = caller.store.control(UNLIMITED, "auto", "done")

    assert out is not None
    assert (out.after, refused.reason, again) == (BreakerState.FORCED_OPEN, "forced_open", None)
    assert back is not None
    assert (back.before, back.after) == (BreakerState.FORCED_OPEN, BreakerState.CLOSED)


def test_a_breaker_forced_closed_lets_calls_pass_while_they_fail(caller: Caller) -> None:
    caller.open_breaker()
    caller.store.control(UNLIMITED, "force_closed", "it is the breaker that is wrong")

    assert caller.store.status(UNLIMITED).state == BreakerState.FORCED_CLOSED
    for _ in range(5):
        caller.call(Outcome.FAIL)


def test_a_request_is_taken_from_every_window_or_from_none(caller: Caller) -> None:
    counts = {"user:ana": Window(Unit.REQUESTS, 2), "address:::1": Window(Unit.REQUESTS, 3)}
    taken = [caller.store.take(counts) for _ in range(3)]
    other = caller.store.take(
        {"user:ben": Window(Unit.REQUESTS, 2), "address:::1": Window(Unit.REQUESTS, 3)}
    )

    assert [one.wait_ms > 0 for one in taken] == [False, False, True]
    assert [window.used for window in taken[1].windows] == [2, 2]
    assert other.wait_ms == 0
    assert [window.used for window in other.windows] == [1, 3]


def _order_of_service(caller: Caller, waiting: list[str]) -> list[str]:
    """Let everyone ask in turn, again and again, until all have been served."""
    left, served = list(waiting), []
    for _ in range(1_000):
        if not left:
            return served
        for permit in list(left):
            _, decision = caller.ask(permit=permit)
            if decision.is_admitted:
                caller.end(permit, decision)
                served.append(permit)
                left.remove(permit)
        caller.clock.advance(0.6)
    raise AssertionError(f"Never served: {left}")
