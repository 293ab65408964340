"""System checks: settings that work and are still unwise."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from jobs.kind import Capability
from jobs.providers import registry
from resilience.prices import is_listed


@register(Tags.security, deploy=True)
def trusted_header(**_: Any) -> list[CheckMessage]:
    if not settings.TRUST_USER_ID_HEADER:
        return []
    hint = "Only behind a gateway that authenticates, and that sets the user-id header itself."
    return [
        Warning(
            "TRUST_USER_ID_HEADER lets every caller name any user.", hint=hint, id="unilingo.W001"
        )
    ]


@register(Tags.compatibility)
def prices(**_: Any) -> list[CheckMessage]:
    """Said at every start, since a job would find it out only after it was asked for."""
    chosen = (one for capability in Capability for one in registry.chosen(capability))
    unknown = {
        one.price: one.model(settings)
        for one in chosen
        if one.price
        and one.name not in settings.BUDGET_POLICY.prices
        and not is_listed(one.name, one.model(settings))
    }
    return [
        Warning(
            f"No price of the model {model} is listed: unless the admin has one, its jobs fail with PRICE_UNKNOWN.",
            hint=f"Set {setting}: 0 for a model of your own, else dollars per million tokens.",
            id="unilingo.W002",
        )
        for setting, model in unknown.items()
    ]


@register(Tags.security, deploy=True)
def generated_secret(**_: Any) -> list[CheckMessage]:
    if not settings.SECRET_KEY_IS_GENERATED:
        return []
    hint = "Set SECRET_KEY to the same long random value on every machine."
    return [
        Error(
            "SECRET_KEY was made for this data folder; other machines cannot know it.",
            hint=hint,
            id="unilingo.E001",
        )
    ]
