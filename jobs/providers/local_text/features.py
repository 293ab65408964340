"""What tells a term from an ordinary phrase, as numbers to be weighed."""

import re
from collections import Counter
from math import log2

from wordfreq import zipf_frequency

from jobs.providers.local_text.candidates import Candidate
from jobs.providers.local_text.general import CLASSIFYING, GENERAL, words_of
from jobs.providers.local_text.naming import KIND_OF
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.senses import CONTENT_WORD, stem, weights
from jobs.providers.local_text.tags import FINITE
from jobs.providers.local_text.telling import CERTAIN, LIKELY, POSSIBLE

# WordNet's files of nouns that are seldom terms: of names and times, and of everyday things.
NAMES = frozenset((15, 18, 28))  # place person time
EVERYDAY = frozenset((4, 6, 11, 13, 22, 23, 25))  # act artifact event food process quantity shape
POINTING = words_of("pointing.txt")
SCHOLARLY = (
    *("ism", "logy", "itis", "osis", "sis", "emia", "graphy", "ase", "oid", "gen", "metry"),
    "nomy",
)
USUAL_CANDIDATES = 48
ANNOUNCING = ("called", "termed", "named", "known as", "such as", "referred to as", "the term")


def is_stated(c: Candidate) -> bool:
    """Whether the text says what it means, so that its everyday meaning does not count."""
    said = c.definition
    return bool(said and said.strength >= LIKELY and (said.is_listed or KIND_OF.search(said.said)))


class Features:
    """Measures the candidates of one text."""

    def __init__(self, readings: list[Reading], candidates: list[Candidate]) -> None:
        self._readings = readings
        self._headings = " \n ".join({reading.sentence.heading.lower() for reading in readings})
        self._words = weights(" ".join(reading.sentence.text for reading in readings))
        said = [c.definition for c in candidates if c.definition]
        self._explaining = {one.reading for one in said if one.strength >= LIKELY}
        self._length = log2(max(1.0, len(candidates) / USUAL_CANDIDATES))
        compounds = [candidate.key for candidate in candidates if len(candidate.key) > 1]
        self._heads = Counter(key[-1] for key in compounds)
        self._firsts = Counter(key[0] for key in compounds)

    def of(self, candidate: Candidate) -> dict[str, float]:
        own = self._word(candidate) if len(candidate.key) == 1 else self._compound(candidate)
        told = {**self._use(candidate), **self._listing(candidate), **own}
        return {name: value for name, value in told.items() if value}

    def _use(self, c: Candidate) -> dict[str, float]:
        """How the text uses it."""
        return {
            "recurs": min(2.0, log2(len(c.places))),
            "is listed as a term": float(bool(c.definition and c.definition.is_listed)),
            "is defined": float(bool(c.definition and c.definition.strength == CERTAIN)),
            "is said to be": float(bool(c.definition and c.definition.strength == LIKELY)),
            "is told of": float(bool(c.definition and c.definition.strength == POSSIBLE)),
            "explains others": float(self._only_explains(c)),
            "is in a heading": float(self._is_in_heading(c.text)),
            "is a subject": float(
                any(self._is_subject(p.reading, p.first, p.end) for p in c.places)
            ),
            "is announced": float(any(self._is_announced(p.reading, p.first) for p in c.places)),
            "length of the text": self._length,
        }

    def _listing(self, c: Candidate) -> dict[str, float]:
        """What WordNet knows of it."""
        field = c.senses[0].field if c.senses else None
        return {
            "of a subject": float(any(sense.subjects for sense in c.senses[:2])),
            "name": float(field in NAMES),
            "everyday": float(field in EVERYDAY and not is_stated(c)),
            "in the text's words": self._belonging(c),
            "short form": c.is_short_form
            * (0.0 if self._is_spelled_out(c) else 0.3 if c.definition else 1.0),
        }

    def _is_spelled_out(self, c: Candidate) -> bool:
        """Whether the text says what it is short for, and goes on to use it."""
        is_said = c.definition is not None and c.definition.strength == CERTAIN
        return is_said and len(c.places) > 1

    def _is_in_heading(self, text: str) -> bool:
        is_there = text in self._headings
        return is_there and re.search(rf"\b{re.escape(text)}s?\b", self._headings) is not None

    def _belonging(self, c: Candidate) -> float:
        """The part of its dictionary's definition that is said in words of the text."""
        if not c.senses:
            return 0.0
        own = {stem(word) for word in CONTENT_WORD.findall(c.text)}
        told = weights(" ".join((c.senses[0].definition, *c.senses[0].words)))
        others = {word: rarity for word, rarity in told.items() if word not in own}
        shared = sum(rarity for word, rarity in others.items() if word in self._words)
        return shared / (sum(others.values()) + 0.5)

    def _only_explains(self, c: Candidate) -> bool:
        """Whether the text has it only in what it says of other terms, in glossaries or as a plain word in prose."""
        is_word = len(c.key) == 1
        return not c.definition and all(
            self._readings[p.reading].sentence.kind == "definition"
            or is_word
            and p.reading in self._explaining
            and not self._is_subject(p.reading, p.first, p.end)
            for p in c.places
        )

    def _is_subject(self, number: int, first: int, end: int) -> bool:
        """Whether a general statement is made about it (`A hash table computes ...`)."""
        reading = self._readings[number]
        # Two are enough to tell: a text in one sentence has as many as it has words.
        before = tuple(token.lower() for token in reading.tokens[: min(first, 2)])
        return (
            before in ((), ("a",), ("an",), ("the",)) and reading.letters[end : end + 1] in FINITE
        )

    def _is_announced(self, number: int, first: int) -> bool:
        before = [
            token.lower() for token in self._readings[number].tokens[max(0, first - 3) : first]
        ]
        if before and before[-1] in ("a", "an", "the"):
            before.pop()
        return " ".join(before).endswith(ANNOUNCING)

    def _points(self, c: Candidate) -> bool:
        """Whether it begins with a word that only describes or points."""
        describes = c.letters[0] == "J" and c.key[0] in GENERAL - CLASSIFYING
        return describes or c.key[0] in POINTING

    def _word(self, c: Candidate) -> dict[str, float]:
        word = c.key[0]
        return {
            "word": 1.0,
            "rarity": max(-1.5, min(2.0, 4.7 - zipf_frequency(word, "en"))),
            "general": float(word in GENERAL and not is_stated(c)),
            "odd": float(
                not word.replace("-", "").isalpha()
                or (len(word) < 4 and c.letters != "P" and not c.definition)
            ),
            "scholarly": float(word.endswith(SCHOLARLY)),
            "in compounds": float(self._heads[word] + self._firsts[word] > 0),
        }

    def _compound(self, c: Candidate) -> dict[str, float]:
        zipfs = [zipf_frequency(word, "en") for word in c.key]
        return {
            "compound rarity": max(-1.0, min(2.0, 4.7 - sum(zipfs) / len(zipfs))),
            "odd": float(not all(word.isalpha() or "-" in word or "'" in word for word in c.key)),
            "long": float(max(0, len(c.key) - 2)),
            "points": float(not c.senses and self._points(c)),
            "possessive": float("'" in c.text),
        }
