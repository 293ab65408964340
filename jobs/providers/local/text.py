"""Flashcards from study text without any service: the terms of the text and what they mean."""

from functools import lru_cache
from pathlib import Path

import simplemma

from jobs.errors import UnusableInput
from jobs.providers.base import Answer, Card, CardsRequest, Language
from jobs.providers.local import TEXT_VERSION, prose
from jobs.providers.local.dictionary import Dictionary, open_dictionary
from jobs.providers.local.drafts import Draft
from jobs.providers.local.english import LANGUAGE, english_drafts
from jobs.providers.local.foreign import foreign_drafts
from jobs.providers.local.lexicon import Lexicon
from jobs.providers.local.reading import Reading, read
from jobs.providers.local.topics import topics

MOSTLY = 0.5  # the part of a text's words that must be of the language it is said to be in
LOOKED_AT = 20_000  # characters read to tell the language


class LocalTextModel:
    """A TextModel that looks terms up instead of asking a model. Safe to share between threads.

    It reads English; with a dictionary from the target to the native language also others.
    """

    provider = "local"
    model = "wordnet-3.1"
    version = TEXT_VERSION
    part_characters = 100_000

    def __init__(self, data_dir: Path, dictionary_dir: Path) -> None:
        self._lexicon = Lexicon(data_dir)
        self._dictionary_dir = dictionary_dir
        self._opened = lru_cache(open_dictionary)

    def cards(self, request: CardsRequest) -> Answer[list[Card]]:
        """Raises UnusableInput: the text is in no language the engine reads, or has no terms."""
        native, target = request.native, request.target
        dictionary = self._dictionary(target, native)
        if target.base != LANGUAGE and dictionary is None:
            raise UnusableInput(
                f"Without an OpenAI key, cards from {target.name} text need a dictionary from "
                f"{target.name} to {native.name}; none is installed."
            )
        readings = [read(self._lexicon, sentence) for sentence in prose.sentences(request.content)]
        check_language(readings, target)
        if target.base == LANGUAGE:
            drafts = english_drafts(self._lexicon, readings, request, dictionary)
        else:
            assert dictionary is not None
            drafts = foreign_drafts(dictionary, readings, request)
        if not drafts:
            raise UnusableInput
        is_missing = dictionary is None and native.base != target.base
        notes = (without_dictionary(native),) if is_missing else ()
        return Answer(
            self._cards(drafts, readings, request), self.provider, self.model, notes=notes
        )

    def _dictionary(self, target: Language, native: Language) -> Dictionary | None:
        if target.base == native.base:
            return None
        return self._opened(self._dictionary_dir, target.base, native.base)

    def _cards(
        self, drafts: list[Draft], readings: list[Reading], request: CardsRequest
    ) -> list[Card]:
        names = topics(drafts, readings)
        return [
            Card(
                front=draft.front,
                back=draft.back,
                topic=request.topic or name,
                difficulty=draft.difficulty,
                example=draft.example,
                back_source=draft.back_source,
            )
            for draft, name in zip(drafts, names, strict=True)
        ]


def check_language(readings: list[Reading], target: Language) -> None:
    """Raises UnusableInput."""
    text = " ".join(reading.sentence.text for reading in readings)[:LOOKED_AT]
    has_words = any(character.isalpha() for character in text)
    if has_words and simplemma.in_target_language(text, lang=target.base) < MOSTLY:
        raise UnusableInput(
            f"This text does not seem to be in {target.name}, the language to learn."
        )


def without_dictionary(native: Language) -> str:
    return f"No {native.name} dictionary is installed, so the cards explain the terms in English."
