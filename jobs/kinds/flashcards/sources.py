"""Where in the study text cards are from, in its words letter for letter, and what of the text they leave out."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import NotRequired, TypedDict

from jobs.kinds.study.text import StudyText
from jobs.providers.base import Card

NO_CARD_OF_IT = "no card is from here"

# Text up to a blank line.
_PARAGRAPH = re.compile(r"\S(?:.|\n(?!\s*\n))*")


class Source(TypedDict):
    """`quote` is `content[start:end]`, counted in characters; `page` where the text has pages."""

    quote: str
    start: int
    end: int
    page: NotRequired[int]


class Skipped(TypedDict):
    reason: str
    count: int


class Coverage(TypedDict):
    """What became of the text: its blocks, how many of them cards are from, and why others have none."""

    blocks: int
    used: int
    skipped: list[Skipped]


def source_of(card: Card, content: str, text: StudyText) -> Source | None:
    """What an engine quotes is looked for rather than believed: its example, else a sentence with the front, else the front."""
    for words in (card.quote, card.example, text.sentence_with(card.front), card.front):
        found = _place(words, content) if words else None
        if found:
            return found
    return None


def coverage(content: str, sources: Iterable[Source]) -> Coverage:
    starts = [found.start() for found in _PARAGRAPH.finditer(content)]
    used = {bisect_right(starts, source["start"]) for source in sources}
    unused = len(starts) - len(used)
    skipped = [Skipped(reason=NO_CARD_OF_IT, count=unused)] if unused else []
    return Coverage(blocks=len(starts), used=len(used), skipped=skipped)


def _place(words: str, content: str) -> Source | None:
    """Lines may be wrapped anywhere, and a sentence may begin with another case."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    found = re.search(pattern, content) or re.search(pattern, content, re.IGNORECASE)
    return Source(quote=found[0], start=found.start(), end=found.end()) if found else None
