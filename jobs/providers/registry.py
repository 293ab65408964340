"""From settings to the engines that do the work: one of each in a process, made when first needed."""

from functools import cache

from django.conf import settings

from jobs.providers.base import TextModel
from jobs.providers.local import TEXT_VERSION
from jobs.providers.prompts import CARDS_PROMPT


def engine_version() -> str:
    """Names all that changes the answer to the same text, without loading the engine."""
    if settings.PROVIDER_TEXT == "openai":
        return f"openai {settings.OPENAI_MODEL} {CARDS_PROMPT}"
    found = settings.DICTIONARIES_DIR.glob("*.sqlite*")
    dictionaries = sorted(f"{path.name} {path.stat().st_mtime_ns}" for path in found)
    return " ".join(["local", TEXT_VERSION, *dictionaries])


@cache
def text_model() -> TextModel:
    if settings.PROVIDER_TEXT == "openai":
        from jobs.providers.openai import OpenAIPolicy, OpenAITextModel

        return OpenAITextModel(
            OpenAIPolicy(
                api_key=settings.OPENAI_API_KEY,
                base_url=settings.OPENAI_BASE_URL,
                model=settings.OPENAI_MODEL,
                timeout_seconds=settings.OPENAI_TIMEOUT_SECONDS,
            )
        )
    from jobs.providers.local.text import LocalTextModel

    return LocalTextModel(
        data_dir=settings.DATA_DIR / "engines", dictionary_dir=settings.DICTIONARIES_DIR
    )
