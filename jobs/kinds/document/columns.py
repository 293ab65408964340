"""The order in which people read what lies on a page: lines from top to bottom, and columns one after the other."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from unicodedata import bidirectional, east_asian_width

from jobs.kinds.document.sandboxed.content import turned

# Prose that fills its lines is read column by column; short entries side by side, as in a table, row by row.
COLUMN_CHARACTERS = 20
COLUMN_LINES = 3
# Boxes are drawn wide: by so much of their height on each side they may touch what stands beside them.
NARROWED = 0.4
# The least space between two columns of narrowed boxes, in heights of a line.
GUTTER = 0.9
# What is so many times higher than wide stands along the page and belongs to none of its lines.
TALL = 3
# Where nothing stands on so many heights of a line, something else begins.
APART = 2.5
NEXT_LINE = 1.5
# Beyond this it would take too long, and the order of the file has to do.
PIECES = 3000
# No page has longer columns.
ROWS_AHEAD = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text on a page, from the upper left corner; upright on the page that is turned to the right so many times."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    turns: int = 0

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def is_tall(self) -> bool:
        return len(self.text) > 2 and self.height > TALL * (self.right - self.left)

    def upright(self) -> "Piece":
        return Piece(self.text, *turned((self.left, self.top, self.right, self.bottom), self.turns))


def lines(pieces: Sequence[Piece]) -> list[str]:
    """The text, a line each. What stands otherwise than most of the page is read by itself, after it."""
    by_turns: dict[int, list[Piece]] = {}
    for piece in pieces:
        by_turns.setdefault(piece.turns, []).append(piece.upright())
    most_first = sorted(by_turns.values(), key=_letters, reverse=True)
    return [line for standing in most_first for line in _upright_lines(standing)]


def _upright_lines(pieces: Sequence[Piece]) -> list[str]:
    if len(pieces) > PIECES:
        return [piece.text for piece in pieces]
    tall = [piece for piece in pieces if piece.is_tall]
    if _letters(tall) * 2 > _letters(pieces):
        # Written from top to bottom, the lines from right to left.
        return [piece.text for piece in sorted(pieces, key=lambda p: (-p.left - p.right, p.top))]
    return _lines([piece for piece in pieces if not piece.is_tall]) + [p.text for p in tall]


def _lines(pieces: Sequence[Piece]) -> list[str]:
    directions = _directions(pieces)
    goes_left = directions["left"] > directions["right"]
    rows = _rows(pieces)
    found: list[str] = []
    start = 0
    while start < len(rows):
        end, gutter = _columns(rows, start)
        if gutter is None:
            found.append(_line(rows[start], goes_left))
            start += 1
            continue
        inside = [piece for row in rows[start:end] for piece in row]
        sides = _sides(inside, gutter)
        for side in reversed(sides) if goes_left else sides:
            found += _lines(side)
        start = end
    return found


def _line(row: Sequence[Piece], goes_left: bool) -> str:
    """What has no letters, as numbers, goes where the text around it goes."""
    own = _directions(row)
    is_turned = goes_left if not own.total() else own["left"] > own["right"]
    return " ".join(piece.text for piece in (reversed(row) if is_turned else row))


def _directions(pieces: Sequence[Piece]) -> Counter[str]:
    """How many letters are of scripts that are written from right to left, and how many of others."""
    return Counter(
        "left" if bidirectional(letter) in ("R", "AL") else "right"
        for piece in pieces
        for letter in piece.text
        if letter.isalpha()
    )


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
    if len(rows[start]) == 1 and not _goes_on(rows, start):
        return best
    ahead = rows[start : start + ROWS_AHEAD]
    line = median(piece.height for row in ahead for piece in row)
    inside: list[Piece] = []
    covered: list[tuple[float, float]] = []
    lowest = rows[start][0].bottom
    sides, at = _Sides(0.0), float("-inf")
    for end, row in enumerate(ahead, start + 1):
        if min(piece.top for piece in row) > lowest + APART * line:
            break
        lowest = max(lowest, *(piece.bottom for piece in row))
        inside += row
        covered = _covered([*covered, *map(_narrowed, row)])
        gutter = _gutter(covered, line)
        if gutter is None:
            if len(inside) > 1:
                break
            continue
        # Counted anew only where the widest strip is another one than before.
        if any(min(at, gutter) < left < max(at, gutter) for left, _ in covered):
            sides = _Sides(gutter, inside)
        else:
            sides.add(row)
        at = gutter
        if sides.are_prose:
            best = (end, gutter)
    return best


class _Sides:
    """How many lines and letters stand on each side of a gutter."""

    def __init__(self, gutter: float, pieces: Sequence[Piece] = ()) -> None:
        self._gutter, self._lines, self._letters = gutter, [0, 0], [0, 0]
        self.add(pieces)

    def add(self, pieces: Sequence[Piece]) -> None:
        for piece in pieces:
            side = not _is_left(piece, self._gutter)
            self._lines[side] += 1
            self._letters[side] += _wide(piece.text)

    @property
    def are_prose(self) -> bool:
        return all(
            lines >= COLUMN_LINES and letters >= COLUMN_CHARACTERS * lines
            for lines, letters in zip(self._lines, self._letters, strict=True)
        )


def _goes_on(rows: list[list[Piece]], start: int) -> bool:
    """Does the next row stand as close below as a line of the same text?"""
    if start + 1 == len(rows):
        return False
    first = rows[start][0]
    return min(p.top for p in rows[start + 1]) - first.bottom < NEXT_LINE * first.height


def _narrowed(piece: Piece) -> tuple[float, float]:
    by = min(NARROWED * piece.height, (piece.right - piece.left) / 3)
    return piece.left + by, piece.right - by


def _covered(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The same places across the page, each once."""
    found: list[tuple[float, float]] = []
    for left, right in sorted(spans):
        if found and left <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], right))
        else:
            found.append((left, right))
    return found


def _gutter(covered: list[tuple[float, float]], line: float) -> float | None:
    """The middle of the widest strip that no piece covers, if it is wide enough."""
    strips = [(b[0] - a[1], (a[1] + b[0]) / 2) for a, b in zip(covered, covered[1:], strict=False)]
    width, middle = max(strips, default=(0.0, 0.0))
    return middle if width >= GUTTER * line else None


def _is_left(piece: Piece, gutter: float) -> bool:
    return (piece.left + piece.right) / 2 < gutter


def _sides(pieces: Sequence[Piece], gutter: float) -> tuple[list[Piece], list[Piece]]:
    left = [piece for piece in pieces if _is_left(piece, gutter)]
    return left, [piece for piece in pieces if not _is_left(piece, gutter)]


def _letters(pieces: Sequence[Piece]) -> int:
    return sum(_wide(piece.text) for piece in pieces)


@lru_cache(PIECES)
def _wide(text: str) -> int:
    """Signs of Chinese and Japanese count twice, as wide as they are."""
    return len(text) + sum(east_asian_width(letter) in "WF" for letter in text)
