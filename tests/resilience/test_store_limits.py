"""Limits: windows, places at once, spacing, all or nothing."""

from dataclasses import replace

from resilience.policies import Unit, Window
from tests.resilience.callers import POLICY, Caller


def test_calls_pass_up_to_the_limit_and_not_beyond(caller: Caller) -> None:
    for _ in range(10):
        caller.end(*caller.ask())

    _, refused = caller.ask()

    assert (refused.is_admitted, refused.reason) == (False, "requests")
    assert 60_800 <= refused.wait_ms <= 61_000


def test_the_told_wait_is_enough(caller: Caller) -> None:
    for _ in range(10):
        caller.end(*caller.ask())
        caller.clock.advance(1.7)
    permit, refused = caller.ask()

    caller.clock.advance(refused.wait_ms / 1000)

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


def test_what_was_held_up_before_it_was_sent_counts_from_then_on(caller: Caller) -> None:
    permit, first = caller.ask(tokens=600)
    caller.clock.advance(50)
    _, then = caller.ask(permit=permit, tokens=600, held_up_since_ms=first.at_ms)
    windows = caller.store.status(POLICY).windows
    assert (then.is_admitted, then.at_ms) == (True, caller.clock.ms())
    assert [window.used for window in windows] == [1, 600, 0]

    caller.clock.advance(50)
    assert caller.ask(tokens=500)[1].reason == "tokens"
    caller.end(permit, then, token_correction=-600)
    assert caller.ask(tokens=500)[1].is_admitted


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
