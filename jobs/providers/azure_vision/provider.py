"""Azure Vision, as the program knows it."""

from typing import Any

from jobs.kind import Capability
from jobs.provider import Provider, Setting
from jobs.providers.azure_vision import VERSION
from resilience.policies import LEASE_MARGIN_SECONDS, ProviderPolicy


def _make(settings: Any) -> Any:
    from jobs.providers.azure_vision.reader import AzureTextReader, AzureVisionPolicy

    return AzureTextReader(
        AzureVisionPolicy(
            endpoint=settings.AZURE_VISION_ENDPOINT,
            api_key=settings.AZURE_VISION_KEY,
            timeout_seconds=settings.AZURE_VISION_TIMEOUT_SECONDS,
            proxies=settings.PROXIES,
        )
    )


PROVIDER = Provider(
    name="azure-vision",
    word="azure",
    capability=Capability.VISION,
    make=_make,
    version=lambda settings, prompts: f"azure {VERSION}",
    limits=lambda settings: ProviderPolicy(
        name="azure-vision",
        requests_per_minute=settings.AZURE_VISION_RATE_LIMIT_RPM,
        max_concurrent=settings.AZURE_VISION_MAX_CONCURRENT,
        lease_seconds=settings.AZURE_VISION_TIMEOUT_SECONDS + LEASE_MARGIN_SECONDS,
    ),
    model=lambda settings: "read",
    needs=(("AZURE_VISION_KEY",), ("AZURE_VISION_ENDPOINT",)),
    settings=(
        Setting("AZURE_VISION_KEY", "secret"),
        Setting("AZURE_VISION_ENDPOINT", "url"),
        Setting("AZURE_VISION_TIMEOUT_SECONDS", "number", 30.0),
        Setting("AZURE_VISION_RATE_LIMIT_RPM", "integer", 20),
        Setting("AZURE_VISION_MAX_CONCURRENT", "integer", 5),
    ),
)
