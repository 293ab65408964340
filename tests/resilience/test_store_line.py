"""The line: users in turn, nobody overtaken, nobody waited for in vain."""

from tests.resilience.callers import POLICY, Caller


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
    caller.clock.advance(refused.wait_ms / 1000)

    _, newcomer = caller.ask(user="ben")

    assert (newcomer.is_admitted, newcomer.reason) == (False, "fairness")
    assert caller.ask(permit=first)[1].is_admitted


def test_nobody_waits_for_a_caller_who_does_not_come_back(caller: Caller) -> None:
    for _ in range(10):
        caller.end(*caller.ask())
    _, refused = caller.ask(user="gone")
    caller.clock.advance((refused.wait_ms + 2_001) / 1000)

    assert caller.ask(user="ben")[1].is_admitted


def test_nobody_waits_for_a_caller_who_has_gone_until_there_is_room(caller: Caller) -> None:
    for _ in range(10):
        caller.end(*caller.ask())
    first, refused = caller.ask(user="ana", max_wait_ms=2_000)
    caller.clock.advance(refused.wait_ms / 1000)

    assert refused.wait_ms > 2_000
    assert caller.ask(user="ben")[1].is_admitted
    assert caller.ask(permit=first)[1].is_admitted


def test_who_comes_back_has_kept_its_place_and_is_waited_for_again(caller: Caller) -> None:
    for _ in range(10):
        caller.end(*caller.ask())
    first, refused = caller.ask(user="ana", max_wait_ms=2_000)
    caller.clock.advance((refused.wait_ms - 500) / 1000)
    place = caller.ask(permit=first, max_wait_ms=2_000)[1].place
    caller.clock.advance(500 / 1000)

    assert place == 1
    assert caller.ask(user="ben")[1].reason == "fairness"
    assert caller.ask(permit=first)[1].is_admitted


def test_a_place_in_line_can_be_given_up(caller: Caller) -> None:
    for _ in range(10):
        caller.end(*caller.ask())
    permit, _ = caller.ask(user="ana")
    caller.store.leave(POLICY, [permit])

    assert caller.store.status(POLICY).waiting == 0
    assert caller.ask(user="ben")[1].place == 1


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


def test_those_ahead_cost_what_their_own_calls_do(caller: Caller) -> None:
    held = [caller.ask() for _ in range(4)]
    for number in range(4):
        caller.ask(user=f"user {number}")
    _, refused = caller.ask(user="ana", is_retry=True)

    assert (len(held), refused.reason, refused.place) == (4, "concurrency", 5)
    # Not a minute for each two of them, as if all of them were retries.
    assert refused.wait_ms < 5_000


def test_who_is_called_comes_in_order_and_as_many_as_there_is_room_for(caller: Caller) -> None:
    held = [caller.ask() for _ in range(4)]
    waiting = [caller.ask(user=f"user {number}", max_wait_ms=0)[0] for number in range(3)]
    assert caller.store.call_up(POLICY, 0, 100).waiters == []

    caller.end(*held[0])
    caller.end(*held[1])

    called = caller.store.call_up(POLICY, 0, 100)
    assert (called.waiters, called.room) == (waiting[:2], 0)
    assert caller.store.call_up(POLICY, 0, 100).waiters == []
    assert caller.ask(permit=waiting[0])[1].is_admitted


def test_who_has_gone_away_without_a_word_is_called_too(caller: Caller) -> None:
    held = [caller.ask() for _ in range(4)]
    silent, refused = caller.ask(user="ben")
    caller.end(*held[0])
    assert caller.store.call_up(POLICY, 0, 100).waiters == []

    caller.clock.advance(refused.wait_ms / 1000 + 2.1)
    assert caller.store.call_up(POLICY, 0, 100).waiters == [silent]


def test_who_was_called_and_does_not_come_is_called_again(caller: Caller) -> None:
    held = [caller.ask() for _ in range(4)]
    first, second = (caller.ask(user=user, max_wait_ms=0)[0] for user in ("ben", "eva"))
    caller.end(*held[0])
    assert caller.store.call_up(POLICY, 0, 100).waiters == [first]

    caller.clock.advance(2.1)
    assert caller.store.call_up(POLICY, 0, 100).waiters == [first]
    caller.store.leave(POLICY, [first])
    assert caller.store.call_up(POLICY, 0, 100).waiters == [second]
