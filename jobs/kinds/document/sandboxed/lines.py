"""Letters of a PDF page put together to lines: what stands side by side, with a space where a word ends."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from .content import Run, turned
from .letters import Letter

# A wider space than this, in heights of the letters, lies between columns or cells and not between words.
GAP = 1.1
# Letters that stand further apart than those of their line do, by so many heights, are of two words.
BREAK = 0.1
# So many gaps show how far apart the letters of a line stand.
ENOUGH_GAPS = 4
# Further apart than this, in heights of the letters, only words stand.
SET_APART = 0.15
# Without a space in so many gaps, a line has lost those between its words.
LONG_WORD = 20
# No language has words so short that there is a space for so many of its letters.
TOO_MANY = 0.4
# A letter is a small one beside the others of its line below this share of their size.
SMALL = 0.8
_RAISED = str.maketrans("0123456789+-\u2212", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_LOWERED = str.maketrans("0123456789+-\u2212", "₀₁₂₃₄₅₆₇₈₉₊₋₋")
_MIRRORED = str.maketrans("()[]{}", ")(][}{")
# After a whole word a raised number is the mark of a note; after less it is an exponent.
_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]{4,}+[.,;:!?\"'”’)]*$")


class Line:
    """A run while it grows, of letters made upright."""

    def __init__(self, first: Letter) -> None:
        self.letters = [first]
        self.size, self.base = first.size, first.base
        self.goes_down, self.goes_left = False, first.goes_left

    def takes(self, letter: Letter, after_break: bool) -> bool:
        """Does this letter go on with the line, and not with another one or another column?"""
        last = self.letters[-1]
        if letter.turns != last.turns:
            return False
        gap, size = letter.left - last.right, max(self.size, letter.size, 1)
        if self.goes_left or letter.goes_left:
            gap = max(gap, last.left - letter.right)
        if self.goes_down or letter.is_below(last):
            return letter.is_below(last) and (self.goes_down or len(self.letters) == 1)
        if not -size <= gap <= GAP * size:
            return False
        if not after_break:
            return abs(letter.base - self.base) < size * 2
        is_small = min(letter.size, last.size) < SMALL * size
        return abs(letter.base - self.base) < size * (0.6 if is_small else 0.2)

    def add(self, letter: Letter) -> None:
        self.goes_down |= letter.is_below(self.letters[-1])
        self.goes_left |= letter.goes_left
        self.letters.append(letter)
        if letter.size > self.size and not letter.is_space:
            self.size, self.base = letter.size, letter.base

    def run(self) -> Run | None:
        text = "".join(self._texts()).rstrip()
        if self.goes_left and re.match(r"[^()\[\]{}]*[)\]}]", text):
            text = text.translate(_MIRRORED)  # the file has them as they look
        seen = [letter for letter in self.letters if not letter.is_space]
        if not text.strip() or not seen:
            return None
        sides = zip(*(letter.box for letter in seen), strict=True)
        upright = tuple(of(side) for of, side in zip((min, min, max, max), sides, strict=True))
        left, top, right, bottom = turned(upright, -seen[0].turns)
        return Run(text=text, left=left, top=top, right=right, bottom=bottom, turns=seen[0].turns)

    def _texts(self) -> Iterator[str]:
        written = ""
        for letter in self._spaced():
            text = letter.text
            off = self.base - letter.base
            if letter.size < SMALL * self.size and text.translate(_RAISED) != text:
                if off > 0.15 * self.size:
                    is_note = _WORD.search(written) is not None
                    text = (" " if is_note else "") + text.translate(_RAISED)
                elif off < -0.05 * self.size:
                    text = text.translate(_LOWERED)
            written += text
            yield text

    def _spaced(self) -> list[Letter]:
        """With spaces where words end. PDFium takes the same gap for a space however far the letters of a line stand apart,
        and so puts one behind each of them, or none where words stand close. Spaces of the file are right.
        """
        drawn = [letter for letter in self.letters if not letter.is_put_in]
        gaps = sorted(a.gap(b) for a, b in pairwise(drawn) if not a.is_space and not b.is_space)
        usual = gaps[len(gaps) // 4] if len(gaps) >= ENOUGH_GAPS else 0.0
        apart = min(max(0.0, usual), SET_APART) + BREAK
        put_in = [
            before.gap(behind)
            for before, space, behind in zip(
                self.letters, self.letters[1:], self.letters[2:], strict=False
            )
            if space.is_put_in
        ]
        own = sum(letter.is_space for letter in drawn)
        are_wrong = len(put_in) > own and 2 * sum(gap <= apart for gap in put_in) > len(put_in)
        is_right = not are_wrong and (own or (not put_in and len(gaps) < LONG_WORD))
        if is_right or self.goes_left or self.goes_down:
            return self.letters
        spaced: list[Letter] = []
        for letter in drawn if are_wrong else self.letters:
            if spaced and spaced[-1].ends_word(letter, apart):
                spaced.append(replace(letter, text=" "))
            spaced.append(letter)
        most = TOO_MANY * len(gaps)
        return spaced if sum(letter.is_space for letter in spaced) <= most else self.letters


def lines_of(letters: Iterator[Letter | None]) -> Iterator[Line]:
    line: Line | None = None
    after_break = False
    for letter in letters:
        if letter is None:
            after_break = True
            continue
        letter = letter.upright()
        if line and line.takes(letter, after_break):
            line.add(letter)
        else:
            if line:
                yield line
            line = Line(letter)
        after_break = False
    if line:
        yield line
