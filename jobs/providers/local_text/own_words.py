"""What a text in another language than English says of its own terms: entries of lists, and sentences that say what one is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jobs.providers.base import CardsRequest
from jobs.providers.local_text.candidates import Place
from jobs.providers.local_text.drafts import Draft, difficulty
from jobs.providers.local_text.known_words import frequency
from jobs.providers.local_text.prose import Sentence
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.wordings import PATTERNS, WORDINGS
from jobs.study_text.labels import is_label

LONGEST = 4  # words of a term without those that join them
FEWEST = 3  # words of a sentence's meaning
# Zipf frequencies from which a word says nothing without others, and above which one alone is no term.
EMPTY, EVERYDAY = 5.9, 5.0
SURE, LIKELY = 6.0, 4.0  # scores: of an entry, and of a sentence
# What follows is said below, or is a figure.
_LEADING = re.compile(r"\b(?:folgenden?|siguientes?|suivante?s|seguenti|seguintes?)\b", re.I)
# Nouns that have another ending here (`einen Menschen`) are left as they are.
_ACCUSATIVE = re.compile(r"^(einen|den) ((?:[a-zäöüß]+en )*)([A-ZÄÖÜ][\w-]*[^\Wn](?!\w))")
_WORD = re.compile(r"[^\W\d_]{2,}")
_ELIDED = re.compile(r"(?:[ldLD]|[uU]n)['’](?=\w)")


@dataclass(frozen=True, slots=True)
class Statement:
    sentence: int
    term: str
    meaning: str
    is_entry: bool


def statements(sentences: Sequence[Sentence], language: str) -> Iterator[Statement]:
    """In the order of the text."""
    for number, sentence in enumerate(sentences):
        is_entry = sentence.kind == "definition"
        said = (
            (sentence.term, sentence.meaning.rstrip(" .:"))
            if is_entry
            else _said(sentence.text, language)
        )
        if said and _is_meaning(said[1], is_entry) and _is_term(said[0], language, is_entry):
            yield Statement(number, *said, is_entry)


def stated_drafts(
    readings: Sequence[Reading], request: CardsRequest, taken: Sequence[Draft]
) -> list[Draft]:
    """A card of each term, by the first entry or else the first sentence, beside those that are made of it."""
    language = request.target.base
    known = {front.casefold() for front in (*request.known_fronts, *(d.front for d in taken))}
    found = list(statements([reading.sentence for reading in readings], language))
    drafts: dict[str, Draft] = {}
    for said in sorted(found, key=lambda statement: not statement.is_entry):
        if said.term.casefold() not in known:
            draft = _draft(said, readings[said.sentence].sentence.text, language)
            drafts.setdefault(said.term.casefold(), draft)
    return sorted(drafts.values(), key=lambda draft: draft.places[0])


def _draft(said: Statement, text: str, language: str) -> Draft:
    words = said.term.split()
    return Draft(
        front=said.term,
        definition=said.meaning,
        translation="",
        difficulty=difficulty(words, language),
        example=text,
        places=(Place(said.sentence, 0, len(words)),),
        score=SURE if said.is_entry else LIKELY,
        quote=text,
        is_stated=True,
        is_listed=said.is_entry,
    )


def _said(text: str, code: str) -> tuple[str, str] | None:
    tried = (pattern.match(text) for pattern in PATTERNS.get(code, ()))
    found = next(filter(None, tried), None)
    said = found["said"].rstrip(" .") if found else ""
    return (found["term"], _ACCUSATIVE.sub(_nominative, said)) if found else None


def _nominative(german: re.Match[str]) -> str:
    """`ein starker Anstieg` for `einen starken Anstieg`, and `der` for `den`."""
    article, ending = ("ein", "er") if german[1] == "einen" else ("der", "e")
    words = [word.removesuffix("en") + ending for word in german[2].split()]
    return " ".join([article, *words, german[3]])


def _is_meaning(said: str, is_entry: bool) -> bool:
    return len(_WORD.findall(said)) >= FEWEST - is_entry and not _LEADING.search(said)


def _is_term(term: str, code: str, is_entry: bool) -> bool:
    """No clause, no pronoun, no everyday word alone."""
    language = WORDINGS.get(code)
    joining = language.joining if language else frozenset[str]()
    articles = language.articles.split("|") if language else []
    words = _ELIDED.sub("", term).lower().split()
    words = words[words[0] in articles :] if words else []
    weights = [frequency(word.strip(",/"), code) for word in words if word not in joining]
    if not 0 < len(weights) <= LONGEST or words[0] in joining or words[-1] in joining:
        return False
    if any(weight >= EMPTY for weight in weights) or (len(words) == 1 and is_label(words)):
        return False
    return is_entry or len(weights) > 1 or weights[0] < EVERYDAY
