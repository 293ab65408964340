"""The rules a set of flashcards has to pass: how many, from which topics, none twice.

1. Every card passes the rules of cards.py.
2. No front twice within a topic: the first one stays.
3. Topics that were found in the text have at least five cards: a smaller one joins its nearest.
4. At most as many cards as are asked for, taken in turn from every topic.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from jobs.kinds.flashcards.card import checked
from jobs.kinds.flashcards.duplicates import SAME_MEANING, without_duplicates
from jobs.kinds.study.splitting import in_turn
from jobs.kinds.study.text import StudyText
from jobs.providers.base import Card

AT_LEAST = 10
AT_MOST = 40
AT_LEAST_IN_TOPIC = 5

DUPLICATE = "Cards left out because their term has one already"
TOPIC_MERGED = "Topics with few cards joined to another"


@dataclass(frozen=True, slots=True)
class CardSet:
    """Cards that pass the rules, and what had to be done to the drafts for it."""

    cards: list[Card]
    warnings: list[str]

    @property
    def topics(self) -> list[str]:
        return list(dict.fromkeys(card.topic for card in self.cards))


def card_set(
    drafts: Iterable[Card], study_text: str, topic: str | None, at_most: int = AT_MOST
) -> CardSet:
    """The drafts by the rules; `topic` is put on every card, None keeps the topics that were found.

    Where too many are good, those that come first in `drafts` are kept.
    """
    text, remarks = StudyText(study_text), Counter[str]()
    if topic is not None:
        drafts = (replace(draft, topic=topic) for draft in drafts)
    kept = [card for draft in drafts if (card := checked(draft, text, remarks))]
    again: list[Card] = []
    topics = _by_topic(without_duplicates(kept, again), remarks)
    remarks.update({SAME_MEANING: len(again)} if again else {})
    if topic is None:
        # With more topics, rules 3 and 4 could not both hold.
        _join_small_topics(topics, at_most // AT_LEAST_IN_TOPIC, remarks)
    return CardSet(
        in_turn([list(cards.values()) for cards in topics.values()])[:at_most],
        [f"{what}: {count}." for what, count in remarks.items()],
    )


# Topic (folded) -> front (folded) -> card.
_Topics = dict[str, dict[str, Card]]


def _by_topic(cards: Iterable[Card], remarks: Counter[str]) -> _Topics:
    topics: _Topics = {}
    for card in cards:
        _add(card, topics.setdefault(card.topic.casefold(), {}), remarks)
    return topics


def _add(card: Card, topic: dict[str, Card], remarks: Counter[str]) -> None:
    """Add a card to its topic, under the topic's first spelling."""
    if card.front.casefold() in topic:
        remarks[DUPLICATE] += 1
        return
    spelling = next((other.topic for other in topic.values()), card.topic)
    topic[card.front.casefold()] = replace(card, topic=spelling)


def _join_small_topics(topics: _Topics, topics_at_most: int, remarks: Counter[str]) -> None:
    while len(topics) > 1:
        smallest = min(topics, key=lambda name: len(topics[name]))
        if len(topics[smallest]) >= AT_LEAST_IN_TOPIC and len(topics) <= topics_at_most:
            return
        cards = topics.pop(smallest)
        nearest = topics[_nearest(smallest, topics)]
        for card in cards.values():
            _add(card, nearest, remarks)
        remarks[TOPIC_MERGED] += 1


def _nearest(name: str, topics: _Topics) -> str:
    """The topic with the most words in common, the largest of those."""
    words = set(name.split())
    return max(topics, key=lambda other: (len(words & set(other.split())), len(topics[other])))
