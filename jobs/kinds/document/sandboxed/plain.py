"""Text without a form, in whatever encoding it was written, and RTF."""

import codecs
from typing import Any

from .content import PAGE_CHARACTERS, PAGES, PageContent, Refused, text_page

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Below this share of the bytes it is a text in Latin letters.
FEW_OTHERS = 0.3
_LATIN = ("cp1252", "cp1250", "cp1254", "cp1257")
_OTHERS = [
    *("cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "shift_jis", "euc_jp", "gb18030", "big5"),
    *("euc_kr", "cp1252", "cp1250"),
]


class Text:
    """Its pages end where it says so; a long one is cut where a paragraph ends."""

    def __init__(self, path: str) -> None:
        with open(path, "rb") as file:
            text = self._text(file.read())
        self._pages = [piece for page in text.split("\f") for piece in _pieces(page.strip())]
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
    return content.decode(_likeliest(content[:200_000]), "replace")


def _likeliest(content: bytes) -> str:
    """Latin letters with few others: the page whose others are letters. Of the rest each has a look of its own."""
    if sum(byte > 127 for byte in content) < FEW_OTHERS * len(content):
        return max(_LATIN, key=lambda page: sum(map(str.isalpha, content.decode(page, "replace"))))
    from charset_normalizer import from_bytes

    found = from_bytes(content, cp_isolation=_OTHERS, threshold=0.5).best()
    return found.encoding if found else _LATIN[0]


def _without_mark(content: bytes) -> str:
    """UTF-16 of Latin letters has a zero in every second byte."""
    head = content[:2000]
    if head[1::2].count(0) > len(head) / 4:
        return "utf-16-le"
    return "utf-16-be" if head[::2].count(0) > len(head) / 4 else ""


def _pieces(text: str) -> list[str]:
    pieces = []
    while len(text) > PAGE_CHARACTERS:
        end = max(text.rfind("\n\n", 0, PAGE_CHARACTERS), text.rfind("\n", 0, PAGE_CHARACTERS))
        end = end if end > 0 else PAGE_CHARACTERS
        pieces.append(text[:end])
        text = text[end:].lstrip("\n")
    return [*pieces, text]
