"""OpenAI, as the program knows it."""

from typing import Any

from jobs.kind import Capability
from jobs.provider import Provider, Setting
from resilience.policies import LEASE_MARGIN_SECONDS, ProviderPolicy


def _make(settings: Any) -> Any:
    from jobs.providers.openai.model import OpenAIPolicy, OpenAITextModel

    return OpenAITextModel(
        OpenAIPolicy(
            api_key=settings.OPENAI_API_KEY,
            base_url=settings.OPENAI_BASE_URL,
            model=settings.OPENAI_MODEL,
            timeout_seconds=settings.OPENAI_TIMEOUT_SECONDS,
        )
    )


PROVIDER = Provider(
    name="openai",
    word="openai",
    capability=Capability.TEXT,
    make=_make,
    version=lambda settings, prompts: " ".join(["openai", settings.OPENAI_MODEL, *prompts]),
    limits=lambda settings: ProviderPolicy(
        name="openai",
        requests_per_minute=settings.OPENAI_RATE_LIMIT_RPM,
        tokens_per_minute=settings.OPENAI_RATE_LIMIT_TPM,
        max_concurrent=settings.OPENAI_MAX_CONCURRENT,
        lease_seconds=settings.OPENAI_TIMEOUT_SECONDS + LEASE_MARGIN_SECONDS,
    ),
    needs=(("OPENAI_API_KEY",),),
    price="OPENAI_PRICE",
    model=lambda settings: str(settings.OPENAI_MODEL),
    settings=(
        Setting("OPENAI_API_KEY", "secret"),
        Setting("OPENAI_BASE_URL", "url", "https://api.openai.com/v1"),
        Setting("OPENAI_MODEL", default="gpt-4o-mini"),
        Setting("OPENAI_PRICE", "price", None),
        Setting("OPENAI_TIMEOUT_SECONDS", "number", 60.0),
        Setting("OPENAI_RATE_LIMIT_RPM", "integer", 50),
        Setting("OPENAI_RATE_LIMIT_TPM", "integer", 200_000),
        Setting("OPENAI_MAX_CONCURRENT", "integer", 5),
    ),
)
