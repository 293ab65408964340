"""One page read: what its file says and what can be seen on it are judged, and put together without doubling."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from typing_extensions import TypedDict

from jobs.kinds.document import text_quality
from jobs.kinds.document.cleanup import cleaned, kept, mended
from jobs.kinds.document.columns import Piece, lines
from jobs.kinds.document.sandboxed import words
from jobs.kinds.document.sandboxed.content import PageContent

# Pictures that take so much of a page are the page.
MOSTLY_PICTURES = 0.5
# A page with fewer letters is looked at when so much else is drawn on it.
FEW_LETTERS = 200
INK = 0.003
# Less than this is dust.
BLANK = 0.0002
PARTS = 5
# A line below this is noise.
SURE_LINE = 0.5
# A page below these is doubtful, or hardly read.
SURE_PAGE = 0.85
UNREAD_PAGE = 0.4
# A page of which more was given up, by area, holds a text that is not told.
GIVEN_UP = 0.03
# By so much of its area a line stands where another stands already.
SAME_PLACE = 0.5

HIDDEN = "text that does not show on the page was left out."
READ_INSTEAD = (
    "the letters that the file holds make no sense, so what the page shows was read instead."
)
DOUBTFUL = (
    "the letters that the file holds may be wrong, and the page could not be read better. "
    "Compare it with the original, or send a picture of it."
)
UNSURE = (
    "it was read with doubt, so check it. A sharp picture in even light, from close by, reads better; "
    "handwriting is read unsurely."
)
UNREADABLE = (
    "too faint, too small or blurred, handwritten, or in a script that is not known here (the built-in reader knows "
    "the Latin alphabets, Chinese and Japanese)."
)
UNREAD = f"most of what is on it could not be read: it is {UNREADABLE}"
PARTLY_UNREAD = "some lines on it could not be read: they are faint, handwritten, or in a script that is not known here."


# A line: its text, its four sides as shares of the picture's width and height, and how sure it is.
SeenShare = tuple[str, float, float, float, float, float]


class Look(TypedDict):
    """What was seen in a picture, as a checkpoint keeps it."""

    lines: list[SeenShare]
    turned: int
    provider: str
    model: str
    notes: list[str]


# Looks at the page as a whole (no box), at a part of it, or at one attached picture (a box of its number).
Looking = Callable[[Sequence[float]], Look]


@dataclass(slots=True)
class PageReading:
    """`confidence` None: the file says what is on the page, and there is no reason to doubt it."""

    text: str
    confidence: float | None = None
    warnings: list[str] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)


def read_page(page: PageContent, look: Looking) -> PageReading:
    if page["runs"] and not page["width"]:
        return _of_text(page, look)
    said = [Piece(**run) for run in page["runs"]]
    text = _text(said)
    reading = _seen(page, said, text, look) or PageReading(text)
    if page["hidden"]:
        reading.warnings.append(HIDDEN)
    reading.warnings += page["notes"]
    return reading


def _of_text(page: PageContent, look: Looking) -> PageReading:
    """A page that is a text, and what can be read in the pictures that belong to it."""
    text = kept("\n".join(run["text"] for run in page["runs"]))
    looks = [look([number]) for number in range(page["attached"])]
    read = [_text([piece for piece, _ in _placed(one, (0, 0, 1, 1))]) for one in looks]
    confidence = _confidence(looks) if any(read) else None
    return PageReading("\n\n".join(filter(None, [text, *read])), confidence, [], looks)


def _seen(page: PageContent, said: list[Piece], text: str, look: Looking) -> PageReading | None:
    """With what is seen on it; None when there is nothing to look at."""
    is_doubtful = bool(said) and text_quality.is_doubtful(page, text)
    if is_doubtful:
        return _the_better(page, said, text, look([]))
    boxes = _boxes(page, text)
    if boxes is None:
        return None
    looks = [look(box) for box in boxes or [[]]]
    places = [
        _placed(one, tuple(box) or _whole(page))
        for one, box in zip(looks, boxes or [[]], strict=True)
    ]
    seen = [piece for place in places for piece, _ in place]
    # Of a page that was turned as a whole the places are not those of the file.
    is_turned = not boxes and bool(looks[0]["turned"])
    return _told(page, _text(seen if is_turned else _merged(said, seen)), looks)


def _the_better(page: PageContent, said: list[Piece], text: str, one: Look) -> PageReading:
    seen = [piece for piece, _ in _placed(one, _whole(page))]
    read = _text(seen)
    if text_quality.agree(read, text):
        return PageReading(text, looks=[one])
    if text_quality.is_better(read, text):
        reading = _told(page, read, [one])
        if not text_quality.is_layer(page):
            reading.warnings.insert(0, READ_INSTEAD)
        return reading
    is_nothing = page["unmapped"] and words.known(text).share < text_quality.BETTER
    return PageReading("" if is_nothing else text, words.known(text).share, [DOUBTFUL], [one])


def _told(page: PageContent, text: str, looks: list[Look]) -> PageReading:
    confidence = _confidence(looks)
    warnings = []
    if confidence is not None and confidence < SURE_PAGE:
        warnings.append(UNSURE if text and confidence >= UNREAD_PAGE else UNREAD)
    elif _given_up(looks) > GIVEN_UP:
        warnings.append(PARTLY_UNREAD)
    return PageReading(text, confidence, warnings, looks)


def _boxes(page: PageContent, text: str) -> list[list[float]] | None:
    """What of the page is looked at: some parts, the whole (an empty list), or nothing at all."""
    area = max(page["width"] * page["height"], 1)
    pictures = sorted(page["pictures"], key=_area, reverse=True)
    covered = sum(map(_area, pictures)) / area if pictures else 0.0
    if page["ink"] < BLANK or (text_quality.is_layer(page) and text):
        return None  # nothing there, or read before and well
    if covered >= MOSTLY_PICTURES:
        return []
    if len(text) < FEW_LETTERS and page["ink"] > INK:
        return []
    return pictures[:PARTS] if pictures else None


def _merged(said: list[Piece], seen: list[Piece]) -> list[Piece]:
    """What the file says, and what is seen in other places; of a line that holds both, what is seen."""
    new = [piece for piece in seen if _shared(piece, said) < SAME_PLACE]
    inside = [
        piece
        for piece in said
        if _shared(piece, new) < SAME_PLACE
        or _plain(piece.text) not in _plain(" ".join(p.text for p in new))
    ]
    return inside + new


def _shared(piece: Piece, others: Iterable[Piece]) -> float:
    """The share of a piece's place that others have."""
    area = max((piece.right - piece.left) * piece.height, 1e-6)
    shared = 0.0
    for other in others:
        across = min(piece.right, other.right) - max(piece.left, other.left)
        down = min(piece.bottom, other.bottom) - max(piece.top, other.top)
        shared += max(0.0, across) * max(0.0, down)
    return shared / area


