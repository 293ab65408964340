"""The terms of a text: the candidates that a teacher of the subject would put on a card."""

from collections import Counter
from dataclasses import dataclass

from wordfreq import zipf_frequency

from jobs.providers.local_text.candidates import Candidate, Candidates
from jobs.providers.local_text.features import POINTING, Features
from jobs.providers.local_text.lexicon import Lexicon
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.telling import CERTAIN

# Logistic regression on what the authors of seven textbooks (OpenStax) set in bold, on the fifteen study
# texts in tests/jobs/providers/local_text/texts and on those of tests/programs/quality, rounded.
WEIGHTS = {
    "is listed as a term": 8.0,
    "is defined": 2.4,
    "is said to be": 1.6,
    "is told of": 0.7,
    "explains others": -2.0,
    "is announced": 1.1,
    "is a subject": 0.7,
    "is in a heading": 0.7,
    "recurs": 0.6,
    "in the text's words": 1.6,
    "of a subject": 0.6,
    "name": -1.2,
    "everyday": -0.9,
    "short form": -3.0,
    "word": -1.4,
    "rarity": 1.3,
    "general": -0.6,
    "scholarly": 0.7,
    "in compounds": 0.6,
    "compound rarity": 0.6,
    "long": -0.4,
    "points": -1.3,
    "possessive": -0.7,
    "odd": -0.9,
    "length of the text": -0.8,
}
ENOUGH = -0.2  # of short texts nine in ten of those above it are terms
HARDLY = -0.8  # down to here terms are taken when there are too few
TECHNICAL = 3.5  # zipf frequency below which a word stands for itself
USUAL = 4.8  # zipf frequency from which every learner knows what a word means


@dataclass(frozen=True, slots=True)
class Term:
    candidate: Candidate
    score: float


def terms(lexicon: Lexicon, readings: list[Reading]) -> list[Term]:
    """Best first."""
    candidates = Candidates(lexicon, readings).found.values()
    found = [candidate for candidate in candidates if stands_alone(candidate, readings)]
    features = Features(readings, found)
    ranked = [
        Term(
            candidate, sum(WEIGHTS[name] * value for name, value in features.of(candidate).items())
        )
        for candidate in found
    ]
    return without_usual_words(
        sorted(ranked, key=lambda term: (-term.score, term.candidate.places[0]))
    )


def stands_alone(candidate: Candidate, readings: list[Reading]) -> bool:
    """Whether it means something away from the text, as `third situation` and `joint p` do not."""
    said, key = candidate.definition, candidate.key
    if not said and all(_is_counted(readings[p.reading], p.end) for p in candidate.places):
        return False  # `Chapter 4`
    if len(key) == 1 or candidate.senses or (said and (said.is_listed or said.strength == CERTAIN)):
        return True
    place = candidate.places[0]
    tokens = readings[place.reading].tokens
    is_symbol = len(key[-1]) == 1 and tokens[place.end - 1].islower()
    is_name = candidate.letters == "P" * len(candidate.letters)
    return not is_symbol and (is_name or key[0] not in POINTING)


def _is_counted(reading: Reading, end: int) -> bool:
    return reading.letters[end : end + 1] == "Q" and reading.tokens[end][0].isdigit()


def without_usual_words(ranked: list[Term]) -> list[Term]:
    """Without the words that all know, and those that only stand for a longer term (`fraction`: `ejection fraction`).
    The last word of several terms (`static friction`, `kinetic friction`) is one itself."""
    compounds = [t.candidate.key for t in ranked if len(t.candidate.key) > 1 and t.score >= ENOUGH]
    heads = Counter(key[-1] for key in compounds)
    return [
        t for t in ranked if not is_usual(t, TECHNICAL if heads[t.candidate.key[0]] == 1 else USUAL)
    ]


def is_usual(term: Term, from_frequency: float) -> bool:
    """Whether it is a common word, and the text does not say what it means here."""
    key = term.candidate.key
    is_common = len(key) == 1 and zipf_frequency(key[0], "en") > from_frequency
    return is_common and not term.candidate.definition
