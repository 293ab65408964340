"""What operators do works at once, is shown, and leaves a row with a name."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError, connection

from resilience import queries
from resilience.errors import KillSwitchOn, UnknownProvider
from resilience.guard import Bill
from resilience.models import BreakerTransition, KillSwitch, OperatorAction
from resilience.operations import record_transition
from resilience.runtime import Runtime
from resilience.store import AcquireRequest, BreakerState, Outcome, Report, Transition
from resilience.usage import Call, Consumed, Units
from unilingo.common.metrics import meter

pytestmark = pytest.mark.django_db

CALL = Call("job-1:1:1", "ana", "flashcards", "gpt-4o-mini", Units(output_tokens=1_000_000))


def fail(current: Runtime, times: int) -> None:
    policy = current.policies["openai"]
    for number in range(times):
        ask = AcquireRequest(f"call-{number}", "ana", (1, 10, 0))
        decision = current.admission.acquire(policy, ask)
        report = Report(ask.permit, Outcome.FAIL, decision.generation, decision.at_ms, (0, 0, 0))
        current.admission.release(policy, decision, report)


def now(current: Runtime) -> datetime:
    return datetime.fromtimestamp(current.clock.now(), UTC)


def test_a_breaker_that_opens_is_in_the_history(current: Runtime) -> None:
    fail(current, 2)

    moved = BreakerTransition.objects.get()
    assert (moved.before, moved.after) == ("CLOSED", "OPEN")
    assert moved.open_until is not None
    assert moved.reason == "consecutive failures"


def test_a_breaker_that_opens_is_counted_once(current: Runtime) -> None:
    sample = ("breaker_transitions", "openai", "OPEN")
    before = _counted(sample)
    fail(current, 2)

    assert _counted(sample) == before + 1


def _counted(sample: tuple[str, ...]) -> float:
    return sum(values.get(sample, 0) for values in meter.unflushed().values())


def test_a_transition_told_twice_is_written_once(current: Runtime) -> None:
    moved = Transition(BreakerState.CLOSED, BreakerState.OPEN, 1, 1_800_000_000_000, 0, "why")
    record_transition("openai", moved)
    record_transition("openai", moved)

    assert BreakerTransition.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_costs_the_history_a_row_and_never_the_call(
    current: Runtime,
) -> None:
    def away(execute: Any, sql: str, *rest: object) -> Any:
        if sql.startswith("INSERT"):
            raise OperationalError
        return execute(sql, *rest)

    with connection.execute_wrapper(away):
        fail(current, 2)

    status = current.store.status(current.policies["openai"])
    assert (status.state, status.in_flight) == (BreakerState.OPEN, 0)
    assert not BreakerTransition.objects.exists()


def test_a_reset_closes_the_breaker_and_names_who_did_it(current: Runtime) -> None:
    fail(current, 2)
    current.operations.command_breaker("openai", "reset", actor="eve", reason="mended")

    action = OperatorAction.objects.get()
    assert (action.actor, action.action, action.target) == ("eve", "reset", "openai")
    assert BreakerTransition.objects.order_by("-generation").first().reason == "mended"
    assert (
        queries.circuit_breakers(current.store, current.policies.values())["openai"]["state"]
        == "CLOSED"
    )


def test_an_unknown_breaker_names_the_known(current: Runtime) -> None:
    with pytest.raises(UnknownProvider) as refused:
        current.operations.command_breaker("teapot", "reset", actor="eve")

    assert refused.value.available == ["azure-speech", "azure-vision", "openai"]


def test_the_kill_switch_is_in_force_for_the_next_call(current: Runtime) -> None:
    current.operations.set_kill_switch(True, actor="eve", reason="invoice")
    with pytest.raises(KillSwitchOn):
        current.ledger.reserve("openai", CALL)
    current.operations.set_kill_switch(False, actor="eve")
    current.ledger.reserve("openai", CALL)

    actions = OperatorAction.objects.order_by("id").values_list("action", "details")
    assert list(actions) == [
        ("kill_switch_on", {"reason": "invoice"}),
        ("kill_switch_off", {"reason": ""}),
    ]


def test_a_higher_limit_lets_go_the_switch_that_the_old_one_pulled(current: Runtime) -> None:
    KillSwitch(
        scope="fleet",
        is_active=True,
        actor="system",
        month=now(current).date().replace(day=1),
        changed_at=now(current),
    ).save()
    current.operations.set_limit(Decimal(500), actor="eve")

    current.ledger.reserve("openai", CALL)


def test_a_switch_pulled_by_hand_outlasts_a_higher_limit(current: Runtime) -> None:
    current.operations.set_kill_switch(True, actor="eve")
    current.operations.set_limit(Decimal(500), actor="eve")

    with pytest.raises(KillSwitchOn):
        current.ledger.reserve("openai", CALL)


def test_the_breakers_are_shown_in_the_order_of_the_contract(current: Runtime) -> None:
    fail(current, 2)
    shown = queries.circuit_breakers(current.store, current.policies.values())

    openai = shown["openai"]
    assert list(shown) == ["openai", "azure-speech", "azure-vision"]
    assert list(openai)[:9] == [
        "name", "state", "failures", "successes", "failureRate", "openedAt", "nextRetryAt", "reason", "generation",
    ]  # fmt: skip
    assert (openai["state"], openai["reason"]) == ("OPEN", "consecutive failures")
    assert openai["openedAt"] < openai["nextRetryAt"]


def test_the_limits_show_what_is_left(current: Runtime) -> None:
    current.admission.acquire(
        current.policies["openai"], AcquireRequest("call", "ana", (1, 1_500, 0))
    )
    shown = queries.rate_limits(current.store, current.policies.values())["openai"]

    requests, tokens, _ = shown["windows"]
    assert (requests["limit"], requests["used"], requests["remaining"]) == (50, 1, 49)
    assert tokens["remaining"] == 198_500
    assert 0 < requests["resetInMs"] <= 61_000
    assert (shown["inFlight"], shown["maxConcurrent"]) == (1, 5)


def test_the_budget_shows_what_was_spent_on_what(current: Runtime) -> None:
    reservation = current.ledger.reserve("openai", CALL)
    took = Consumed(Units(output_tokens=500_000))
    current.ledger.settle(reservation, Bill("ok", 900, took))
    current.ledger.reserve("openai", CALL)

    shown = queries.budget(current.ledger, current.policies, 3, now(current))

    assert list(shown) == [
        "killSwitchActive", "killSwitchReason", "monthlyLimit", "spent", "reserved", "remaining", "percentUsed",
        "month", "projectedMonthEnd", "queueDepth", "byProvider", "byKind",
    ]  # fmt: skip
    assert (shown["spent"], shown["reserved"], shown["remaining"]) == (0.3, 0.6, 9.1)
    assert (shown["percentUsed"], shown["queueDepth"]) == (3.0, 3)
    assert shown["byKind"] == {"flashcards": {"calls": 1, "spent": 0.3}}
    assert shown["byProvider"]["openai"]["calls"] == 1
    assert shown["projectedMonthEnd"] >= 0.3


def test_the_projection_follows_the_days_that_have_passed() -> None:
    tenth_day = datetime(2027, 4, 11, tzinfo=UTC)

    assert queries.projected(Decimal(10), tenth_day) == 30
