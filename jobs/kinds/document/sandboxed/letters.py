"""The letters of a PDF page as PDFium tells them, in the order of the file."""

import ctypes
import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from .content import PAGE_CHARACTERS, Box, turned

INVISIBLE = 3  # the render mode of text that is neither filled nor stroked
HYPHEN = "\x02"  # how PDFium marks one at the end of a line
# From letter to letter of a line that goes down it is less than this, in heights of the letters.
DOWN = 1.6
# Less high, in points, is a letter of which PDFium knows no outline.
FLAT = 0.05
# PDFium has letters of its own up to this code, for fonts that a file names and does not hold.
BUILT_IN = 0xFF


@dataclass(slots=True)
class Letter:
    """A letter as the file has it; its box is in points of the page as it is shown. `at`, `base`: where it stands on
    its line, from the left and from above. `turns`: by how many quarters the page is to be turned to the right until it
    stands upright. `advance`: how far the next one stands from `at` if nothing is between them. `is_put_in`: not in the
    file; PDFium found a space there. `is_drawn`: not of a font that the file leaves to the reader's machine, which has it or not.
    `is_coded`: a control character, as in a file that says nothing of what its codes mean.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    at: float
    base: float
    advance: float
    size: float
    turns: int
    is_put_in: bool
    is_unmapped: bool
    is_unseen: bool
    is_drawn: bool
    is_coded: bool

    @property
    def is_space(self) -> bool:
        return self.text.isspace()

    def gap(self, following: "Letter") -> float:
        """In heights of the letters."""
        return (following.at - self.at - self.advance) / max(self.size, following.size, 1)

    def ends_word(self, following: "Letter", apart: float) -> bool:
        """Is there room for a space, in a script that has spaces? `apart`: in heights of the letters."""
        is_inside = not self.is_space and not following.is_space
        return is_inside and self.gap(following) > apart and not (self.is_wide or following.is_wide)

    def upright(self) -> "Letter":
        """The same on the page turned so that it stands upright."""
        if not self.turns:
            return self
        left, top, right, bottom = turned(self.box, self.turns)
        at, base, *_ = turned((self.at, self.base, self.at, self.base), self.turns)
        return replace(self, left=left, top=top, right=right, bottom=bottom, at=at, base=base)

    @property
    def goes_left(self) -> bool:
        """Is it of a script that is written from right to left?"""
        return unicodedata.bidirectional(self.text[0]) in ("R", "AL")

    @property
    def box(self) -> Box:
        return self.left, self.top, self.right, self.bottom

    def is_below(self, other: "Letter") -> bool:
        """The next of a line that goes down, in a script that is written like this, too?"""
        if not self.is_wide or not other.is_wide or abs(self.at - other.at) > self.size / 4:
            return False
        return 0 < self.base - other.base < DOWN * max(self.size, other.size)

    @property
    def is_wide(self) -> bool:
        return unicodedata.east_asian_width(self.text[0]) in "WF"


def letters_of(textpage: Any, shown: "Shown") -> Iterator[Letter | None]:
    """None is a line break."""
    corners = [ctypes.c_double() for _ in range(4)]
    x, y = ctypes.c_double(), ctypes.c_double()
    left, right, bottom, top = corners
    previous = 0
    styles: dict[int, _Style] = {}
    style = _Style(size=1, turns=0, is_unseen=False, is_embedded=False)
    for index in range(min(pdfium.FPDFText_CountChars(textpage), PAGE_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        is_put_in = pdfium.FPDFText_IsGenerated(textpage, index) == 1
        if code in (10, 13) and is_put_in:
            yield None
            continue
        if 0xDC00 <= code < 0xE000 and previous:
            code, previous = 0x10000 + ((previous - 0xD800) << 10) + (code - 0xDC00), 0
        elif 0xD800 <= code < 0xDC00:
            previous = code
            continue
        pdfium.FPDFText_GetCharBox(textpage, index, *corners)
        pdfium.FPDFText_GetCharOrigin(textpage, index, x, y)
        at, base = shown.point(x.value, y.value)
        box = shown.box(left.value, bottom.value, right.value, top.value)
        room = _room(textpage, index, shown)
        if top.value - bottom.value < FLAT:
            box = room
            # Some files write a space as a control character.
            code = 32 if code < 32 and code != 2 else code
        # A space that PDFium has put in is drawn by nobody, and stands as the letter before it does.
        if drawn := pdfium.FPDFText_GetTextObject(textpage, index):
            place = ctypes.addressof(drawn.contents)
            style = styles.get(place) or _style(textpage, index, drawn, shown)
            styles[place] = style
        is_hyphen = code == 2 and pdfium.FPDFText_IsHyphen(textpage, index) == 1
        yield Letter(
            HYPHEN if is_hyphen else chr(code),
            *box,
            at=at,
            base=base,
            advance=room[3] - room[1] if style.turns % 2 else room[2] - room[0],
            size=max(style.size, box[2] - box[0] if style.turns % 2 else box[3] - box[1]),
            turns=style.turns,
            is_put_in=is_put_in,
            is_unmapped=pdfium.FPDFText_HasUnicodeMapError(textpage, index) == 1,
            is_unseen=style.is_unseen,
            is_drawn=code <= BUILT_IN or style.is_embedded,
            is_coded=not is_hyphen and unicodedata.category(chr(code)) == "Cc",
        )
        if is_hyphen:
            yield None


def _room(textpage: Any, index: int, shown: "Shown") -> Box:
    """The box that a letter has in its line, as high as the line and as wide as its advance."""
    room = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(textpage, index, room)
    return shown.box(room.left, room.bottom, room.right, room.top)


class _Style(NamedTuple):
    """What the letters that are drawn at once have in common."""

    size: float
    turns: int
    is_unseen: bool
    is_embedded: bool


def _style(textpage: Any, index: int, drawn: Any, shown: "Shown") -> _Style:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(textpage, index, matrix)
    return _Style(
        size=pdfium.FPDFText_GetFontSize(textpage, index) * math.hypot(matrix.c, matrix.d),
        turns=shown.turns(matrix.a, matrix.b),
        is_unseen=pdfium.FPDFTextObj_GetTextRenderMode(drawn) == INVISIBLE,
        is_embedded=pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(drawn)) == 1,
    )


class Shown:
    """From the places of a file to the page as it is shown, turned and cropped."""

    def __init__(self, page: Any, width: float, height: float) -> None:
        scale = 1000

        def device(x: float, y: float) -> tuple[float, float]:
            right, down = ctypes.c_int(), ctypes.c_int()
            size = (int(width * scale), int(height * scale))
            pdfium.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, right, down)
            return right.value / scale, down.value / scale

        self._zero = device(0, 0)
        # A long way, so that whole numbers are exact enough.
        (ax, ay), (bx, by) = device(1000, 0), device(0, 1000)
        x, y = self._zero
        self._along = ((ax - x) / 1000, (ay - y) / 1000)
        self._up = ((bx - x) / 1000, (by - y) / 1000)

    def turns(self, x: float, y: float) -> int:
        """`x`, `y`: in which direction of the file letters follow each other."""
        right = x * self._along[0] + y * self._up[0]
        down = x * self._along[1] + y * self._up[1]
        return -round(math.atan2(down, right) / (math.pi / 2)) % 4

    def point(self, x: float, y: float) -> tuple[float, float]:
        return (
            self._zero[0] + x * self._along[0] + y * self._up[0],
            self._zero[1] + x * self._along[1] + y * self._up[1],
        )

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        (a, b), (c, d) = self.point(left, bottom), self.point(right, top)
        return min(a, c), min(b, d), max(a, c), max(b, d)
