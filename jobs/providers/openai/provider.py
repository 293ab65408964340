"""OpenAI, as the program knows it, and what is said of every server that speaks its protocol."""

from typing import Any

from jobs.kind import Capability
from jobs.provider import Provider, Setting
from jobs.providers.openai.families import family_of
from jobs.providers.openai.parts import PARTS
from resilience.policies import LEASE_MARGIN_SECONDS, ProviderPolicy

# Servers of one's own often ask for no key, and the SDK sends no empty one.
NO_KEY = "none"


def speaker(name: str, needs: tuple[str, ...], base_url: str = "", model: str = "") -> Provider:
    """A provider with settings of its own, all called by its name; `needs` are those without which it is not called."""
    prefix = name.upper()

    def of(settings: Any, what: str) -> Any:
        return getattr(settings, f"{prefix}_{what}")

    def make(settings: Any) -> Any:
        from jobs.providers.openai.model import OpenAIPolicy, OpenAITextModel

        policy = OpenAIPolicy(
            api_key=of(settings, "API_KEY") or NO_KEY,
            base_url=of(settings, "BASE_URL"),
            model=of(settings, "MODEL"),
            timeout_seconds=of(settings, "TIMEOUT_SECONDS"),
            reasoning_effort=of(settings, "REASONING_EFFORT"),
            reasoning_tokens=of(settings, "REASONING_TOKENS"),
            without=of(settings, "WITHOUT"),
            proxies=settings.PROXIES,
        )
        return OpenAITextModel(policy, provider=name)

    def thinks(settings: Any) -> int:
        family = family_of(of(settings, "MODEL"), thinking_tokens=of(settings, "REASONING_TOKENS"))
        return family.thinking_tokens

    return Provider(
        name=name,
        word=name,
        capability=Capability.TEXT,
        make=make,
        version=lambda settings, prompts: " ".join([name, of(settings, "MODEL"), *prompts]),
        limits=lambda settings: ProviderPolicy(
            name=name,
            requests_per_minute=of(settings, "RATE_LIMIT_RPM"),
            tokens_per_minute=of(settings, "RATE_LIMIT_TPM"),
            max_concurrent=of(settings, "MAX_CONCURRENT"),
            lease_seconds=of(settings, "TIMEOUT_SECONDS") + LEASE_MARGIN_SECONDS,
        ),
        needs=tuple((f"{prefix}_{what}",) for what in needs),
        price=f"{prefix}_PRICE",
        model=lambda settings: str(of(settings, "MODEL")),
        thinks=thinks,
        settings=(
            Setting(f"{prefix}_API_KEY", "secret"),
            Setting(f"{prefix}_BASE_URL", "url", base_url),
            Setting(f"{prefix}_MODEL", default=model),
            Setting(f"{prefix}_PRICE", "price", None),
            Setting(f"{prefix}_TIMEOUT_SECONDS", "number", 60.0),
            Setting(f"{prefix}_REASONING_EFFORT"),
            Setting(f"{prefix}_REASONING_TOKENS", "integer", None),
            Setting(f"{prefix}_WITHOUT", "words", (), options=tuple(PARTS)),
            Setting(f"{prefix}_RATE_LIMIT_RPM", "integer", 50),
            Setting(f"{prefix}_RATE_LIMIT_TPM", "integer", 200_000),
            Setting(f"{prefix}_MAX_CONCURRENT", "integer", 5),
        ),
    )


PROVIDER = speaker("openai", ("API_KEY",), "https://api.openai.com/v1", "gpt-4o-mini")
