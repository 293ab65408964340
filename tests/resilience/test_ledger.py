"""Money is reserved before, settled once after, and never more than the limits."""

import logging
import random
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from resilience.errors import (
    AllowanceExhausted,
    FleetBudgetExhausted,
    KillSwitchOn,
    MoneyHeld,
    PriceUnknown,
)
from resilience.guard import Bill
from resilience.ledger import MoneyLedger
from resilience.models import Budget, BudgetPeriod, KillSwitch, Reservation, UsageRecord
from resilience.scopes import FLEET
from resilience.usage import Call, Consumed, Units
from tests.resilience.hands import HandClock

pytestmark = pytest.mark.django_db

# 1000 tokens out of gpt-4o-mini cost $0.0006.
MILLE = Units(output_tokens=1_000)
PRICE_OF_MILLE = Decimal("0.0006")


def call(user: str = "ana", *, units: Units = MILLE, model: str = "gpt-4o-mini") -> Call:
    return Call("job-1:1:1", user, "flashcards", model, units)


def took(output_tokens: int) -> Bill:
    return Bill("ok", 1200, Consumed(Units(output_tokens=output_tokens), {"total": 1}, "req-1"))


def money(scope: str) -> tuple[Decimal, Decimal]:
    period = BudgetPeriod.objects.get(scope=scope)
    return period.spent, period.reserved


def spend(ledger: MoneyLedger, user: str, dollars: str) -> None:
    tokens = int(Decimal(dollars) / Decimal("0.0000006"))
    reservation = ledger.reserve("openai", call(user, units=Units(output_tokens=tokens)))
    ledger.settle(reservation, took(tokens))


def test_a_reservation_is_held_in_every_scope(ledger: MoneyLedger) -> None:
    ledger.reserve("openai", call())

    for scope in (FLEET, "provider:openai", "user:ana"):
        assert money(scope) == (0, PRICE_OF_MILLE)


def test_settling_books_what_was_used_and_frees_the_rest(ledger: MoneyLedger) -> None:
    ledger.settle(ledger.reserve("openai", call()), took(100))

    record = UsageRecord.objects.get()
    assert money(FLEET) == (Decimal("0.00006"), 0)
    assert (record.cost_usd, record.output_tokens) == (Decimal("0.00006"), 100)
    assert (record.is_estimated, record.raw, record.request_id) == (False, {"total": 1}, "req-1")


def test_a_reservation_ends_once(ledger: MoneyLedger) -> None:
    reservation = ledger.reserve("openai", call())
    ledger.settle(reservation, took(100))
    ledger.settle(reservation, took(100))
    ledger.release(reservation)

    assert money(FLEET) == (Decimal("0.00006"), 0)
    assert UsageRecord.objects.count() == 1


def test_a_released_reservation_costs_nothing(ledger: MoneyLedger) -> None:
    ledger.release(ledger.reserve("openai", call()))

    assert money("user:ana") == (0, 0)
    assert not UsageRecord.objects.exists()


def test_a_call_of_unknown_cost_is_booked_in_full(ledger: MoneyLedger) -> None:
    ledger.settle(ledger.reserve("openai", call()), Bill("transient", 60_000))

    record = UsageRecord.objects.get()
    assert (record.cost_usd, record.is_estimated) == (PRICE_OF_MILLE, True)


def test_a_users_allowance_is_not_exceeded(ledger: MoneyLedger) -> None:
    for _ in range(8):
        ledger.reserve("openai", call())

    with pytest.raises(MoneyHeld):
        ledger.reserve("openai", call())
    ledger.reserve("openai", call("ben"))
    assert money("user:ana") == (0, 8 * PRICE_OF_MILLE)


def test_the_fleets_limit_is_not_exceeded(ledger: MoneyLedger) -> None:
    for number in range(16):
        ledger.reserve("openai", call(f"user-{number}"))

    with pytest.raises(MoneyHeld):
        ledger.reserve("openai", call("one-more"))
    assert not KillSwitch.objects.exists()


def test_an_amount_that_just_fits_is_paid(ledger: MoneyLedger) -> None:
    Budget.objects.create(scope=FLEET, limit_usd=3 * PRICE_OF_MILLE)

    for _ in range(3):
        ledger.settle(ledger.reserve("openai", call()), took(1_000))

    assert money(FLEET) == (3 * PRICE_OF_MILLE, 0)


def test_the_fleets_limit_pulls_the_kill_switch(ledger: MoneyLedger) -> None:
    spend(ledger, "ana", "0.0048")
    spend(ledger, "ben", "0.0048")

    with pytest.raises(FleetBudgetExhausted):
        ledger.reserve("openai", call("eva"))
    # Its switch is called what it is, so that who stands in for spent money may do so.
    with pytest.raises(FleetBudgetExhausted):
        ledger.reserve("openai", call("eva", units=Units(output_tokens=1)))
    with pytest.raises(FleetBudgetExhausted):
        ledger.refuse_submission("openai", "eva")
    assert KillSwitch.objects.get(scope=FLEET).is_active


