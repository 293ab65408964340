"""Study text cut into parts that fit one call; what was made of the parts put together."""

import math
import re
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

_BLANK_LINES = re.compile(r"(?<![ \t])[ \t]*\n\s*\n")
_AFTER_PARAGRAPH = re.compile(r"(?<=\n\n)")
# The second half is for scripts that put no space after a full stop.
_AFTER_SENTENCE = re.compile(r"(?<=[.!?…]\s)|(?<=[。！？।])")
_AFTER_SPACE = re.compile(r"(?<=\s)")


def split_at_paragraphs(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` characters, of like size, in order; together they are the whole text.

    A paragraph is cut only if it is longer than a part, then at sentences, at spaces, or anywhere.
    """
    text = _BLANK_LINES.sub("\n\n", text.replace("\r\n", "\n")).strip()
    if len(text) <= limit:
        return [text]
    # Filled to the brim, the last part would often be a crumb that costs a whole call.
    wanted = len(text) / math.ceil(len(text) / limit)
    parts = [""]
    for piece in _pieces(text, limit, (_AFTER_PARAGRAPH, _AFTER_SENTENCE, _AFTER_SPACE)):
        if len(parts[-1]) >= wanted or len(parts[-1]) + len(piece) > limit:
            parts.append("")
        parts[-1] += piece
    return [part.strip() for part in parts if part.strip()]


def in_turn(groups: Iterable[Iterable[T]]) -> list[T]:
    """The first of every group, then the second of every group, and so on."""
    ranked = [(rank, item) for items in groups for rank, item in enumerate(items)]
    return [item for _, item in sorted(ranked, key=lambda pair: pair[0])]


def _pieces(text: str, limit: int, breaks: tuple[re.Pattern[str], ...]) -> list[str]:
    """Every piece at most `limit` characters long, cut by the first kind of break that does it."""
    if not breaks:
        return [text[start : start + limit] for start in range(0, len(text), limit)]
    pieces: list[str] = []
    for piece in breaks[0].split(text):
        pieces.extend([piece] if len(piece) <= limit else _pieces(piece, limit, breaks[1:]))
    return pieces
