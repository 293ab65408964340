"""What the local engine can make of a pair of languages, told without loading it."""

import os
from pathlib import Path

from jobs.providers.base import Language
from jobs.providers.local_text import VERSION

LANGUAGE = "en"

OWN_LANGUAGE = (
    "Without a language model or a dictionary of it a language cannot be explained in itself; choose another native "
    "language, or English to learn."
)
EXPLAINED_INSTEAD = "No {language} dictionary is installed, so the terms are explained in English."
PAIRS_ONLY = (
    "No dictionary from {target} to {native} is installed, so only lists of words with their translations "
    "can be learned from."
)


def version(dictionaries: Path) -> str:
    """With what is installed: an answer from before a dictionary came does not answer for it.

    Asked for with each request, so without pathlib, whose `glob` takes twenty times as long.
    """
    try:
        found = [file for file in os.scandir(dictionaries) if file.name.endswith(".sqlite")]
        installed = sorted(f"{file.name}:{file.stat().st_mtime_ns}" for file in found)
    except OSError:
        installed = []
    return " ".join([VERSION, *installed])


def refusal(dictionaries: Path, native: Language, target: Language) -> str:
    """Why nothing can be made for these languages, empty where something can."""
    is_own = native.base == target.base != LANGUAGE
    return OWN_LANGUAGE if is_own and not _has(dictionaries, native, target) else ""


def missing(dictionaries: Path, native: Language, target: Language) -> str:
    """What a learner will miss, empty where nothing is."""
    if native.base == target.base or _has(dictionaries, native, target):
        return ""
    if target.base == LANGUAGE:
        return EXPLAINED_INSTEAD.format(language=native.name)
    return PAIRS_ONLY.format(target=target.name, native=native.name)


def _has(dictionaries: Path, native: Language, target: Language) -> bool:
    return (dictionaries / f"{target.base}-{native.base}.sqlite").is_file()
