"""Text without a form, in whatever encoding it was written, and RTF."""

import codecs
import re
from typing import Any

from . import words
from .content import PAGES, PageContent, Refused, pieces, text_page

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Below this share of the bytes it is a text in Latin letters, or mostly.
FEW_OTHERS = 0.3
_ALPHABETS = (
    *("cp1252", "cp1250", "cp1254", "cp1257", "cp1251", "koi8_r"),
    *("cp1253", "cp1255", "cp1256"),
)
_SIGNS = ("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr")
JUDGED_BYTES = 200_000
_WORD = re.compile(r"[^\W\d_]{2,}")
# What stands beside letters in texts of any language.
_USUAL = "\u2018\u2019\u201a\u201c\u201d\u201e\u2013\u2014\u2022\u2026\u20ac\u00ab\u00bb\u00a1\u00bf\u00a7\u00b0\u00a0"


class Text:
    """Its pages end where it says so; a long one is cut where a paragraph ends."""

    def __init__(self, path: str) -> None:
        with open(path, "rb") as file:
            text = self._text(file.read())
        self._pages = [piece for page in text.split("\f") for piece in pieces(page.strip())]
        self.count = max(1, len(self._pages))
        if self.count > PAGES:
            raise Refused("pages")

    def _text(self, content: bytes) -> str:
        return decoded(content)

    def page(self, number: int) -> PageContent:
        return text_page(self._pages[number] if self._pages else "")

    def picture(self, number: int) -> bytes:
        raise Refused("broken")

    def part(self, number: int, box: list[float]) -> bytes:
        raise Refused("broken")


class Rtf(Text):
    def _text(self, content: bytes) -> str:
        from striprtf import striprtf

        convert: Any = striprtf.rtf_to_text
        return str(convert(content.decode("latin-1"), errors="replace"))


def decoded(content: bytes, said: str = "") -> str:
    """By its mark, by what it says, as UTF-8, or as what is likeliest by its letters."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    for encoding in filter(None, (said, "utf-8", _without_mark(content))):
        try:
            return content.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode(_likeliest(content[:JUDGED_BYTES]), "replace")


def _likeliest(content: bytes) -> str:
    """Latin letters with some others: by the words that these make. Of the rest each encoding has a look of its own."""
    if sum(byte > 127 for byte in content) < FEW_OTHERS * len(content):
        return max(_ALPHABETS, key=lambda encoding: _sense(content.decode(encoding, "replace")))
    from charset_normalizer import from_bytes

    found = from_bytes(content, cp_isolation=[*_ALPHABETS, *_SIGNS], threshold=0.5).best()
    return found.encoding if found else _ALPHABETS[0]


def _sense(text: str) -> float:
    """How many letters of known words there are beside those of ASCII, less what nobody writes."""
    foreign = [word for word in _WORD.findall(text) if not word.isascii()][: words.WORDS_JUDGED]
    odd = sum(not (c.isascii() or c.isalnum() or c in _USUAL) for c in text)
    return words.known(" ".join(foreign)).share * sum(map(len, foreign)) - odd


def _without_mark(content: bytes) -> str:
    """UTF-16 of Latin letters has a zero in every second byte."""
    head = content[:2000]
    if head[1::2].count(0) > len(head) / 4:
        return "utf-16-le"
    return "utf-16-be" if head[::2].count(0) > len(head) / 4 else ""
