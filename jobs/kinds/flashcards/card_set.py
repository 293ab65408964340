"""The rules a set of flashcards has to pass: how many, from which topics, none twice.

1. Every card passes the rules of card.py.
2. No front twice within a topic: the first one stays.
3. Topics that were found in the text have at least five cards: a smaller one joins its nearest.
4. At most as many cards as are asked for, taken in turn from every topic.
"""

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace

from jobs.kinds.flashcards.card import checked
from jobs.kinds.flashcards.duplicates import SAME_MEANING, front_key, without_duplicates
from jobs.kinds.flashcards.joined_topics import Topics, join_small
from jobs.kinds.study.splitting import in_turn
from jobs.kinds.study.text import StudyText
from jobs.providers.base import Card

AT_LEAST = 10
AT_MOST = 40
AT_LEAST_IN_TOPIC = 5

BEYOND = "Good cards left out because a set has at most {count}"
DUPLICATE = "Cards left out because there is another one for the same word"
TOPIC_MERGED = "Topics with few cards that were joined to another topic"


@dataclass(frozen=True, slots=True)
class CardSet:
    """Cards that pass the rules, and what had to be done to the drafts for it. `left_out`: how many did not."""

    cards: list[Card]
    warnings: list[str]
    left_out: int = 0

    @property
    def topics(self) -> list[str]:
        return list(dict.fromkeys(card.topic for card in self.cards))


def card_set(
    drafts: Iterable[Card],
    text: StudyText,
    topic: str | None,
    at_most: int = AT_MOST,
    known: Container[str] = (),
) -> CardSet:
    """The drafts by the rules; `topic` is put on every card, None keeps the topics that were found.
    `known`: keys of the fronts that the learner has.

    Where too many are good, those that come first in `drafts` are kept.
    """
    remarks = Counter[str]()
    if topic is not None:
        drafts = (replace(draft, topic=topic) for draft in drafts)
    drafts = [draft for draft in drafts if front_key(draft.front) not in known]
    kept = [card for draft in drafts if (card := checked(draft, text, remarks))]
    again: list[Card] = []
    topics = _by_topic(without_duplicates(kept, again), remarks)
    remarks.update({SAME_MEANING: len(again)} if again else {})
    if topic is None:
        # With more topics, rules 3 and 4 could not both hold.
        _join_small_topics(topics, at_most // AT_LEAST_IN_TOPIC, remarks)
    made = in_turn([list(cards.values()) for cards in topics.values()])
    if len(made) > at_most:
        remarks[BEYOND.format(count=at_most)] = len(made) - at_most
    warnings = [f"{what}: {count}." for what, count in remarks.items()]
    return CardSet(made[:at_most], warnings, left_out=len(drafts) - len(made))


def _by_topic(cards: Iterable[Card], remarks: Counter[str]) -> Topics:
    topics: Topics = {}
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


def _join_small_topics(topics: Topics, topics_at_most: int, remarks: Counter[str]) -> None:
    def join(small: str, nearest: str) -> None:
        for card in topics.pop(small).values():
            _add(card, topics[nearest], remarks)
        remarks[TOPIC_MERGED] += 1

    join_small(topics, AT_LEAST_IN_TOPIC, topics_at_most, join)
