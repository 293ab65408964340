"""From settings to the engines that do the work: one of each in a process, made when first needed."""

import os
import threading
from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeVar

from django.conf import settings

from jobs.kind import Capability
from jobs.providers import local_speech, local_text, local_vision
from jobs.providers.azure_speech.locales import ASSESSMENT_VERSION, locale_of
from jobs.providers.base import Language, SpeechAssessor, TextModel, TextReader
from jobs.providers.guarded import (
    GuardedReader,
    GuardedSpeech,
    GuardedText,
    MeteredText,
    Run,
    classify,
)
from jobs.providers.prompts import PROMPTS
from resilience.guard import Guard
from resilience.runtime import runtime

C = TypeVar("C")


# Who has a capability for money, by what PROVIDER_<NAME> says: the provider's name to guard, ledger and breaker.
_PAID = {
    (Capability.TEXT, "openai"): "openai",
    (Capability.SPEECH, "azure"): "azure-speech",
    (Capability.VISION, "azure"): "azure-vision",
}


def paid_provider(capability: Capability) -> str | None:
    """None: the built-in engine has it, which costs nothing."""
    return _PAID.get((capability, getattr(settings, f"PROVIDER_{capability.name}")))


def engine_version(capability: Capability, asks: Sequence[type] = ()) -> str:
    """Names all that changes the answer to the same request (one of the types in `asks`), without loading the engine."""
    match capability:
        case Capability.SPEECH:
            is_paid = paid_provider(Capability.SPEECH) is not None
            return f"azure {ASSESSMENT_VERSION}" if is_paid else f"local {local_speech.VERSION}"
        case Capability.VISION:
            return f"{settings.PROVIDER_VISION} {local_vision.VERSION}"
        case _:
            return _text_version(asks)


def _text_version(asks: Sequence[type]) -> str:
    if paid_provider(Capability.TEXT):
        return " ".join(["openai", settings.OPENAI_MODEL, *(PROMPTS[each] for each in asks)])
    return " ".join(["local", local_text.VERSION, *_dictionaries()])


def _dictionaries() -> list[str]:
    """Asked for with each request, so without pathlib, whose `glob` takes twenty times as long."""
    try:
        found = [file for file in os.scandir(settings.DICTIONARIES_DIR) if ".sqlite" in file.name]
    except FileNotFoundError:
        return []
    return sorted(f"{file.name} {file.stat().st_mtime_ns}" for file in found)


def text_model(run: Run) -> TextModel:
    """What makes the learning material of this run. A provider is given out behind its guard only."""
    provider = paid_provider(Capability.TEXT)
    if provider is None:
        return _local_text()
    fallback = _fallback(Capability.TEXT, _local_text)
    return GuardedText(_openai_text(), _guard(provider), run, fallback)


def text_reader(run: Run) -> TextReader:
    """What reads the pictures of this run."""
    provider = paid_provider(Capability.VISION)
    if provider is None:
        return _local_reader()
    fallback = _fallback(Capability.VISION, _local_reader)
    return GuardedReader(_azure_reader(), _guard(provider), run, fallback)


def speech_assessor(run: Run) -> SpeechAssessor:
    """What judges the readings of this run."""
    provider = paid_provider(Capability.SPEECH)
    if provider is None:
        return _local_speech()
    fallback = _fallback(Capability.SPEECH, _local_speech)
    return GuardedSpeech(_azure_speech(), _guard(provider), run, fallback)


def can_judge(language: Language) -> bool:
    """Can whoever judges readings do it in this language?"""
    if paid_provider(Capability.SPEECH):
        return locale_of(language) is not None
    return language.base in local_speech.LANGUAGES


def renew_places() -> None:
    """Keep the places of the calls that this process is making."""
    for guard in list(_guards.values()):
        guard.renew()


def forget() -> None:
    """Make everything anew from the settings: for tests."""
    _guards.clear()
    _openai_text.cache_clear()
    _azure_reader.cache_clear()
    _azure_speech.cache_clear()


_guards: dict[str, Guard] = {}
_making = threading.Lock()


def _guard(provider: str) -> Guard:
    with _making:
        if provider not in _guards:
            _guards[provider] = runtime().guard(provider, classify)
        return _guards[provider]


def _fallback(capability: Capability, engine: Callable[[], C]) -> Callable[[], C] | None:
    return engine if getattr(settings, f"FALLBACK_{capability.name}") == "local" else None


@cache
def _openai_text() -> MeteredText:
    from jobs.providers.openai.model import OpenAIPolicy, OpenAITextModel

    return OpenAITextModel(
        OpenAIPolicy(
            api_key=settings.OPENAI_API_KEY,
            base_url=settings.OPENAI_BASE_URL,
            model=settings.OPENAI_MODEL,
            timeout_seconds=settings.OPENAI_TIMEOUT_SECONDS,
        )
    )


@cache
def _local_text() -> TextModel:
    from jobs.providers.local_text.model import LocalTextModel

    return LocalTextModel(
        data_dir=settings.DATA_DIR / "engines", dictionary_dir=settings.DICTIONARIES_DIR
    )


@cache
def _azure_reader() -> TextReader:
    from jobs.providers.azure_vision.reader import AzureTextReader, AzureVisionPolicy

    return AzureTextReader(
        AzureVisionPolicy(
            endpoint=settings.AZURE_VISION_ENDPOINT,
            api_key=settings.AZURE_VISION_KEY,
            timeout_seconds=settings.AZURE_VISION_TIMEOUT_SECONDS,
        )
    )


@cache
def _azure_speech() -> SpeechAssessor:
    from jobs.providers.azure_speech.assessor import AzureSpeechAssessor, AzureSpeechPolicy

    return AzureSpeechAssessor(
        AzureSpeechPolicy(
            key=settings.AZURE_SPEECH_KEY,
            region=settings.AZURE_SPEECH_REGION,
            endpoint=settings.AZURE_SPEECH_ENDPOINT,
            timeout_seconds=settings.AZURE_SPEECH_TIMEOUT_SECONDS,
        )
    )


@cache
def _local_reader() -> TextReader:
    from jobs.providers.local_vision.reader import LocalTextReader

    return LocalTextReader()


@cache
def _local_speech() -> SpeechAssessor:
    from jobs.providers.local_speech.assessor import LocalSpeechAssessor

    return LocalSpeechAssessor()
