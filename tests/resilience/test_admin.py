"""What staff see and may do; every deed has its row."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from resilience.guard import Bill
from resilience.models import Budget, KillSwitch, OperatorAction, PriceVersion
from resilience.runtime import Runtime
from resilience.store import BreakerState
from resilience.usage import Call, Consumed, Units

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.resilience.urls")]

LISTS = [
    "budget", "budgetperiod", "usagerecord", "reservation", "priceversion", "killswitch", "breakertransition",
    "operatoraction",
]  # fmt: skip


def address(model: str, page: str = "changelist") -> str:
    return reverse(f"admin:resilience_{model}_{page}")


@pytest.fixture
def usage(current: Runtime) -> None:
    call = Call("job-1:1:1", "ana", "flashcards", "gpt-4o-mini", Units(output_tokens=1_000_000))
    reservation = current.ledger.reserve("openai", call)
    took = Consumed(Units(input_tokens=2_000_000, output_tokens=500_000))
    current.ledger.settle(reservation, Bill("ok", 900, took))


@pytest.mark.parametrize("model", LISTS)
def test_every_list_opens(admin_client: Client, current: Runtime, usage: None, model: str) -> None:
    assert admin_client.get(address(model)).status_code == 200


def test_a_budget_shows_a_bar_and_what_remains(admin_client: Client, usage: None) -> None:
    page = admin_client.get(address("budgetperiod")).content.decode()

    assert '<progress max="100" value="6.0" aria-label="used"></progress> 6.0 %' in page
    assert "$9.40" in page


def test_the_budgets_show_what_the_money_went_to(admin_client: Client, usage: None) -> None:
    page = admin_client.get(address("budgetperiod")).content.decode()

    assert '<th scope="row">openai</th><td>1</td><td>$0.6000</td>' in page
    assert '<th scope="row">flashcards</th><td>1</td><td>$0.6000</td>' in page


def test_usage_is_summed_over_what_the_filters_let_through(
    admin_client: Client, usage: None
) -> None:
    all_of_it = admin_client.get(address("usagerecord")).content.decode()
    none_of_it = admin_client.get(address("usagerecord"), {"provider": "azure"}).content.decode()

    assert (
        "1 calls, $0.600000: 2,000,000 tokens in, 500,000 out, 0 s of audio, 0 images" in all_of_it
    )
    assert "0 calls, $0.00:" in none_of_it


def test_money_cannot_be_rewritten(admin_client: Client, usage: None) -> None:
    assert admin_client.get(address("usagerecord", "add")).status_code == 403
    assert admin_client.get(address("budgetperiod", "add")).status_code == 403


def test_a_limit_set_by_hand_is_in_force_and_has_a_name(
    admin_client: Client, current: Runtime
) -> None:
    admin_client.post(address("budget", "add"), {"scope": "user:ana", "limit_usd": "2"})

    assert current.ledger.limits(["user:ana"]) == {"user:ana": Decimal(2)}
    action = OperatorAction.objects.get()
    assert (action.actor, action.action, action.target) == ("admin", "set_limit", "user:ana")


def test_a_limit_taken_back_leaves_the_setting(admin_client: Client, current: Runtime) -> None:
    Budget.objects.create(scope="user:ana", limit_usd=2)
    page = reverse("admin:resilience_budget_delete", args=["user:ana"])
    admin_client.post(page, {"post": "yes"})

    assert current.ledger.limits(["user:ana"]) == {"user:ana": Decimal(5)}
    assert OperatorAction.objects.get().action == "forget_limit"


def test_the_kill_switch_keeps_reason_and_actor(admin_client: Client, current: Runtime) -> None:
    admin_client.post(
        address("killswitch", "add"), {"scope": "fleet", "is_active": "on", "reason": "invoice"}
    )

    switch = KillSwitch.objects.get()
    assert (switch.is_active, switch.reason, switch.actor) == (True, "invoice", "admin")


def test_a_price_can_be_added_and_not_changed(admin_client: Client, current: Runtime) -> None:
    price = dict.fromkeys(("cached_per_million", "audio_per_hour", "images_per_thousand"), "0")
    price |= {"provider": "openai", "model": "new", "valid_from": "2027-01-01", "source": "invoice"}
    price |= {"input_per_million": "1", "output_per_million": "2"}
    admin_client.post(address("priceversion", "add"), price)

    added = PriceVersion.objects.get(model="new")
    page = reverse("admin:resilience_priceversion_change", args=[added.pk])
    admin_client.post(page, {**price, "output_per_million": "3"})
    added.refresh_from_db()
    assert added.output_per_million == 2
    assert OperatorAction.objects.get().action == "add_price"


def test_a_breaker_is_commanded_by_its_button(admin_client: Client, current: Runtime) -> None:
    button = reverse("admin:resilience_breaker_command", args=["openai", "force_open"])
    assert button in admin_client.get(address("breakertransition")).content.decode()

    admin_client.post(button, {"reason": "maintenance"})

    status = current.store.status(current.policies["openai"])
    assert (status.state, status.reason) == (BreakerState.FORCED_OPEN, "maintenance")
    action = OperatorAction.objects.get()
    assert (action.actor, action.details) == ("admin", {"reason": "maintenance"})
    assert "OPEN, forced" in admin_client.get(address("breakertransition")).content.decode()


@pytest.mark.parametrize("command", ["reset", "force_open", "force_closed", "auto"])
def test_every_command_has_a_button(admin_client: Client, current: Runtime, command: str) -> None:
    button = reverse("admin:resilience_breaker_command", args=["openai", command])

    assert button in admin_client.get(address("breakertransition")).content.decode()
    assert admin_client.post(button).status_code == 302
    assert OperatorAction.objects.get().action == command


def test_a_link_commands_nothing_but_asks_first(admin_client: Client, current: Runtime) -> None:
    button = reverse("admin:resilience_breaker_command", args=["openai", "force_open"])
    nobodys = reverse("admin:resilience_breaker_command", args=["nobody", "force_open"])

    asked = admin_client.get(button)

    assert asked.status_code == 200
    assert "Force open: the breaker of openai?" in asked.content.decode()
    assert "in its line: 0." in asked.content.decode()
    assert admin_client.get(nobodys).status_code == 403
    assert current.store.status(current.policies["openai"]).state == BreakerState.CLOSED
    assert not OperatorAction.objects.exists()
