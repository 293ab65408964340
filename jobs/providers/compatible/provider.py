"""A second server that speaks OpenAI's protocol, such as Ollama, vLLM or another vendor's; with limits and money of its own."""

from typing import Any

from jobs.kind import Capability
from jobs.provider import Provider, Setting
from resilience.policies import LEASE_MARGIN_SECONDS, ProviderPolicy


def _make(settings: Any) -> Any:
    from jobs.providers.openai.model import OpenAIPolicy, OpenAITextModel

    policy = OpenAIPolicy(
        # Servers of one's own often ask for none, and the SDK sends no empty one.
        api_key=settings.COMPATIBLE_API_KEY or "none",
        base_url=settings.COMPATIBLE_BASE_URL,
        model=settings.COMPATIBLE_MODEL,
        timeout_seconds=settings.COMPATIBLE_TIMEOUT_SECONDS,
    )
    return OpenAITextModel(policy, provider="compatible")


PROVIDER = Provider(
    name="compatible",
    word="compatible",
    capability=Capability.TEXT,
    make=_make,
    version=lambda settings, prompts: " ".join(["compatible", settings.COMPATIBLE_MODEL, *prompts]),
    limits=lambda settings: ProviderPolicy(
        name="compatible",
        requests_per_minute=settings.COMPATIBLE_RATE_LIMIT_RPM,
        tokens_per_minute=settings.COMPATIBLE_RATE_LIMIT_TPM,
        max_concurrent=settings.COMPATIBLE_MAX_CONCURRENT,
        lease_seconds=settings.COMPATIBLE_TIMEOUT_SECONDS + LEASE_MARGIN_SECONDS,
    ),
    needs=(("COMPATIBLE_BASE_URL",), ("COMPATIBLE_MODEL",)),
    price="COMPATIBLE_PRICE",
    model=lambda settings: str(settings.COMPATIBLE_MODEL),
    settings=(
        Setting("COMPATIBLE_BASE_URL", "url"),
        Setting("COMPATIBLE_API_KEY", "secret"),
        Setting("COMPATIBLE_MODEL"),
        Setting("COMPATIBLE_PRICE", "price", None),
        Setting("COMPATIBLE_TIMEOUT_SECONDS", "number", 60.0),
        Setting("COMPATIBLE_RATE_LIMIT_RPM", "integer", 50),
        Setting("COMPATIBLE_RATE_LIMIT_TPM", "integer", 200_000),
        Setting("COMPATIBLE_MAX_CONCURRENT", "integer", 5),
    ),
)
