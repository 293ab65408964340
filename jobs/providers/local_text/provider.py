"""The embedded engine for study text, as the program knows it."""

from typing import Any

from jobs.kind import Capability
from jobs.provider import LOCAL, Provider
from jobs.providers.local_text import offers


def _make(settings: Any) -> Any:
    from jobs.providers.local_text.model import LocalTextModel

    return LocalTextModel(
        data_dir=settings.DATA_DIR / "engines", dictionary_dir=settings.DICTIONARIES_DIR
    )


PROVIDER = Provider(
    name=LOCAL,
    word=LOCAL,
    capability=Capability.TEXT,
    make=_make,
    refuses=lambda settings, native, target, content: offers.refusal(
        settings.DICTIONARIES_DIR, native, target, content
    ),
    misses=lambda settings, native, target: offers.missing(
        settings.DICTIONARIES_DIR, native, target
    ),
    version=lambda settings, prompts: f"{LOCAL} {offers.version(settings.DICTIONARIES_DIR)}",
)
