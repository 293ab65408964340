"""From settings to the engines that do the work: one of each in a process, made when first needed."""

import threading
from functools import cache

from django.conf import settings

from jobs.providers.base import TextModel
from jobs.providers.guarded import GuardedText, MeteredText, Run, classify
from jobs.providers.local import TEXT_VERSION
from jobs.providers.prompts import CARDS_PROMPT
from resilience.guard import Guard
from resilience.runtime import runtime


def engine_version() -> str:
    """Names all that changes the answer to the same text, without loading the engine."""
    if settings.PROVIDER_TEXT == "openai":
        return f"openai {settings.OPENAI_MODEL} {CARDS_PROMPT}"
    found = settings.DICTIONARIES_DIR.glob("*.sqlite*")
    dictionaries = sorted(f"{path.name} {path.stat().st_mtime_ns}" for path in found)
    return " ".join(["local", TEXT_VERSION, *dictionaries])


def text_model(run: Run) -> TextModel:
    """What makes the cards of this run. A provider is given out behind its guard only."""
    if settings.PROVIDER_TEXT == "openai":
        return GuardedText(_openai_text(), _guard("openai"), run)
    return _local_text()


def renew_places() -> None:
    """Keep the places of the calls that this process is making."""
    for guard in list(_guards.values()):
        guard.renew()


def forget() -> None:
    """Make everything anew from the settings: for tests."""
    _guards.clear()
    _openai_text.cache_clear()


_guards: dict[str, Guard] = {}
_making = threading.Lock()


def _guard(provider: str) -> Guard:
    with _making:
        if provider not in _guards:
            _guards[provider] = runtime().guard(provider, classify)
        return _guards[provider]


@cache
def _openai_text() -> MeteredText:
    from jobs.providers.openai import OpenAIPolicy, OpenAITextModel

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
    from jobs.providers.local.text import LocalTextModel

    return LocalTextModel(
        data_dir=settings.DATA_DIR / "engines", dictionary_dir=settings.DICTIONARIES_DIR
    )
