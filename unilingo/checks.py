"""System checks: settings that work and are still unwise in production."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


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
