"""What the local engine can make of a pair of languages, told without loading it."""

from pathlib import Path

from jobs.providers.base import Language

LANGUAGE = "en"

OWN_LANGUAGE = (
    "Without a language model only English can be explained in itself; choose another native language, "
    "or English to learn."
)
EXPLAINED_INSTEAD = (
    "No {language} dictionary is installed, so the cards explain the terms in English."
)
PAIRS_ONLY = (
    "No dictionary from {target} to {native} is installed, so only lists of words with their translations "
    "can be learned from."
)


def refusal(native: Language, target: Language) -> str:
    """Why nothing can be made for these languages, empty where something can."""
    return OWN_LANGUAGE if native.base == target.base != LANGUAGE else ""


def missing(dictionaries: Path, native: Language, target: Language) -> str:
    """What a learner will miss, empty where nothing is."""
    if (
        native.base == target.base
        or (dictionaries / f"{target.base}-{native.base}.sqlite").is_file()
    ):
        return ""
    if target.base == LANGUAGE:
        return EXPLAINED_INSTEAD.format(language=native.name)
    return PAIRS_ONLY.format(target=target.name, native=native.name)
