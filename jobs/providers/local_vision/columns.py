"""The order in which people read what lies on a page: lines from top to bottom, and columns one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# Prose that fills its lines is read column by column; short entries side by side, as in a table, row by row.
COLUMN_CHARACTERS = 20
COLUMN_LINES = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text on a page, in pixels from the upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def lines(pieces: Sequence[Piece]) -> list[str]:
    """The text, a line each."""
    rows = _rows(pieces)
    found: list[str] = []
    start = 0
    while start < len(rows):
        end, gutter = _columns(rows, start)
        if gutter is None:
            found.append(" ".join(piece.text for piece in rows[start]))
            start += 1
            continue
        inside = [piece for row in rows[start:end] for piece in row]
        found += lines([piece for piece in inside if piece.right <= gutter])
        found += lines([piece for piece in inside if piece.right > gutter])
        start = end
    return found


def _rows(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces at the same height, each row from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: p.middle):
        last = rows[-1][0] if rows else None
        if last and last.top <= piece.middle <= last.bottom:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda p: p.left) for row in rows]


def _columns(rows: list[list[Piece]], start: int) -> tuple[int, float | None]:
    """Up to which row two columns of prose reach from `start`, and where the space between them is."""
    best: tuple[int, float | None] = (start, None)
    for end in range(start + COLUMN_LINES, len(rows) + 1):
        inside = [piece for row in rows[start:end] for piece in row]
        gutter = _gutter(inside)
        if gutter is None:
            break
        sides = [
            [p for p in inside if p.right <= gutter],
            [p for p in inside if p.right > gutter],
        ]
        if all(map(_is_prose, sides)) and len(rows[start]) > 1:
            best = (end, gutter)
    return best


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """The middle of the widest strip that no piece touches, if it is as wide as a line is high."""
    ordered = sorted(pieces, key=lambda piece: piece.left)
    reach = ordered[0].right
    widest, middle = 0.0, None
    for _, piece in pairwise(ordered):
        if piece.left - reach > widest:
            widest, middle = piece.left - reach, (piece.left + reach) / 2
        reach = max(reach, piece.right)
    heights = sorted(piece.bottom - piece.top for piece in pieces)
    return middle if widest >= heights[len(heights) // 2] / 2 else None


def _is_prose(pieces: Sequence[Piece]) -> bool:
    letters = sum(len(piece.text) for piece in pieces)
    return len(pieces) >= COLUMN_LINES and letters >= COLUMN_CHARACTERS * len(pieces)
