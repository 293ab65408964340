"""Anki's fields, which are HTML, as text that keeps their meaning: lines, lists, tables, readings above words, raised and lowered signs.

A field is read from its beginning to its end, once; no pattern here looks further back or ahead than a bounded way.
"""

import html
import re
from bisect import bisect_right
from dataclasses import dataclass, field

_NAMES_OF_BLOCKS = """address article aside blockquote caption dd details div dl dt fieldset figcaption figure footer form h1
h2 h3 h4 h5 h6 header hr legend main nav ol p pre section summary table tr ul"""
_BLOCKS = frozenset(_NAMES_OF_BLOCKS.split())
_SILENT = frozenset(("script", "style", "rp"))
_RUBY = frozenset(("rb", "rp", "rt", "rtc", "ruby"))
_MEDIA = frozenset(("audio", "video", "object", "embed", "svg"))
# What stands for the edge of a block, and for a space that is kept, until all is read.
_BLOCK, _SPACE = "\x00|", "\x00."
_DEEPEST = 3
_NAME = re.compile(r"/?([A-Za-z][A-Za-z0-9]{0,20})")
_IN_TAG = re.compile("[>\"']")
_SOUND = re.compile(r"\[sound:[^\]\n]{1,300}\]|\{\{c\d{1,3}::image-occlusion:[^}]{1,3000}\}\}")
_NUMBER = re.compile(r"""\b(?:start|value)\s{0,9}=\s{0,9}["']?(\d{1,6})""", re.IGNORECASE)
_ALT = re.compile(r"""\balt\s{0,9}=\s{0,9}(?:"([^"]{0,300})"|'([^']{0,300})')""", re.IGNORECASE)
# Python refuses to read a number of thousands of digits.
_NO_CHARACTER = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")
_RAISED = str.maketrans(
    "0123456789+-−=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
)
_LOWERED = str.maketrans("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")


@dataclass(frozen=True, slots=True)
class Plain:
    """`media`: how many pictures and sounds are not in the text."""

    text: str
    media: int


def plain(markup: str) -> Plain:
    """What the HTML says, as text."""
    reader = _Reader(markup)
    reader.read()
    return Plain(reader.text(), reader.media)


def _ends_of_tags(markup: str, marks: list[int]) -> list[int | None]:
    """Where a tag ends of which each of the marks is the first, and none: at a `>` that is in no quotes.

    From the last to the first, so that tags which never end are not searched for their end again and again.
    """
    ends: list[int | None] = [None] * (len(marks) + 1)
    closing: dict[str, int] = {}
    for number in reversed(range(len(marks))):
        mark = markup[marks[number]]
        # A quote that is not closed is a character like any other.
        ends[number] = marks[number] if mark == ">" else ends[closing.get(mark, number) + 1]
        closing[mark] = number
    return ends


