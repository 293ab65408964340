"""The terms of a text: the candidates that a teacher of the subject would put on a card."""

from collections import Counter
from dataclasses import dataclass

from wordfreq import zipf_frequency

from jobs.providers.local_text.candidates import Candidate, Candidates
from jobs.providers.local_text.features import Features
from jobs.providers.local_text.lexicon import Lexicon
from jobs.providers.local_text.reading import Reading

# Logistic regression on the fifteen study texts in tests/jobs/providers/local_text/texts and their lists
# of terms, rounded; docs/local-engine.md has the figures on texts it has not seen.
WEIGHTS = {
    "compound": 0.8,
    "compound rarity": 1.6,
    "rare part": 0.3,
    "listed": 1.5,
    "shared head": 0.9,
    "shared first": 0.6,
    "noun first": -0.3,
    "name first": -0.9,
    "general head": 0.5,
    "general word first": -0.2,
    "joined": 0.4,
    "word": -1.8,
    "rarity": 2.5,
    "general": -0.9,
    "unlisted": -0.9,
    "of a subject": 0.4,
    "matter": 0.4,
    "person place time": -1.4,
    "scholarly": 0.4,
    "in compounds": 1.0,
    "odd": -2.0,
    "recurs": 1.0,
    "is defined": 4.0,
    "is listed as a term": 8.0,
    "explains others": -2.5,
    "is said to be": 4.0,
    "is told of": 1.0,
    "is in a heading": 0.4,
    "is a subject": 0.8,
    "is announced": 0.9,
}
ENOUGH = 1.6  # more than nine in ten of those above it are terms
HARDLY = 1.0  # down to here terms are taken when there are too few
TECHNICAL = 3.5  # zipf frequency below which a word stands for itself


@dataclass(frozen=True, slots=True)
class Term:
    candidate: Candidate
    score: float


def terms(lexicon: Lexicon, readings: list[Reading]) -> list[Term]:
    """Best first."""
    found = list(Candidates(lexicon, readings).found.values())
    features = Features(readings, found)
    ranked = [
        Term(
            candidate, sum(WEIGHTS[name] * value for name, value in features.of(candidate).items())
        )
        for candidate in found
    ]
    return without_stand_ins(
        sorted(ranked, key=lambda term: (-term.score, term.candidate.places[0]))
    )


def without_stand_ins(ranked: list[Term]) -> list[Term]:
    """Without the common words that only stand for a longer term (`fraction`: `ejection fraction`).
    The last word of several terms (`static friction`, `kinetic friction`) is one itself."""
    compounds = [t.candidate.key for t in ranked if len(t.candidate.key) > 1 and t.score >= ENOUGH]
    heads = Counter(key[-1] for key in compounds)
    return [t for t in ranked if heads[t.candidate.key[0]] != 1 or not is_stand_in(t)]


def is_stand_in(term: Term) -> bool:
    word = term.candidate.key[0]
    is_common = len(term.candidate.key) == 1 and zipf_frequency(word, "en") > TECHNICAL
    return is_common and not term.candidate.definition
