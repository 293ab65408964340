"""Lines with their places in the text as handed in, without characters that nobody sees."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import normalize

_BREAK = re.compile(r"\r\n|[\n\r\f\v\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffc\ufffd]"
    "|[\ud800-\udfff\ue000-\uf8ff]"
)
_SPACE = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_LIGATURE = re.compile("[\ufb00-\ufb06\u0132\u0133]")


@dataclass(frozen=True, slots=True)
class Line:
    """`opens_page`: a page of a document begins with it."""

    text: str
    start: int
    end: int
    opens_page: bool = False

    def with_text(self, text: str) -> "Line":
        return self if text == self.text else Line(text, self.start, self.end, self.opens_page)


def lines_of(content: str) -> Iterator[Line]:
    start, opens_page = 0, False
    for found in _BREAK.finditer(content):
        yield Line(_seen(content[start : found.start()]), start, found.start(), opens_page)
        start, opens_page = found.end(), found.group() == "\f"
    yield Line(_seen(content[start:]), start, len(content), opens_page)


def _seen(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text.rstrip()
    text = _SPACE.sub(" ", _UNSEEN.sub("", text))
    return _LIGATURE.sub(lambda found: normalize("NFKC", found.group()), text).rstrip()
