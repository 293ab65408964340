"""Topics for cards: the text's headings, or runs of paragraphs that belong together.

Both are segments of the text in reading order. A segment with too few cards joins the neighbour
that shares more words with it.
"""

from collections import Counter
from dataclasses import dataclass
from math import sqrt

from jobs.providers.local_text.drafts import Draft
from jobs.providers.local_text.prose import Sentence
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.senses import weights
from jobs.study_text.words import capitalised

FEWEST, LONGEST_NAME = 5, 60
SMALL = "a an and as at but by for from in of on or the to vs with"
SMALL_WORDS = frozenset(SMALL.split())
FEW = 15  # cards up to which a text with one heading has one topic
NAMELESS = (
    "introduction overview summary conclusion conclusions outline contents agenda objectives notes "
    "references exercises questions background examples example causes effects definition definitions "
    "key points terms takeaways learning recap review discussion preface abstract appendix"
)
NO_TOPIC = frozenset(NAMELESS.split())


@dataclass(slots=True)
class Segment:
    name: str
    drafts: list[Draft]
    words: Counter[str]


def topics(drafts: list[Draft], readings: list[Reading], subject: str) -> list[str]:
    """The topic of each draft; of a few that no heading parts it is the subject."""
    if len(drafts) < 2 * FEWEST and not has_headings(drafts, readings):
        return [capitalised(subject)] * len(drafts)
    segments = divided(drafts, readings, by_heading=True) if has_headings(drafts, readings) else []
    if len(segments) < 2 and not (segments and segments[0].name and len(drafts) <= FEW):
        segments = divided(drafts, readings, by_heading=False)
    while len(segments) > 1 and min(len(segment.drafts) for segment in segments) < FEWEST:
        merge_smallest(segments)
    names = {
        draft.front: segment.name or capitalised(central(segment))
        for segment in segments
        for draft in segment.drafts
    }
    return [names[draft.front] for draft in drafts]


def sentence_of(draft: Draft, readings: list[Reading]) -> Sentence:
    return readings[draft.places[0].reading].sentence


def has_headings(drafts: list[Draft], readings: list[Reading]) -> bool:
    named = [draft for draft in drafts if is_topic(sentence_of(draft, readings).heading)]
    return len(named) * 2 > len(drafts)


def is_topic(heading: str) -> bool:
    words = [word.strip("?:.,()") for word in heading.lower().split()]
    telling = [word for word in words if word[:1].isalpha() and word not in SMALL_WORDS | NO_TOPIC]
    return bool(telling) and len(heading) <= LONGEST_NAME


def divided(drafts: list[Draft], readings: list[Reading], *, by_heading: bool) -> list[Segment]:
    segments: dict[str | int, Segment] = {}
    last: str | int = ""
    for draft in sorted(drafts, key=lambda draft: draft.places[0]):
        sentence = sentence_of(draft, readings)
        key: str | int = sentence.block
        if by_heading:
            key = sentence.heading if is_topic(sentence.heading) else last
        name = capitalised(str(key)) if by_heading else ""
        segment = segments.setdefault(key, Segment(name, [], Counter()))
        segment.drafts.append(draft)
        segment.words.update(weights(sentence.text).keys())
        last = key
    return list(segments.values())


def merge_smallest(segments: list[Segment]) -> None:
    at = min(range(len(segments)), key=lambda n: len(segments[n].drafts))
    small = segments.pop(at)
    neighbours = [segments[n] for n in (at - 1, at) if 0 <= n < len(segments)]
    nearest = max(neighbours, key=lambda segment: likeness(segment.words, small.words))
    nearest.drafts += small.drafts
    nearest.words += small.words


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """Cosine of two bags of words."""
    shared = sum(count * other[word] for word, count in one.items())
    norm = sqrt(sum(n * n for n in one.values()) * sum(n * n for n in other.values()))
    return shared / norm if norm else 0.0


def central(segment: Segment) -> str:
    """The term that the segment speaks of most; one that its first sentence names is preferred."""
    opening = min(draft.places[0].reading for draft in segment.drafts)

    def weight(draft: Draft) -> float:
        return len(draft.places) + 0.5 * draft.score + (draft.places[0].reading == opening)

    return max(segment.drafts, key=weight).front
