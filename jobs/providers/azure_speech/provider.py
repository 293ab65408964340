"""Azure Speech, as the program knows it."""

from typing import Any

from jobs.kind import Capability
from jobs.provider import Provider, Setting
from jobs.providers.azure_speech.locales import ASSESSMENT_VERSION, locale_of
from resilience.policies import LEASE_MARGIN_SECONDS, ProviderPolicy

# A call may take as long as its recording, and the timeout.
_RECORDING_SECONDS = 60


def _make(settings: Any) -> Any:
    from jobs.providers.azure_speech.assessor import AzureSpeechAssessor, AzureSpeechPolicy

    return AzureSpeechAssessor(
        AzureSpeechPolicy(
            key=settings.AZURE_SPEECH_KEY,
            region=settings.AZURE_SPEECH_REGION,
            endpoint=settings.AZURE_SPEECH_ENDPOINT,
            timeout_seconds=settings.AZURE_SPEECH_TIMEOUT_SECONDS,
            proxies=settings.PROXIES,
        )
    )


PROVIDER = Provider(
    name="azure-speech",
    word="azure",
    capability=Capability.SPEECH,
    make=_make,
    version=lambda settings, prompts: f"azure {ASSESSMENT_VERSION}",
    speaks=lambda language: locale_of(language) is not None,
    limits=lambda settings: ProviderPolicy(
        name="azure-speech",
        max_concurrent=settings.AZURE_SPEECH_MAX_CONCURRENT,
        spacing_seconds=settings.AZURE_SPEECH_MIN_TIME / 1000,
        lease_seconds=_RECORDING_SECONDS
        + settings.AZURE_SPEECH_TIMEOUT_SECONDS
        + LEASE_MARGIN_SECONDS,
    ),
    model=lambda settings: "pronunciation-assessment",
    needs=(("AZURE_SPEECH_KEY",), ("AZURE_SPEECH_REGION", "AZURE_SPEECH_ENDPOINT")),
    settings=(
        Setting("AZURE_SPEECH_KEY", "secret"),
        Setting("AZURE_SPEECH_REGION"),
        Setting("AZURE_SPEECH_ENDPOINT", "url", schemes=("https", "http", "wss", "ws")),
        Setting("AZURE_SPEECH_TIMEOUT_SECONDS", "number", 30.0),
        Setting("AZURE_SPEECH_MAX_CONCURRENT", "integer", 20),
        Setting("AZURE_SPEECH_MIN_TIME", "integer", 50),
    ),
)