def _placed(one: Look, place: Sequence[float]) -> list[tuple[Piece, float]]:
    """What was seen, where the page has it."""
    left, top, right, bottom = place
    wide, high = right - left, bottom - top
    return [
        (Piece(text, left + a * wide, top + b * high, left + c * wide, top + d * high), sure)
        for text, a, b, c, d, sure in one["lines"]
        if sure >= SURE_LINE and text.strip()
    ]


def _confidence(looks: Sequence[Look]) -> float | None:
    """By the area of the lines, those included that were given up; None where nothing was found."""
    found = _areas(looks)
    area = sum(size for size, _ in found)
    return round(sum(size * sure for size, sure in found) / area, 3) if area else None


def _given_up(looks: Sequence[Look]) -> float:
    """The share of the lines' area that is not taken for text."""
    found = _areas(looks)
    lost = sum(size for size, sure in found if sure < SURE_LINE)
    return lost / max(sum(size for size, _ in found), 1e-6)


def _areas(looks: Sequence[Look]) -> list[tuple[float, float]]:
    """The area of each line, and how sure it is."""
    return [
        (max(0.0, (c - a) * (d - b)), sure) for one in looks for _, a, b, c, d, sure in one["lines"]
    ]


def _text(pieces: Sequence[Piece]) -> str:
    found = [line for piece in lines(pieces) for line in cleaned(piece.strip())]
    return mended(found, words.known("\n".join(found)).language)


def _whole(page: PageContent) -> tuple[float, float, float, float]:
    return 0, 0, max(page["width"], 1), max(page["height"], 1)


def _area(box: Sequence[float]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()
