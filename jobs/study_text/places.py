"""Where in a study text, as it was handed in, something stands that was taken from it cleaned.

Both are compared by their letters and digits alone, so mark-up, line ends, ligatures and divided words
make no difference.
"""

import re
from array import array
from collections.abc import Iterable
from typing import NamedTuple
from unicodedata import normalize

from jobs.study_text.block import PAGE, Block

# Mark-up that has letters of its own.
_MARK_UP = re.compile(
    r"</?[a-zA-Z][^<>]{0,1000}>|\{:[^{}\n]{1,200}\}|&(?:[a-zA-Z]{2,8}|#\d{1,5});|\]\([^()\s]{0,500}\)|\[\^[\w-]{1,20}\]|\[\d{1,3}(?:[,–-] ?\d{1,3}){0,8}\]|"
    r"\\(?:cite\w{0,6}|label|ref|eqref)\*?\s?\{[^{}]{0,80}\}|\\[a-zA-Z]{1,30}"
)
_CLOSING = ".!?…)]”’\"'"
ENDS = 24  # letters at both ends by which a quotation is found that is interrupted


class Place(NamedTuple):
    """The characters `start` to before `end` of the text."""

    start: int
    end: int


class Places:
    """Finds quotations in one text."""

    def __init__(self, content: str, blocks: Iterable[Block] = ()) -> None:
        self._content = content
        self._blocks = [block for block in blocks if block.left_out != PAGE]
        heads = [(block.start, block.end) for block in blocks if block.left_out == PAGE]
        marks = (found.span() for found in _MARK_UP.finditer(content))
        self._letters, self._at = _squeezed(content, sorted([*marks, *heads]))

    def of(self, quote: str, term: str = "") -> Place | None:
        """Where the quotation stands; where it does not, the block that has the term."""
        wanted, _ = _squeezed(quote, [])
        found = self._whole(wanted) or self._interrupted(wanted) if wanted else None
        return found or self._block_with(term)

    def _whole(self, wanted: str) -> Place | None:
        at = self._letters.find(wanted)
        return self._place(at, at + len(wanted)) if at >= 0 else None

    def _interrupted(self, wanted: str) -> Place | None:
        if len(wanted) < 2 * ENDS:
            return None
        at = self._letters.find(wanted[:ENDS])
        end = self._letters.find(wanted[-ENDS:], at, at + 2 * len(wanted) + 200) if at >= 0 else -1
        return self._place(at, end + ENDS) if end >= 0 else None

    def _block_with(self, term: str) -> Place | None:
        wanted = term.casefold()
        found = (block for block in self._blocks if wanted and wanted in block.text.casefold())
        block = next(found, None)
        return Place(block.start, block.end) if block else None

    def _place(self, first: int, end: int) -> Place:
        last = self._at[end - 1] + 1
        while last < len(self._content) and self._content[last] in _CLOSING:
            last += 1
        return Place(self._at[first], last)


def _squeezed(text: str, left_out: list[tuple[int, int]]) -> tuple[str, "array[int]"]:
    """The letters and digits of the text, and where each of them stands in it."""
    letters: list[str] = []
    at = array("L")
    position = 0
    for start, end in [*left_out, (len(text), len(text))]:
        for number in range(position, start):
            character = text[number]
            plain = character if character.isascii() else normalize("NFKC", character)
            for letter in plain.casefold():
                if letter.isalnum():
                    letters.append(letter)
                    at.append(number)
        position = max(position, end)
    return "".join(letters), at
