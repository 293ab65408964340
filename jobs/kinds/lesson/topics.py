"""The rules of a lesson's topics: how many, how large, and each keyword in exactly one.

1. The number of topics follows the number of keywords.
2. A topic has at most thirty keywords.
3. A topic with fewer than three keywords, and a keyword that no topic has, joins the topic that it
   shares most words with, the smallest of those.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from jobs.kinds.lesson.keywords import folded
from jobs.kinds.study.text import clean, shortened
from jobs.providers.base import Topic

AT_MOST_IN_TOPIC = 30
AT_LEAST_IN_TOPIC = 3
NAME_CHARACTERS = 200
# Keywords from which on there are so many topics.
_COUNTS = ((60, 4, 8), (30, 3, 6), (15, 2, 4), (5, 1, 2), (0, 1, 1))


def wanted_count(keywords: int) -> tuple[int, int]:
    """At least and at most so many topics."""
    return next((least, most) for above, least, most in _COUNTS if keywords >= above)


def sorted_out(proposed: Iterable[Topic], keywords: Sequence[str], fallback: str) -> list[Topic]:
    """The proposal by the rules; a topic without a name is called `fallback`."""
    topics = _assigned(proposed, keywords, fallback)
    _join_small(topics)
    least, most = wanted_count(len(keywords))
    while len(topics) > most:
        _join_nearest(topics, topics.pop(_smallest(topics)).keywords)
    while len(topics) < least or any(len(t.keywords) > AT_MOST_IN_TOPIC for t in topics):
        _halve_largest(topics)
    return _numbered(topics)


def _assigned(proposed: Iterable[Topic], keywords: Sequence[str], fallback: str) -> list[Topic]:
    spellings = {folded(keyword): keyword for keyword in keywords}
    topics: dict[str, Topic] = {}
    for topic in proposed:
        own = [spellings.pop(key) for key in map(folded, topic.keywords) if key in spellings]
        name = shortened(clean(topic.name), NAME_CHARACTERS) or fallback
        known = topics.get(name.casefold(), Topic(name, ()))
        if own:
            topics[name.casefold()] = replace(known, keywords=(*known.keywords, *own))
    found = list(topics.values()) or [Topic(fallback, ())]
    for keyword in spellings.values():
        _join_nearest(found, (keyword,))
    return found


def _join_small(topics: list[Topic]) -> None:
    while len(topics) > 1:
        smallest = _smallest(topics)
        if len(topics[smallest].keywords) >= AT_LEAST_IN_TOPIC:
            return
        _join_nearest(topics, topics.pop(smallest).keywords)


def _smallest(topics: list[Topic]) -> int:
    return min(range(len(topics)), key=lambda number: len(topics[number].keywords))


def _join_nearest(topics: list[Topic], keywords: Sequence[str]) -> None:
    """To the topic with the most words in common, the smallest of those."""
    words = set(folded(" ".join(keywords)).split())

    def likeness(number: int) -> tuple[int, int]:
        topic = topics[number]
        known = set(folded(" ".join((topic.name, *topic.keywords))).split())
        return len(words & known), -len(topic.keywords)

    number = max(range(len(topics)), key=likeness)
    topics[number] = replace(topics[number], keywords=(*topics[number].keywords, *keywords))


def _halve_largest(topics: list[Topic]) -> None:
    number = max(range(len(topics)), key=lambda n: len(topics[n].keywords))
    largest = topics[number]
    half = (len(largest.keywords) + 1) // 2
    halves = largest.keywords[:half], largest.keywords[half:]
    topics[number : number + 1] = [replace(largest, keywords=part) for part in halves]


def _numbered(topics: list[Topic]) -> list[Topic]:
    """Parts of one topic told apart by a number."""
    names = [topic.name for topic in topics]
    seen: dict[str, int] = {}
    numbered = []
    for topic in topics:
        seen[topic.name] = seen.get(topic.name, 0) + 1
        name = topic.name if names.count(topic.name) == 1 else f"{topic.name} ({seen[topic.name]})"
        numbered.append(replace(topic, name=name))
    return numbered
