"""The breaker: what opens it, how it is tried again, who may force it."""

from resilience.store import BreakerState, Outcome
from tests.resilience.callers import POLICY, START_MS, UNLIMITED, Caller


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
        caller.clock.advance(wait / 1000)
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
