"""The parts of a lesson, as far as they can be taken from the text and the dictionaries; nothing is composed."""

import re
from unicodedata import normalize

from jobs.errors import NeverMade
from jobs.providers.base import (
    Entry,
    Keywords,
    KeywordsRequest,
    Language,
    Topic,
    TopicsRequest,
    VocabularyRequest,
)
from jobs.providers.local_text.dictionary import Dictionary, Translator
from jobs.providers.local_text.drafts import Draft, Study
from jobs.providers.local_text.offers import LANGUAGE
from jobs.providers.local_text.terms import ENOUGH
from jobs.providers.local_text.topics import topics as topics_of
from jobs.study_text.sentences import sentences

_AFTER_FIRST = re.compile("[,;(]")
MOST = 240  # terms looked at in one text
NO_CONVERSATION = (
    "Lessons made on this server are put together from the text; they hold no made-up conversation."
)
TERMS_OF_OTHERS = "The built-in engine cannot explain terms that it has not found in the text."


def keywords(study: Study, request: KeywordsRequest, names: Dictionary | None) -> Keywords:
    """`names` translates from English, which subjects are mostly named in."""
    sure = sum(draft.score >= ENOUGH for draft in study.drafts)
    if request.target.base != LANGUAGE:
        sure = len(study.drafts)
    count = min(request.at_most, max(sure, request.at_least))
    terms = tuple(draft.front for draft in study.drafts[:count])
    return Keywords(_subject_name(request.subject, names, request.native), terms)


def topics(study: Study, request: TopicsRequest) -> list[Topic]:
    """In the order of the text, as are the keywords in each."""
    drafts = sorted(_wanted(study, request.keywords), key=lambda draft: draft.places[0])
    grouped: dict[str, list[str]] = {}
    for draft, name in zip(drafts, topics_of(drafts, study.readings, request.subject), strict=True):
        grouped.setdefault(name, []).append(draft.front)
    return [Topic(name, tuple(terms)) for name, terms in grouped.items()]


def vocabulary(study: Study, request: VocabularyRequest) -> list[Entry]:
    """Of the keywords that it has found itself. Raises NeverMade: there are none."""
    wanted = _wanted(study, request.keywords)
    if not wanted:
        raise NeverMade(TERMS_OF_OTHERS)
    return [
        Entry(
            keyword=draft.front,
            definition=draft.definition,
            translation=draft.translation,
            example_target=_one_sentence(draft),
            example_native="",
        )
        for draft in wanted
    ]


def _one_sentence(draft: Draft) -> str:
    """Of what a glossary says of a term in several sentences, the one that has the term."""
    parts = (part for part in sentences(draft.example) if draft.front.lower() in part.lower())
    return next(parts, draft.example)


def _wanted(study: Study, keywords: tuple[str, ...]) -> list[Draft]:
    wanted = set(map(_plain, keywords))
    return [draft for draft in study.drafts if _plain(draft.front) in wanted]


def _plain(term: str) -> str:
    return " ".join(normalize("NFC", term).split())


def _subject_name(subject: str, names: Dictionary | None, native: Language) -> str:
    if names is None:
        return ""
    name = subject.strip().lower()
    translation = Translator(names, (name,), name, native.base).translation((name,), "n")
    # Of several the first, and no mark of its gender.
    return _AFTER_FIRST.split(translation)[0].strip()
