"""The embedded engine for study text, as the program knows it."""

import os
from typing import Any

from jobs.kind import Capability
from jobs.provider import LOCAL, Provider
from jobs.providers.local_text import VERSION, offers


def _make(settings: Any) -> Any:
    from jobs.providers.local_text.model import LocalTextModel

    return LocalTextModel(
        data_dir=settings.DATA_DIR / "engines", dictionary_dir=settings.DICTIONARIES_DIR
    )


def _dictionaries(folder: Any) -> list[str]:
    """Asked for with each request, so without pathlib, whose `glob` takes twenty times as long."""
    try:
        found = [file for file in os.scandir(folder) if ".sqlite" in file.name]
    except FileNotFoundError:
        return []
    return sorted(f"{file.name} {file.stat().st_mtime_ns}" for file in found)


PROVIDER = Provider(
    name=LOCAL,
    word=LOCAL,
    capability=Capability.TEXT,
    make=_make,
    refuses=offers.refusal,
    misses=lambda settings, native, target: offers.missing(
        settings.DICTIONARIES_DIR, native, target
    ),
    version=lambda settings, asks: " ".join(
        [LOCAL, VERSION, *_dictionaries(settings.DICTIONARIES_DIR)]
    ),
)
