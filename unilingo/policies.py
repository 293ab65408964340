"""What providers may be asked for and what may be spent, from the environment. The dataclasses say what each number is."""

from dataclasses import fields
from decimal import Decimal
from typing import Any

from resilience.policies import BreakerPolicy, BudgetPolicy, OutagePolicy, ProviderPolicy
from unilingo import env

# A call that has timed out still needs its place until its end is told.
_LEASE_BEYOND_TIMEOUT_SECONDS = 30.0


def provider_policies(openai_timeout_seconds: float) -> dict[str, ProviderPolicy]:
    retries = env.integer("PROVIDER_RETRIES_PER_MINUTE", 12)
    policies = (
        ProviderPolicy(
            name="openai",
            requests_per_minute=env.integer("OPENAI_RATE_LIMIT_RPM", 50),
            tokens_per_minute=env.integer("OPENAI_RATE_LIMIT_TPM", 200_000),
            retries_per_minute=retries,
            max_concurrent=env.integer("OPENAI_MAX_CONCURRENT", 5),
            lease_seconds=openai_timeout_seconds + _LEASE_BEYOND_TIMEOUT_SECONDS,
            breaker=_breaker("openai"),
        ),
        ProviderPolicy(
            name="azure-speech",
            retries_per_minute=retries,
            spacing_seconds=env.integer("AZURE_SPEECH_MIN_TIME", 50) / 1000,
            max_concurrent=env.integer("AZURE_SPEECH_MAX_CONCURRENT", 20),
            breaker=_breaker("azure-speech"),
        ),
        ProviderPolicy(
            name="azure-vision",
            requests_per_minute=env.integer("AZURE_VISION_RATE_LIMIT_RPM", 20),
            retries_per_minute=retries,
            max_concurrent=env.integer("AZURE_VISION_MAX_CONCURRENT", 5),
            breaker=_breaker("azure-vision"),
        ),
    )
    return {policy.name: policy for policy in policies}


def _breaker(provider: str) -> BreakerPolicy:
    """Each field of BreakerPolicy by its own name: BREAKER_AZURE_SPEECH_OPEN_SECONDS."""
    prefix = f"BREAKER_{provider.upper().replace('-', '_')}_"
    default = BreakerPolicy()
    values: dict[str, Any] = {}
    for field in fields(default):
        name, value = prefix + field.name.upper(), getattr(default, field.name)
        if field.type is int:
            values[field.name] = env.integer(name, value, at_least=1)
        else:
            at_most = 1.0 if field.name.endswith("_ratio") else 1e9
            values[field.name] = env.number(name, value, at_most=at_most)
    return BreakerPolicy(**values)


def outage_policy() -> OutagePolicy:
    mode: Any = env.choice("LIMITS_WITHOUT_REDIS", "local", ("local", "deny", "allow"))
    return OutagePolicy(mode=mode, processes=env.integer("FLEET_PROCESSES", 4, at_least=1))


def budget_policy() -> BudgetPolicy:
    return BudgetPolicy(
        fleet_limit_usd=env.dollars("MONTHLY_BUDGET_USD", None),
        user_allowance_usd=env.dollars("USER_MONTHLY_ALLOWANCE_USD", Decimal(5)),
    )
