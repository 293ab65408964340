"""Where nobody sets anything, the numbers of the contract hold; where somebody does, theirs."""

from dataclasses import astuple
from decimal import Decimal

import pytest

from tests.limits import NO_REQUEST_LIMITS
from unilingo.configuration.policies import request_limits
from unilingo.configuration.providers import budget_policy, provider_settings


@pytest.fixture
def unset(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in NO_REQUEST_LIMITS:
        monkeypatch.delenv(name)
    return monkeypatch


def test_a_user_and_an_address_may_ask_as_often_as_the_contract_says(
    unset: pytest.MonkeyPatch,
) -> None:
    limits = {scope: astuple(limit) for scope, limit in request_limits().items()}

    assert limits == {
        "ai": (20, 200, 60),
        "pronunciation": (10, 100, 60),
        "upload": (15, 150, 60),
        "general": (600, 6000, 900),
    }


@pytest.mark.parametrize("scope", ["ai", "pronunciation", "upload", "general"])
def test_each_request_limit_is_set_by_its_own_name(unset: pytest.MonkeyPatch, scope: str) -> None:
    unset.setenv(f"USER_LIMIT_{scope.upper()}", "7")
    unset.setenv(f"ADDRESS_LIMIT_{scope.upper()}", "0")

    limit = request_limits()[scope]
    assert (limit.per_user, limit.per_address) == (7, 0)


def test_each_provider_has_the_limits_of_the_contract() -> None:
    policies = provider_settings().policies

    assert {
        name: (
            policy.requests_per_minute,
            policy.tokens_per_minute,
            policy.max_concurrent,
            policy.spacing_seconds,
        )
        for name, policy in policies.items()
    } == {
        "openai": (50, 200_000, 5, 0),
        "compatible": (50, 200_000, 5, 0),
        "azure-speech": (0, 0, 20, 0.05),
        "azure-vision": (20, 0, 5, 0),
    }


def test_each_limit_of_a_provider_is_set_by_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {
        "OPENAI_RATE_LIMIT_RPM": "1",
        "OPENAI_RATE_LIMIT_TPM": "2",
        "OPENAI_MAX_CONCURRENT": "3",
        "AZURE_SPEECH_MAX_CONCURRENT": "4",
        "AZURE_SPEECH_MIN_TIME": "5",
        "AZURE_VISION_RATE_LIMIT_RPM": "6",
        "AZURE_VISION_MAX_CONCURRENT": "7",
        "BREAKER_AZURE_VISION_OPEN_SECONDS": "8",
    }
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    policies = provider_settings().policies
    openai, speech, vision = (policies[name] for name in ("openai", "azure-speech", "azure-vision"))

    assert (openai.requests_per_minute, openai.tokens_per_minute, openai.max_concurrent) == (
        1,
        2,
        3,
    )
    assert (speech.max_concurrent, speech.spacing_seconds) == (4, 0.005)
    assert (vision.requests_per_minute, vision.max_concurrent) == (6, 7)
    assert vision.breaker.open_seconds == 8


def test_money_has_the_limits_of_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    values = provider_settings().values
    unset = budget_policy(values)
    monkeypatch.setenv("MONTHLY_BUDGET_USD", "100")
    monkeypatch.setenv("USER_MONTHLY_ALLOWANCE_USD", "2.50")
    given = budget_policy(values)

    assert (unset.fleet_limit_usd, unset.user_allowance_usd) == (None, Decimal(5))
    assert (given.fleet_limit_usd, given.user_allowance_usd) == (Decimal(100), Decimal("2.50"))
