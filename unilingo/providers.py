"""What each provider may be asked for, and what it may cost, as the environment says."""

from dataclasses import fields
from decimal import Decimal
from typing import Any

from resilience.policies import BreakerPolicy, BudgetPolicy, OutagePolicy, ProviderPolicy
from unilingo import env

# A call holds its place longer than the call itself may take.
_LEASE_MARGIN_SECONDS = 15
_RECORDING_SECONDS = 60


def provider_policies(
    openai_timeout_seconds: float, speech_timeout_seconds: float
) -> dict[str, ProviderPolicy]:
    retries = env.integer("PROVIDER_RETRIES_PER_MINUTE", 12)
    openai = ProviderPolicy(
        name="openai",
        retries_per_minute=retries,
        requests_per_minute=env.integer("OPENAI_RATE_LIMIT_RPM", 50),
        tokens_per_minute=env.integer("OPENAI_RATE_LIMIT_TPM", 200_000),
        max_concurrent=env.integer("OPENAI_MAX_CONCURRENT", 5),
        lease_seconds=openai_timeout_seconds + _LEASE_MARGIN_SECONDS,
        breaker=_breaker("OPENAI"),
    )
    speech = ProviderPolicy(
        name="azure-speech",
        retries_per_minute=retries,
        max_concurrent=env.integer("AZURE_SPEECH_MAX_CONCURRENT", 20),
        spacing_seconds=env.integer("AZURE_SPEECH_MIN_TIME", 50) / 1000,
        # A call may take as long as its recording, and the timeout.
        lease_seconds=_RECORDING_SECONDS + speech_timeout_seconds + _LEASE_MARGIN_SECONDS,
        breaker=_breaker("AZURE_SPEECH"),
    )
    vision = ProviderPolicy(
        name="azure-vision",
        retries_per_minute=retries,
        requests_per_minute=env.integer("AZURE_VISION_RATE_LIMIT_RPM", 20),
        max_concurrent=env.integer("AZURE_VISION_MAX_CONCURRENT", 5),
        breaker=_breaker("AZURE_VISION"),
    )
    return {policy.name: policy for policy in (openai, speech, vision)}


def _breaker(provider: str) -> BreakerPolicy:
    """BREAKER_<PROVIDER>_<FIELD>, each of the type of its default."""
    given: dict[str, float] = {}
    for field in fields(BreakerPolicy):
        name = f"BREAKER_{provider}_{field.name.upper()}"
        default: Any = field.default
        if field.type is int:
            given[field.name] = env.integer(name, default, at_least=1)
        else:
            at_most = 1.0 if field.name.endswith("_ratio") else 1e9
            given[field.name] = env.number(name, default, at_most=at_most)
    return BreakerPolicy(**given)  # type: ignore[arg-type]  # each is of its field's type


def outage_policy() -> OutagePolicy:
    mode = env.choice("GUARD_WITHOUT_REDIS", "deny", ("deny", "allow"))
    return OutagePolicy(mode=mode)  # type: ignore[arg-type]  # one of the choices


def budget_policy() -> BudgetPolicy:
    return BudgetPolicy(
        fleet_limit_usd=env.dollars("MONTHLY_BUDGET_USD", None),
        user_allowance_usd=env.dollars("USER_MONTHLY_ALLOWANCE_USD", Decimal(5)),
    )
