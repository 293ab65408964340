"""What the local engine can make of a pair of languages, told without loading it."""

import os
from pathlib import Path

from jobs.providers.base import Language
from jobs.providers.local_text import VERSION

LANGUAGE = "en"

OWN_LANGUAGE = (
    "Without a language model or a dictionary of it a language is explained in itself only by a text that says what its "
    "terms mean, as a glossary does; choose another native language, or English to learn."
)
EXPLAINED_INSTEAD = "No {language} dictionary is installed, so the terms are explained in {target}."
PAIRS_ONLY = (
    "No dictionary from {target} to {native} is installed, so only lists of words with their translations, and terms that "
    "the text itself explains, can be learned from."
)
STATED_ONLY = "No dictionary of {target} is installed, so only terms that the text itself explains can be learned."
# Fewest terms that a text has to explain, and how much of it is looked through for them.
EXPLAINED, LOOKED_THROUGH = 3, 20_000


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


def refusal(dictionaries: Path, native: Language, target: Language, content: str) -> str:
    """Why nothing can be made for these languages, empty where something can; `content` as far as it is known."""
    is_own = native.base == target.base != LANGUAGE
    if not is_own or _has(dictionaries, native, target) or _explains(content, target):
        return ""
    return OWN_LANGUAGE


def _explains(content: str, target: Language) -> bool:
    from jobs.providers.local_text import own_words, prose  # only where it has to be known

    sentences = prose.sentences(content[:LOOKED_THROUGH], target.base)
    return len({s.term for s in own_words.statements(sentences, target.base)}) >= EXPLAINED


def missing(dictionaries: Path, native: Language, target: Language) -> str:
    """What a learner will miss, empty where nothing is."""
    if native.base == target.base == LANGUAGE or _has(dictionaries, native, target):
        return ""
    if native.base == target.base:
        return STATED_ONLY.format(target=target.name)
    if target.base == LANGUAGE:
        return EXPLAINED_INSTEAD.format(language=native.name, target=target.name)
    return PAIRS_ONLY.format(target=target.name, native=native.name)


def _has(dictionaries: Path, native: Language, target: Language) -> bool:
    return (dictionaries / f"{target.base}-{native.base}.sqlite").is_file()
