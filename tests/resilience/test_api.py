"""The operator's endpoints: who may, what is answered, and that it is in force at once."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from resilience.errors import KillSwitchOn
from resilience.models import Budget, OperatorAction
from resilience.runtime import Runtime
from resilience.usage import Call, Units
from tests.servers import ValkeyServer

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.resilience.urls")]

TOKEN = "operators-token"
ENDPOINTS = [
    ("get", "/api/circuit-breakers/status"),
    ("post", "/api/circuit-breakers/reset/openai"),
    ("post", "/api/circuit-breakers/force-open/openai"),
    ("get", "/api/rate-limits/status"),
    ("get", "/api/admin/budget/status"),
    ("post", "/api/admin/budget/kill-switch"),
    ("post", "/api/admin/budget/set-limit"),
]


class Operator:
    def __init__(self) -> None:
        self._client = Client(headers={"Authorization": f"Bearer {TOKEN}"})

    def get(self, address: str) -> Any:
        return self._client.get(address)

    def post(self, address: str, body: Any = None) -> Any:
        return self._client.post(address, body or {}, content_type="application/json")


@pytest.fixture
def operator(current: Runtime, settings: Settings) -> Operator:
    settings.MONITORING_TOKEN = TOKEN
    settings.DEBUG = False
    return Operator()


@pytest.mark.parametrize(("method", "address"), ENDPOINTS)
def test_nobody_but_an_operator_may(operator: Operator, method: str, address: str) -> None:
    response = getattr(Client(), method)(address, content_type="application/json")

    assert response.status_code == 401


def test_the_breakers_are_shown(operator: Operator) -> None:
    body = operator.get("/api/circuit-breakers/status").json()

    assert list(body) == ["success", "circuitBreakers", "timestamp"]
    assert body["circuitBreakers"]["azure-speech"]["state"] == "CLOSED"


def test_a_breaker_is_forced_open_and_reset(operator: Operator) -> None:
    opened = operator.post("/api/circuit-breakers/force-open/openai", {"reason": "maintenance"})
    shown = operator.get("/api/circuit-breakers/status").json()["circuitBreakers"]["openai"]
    reset = operator.post("/api/circuit-breakers/reset/openai")

    assert (opened.status_code, reset.status_code) == (200, 200)
    assert (shown["state"], shown["reason"]) == ("OPEN", "maintenance")
    assert reset.json()["message"] == "Circuit breaker openai reset to CLOSED"
    assert OperatorAction.objects.count() == 2


def test_the_limits_are_shown(operator: Operator) -> None:
    body = operator.get("/api/rate-limits/status").json()

    windows = body["rateLimits"]["azure-vision"]["windows"]
    assert [(window["name"], window["limit"]) for window in windows] == [
        ("requests", 20),
        ("retries", 12),
    ]


def test_the_budget_is_shown(operator: Operator) -> None:
    budget = operator.get("/api/admin/budget/status").json()["budget"]

    assert (budget["monthlyLimit"], budget["spent"], budget["queueDepth"]) == (10, 0, 7)


def test_the_kill_switch_stops_the_next_call(operator: Operator, current: Runtime) -> None:
    body = operator.post(
        "/api/admin/budget/kill-switch", {"enabled": True, "reason": "invoice"}
    ).json()

    assert (body["killSwitchActive"], body["reason"]) == (True, "invoice")
    with pytest.raises(KillSwitchOn):
        current.ledger.reserve("openai", Call("1", "ana", "lesson", "gpt-4o-mini", Units(images=1)))


def test_one_provider_can_be_stopped(operator: Operator, current: Runtime) -> None:
    operator.post("/api/admin/budget/kill-switch", {"enabled": True, "provider": "azure-vision"})

    budget = operator.get("/api/admin/budget/status").json()["budget"]
    assert budget["killSwitchActive"] is False
    assert budget["byProvider"]["azure-vision"]["killSwitchActive"] is True


@pytest.mark.parametrize("enabled", ["true", 1, None, []])
def test_a_switch_takes_nothing_but_true_and_false(operator: Operator, enabled: object) -> None:
    response = operator.post("/api/admin/budget/kill-switch", {"enabled": enabled})

    assert response.status_code == 400
    assert "enabled" in response.json()["details"]["fields"]


@pytest.mark.parametrize(
    ("address", "body", "field"),
    [
        ("admin/budget/kill-switch", {"enabled": True, "reason": 5}, "reason"),
        ("admin/budget/kill-switch", {"enabled": True, "provider": 5}, "provider"),
        ("admin/budget/set-limit", {"limit": 5, "userId": 5}, "userId"),
        ("circuit-breakers/force-open/openai", {"reason": 5}, "reason"),
        ("circuit-breakers/reset/openai", {"reason": 5}, "reason"),
    ],
)
def test_a_number_is_no_text(
    operator: Operator, address: str, body: dict[str, Any], field: str
) -> None:
    response = operator.post(f"/api/{address}", body)

    assert response.status_code == 400
    assert field in response.json()["details"]["fields"]
    assert not OperatorAction.objects.exists()


@pytest.mark.parametrize(
    ("body", "scope", "limit"),
    [
        ({"limit": 12.5}, "fleet", Decimal("12.5")),
        ({"limit": None}, "fleet", None),
        ({"limit": 0, "userId": "ana"}, "user:ana", Decimal(0)),
    ],
)
def test_limits_are_set(
    operator: Operator, body: dict[str, Any], scope: str, limit: Decimal | None
) -> None:
    assert operator.post("/api/admin/budget/set-limit", body).status_code == 200

    assert Budget.objects.get(scope=scope).limit_usd == limit


@pytest.mark.parametrize("limit", ["12", -1, True, 10_000_000])
def test_a_limit_is_a_number_of_dollars(operator: Operator, limit: object) -> None:
    response = operator.post("/api/admin/budget/set-limit", {"limit": limit})

    assert response.status_code == 400
    assert not Budget.objects.exists()


def test_without_redis_the_limits_are_unavailable_and_money_still_shown(
    operator: Operator, redis_server: ValkeyServer
) -> None:
    redis_server.stop()
    answers = [
        operator.get("/api/circuit-breakers/status").status_code,
        operator.get("/api/admin/budget/status").status_code,
    ]
    redis_server.start()

    assert answers == [503, 200]


def test_in_development_whoever_sits_at_this_machine_may(
    operator: Operator, settings: Settings
) -> None:
    settings.DEBUG = True
    answered = Client().post(
        "/api/admin/budget/set-limit", {"limit": 3}, content_type="application/json"
    )

    assert answered.status_code == 200
    assert OperatorAction.objects.get().actor == "local"


def test_clients_of_the_original_ask_whether_text_can_be_worked_on(current: Runtime) -> None:
    before = Client().get("/api/ai/status").json()["status"]
    current.operations.command_breaker("openai", "force_open", actor="ops", reason="")
    after = Client().get("/api/ai/status").json()["status"]

    assert before["circuitBreakerOpen"] is False
    assert after["circuitBreakerOpen"] is True
    assert {"queueSize", "isProcessing", "requestsPerMinute", "tokensPerMinute"} <= before.keys()
    assert before["requestsPerMinute"] > 0
