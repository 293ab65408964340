"""How the cards of a text are asked for: about as many in a call as a model makes well, each call a checkpoint.

The text is cut for it, so that none of it is read twice; a part is asked again while it seems to hold more. A text that
is too short to be cut is asked once.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from jobs.kinds.study.splitting import split_at_paragraphs
from jobs.providers.base import Card

# Asked for beyond a part's share, because some cards fail the rules or repeat another part's.
SPARE = 2
SHORTEST_PART = 1_000
SHORT_TEXT_CARDS = 40
# Where a text has fewer for each card that is made of it already, it has no more terms to offer.
CHARACTERS_OF_CARD = 45
# So much longer than its like may a part be that no paragraph is cut.
ROOM = 1.2


@dataclass(frozen=True, slots=True)
class Plan:
    """`share`: how many cards each part may give; `at_once`: how many are asked for in a call."""

    parts: int
    share: int
    at_once: int

    @property
    def calls(self) -> int:
        """Of each part, when all that was asked for comes each time."""
        return math.ceil(max(1, self.share - SPARE) / self.at_once)


def plan(characters: int, cards: int, at_once: int, part_characters: int) -> Plan:
    wanted = min(math.ceil(cards / at_once), characters // SHORTEST_PART)
    parts = max(1, wanted, math.ceil(characters / part_characters))
    if parts == 1:
        return Plan(parts, cards, max(at_once, SHORT_TEXT_CARDS))
    return Plan(parts, min(cards, math.ceil(cards / parts) + SPARE), at_once + SPARE)


def parts_of(text: str, count: int, part_characters: int) -> list[str]:
    longest = math.ceil(ROOM * len(text) / count)
    return split_at_paragraphs(text, min(part_characters, longest))


def offers_more(part: str, asked: int, last: Sequence[Card], before: Sequence[Card]) -> bool:
    """Whether a part that gave the last cards seems to hold terms that have none yet."""
    known = {card.front.casefold() for card in before}
    fresh = {card.front.casefold() for card in last} - known
    is_full = len(last) >= asked and len(fresh) > asked // 2
    return is_full and len(part) >= CHARACTERS_OF_CARD * (len(known) + len(fresh))
