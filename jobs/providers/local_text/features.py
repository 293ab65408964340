"""What tells a term from an ordinary phrase, as numbers to be weighed."""

from collections import Counter
from math import log2

from wordfreq import zipf_frequency

from jobs.providers.local_text.candidates import Candidate
from jobs.providers.local_text.general import GENERAL
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.tags import FINITE
from jobs.providers.local_text.telling import CERTAIN, LIKELY, POSSIBLE

PERSON, PLACE, TIME = 18, 15, 28
MATTER = frozenset(
    (5, 8, 9, 19, 20, 22, 26, 27)
)  # animal body cognition phenomenon plant process state substance
SCHOLARLY = (
    "ism",
    "logy",
    "itis",
    "osis",
    "sis",
    "emia",
    "graphy",
    "ase",
    "oid",
    "gen",
    "metry",
    "nomy",
)
ANNOUNCING = ("called", "termed", "named", "known as", "such as", "referred to as", "the term")


class Features:
    """Measures the candidates of one text."""

    def __init__(self, readings: list[Reading], candidates: list[Candidate]) -> None:
        self._readings = readings
        self._headings = " \n ".join({reading.sentence.heading.lower() for reading in readings})
        compounds = [candidate.key for candidate in candidates if len(candidate.key) > 1]
        self._heads = Counter(key[-1] for key in compounds)
        self._firsts = Counter(key[0] for key in compounds)

    def of(self, candidate: Candidate) -> dict[str, float]:
        own = self._word(candidate) if len(candidate.key) == 1 else self._compound(candidate)
        return {name: value for name, value in {**self._use(candidate), **own}.items() if value}

    def _use(self, c: Candidate) -> dict[str, float]:
        """How the text uses it."""
        return {
            "recurs": min(2.0, log2(len(c.places))),
            "is listed as a term": float(bool(c.definition and c.definition.is_listed)),
            "is defined": float(bool(c.definition and c.definition.strength == CERTAIN)),
            "is said to be": float(bool(c.definition and c.definition.strength == LIKELY)),
            "is told of": float(bool(c.definition and c.definition.strength == POSSIBLE)),
            "explains others": float(self._only_explains(c)),
            "is in a heading": float(c.text in self._headings),
            "is a subject": float(
                any(self._is_subject(p.reading, p.first, p.end) for p in c.places)
            ),
            "is announced": float(any(self._is_announced(p.reading, p.first) for p in c.places)),
        }

    def _only_explains(self, c: Candidate) -> bool:
        """Whether the text has it only in what glossaries say of other terms."""
        return not c.definition and all(
            self._readings[p.reading].sentence.kind == "definition" for p in c.places
        )

    def _is_subject(self, number: int, first: int, end: int) -> bool:
        """Whether a general statement is made about it (`A hash table computes ...`)."""
        reading = self._readings[number]
        before = tuple(token.lower() for token in reading.tokens[:first])
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

    def _word(self, c: Candidate) -> dict[str, float]:
        word = c.key[0]
        senses = c.senses
        first = senses[0] if senses else None
        return {
            "word": 1.0,
            "rarity": max(-1.5, min(2.0, 4.7 - zipf_frequency(word, "en"))),
            "general": float(word in GENERAL),
            "unlisted": float(not senses),
            "of a subject": float(any(sense.subjects for sense in senses[:2])),
            "person place time": float(bool(first and first.field in (PERSON, PLACE, TIME))),
            "matter": float(bool(first and first.field in MATTER)),
            "odd": float(
                not word.replace("-", "").isalpha()
                or (len(word) < 4 and c.letters != "P" and not c.definition)
            ),
            "scholarly": float(word.endswith(SCHOLARLY)),
            "in compounds": float(self._heads[word] + self._firsts[word] > 0),
        }

    def _compound(self, c: Candidate) -> dict[str, float]:
        zipfs = [zipf_frequency(word, "en") for word in c.key]
        listed = bool(c.senses)
        return {
            "compound": 1.0,
            "general word first": float(c.key[0] in GENERAL and not listed),
            "listed": float(listed),
            "compound rarity": max(-1.0, min(2.0, 4.7 - sum(zipfs) / len(zipfs))),
            "rare part": float(min(zipfs) < 3.6),
            "general head": float(c.key[-1] in GENERAL and not listed),
            "odd": float(not all(word.isalpha() or "-" in word or "'" in word for word in c.key)),
            "shared head": float(self._heads[c.key[-1]] > 1),
            "shared first": float(self._firsts[c.key[0]] > 1),
            "noun first": float(c.letters[0] == "N" and not listed),
            "name first": float(c.letters[0] in "PS" and c.letters[-1] in "NL"),
            "joined": float("of" in c.key),
        }
