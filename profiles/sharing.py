"""What of a card has been seen outside, so that a file that comes back tells an edit there from an old state of ours.

A card remembers a mark of each content that has gone out in a file or come in by one. A content that is among them is
old news. Marks leave out white space and letter forms, which do not survive every export of Anki.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from profiles.models import Flashcard

# Columns of a card that are its content.
CONTENT = ("subject", "topic", "front", "back", "example", "pronunciation", "difficulty")
REMEMBERED = 20
_MARK = 16
_BATCH = 500
# What tables/markup.py makes of HTML, beside letters.
_STRUCTURE = re.compile(r"^(?:• |\d{1,6}\. )|[|^_()]", re.MULTILINE)


def mark(card: Flashcard, changes: Mapping[str, Any] = {}) -> str:
    """Of the card's content, with these changes."""
    content = [bare(changes.get(name, getattr(card, name))) for name in CONTENT]
    return hashlib.sha256("\x1f".join(content).encode()).hexdigest()[:_MARK]


def bare(text: str) -> str:
    """The text without what exports lose or change: white space, and the spelling of accents."""
    return unicodedata.normalize("NFC", "".join(text.split()))


def flat(text: str) -> str:
    """The text without what an export without HTML loses, too: lists, tables, readings, raised and lowered signs."""
    return bare(_STRUCTURE.sub("", unicodedata.normalize("NFKC", text)).replace("−", "-"))


def is_known(card: Flashcard, wanted: str) -> bool:
    return wanted in card.shared.split()


def remember(card: Flashcard) -> bool:
    """Add the present content; False if it was the last to be added. Nothing is saved."""
    known, present = card.shared.split(), mark(card)
    if known and known[-1] == present:
        return False
    card.shared = " ".join([*(one for one in known if one != present), present][-REMEMBERED:])
    return True


def went_out(cards: Iterable[Flashcard]) -> None:
    """Write down that the cards have gone out as they are."""
    changed = [card for card in cards if remember(card)]
    Flashcard.objects.bulk_update(changed, ["shared"], batch_size=_BATCH)
