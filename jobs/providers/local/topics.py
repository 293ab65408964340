"""Topics for cards: the text's headings, or runs of paragraphs that belong together.

Both are segments of the text in reading order. A segment with too few cards joins the neighbour
that shares more words with it.
"""

from collections import Counter
from dataclasses import dataclass
from math import sqrt

from jobs.providers.local.nouns import Key
from jobs.providers.local.reading import Reading
from jobs.providers.local.senses import weights
from jobs.providers.local.terms import Term

FEWEST, LONGEST_NAME = 5, 60
SMALL = "a an and as at but by for from in of on or the to vs with"
SMALL_WORDS = frozenset(SMALL.split())
NAMELESS = (
    "introduction overview summary conclusion conclusions outline contents agenda objectives notes "
    "references exercises questions background examples example causes effects definition definitions "
    "key points terms takeaways learning recap review discussion preface abstract appendix"
)
NO_TOPIC = frozenset(NAMELESS.split())


@dataclass(slots=True)
class Segment:
    name: str
    terms: list[Term]
    words: Counter[str]


def topics(terms: list[Term], readings: list[Reading]) -> dict[Key, str]:
    """The topic of each term, by its key."""
    segments = divided(terms, readings, by_heading=True) if has_headings(terms, readings) else []
    if len(segments) < 2:
        segments = divided(terms, readings, by_heading=False)
    while len(segments) > 1 and min(len(segment.terms) for segment in segments) < FEWEST:
        merge_smallest(segments)
    return {
        term.candidate.key: segment.name or title(central(segment))
        for segment in segments
        for term in segment.terms
    }


def has_headings(terms: list[Term], readings: list[Reading]) -> bool:
    named = [
        term
        for term in terms
        if is_topic(readings[term.candidate.places[0].reading].sentence.heading)
    ]
    return len(named) * 2 > len(terms)


def is_topic(heading: str) -> bool:
    words = [word.strip("?:.,()") for word in heading.lower().split()]
    telling = [word for word in words if word[:1].isalpha() and word not in SMALL_WORDS | NO_TOPIC]
    return bool(telling) and len(heading) <= LONGEST_NAME


def divided(terms: list[Term], readings: list[Reading], *, by_heading: bool) -> list[Segment]:
    segments: dict[str | int, Segment] = {}
    last: str | int = ""
    for term in sorted(terms, key=lambda term: term.candidate.places[0]):
        sentence = readings[term.candidate.places[0].reading].sentence
        key: str | int = sentence.block
        if by_heading:
            key = sentence.heading if is_topic(sentence.heading) else last
        name = title(str(key)) if by_heading and key else ""
        segment = segments.setdefault(key, Segment(name, [], Counter()))
        segment.terms.append(term)
        segment.words.update(weights(sentence.text).keys())
        last = key
    return list(segments.values())


def merge_smallest(segments: list[Segment]) -> None:
    at = min(range(len(segments)), key=lambda n: len(segments[n].terms))
    small = segments.pop(at)
    neighbours = [segments[n] for n in (at - 1, at) if 0 <= n < len(segments)]
    nearest = max(neighbours, key=lambda segment: likeness(segment.words, small.words))
    nearest.terms += small.terms
    nearest.words += small.words


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """Cosine of two bags of words."""
    shared = sum(count * other[word] for word, count in one.items())
    norm = sqrt(sum(n * n for n in one.values()) * sum(n * n for n in other.values()))
    return shared / norm if norm else 0.0


def central(segment: Segment) -> str:
    """The term that the segment speaks of most; one that its first sentence names is preferred."""
    opening = min(term.candidate.places[0].reading for term in segment.terms)

    def weight(term: Term) -> float:
        places = term.candidate.places
        return len(places) + 0.5 * term.score + (places[0].reading == opening)

    return max(segment.terms, key=weight).candidate.text


def title(text: str) -> str:
    words = text.split()
    return " ".join(
        word if n and word in SMALL_WORDS else word[:1].upper() + word[1:]
        for n, word in enumerate(words)
    )
