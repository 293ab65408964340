"""Small topics joined to those that are nearest to them by meaning, without one that swallows the others.

After Ward's criterion: that pair is joined which makes the groups least diverse, so of topics that are equally near the
smaller one is taken. A topic means what its name and its cards say, words weighed by how many topics do without them.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping

from jobs.providers.base import Card

# Topic (folded) -> front (folded) -> card.
Topics = dict[str, dict[str, Card]]
_Meaning = dict[str, float]


def join_small(
    topics: Topics, at_least: int, topics_at_most: int, join: Callable[[str, str], None]
) -> None:
    """Until each topic has `at_least` cards and there are no more of them; `join` moves the cards of one to another."""
    meanings = _meanings(topics)
    while len(topics) > 1:
        smallest = min(topics, key=lambda name: len(topics[name]))
        if len(topics[smallest]) >= at_least and len(topics) <= topics_at_most:
            return
        sizes = {name: len(cards) for name, cards in topics.items()}
        nearest = min(
            (name for name in topics if name != smallest),
            key=lambda name: _cost(meanings, sizes, smallest, name),
        )
        meanings[nearest] = _mean(
            (meanings[nearest], sizes[nearest]), (meanings[smallest], sizes[smallest])
        )
        join(smallest, nearest)


def _cost(
    meanings: Mapping[str, _Meaning], sizes: Mapping[str, int], one: str, other: str
) -> float:
    """By how much the squared distances of cards from the middle of their topic grow."""
    a, b = meanings[one], meanings[other]
    distance = sum((a.get(word, 0) - b.get(word, 0)) ** 2 for word in a.keys() | b.keys())
    # Topics of which nothing is known are not all in one place.
    return (distance or 1) * sizes[one] * sizes[other] / (sizes[one] + sizes[other])


def _meanings(topics: Topics) -> dict[str, _Meaning]:
    """Of length one, so that what matters is what is said and not how much."""
    counts = {name: Counter(_words(cards)) for name, cards in topics.items()}
    having = Counter(word for words in counts.values() for word in words)
    return {
        name: _unit({word: n * (len(topics) - having[word]) for word, n in words.items()})
        for name, words in counts.items()
    }


def _words(cards: Mapping[str, Card]) -> list[str]:
    said = (f"{c.topic} {c.topic} {c.front} {c.back} {c.example}" for c in cards.values())
    return re.findall(r"\w{2,}", " ".join(said).casefold())


def _unit(meaning: Mapping[str, float]) -> _Meaning:
    length = math.hypot(*meaning.values()) or 1.0
    return {word: weight / length for word, weight in meaning.items()}


def _mean(*weighed: tuple[_Meaning, int]) -> _Meaning:
    summed: dict[str, float] = defaultdict(float)
    for meaning, size in weighed:
        for word, weight in meaning.items():
            summed[word] += weight * size
    return _unit(summed)
