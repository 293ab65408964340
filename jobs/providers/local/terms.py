"""The terms of a text: which of its noun phrases a teacher of the subject would put on a card.

A phrase is taken whole. What WordNet lists is a term when it is rare or belongs to a subject; what
no dictionary lists is one when the text defines it, repeats it, or builds it from classifying words
(a noun, or an adjective of relation such as `ventricular`), not from words that only describe.
"""

from dataclasses import dataclass, field
from math import log2
from pathlib import Path

from wordfreq import zipf_frequency

from jobs.providers.local.definitions import Definition, definitions
from jobs.providers.local.lexicon import Lexicon, Sense
from jobs.providers.local.nouns import Nouns
from jobs.providers.local.reading import Reading

GENERAL = frozenset(
    word
    for line in (Path(__file__).parent / "data" / "general.txt").read_text().splitlines()
    if not line.startswith("#")
    for word in line.split()
)
LONGEST = 4
RELATION_ENDINGS = ("al", "ar", "ic", "ary", "ine", "oid", "ive", "ous", "ual", "ory", "ian", "ean")
PERTAINING, PERSON, PLACE, TIME = 1, 18, 15, 28
ENOUGH = 1.5


@dataclass(slots=True)
class Term:
    key: tuple[str, ...]
    places: list[tuple[int, int, int]] = field(default_factory=list)
    letters: str = ""
    senses: tuple[Sense, ...] = ()
    definition: Definition | None = None
    count: int = 0
    is_heading: bool = False
    score: float = 0.0

    @property
    def text(self) -> str:
        return " ".join(self.key)


class TermFinder:
    """Finds the terms of one text."""

    def __init__(self, lexicon: Lexicon, readings: list[Reading]) -> None:
        self._lexicon = lexicon
        self._nouns = Nouns(lexicon)
        self._readings = readings
        self._terms: dict[tuple[str, ...], Term] = {}
        self._counts: dict[tuple[str, ...], int] = {}
        self._headings = {reading.sentence.heading.lower() for reading in readings}

    def terms(self) -> list[Term]:
        """Best first."""
        spans = [
            (n, *chunk) for n, reading in enumerate(self._readings) for chunk in reading.chunks()
        ]
        for number, first, end in spans:
            for start in range(max(first, end - LONGEST), end):
                key = self._key(number, start, end)
                self._counts[key] = self._counts.get(key, 0) + 1
        self._defined = {
            self._key(d.reading, d.first, d.end): d for d in definitions(self._readings)
        }
        for number, first, end in spans:
            self._take(number, first, end)
        for term in self._terms.values():
            term.score = self._score(term)
        ranked = sorted(self._terms.values(), key=lambda term: -term.score)
        return whole(ranked)

    def _key(self, number: int, first: int, end: int) -> tuple[str, ...]:
        return self._nouns.key(self._readings[number].tokens[first:end])

    def _take(self, number: int, first: int, end: int) -> None:
        """The core of a chunk, without the words that only describe or count."""
        key: tuple[str, ...]
        while first < end:
            key = self._key(number, first, end)
            if end - first <= LONGEST and self._is_core(number, first, end, key):
                self._add(key, number, first, end)
                return
            if end - first > 1 and self._is_plain_head(number, first, end):
                self._take(number, first, end - 1)
                return
            first += 1

    def _is_core(self, number: int, first: int, end: int, key: tuple[str, ...]) -> bool:
        if key in self._defined or self._nouns.senses(key):
            return True
        if end - first == 1:
            return True
        if self._counts.get(key, 0) > 1 and key[0] not in GENERAL:
            return True
        return all(self._classifies(number, place) for place in range(first, end - 1))

    def _is_plain_head(self, number: int, first: int, end: int) -> bool:
        """Whether the last word adds nothing to a term before it (`heart failure patients`)."""
        before = self._readings[number].letters[end - 2]
        inner = self._key(number, first, end - 1)
        head = self._nouns.singular(self._readings[number].tokens[end - 1].lower())
        return (
            before in "NP"
            and head in GENERAL
            and (end - 1 - first == 1 or bool(self._nouns.senses(inner)))
        )

    def _classifies(self, number: int, place: int) -> bool:
        """Whether a word in front of a noun makes a kind of it, rather than describing it."""
        word = self._readings[number].tokens[place].lower()
        letter = self._readings[number].letters[place]
        if word in GENERAL or letter in "EGL":
            return False
        if letter in "NP":
            return True
        if letter == "S":
            return self._readings[number].tokens[place][0].isupper()
        return self._relates(word)

    def _relates(self, word: str) -> bool:
        senses = self._lexicon.senses(word, "a")
        if any(sense.field == PERTAINING for sense in senses[:2]):
            return True
        return zipf_frequency(word, "en") < 4.6 and word.endswith(RELATION_ENDINGS)

    def _add(self, key: tuple[str, ...], number: int, first: int, end: int) -> None:
        term = self._terms.setdefault(key, Term(key, senses=self._nouns.senses(key)))
        term.places.append((number, first, end))
        term.letters = term.letters or self._readings[number].letters[first:end]
        term.definition = self._defined.get(key)
        term.count += 1
        term.is_heading = term.text in self._headings

    def _score(self, term: Term) -> float:
        score = 0.9 * log2(term.count) if term.count > 1 else 0.0
        if term.definition:
            score += 3.0 if term.definition.is_strong else 1.5
        score += 1.5 * term.is_heading
        return score + (
            self._score_word(term) if len(term.key) == 1 else self._score_compound(term)
        )

    def _score_word(self, term: Term) -> float:
        word = term.key[0]
        zipf = zipf_frequency(word, "en")
        score = min(2.5, 1.3 * (4.7 - zipf))
        if word in GENERAL:
            score -= 4
        if any(sense.subjects for sense in term.senses[:2]):
            score += 1
        score -= 0.25 * max(0, len(term.senses) - 2)
        if not term.senses:
            score -= 1.0
        if term.letters == "P" or (term.senses and term.senses[0].words[0][:1].isupper()):
            score -= 2.0
        if term.senses and term.senses[0].field in (PERSON, PLACE, TIME):
            score -= 1.0
        return score

    def _score_compound(self, term: Term) -> float:
        zipfs = [zipf_frequency(word, "en") for word in term.key]
        score = 0.8 * (4.8 - sum(zipfs) / len(zipfs))
        score += 0.6 * (min(zipfs) < 3.6)
        if term.senses:
            score += 2.0
        elif term.key[-1] in GENERAL:
            score -= 1.0
        if "P" in term.letters and not term.senses:
            score -= 1.0
        return score


def whole(ranked: list[Term]) -> list[Term]:
    """Without the words that only stand for a longer term (`fraction` for `ejection fraction`)."""
    kept: list[Term] = []
    heads = {term.key[-1] for term in ranked if len(term.key) > 1 and term.score >= ENOUGH}
    for term in ranked:
        stands_for_longer = len(term.key) == 1 and term.key[0] in heads and not term.definition
        if not stands_for_longer or zipf_frequency(term.key[0], "en") <= 3.5:
            kept.append(term)
    return kept
