"""A budget that passes a mark: one message to operators for each, and again only under a limit that was raised."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from resilience.errors import BudgetExhausted
from resilience.guard import Bill
from resilience.ledger import MoneyLedger
from resilience.models import Budget, BudgetPeriod
from resilience.policies import BudgetPolicy
from resilience.queries import crossings, is_limit_reached
from resilience.scopes import FLEET
from resilience.usage import Call, Consumed, Units
from tests.receiver import Listener, running_receiver
from unilingo.common.clock import SystemClock
from unilingo.common.webhook import Receiver
from unilingo.models import Notice
from unilingo.monitoring import notices
from unilingo.monitoring.alerts import Alert
from unilingo.monitoring.policy import NoticePolicy

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "known to both ends"
CENT = Units(output_tokens=16_667)  # of gpt-4o-mini


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Listener]:
    with running_receiver() as running:
        settings.NOTICE_POLICY = NoticePolicy(
            Receiver(running.url, [SECRET], allows_private=True), emails=()
        )
        yield running


@pytest.fixture
def ledger() -> MoneyLedger:
    return MoneyLedger(BudgetPolicy(Decimal("0.100002"), None), SystemClock())


def _spend(ledger: MoneyLedger, cents: int) -> None:
    for _ in range(cents):
        held = ledger.reserve("openai", Call("job-1:1:1", "ana", "flashcards", "gpt-4o-mini", CENT))
        ledger.settle(held, Bill("ok", 1, Consumed(CENT)))


def _told() -> list[tuple[str, int]]:
    found = [notice.body["data"]["figures"] for notice in Notice.objects.order_by("created_at")]
    return [(figures["scope"], figures["percent"]) for figures in found]


def _limit(scope: str, dollars: str) -> None:
    Budget.objects.update_or_create(scope=scope, defaults={"limit_usd": Decimal(dollars)})


def test_each_mark_is_one_signed_message(receiver: Listener, ledger: MoneyLedger) -> None:
    _spend(ledger, 10)
    alerts = {Alert.BUDGET_WARNING: True, Alert.BUDGET_EXCEEDED: True}
    assert notices.note(alerts, {}, timezone.now()) == list(alerts)
    notices.deliver(timezone.now())

    bodies: list[dict[str, Any]] = [json.loads(body) for _, body in receiver.heard]
    assert {body["type"] for body in bodies} == {"budget.crossed"}
    figures = [body["data"]["figures"] for body in bodies]
    assert sorted(found["percent"] for found in figures) == [50, 80, 100]
    assert {found["scope"] for found in figures} == {FLEET}
    assert all(headers["webhook-signature"].startswith("v1,") for headers, _ in receiver.heard)


def test_a_users_allowance_is_no_news_to_operators(receiver: Listener, ledger: MoneyLedger) -> None:
    _limit("user:ana", "0.04")
    _spend(ledger, 2)

    assert BudgetPeriod.objects.get(scope="user:ana").warned_percent == 50
    assert _told() == []


def test_under_a_raised_limit_what_is_passed_again_is_told_again(
    receiver: Listener, ledger: MoneyLedger
) -> None:
    _limit("provider:openai", "0.05")
    _spend(ledger, 4)
    _limit("provider:openai", "0.1")
    _spend(ledger, 3)
    assert BudgetPeriod.objects.get(scope="provider:openai").warned_percent == 50
    _spend(ledger, 2)

    of_openai = [percent for scope, percent in _told() if scope == "provider:openai"]
    assert of_openai == [50, 80, 50, 80]


def test_a_limit_that_pays_for_nothing_more_is_spent_and_told_once(
    receiver: Listener, ledger: MoneyLedger
) -> None:
    _limit(FLEET, "0.029")
    _spend(ledger, 2)
    for _ in range(3):
        with pytest.raises(BudgetExhausted):
            _spend(ledger, 1)

    assert _told() == [(FLEET, 50), (FLEET, 100)]
    assert is_limit_reached(timezone.now())
    _limit(FLEET, "0.1")
    assert [found["percent"] for found in crossings(["openai"], timezone.now())] == [100]


def test_a_limit_that_was_lowered_is_told_with_the_next_call(
    receiver: Listener, ledger: MoneyLedger
) -> None:
    _spend(ledger, 4)
    _limit(FLEET, "0.06")
    _spend(ledger, 1)

    assert _told() == [(FLEET, 80)]