@dataclass
class _Reader:
    markup: str
    media: int = 0
    _out: list[str] = field(default_factory=list)
    _lists: list[int | None] = field(default_factory=list)
    _raised: list[tuple[str, int]] = field(default_factory=list)
    # Of each open table where its row begins, and how many cells that has; without a table there may be one, too.
    _rows: list[tuple[int, int]] = field(default_factory=lambda: [(0, 0)])
    _silenced_by: str = ""
    _is_reading: bool = False
    _is_preformatted: bool = False

    def __post_init__(self) -> None:
        self._last_comment = self.markup.rfind("-->")
        self._marks = [mark.start() for mark in _IN_TAG.finditer(self.markup)]
        self._ends = _ends_of_tags(self.markup, self._marks)

    def read(self) -> None:
        at = 0
        while (tag := self.markup.find("<", at)) >= 0:
            self._say(self.markup[at:tag])
            at = self._tag(tag)
        self._say(self.markup[at:])

    def text(self) -> str:
        blocks = "".join(self._out).split(_BLOCK)
        lines = (
            "\n".join(" ".join(line.split()) for line in block.split("\n")) for block in blocks
        )
        kept = "\n".join(block for line in lines if (block := line.strip()))
        return kept.replace(_SPACE, " ")

    def _say(self, source: str) -> None:
        if self._silenced_by or not source:
            return
        heard, sounds = _SOUND.subn("", source)
        self.media += sounds
        text = html.unescape(_NO_CHARACTER.sub("\ufffd", heard)).replace("\x00", "")
        # In HTML a line's end is a space.
        kept = text.replace(" ", _SPACE) if self._is_preformatted else text.replace("\n", " ")
        self._out.append(kept)

    def _tag(self, at: int) -> int:
        """Read the tag that begins there; returns where it ends."""
        if self.markup.startswith("<!--", at) and self._last_comment > at:
            return self.markup.index("-->", at) + 3
        name = _NAME.match(self.markup, at + 1)
        is_tag = name or self.markup.startswith(("!", "?"), at + 1)
        end = self._end_of_tag(at) if is_tag else None
        if end is None:
            self._say("<")
            return at + 1
        if name:
            tag_name, inside = name[1].lower(), self.markup[name.end() : end]
            if tag_name in _RUBY:
                self._end_reading()
            if name[0].startswith("/"):
                self._closed(tag_name)
            else:
                self._opened(tag_name, inside)
        return end + 1

    def _end_of_tag(self, at: int) -> int | None:
        return self._ends[bisect_right(self._marks, at)]

    def _opened(self, name: str, attributes: str) -> None:
        if self._silenced_by:
            return
        if name in _SILENT:
            self._silenced_by = name
        elif name == "br":
            self._out.append("\n")
        elif name == "img":
            alt = _ALT.search(attributes)
            self._say((alt[1] or alt[2] or "") if alt else "")
            self.media += not alt
        elif name in _MEDIA:
            self.media += 1
        elif name in ("sub", "sup") and len(self._raised) < _DEEPEST:
            self._raised.append((name, len(self._out)))
        elif name == "rt":
            self._out.append("(")
            self._is_reading = True
        else:
            self._structure(name, attributes)

    def _structure(self, name: str, attributes: str) -> None:
        told = _NUMBER.search(attributes)
        number = int(told[1]) - 1 if told else 0
        if name in ("td", "th"):
            start, cells = self._rows[-1]
            self._out.append(" | " if cells else "")
            self._rows[-1] = start, cells + 1
        elif name == "li":
            if told and self._lists and self._lists[-1] is not None:
                self._lists[-1] = number
            self._out.append(_BLOCK + self._bullet())
        elif name in _BLOCKS:
            self._out.append(_BLOCK)
            if name in ("ul", "ol"):
                self._lists.append(number if name == "ol" else None)
            elif name == "table" and len(self._rows) <= _DEEPEST:
                self._rows.append((len(self._out), 0))
            elif name == "tr":
                self._end_row()
            self._is_preformatted |= name == "pre"

    def _closed(self, name: str) -> None:
        if self._silenced_by:
            self._silenced_by = "" if self._silenced_by == name else self._silenced_by
        elif name in ("sub", "sup") and self._raised and self._raised[-1][0] == name:
            self._put_off_the_line()
        elif name == "li" or name in _BLOCKS:
            if name in ("tr", "table"):
                self._end_row()
            if name == "table" and len(self._rows) > 1:
                self._rows.pop()
            self._out.append(_BLOCK)
            if name in ("ul", "ol") and self._lists:
                self._lists.pop()
            self._is_preformatted &= name != "pre"

    def _end_reading(self) -> None:
        """HTML lets the tags that end a reading above a word be left out."""
        if self._silenced_by == "rp":
            self._silenced_by = ""
        if self._is_reading:
            self._out.append(")")
            self._is_reading = False

    def _end_row(self) -> None:
        """Its cells are on one line if it has several."""
        start, cells = self._rows[-1]
        if cells > 1:
            row = self._out[start:]
            self._out[start:] = [said.replace(_BLOCK, " ").replace("\n", " ") for said in row]
        self._rows[-1] = len(self._out), 0

    def _bullet(self) -> str:
        if not self._lists or self._lists[-1] is None:
            return "• "
        number = self._lists[-1] + 1
        self._lists[-1] = number
        return f"{number}. "

    def _put_off_the_line(self) -> None:
        name, start = self._raised.pop()
        text = "".join(self._out[start:]).strip()
        del self._out[start:]
        sign, letters = ("^", _RAISED) if name == "sup" else ("_", _LOWERED)
        if all(ord(letter) in letters for letter in text):
            self._out.append(text.translate(letters))
        else:
            self._out.append(f"{sign}{text}" if len(text) == 1 else f"{sign}({text})")