def test_a_new_month_is_a_new_row(ledger: MoneyLedger, clock: HandClock) -> None:
    spend(ledger, "ana", "0.0048")
    spend(ledger, "ben", "0.0048")
    with pytest.raises(FleetBudgetExhausted):
        ledger.reserve("openai", call("eva"))
    clock.advance(31 * 86_400)

    ledger.reserve("openai", call("eva"))

    months = (
        BudgetPeriod.objects.filter(scope=FLEET).order_by("month").values_list("month", flat=True)
    )
    assert list(months) == [date(2027, 1, 1), date(2027, 2, 1)]


def test_a_call_over_the_turn_of_the_month_is_booked_where_it_was_reserved(
    ledger: MoneyLedger, clock: HandClock
) -> None:
    reservation = ledger.reserve("openai", call())
    clock.advance(31 * 86_400)
    ledger.settle(reservation, took(1_000))

    assert money(FLEET) == (PRICE_OF_MILLE, 0)


@pytest.mark.parametrize("scope", [FLEET, "provider:openai"])
def test_a_switch_stops_the_next_call(ledger: MoneyLedger, clock: HandClock, scope: str) -> None:
    switch = KillSwitch(scope=scope, is_active=True, actor="eve", changed_at="2027-01-01T00:00Z")
    switch.save()

    with pytest.raises(KillSwitchOn):
        ledger.reserve("openai", call())
    assert not Reservation.objects.exists()


def test_a_providers_switch_stops_no_other_provider(ledger: MoneyLedger) -> None:
    KillSwitch(
        scope="provider:azure-speech", is_active=True, actor="eve", changed_at="2027-01-01T00:00Z"
    ).save()

    ledger.reserve("openai", call())


def test_a_model_without_a_price_is_refused(ledger: MoneyLedger) -> None:
    with pytest.raises(PriceUnknown):
        ledger.reserve("openai", call(model="gpt-unheard-of"))


def test_a_limit_of_none_limits_nothing(ledger: MoneyLedger) -> None:
    for scope in (FLEET, "user:ana"):
        Budget.objects.create(scope=scope, limit_usd=None)

    ledger.reserve("openai", call(units=Units(output_tokens=10_000_000)))


def test_reservations_nobody_ended_are_booked_in_full(
    ledger: MoneyLedger, clock: HandClock
) -> None:
    ledger.reserve("openai", call())
    clock.advance(901)

    assert (ledger.sweep(), ledger.sweep()) == (1, 0)
    assert money(FLEET) == (PRICE_OF_MILLE, 0)
    assert UsageRecord.objects.get().outcome == "expired"


def test_ended_reservations_are_forgotten_after_a_week(
    ledger: MoneyLedger, clock: HandClock
) -> None:
    ledger.release(ledger.reserve("openai", call()))
    clock.advance(8 * 86_400)
    ledger.sweep()

    assert not Reservation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_each_threshold_warns_once(ledger: MoneyLedger, caplog: pytest.LogCaptureFixture) -> None:
    Budget.objects.create(scope="user:ana", limit_usd=None)
    Budget.objects.create(scope=FLEET, limit_usd=Decimal("0.006"))
    with caplog.at_level(logging.WARNING, "resilience.ledger"):
        for _ in range(10):
            ledger.settle(ledger.reserve("openai", call()), took(1_000))

    percents = [record.percent for record in caplog.records if record.message == "budget used"]
    assert percents == [50, 80, 100]


def test_sums_of_many_small_amounts_are_exact(ledger: MoneyLedger) -> None:
    for scope in (FLEET, "user:ana"):
        Budget.objects.create(scope=scope, limit_usd=None)
    chance = random.Random(7)
    for _ in range(200):
        tokens = chance.randint(1, 1_000_000)
        reservation = ledger.reserve("openai", call(units=Units(input_tokens=1_000_000)))
        took = Consumed(Units(input_tokens=tokens, cached_tokens=chance.randint(0, tokens)))
        ledger.settle(reservation, Bill("ok", 1, took))

    spent = sum(UsageRecord.objects.values_list("cost_usd", flat=True), Decimal(0))
    assert money(FLEET) == money("user:ana") == (spent, 0)


def test_a_call_takes_few_statements(
    ledger: MoneyLedger, django_assert_max_num_queries: Any
) -> None:
    ledger.release(ledger.reserve("openai", call()))
    with django_assert_max_num_queries(6):
        reservation = ledger.reserve("openai", call())
    with django_assert_max_num_queries(8):
        ledger.settle(reservation, took(100))


def test_what_calls_under_way_give_back_can_be_spent(ledger: MoneyLedger) -> None:
    under_way = [ledger.reserve("openai", call()) for _ in range(8)]
    with pytest.raises(MoneyHeld) as refused:
        ledger.reserve("openai", call())
    assert refused.value.retry_after == 3

    ledger.release(under_way[0])
    ledger.reserve("openai", call())


def test_a_submission_is_refused_when_the_allowance_is_spent(ledger: MoneyLedger) -> None:
    Budget.objects.create(scope="user:ana", limit_usd=Decimal("0.0006"))
    ledger.refuse_submission("openai", "ana")
    spend(ledger, "ana", "0.0006")

    with pytest.raises(AllowanceExhausted):
        ledger.refuse_submission("openai", "ana")
    ledger.refuse_submission("openai", "ben")
