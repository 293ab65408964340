"""Flashcards and lessons from study text without any service: the terms of the text and what they mean."""

from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TypeVar

from jobs.errors import NeverMade, NoTerms, UnusableInput
from jobs.providers.base import (
    Answer,
    Card,
    CardsGrown,
    CardsRequest,
    ConversationRequest,
    Entry,
    Keywords,
    KeywordsRequest,
    Language,
    Message,
    Topic,
    TopicsRequest,
    VocabularyRequest,
)
from jobs.providers.local_text import lessons, prose
from jobs.providers.local_text.dictionary import Dictionaries, Dictionary
from jobs.providers.local_text.drafts import Study
from jobs.providers.local_text.english import english_drafts
from jobs.providers.local_text.foreign import foreign_drafts
from jobs.providers.local_text.known_words import share
from jobs.providers.local_text.lexicon import Lexicon
from jobs.providers.local_text.offers import EXPLAINED_INSTEAD, LANGUAGE, missing, version
from jobs.providers.local_text.pairs import are_translations, turned
from jobs.providers.local_text.reading import read
from jobs.providers.local_text.topics import topics

MOSTLY = 0.5  # the part of a text's words that must be of the language it is said to be in
LOOKED_AT = 20_000  # characters read to tell the language
REMEMBERED = 2  # texts of lessons that are being made

SOME_UNTRANSLATED = (
    "{count} of {all} terms are not in the {language} dictionary and are explained in {target}."
)

T = TypeVar("T")
LessonRequest = KeywordsRequest | TopicsRequest | VocabularyRequest


class LocalTextModel:
    """A TextModel that looks terms up instead of asking a model. Safe to share between threads.

    It reads English, and of other languages what a text says of its terms and what a dictionary to the native language has.
    """

    provider = "local"
    model = "wordnet-3.1"
    part_characters = 100_000
    cards_at_once = 300

    def __init__(self, data_dir: Path, dictionary_dir: Path) -> None:
        self._lexicon = Lexicon(data_dir)
        self._dictionary_dir = dictionary_dir
        self._dictionaries = Dictionaries(dictionary_dir)
        self._studied = lru_cache(REMEMBERED)(lambda request, _version: self._study(request))
        self._lock = Lock()

    @property
    def version(self) -> str:
        return version(self._dictionary_dir)

    def cards(self, request: CardsRequest, grown: CardsGrown | None = None) -> Answer[list[Card]]:
        """Raises UnusableInput: the text is in no language the engine reads, or has no terms."""
        study = self._study(request)
        notes = self._remark(request, [d.translation for d in study.drafts])
        return self._answer(_cards(study, request), notes)

    def keywords(self, request: KeywordsRequest) -> Answer[Keywords]:
        """Raises UnusableInput, as cards do. It does not know what belongs to a topic, so it takes all terms."""
        names = None
        if request.native.base != LANGUAGE:
            names = self._dictionaries.between(LANGUAGE, request.native.base)
        study = self._lesson_study(request)
        return self._answer(lessons.keywords(study, request, names), ())

    def topics(self, request: TopicsRequest) -> Answer[list[Topic]]:
        return self._answer(lessons.topics(self._lesson_study(request), request), ())

    def vocabulary(self, request: VocabularyRequest) -> Answer[list[Entry]]:
        study = self._lesson_study(request)
        entries = lessons.vocabulary(study, request)
        notes = self._remark(request, [e.translation for e in entries])
        is_partial = len(entries) < len(request.keywords)
        return self._answer(entries, notes, is_partial)

    def conversation(self, request: ConversationRequest) -> Answer[list[Message]]:
        """Raises NeverMade: what nobody has said cannot be looked up."""
        raise NeverMade(lessons.NO_CONVERSATION)

    def _answer(self, value: T, notes: tuple[str, ...], is_partial: bool = False) -> Answer[T]:
        return Answer(value, self.provider, self.model, notes=notes, is_partial=is_partial)

    def _lesson_study(self, request: LessonRequest) -> Study:
        """The steps of a lesson all read the same text; so the last ones are remembered."""
        with self._lock:
            return self._studied(
                CardsRequest(
                    content=request.content,
                    subject=request.subject,
                    topic=None,
                    native=request.native,
                    target=request.target,
                    at_least=lessons.MOST,
                    at_most=lessons.MOST,
                ),
                self.version,
            )

    def _study(self, request: CardsRequest) -> Study:
        native, target = request.native, request.target
        dictionary = self._dictionary(target, native)
        sentences = turned(prose.sentences(request.content, target.base), native, target)
        readings = [read(self._lexicon, sentence) for sentence in sentences]
        check_language(sentences, target)
        if target.base == LANGUAGE:
            is_bilingual = are_translations(sentences, native, target)
            drafts = english_drafts(
                self._lexicon, readings, request, dictionary, self._dictionaries, is_bilingual
            )
        else:
            drafts = foreign_drafts(dictionary, readings, request)
        if not drafts and target.base != LANGUAGE and dictionary is None:
            raise UnusableInput(missing(self._dictionary_dir, native, target))
        if not drafts:
            raise NoTerms
        return Study(drafts, readings)

    def _remark(
        self, request: CardsRequest | VocabularyRequest, translations: list[str]
    ) -> tuple[str, ...]:
        native, target = request.native, request.target
        untranslated = sum(not translation for translation in translations)
        if native.base == target.base or not untranslated:
            return ()
        if self._dictionary(target, native):
            told = {"count": untranslated, "all": len(translations)}
            return (SOME_UNTRANSLATED.format(**told, language=native.name, target=target.name),)
        return (EXPLAINED_INSTEAD.format(language=native.name, target=target.name),)

    def _dictionary(self, target: Language, native: Language) -> Dictionary | None:
        if target.base == native.base == LANGUAGE:
            return None
        return self._dictionaries.between(target.base, native.base)


def _cards(study: Study, request: CardsRequest) -> list[Card]:
    names = topics(study.drafts, study.readings, request.subject)
    return [
        Card(
            front=draft.front,
            back=draft.back,
            topic=request.topic or name,
            difficulty=draft.difficulty,
            example=draft.example,
            back_source=draft.back_source,
            quote=draft.quote,
        )
        for draft, name in zip(study.drafts, names, strict=True)
    ]


def check_language(sentences: list[prose.Sentence], target: Language) -> None:
    """Raises UnusableInput. What a list says of its terms may be in another language."""
    whole = " ".join(sentence.text for sentence in sentences)[:LOOKED_AT]
    terms = " ".join(sentence.term or sentence.text for sentence in sentences)[:LOOKED_AT]
    has_words = any(character.isalpha() for character in whole)
    if has_words and max(share(text, target) for text in (whole, terms)) < MOSTLY:
        raise UnusableInput(
            f"This text does not seem to be in {target.name}, the language to learn."
        )
