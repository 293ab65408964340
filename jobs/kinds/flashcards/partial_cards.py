"""Tells the learner of cards while the model makes the others, as the result will show them."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic

from jobs.handler import JobContext
from jobs.kinds.flashcards.card import checked
from jobs.kinds.study.text import StudyText
from jobs.providers.base import Card

# Each time is an event that is kept.
SECONDS_BETWEEN = 1.0


@dataclass
class PartialCards:
    """Of one answer after the other. What an answer tells begins behind those before it, so that one which is asked for
    again replaces what it had told. The checks of the whole set, which come at the end, may yet take cards away.

    `tells_ends`: also of answers that came at once, since others follow.
    """

    context: JobContext
    text: StudyText
    topic: str | None
    shown: Callable[[Card], object]
    tells_ends: bool
    _before: int = 0
    _read: int = 0
    _told: int = 0
    _fresh: list[Card] = field(default_factory=list)
    _next_at: float = 0.0

    def grown(self, drafts: Sequence[Card]) -> None:
        """All cards of this answer so far."""
        self._read_on(drafts)
        if self._fresh and monotonic() >= self._next_at:
            self._tell()

    def ended(self, cards: Sequence[Card]) -> None:
        """With all of its cards, none if it cannot be used: then the next answer takes its place."""
        if cards:
            self._read_on(cards)
            if self._fresh and (self._told or self.tells_ends):
                self._tell()
            self._before += self._told
        self._read = self._told = 0
        self._fresh = []

    def _read_on(self, drafts: Sequence[Card]) -> None:
        for draft in drafts[self._read :]:
            card = checked(draft, self.text, Counter())
            if card:
                self._fresh.append(replace(card, topic=self.topic or card.topic))
        self._read = max(self._read, len(drafts))

    def _tell(self) -> None:
        cards = [self.shown(card) for card in self._fresh]
        self.context.partial({"flashcards": cards, "from": self._before + self._told})
        self._told += len(cards)
        self._fresh = []
        self._next_at = monotonic() + SECONDS_BETWEEN
