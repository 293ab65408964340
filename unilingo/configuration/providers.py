"""What each provider may be asked for, who does what, and what it may cost, as the environment says."""

from dataclasses import dataclass, fields, replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from jobs.kind import Capability
from jobs.provider import LOCAL, Provider, Setting, providers
from resilience.policies import BreakerPolicy, BudgetPolicy, OutagePolicy, ProviderPolicy
from unilingo.configuration import env


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """`values`: all that providers declare, and who has which capability, by the names of the settings."""

    values: dict[str, Any]
    policies: dict[str, ProviderPolicy]


def provider_settings() -> ProviderSettings:
    values = {each.name: _read(each) for one in providers() for each in one.settings}
    values["PROXIES"] = env.proxies()
    policies = _policies(SimpleNamespace(**values))
    for capability in Capability:
        values[f"PROVIDER_{capability.name}"] = _chosen(capability, values)
        name = f"FALLBACK_{capability.name}"
        values[name] = env.choice(name, "none", ("none", LOCAL))
    return ProviderSettings(values, policies)


def _read(setting: Setting) -> Any:
    match setting.read:
        case "secret":
            return env.secret(setting.name, setting.default)
        case "url":
            return env.url(setting.name, setting.default, setting.schemes)
        case "integer":
            return env.integer(setting.name, setting.default)
        case "number":
            return env.number(setting.name, setting.default)
        case "words":
            return tuple(env.choices(setting.name, (), setting.options))
        case "price":
            return env.price(setting.name)
        case _:
            return env.text(setting.name, setting.default)


def _chosen(capability: Capability, values: dict[str, Any]) -> str:
    """Names by commas, in the order in which they are asked; without any the first that is set up, else the built-in engine."""
    name = f"PROVIDER_{capability.name}"
    able = {one.word: one for one in providers() if one.capability == capability}
    set_up = [word for word, one in able.items() if one.needs and _has(values, one.needs[0])]
    words = env.choices(name, (*set_up[:1], LOCAL)[:1], tuple(able))
    for word in words:
        _refuse_incomplete(name, able[word], values)
    return ",".join(words)


def _refuse_incomplete(name: str, provider: Provider, values: dict[str, Any]) -> None:
    missing = [" or ".join(names) for names in provider.needs if not _has(values, names)]
    if missing and env.is_set(name):
        env.refuse(name, f"is {provider.word}, which needs {missing[0]}")
    if missing:
        env.refuse(provider.needs[0][0], f"needs {missing[0]} beside it")


def _has(values: dict[str, Any], names: tuple[str, ...]) -> bool:
    return any(values[name] for name in names)


def _policies(settings: SimpleNamespace) -> dict[str, ProviderPolicy]:
    retries = env.integer("PROVIDER_RETRIES_PER_MINUTE", 12)
    return {
        one.name: replace(
            one.limits(settings), retries_per_minute=retries, breaker=_breaker(one.name)
        )
        for one in providers()
        if one.limits
    }


def _breaker(provider: str) -> BreakerPolicy:
    """BREAKER_<PROVIDER>_<FIELD>, each of the type of its default."""
    given: dict[str, float] = {}
    for field in fields(BreakerPolicy):
        name = f"BREAKER_{provider.upper().replace('-', '_')}_{field.name.upper()}"
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


def budget_policy(values: dict[str, Any]) -> BudgetPolicy:
    prices = {one.name: values[one.price] for one in providers() if one.price}
    return BudgetPolicy(
        fleet_limit_usd=env.dollars("MONTHLY_BUDGET_USD", None),
        user_allowance_usd=env.dollars("USER_MONTHLY_ALLOWANCE_USD", Decimal(5)),
        prices={name: price for name, price in prices.items() if price},
    )
