"""Whole numbers in words; and Roman ones, alone where they are no words, and of one letter behind what is counted by them."""

import itertools
import re
import threading
from functools import cache
from typing import TYPE_CHECKING

from jobs.providers.local_speech.signs import Ways

if TYPE_CHECKING:
    import inflect

# Of hundreds and fifties the shorter ones are abbreviations (`CD`, `XL`) or words (`MIX`).
_ROMAN = re.compile(
    r"(?=..)(?:(?=.{4})(M{0,3})(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})|()()(X{0,3}))(IX|IV|V?I{0,3})"
)
_VALUES = {"M": 1000, "D": 500, "C": 100, "L": 50, "X": 10, "V": 5, "I": 1}
# These have a number behind their name, which is read as `the first`.
_RULERS = (
    *("Albert", "Alexander", "Benedict", "Catherine", "Charles", "Edward", "Elizabeth"),
    *("Ferdinand", "Francis", "Frederick", "George", "Henry", "Ivan", "James", "Joseph"),
    *("Juan", "Leopold", "Louis", "Mary", "Maximilian", "Napoleon", "Nicholas", "Otto"),
    *("Paul", "Peter", "Philip", "Pius", "Ramesses", "Richard", "Robert", "Wilhelm", "William"),
)
_PLACES = (
    *("act", "appendix", "article", "book", "category", "chapter", "class", "division"),
    *("factor", "figure", "grade", "group", "lesson", "level", "part", "period", "phase"),
    *("scene", "schedule", "section", "stage", "step", "table", "title", "type", "unit"),
    *("volume", "war"),
)
# Longer ones are read digit by digit.
_DIGITS = 12
_PLACE = "|".join(_PLACES)
# `the book I read` counts nothing.
COUNTED = rf"\b(?:(?:{_PLACE.title()}|{'|'.join(_RULERS)})s? [IVX]|(?:{_PLACE})s? [VX])\b(?!['’])"


_loading = threading.Lock()


@cache
def english() -> "inflect.engine":
    """Loaded with the first number, without the checks of its own types: to write them into it takes a second or two."""
    import typeguard

    with _loading:
        write_checks, typeguard.typechecked = typeguard.typechecked, lambda method: method  # type: ignore[assignment]
        try:
            import inflect
        finally:
            typeguard.typechecked = write_checks
    return inflect.engine()


def read(token: str) -> Ways:
    """The ways to read a Roman one, with its name or without."""
    if _ROMAN.fullmatch(token):
        return [*_roman(token), " ".join(token.lower())]
    if not re.fullmatch(COUNTED, token):
        return []
    name, numeral = token.lower().split()
    ways = _roman(numeral.upper())
    if token.startswith(_RULERS):
        ways.reverse()
    return [f"{name} {way}" for way in [*ways, numeral]]


def _roman(numeral: str) -> Ways:
    number = _value(numeral)
    return [*cardinal(number), f"the {ordinal(number)}"]


def _value(numeral: str) -> str:
    digits = [_VALUES[letter] for letter in numeral]
    behind = [*digits[1:], 0]
    return str(sum(-n if n < after else n for n, after in zip(digits, behind, strict=True)))


def _words(spoken: str) -> str:
    return spoken.replace("-", " ").replace(",", "")


def cardinal(written: str) -> Ways:
    """A number, in two parts (`nineteen eighty`), or digit by digit."""
    digits = re.sub("[, ]", "", written)
    ways = []
    if len(digits) <= _DIGITS and (digits == "0" or not digits.startswith("0")):
        for and_word in ("", "and"):
            ways.append(_words(str(english().number_to_words(digits, andword=and_word))))
    if digits == written and len(digits) in (3, 4) and ways:
        is_year = len(digits) == 4 and (digits[0] == "1" or digits[:3] > "200")
        ways.insert(0 if is_year else len(ways), _in_two(digits))
    if " " in written:
        ways.append(" ".join(cardinal(part)[0] for part in written.split()))
    if not ways or (len(digits) > 2 and "," not in written):
        each = digit_by_digit(digits, "oh")
        runs = [[*run] for _, run in itertools.groupby(each.split())]
        doubled = (["double", run[0]] if len(run) == 2 else run for run in runs)
        ways += [digit_by_digit(digits), each, " ".join(itertools.chain(*doubled))]
    return list(dict.fromkeys(ways))


def _in_two(digits: str) -> str:
    before, rest = cardinal(digits[:-2])[0], digits[-2:]
    return f"{before} hundred" if rest == "00" else f"{before} {two_digits(rest)}"


def two_digits(two: str) -> str:
    return f"oh {cardinal(two[1])[0]}" if two[0] == "0" else cardinal(two)[0]


def digit_by_digit(digits: str, zero: str = "zero") -> str:
    return _words(str(english().number_to_words(digits, group=1, zero=zero)))


def ordinal(digits: str) -> str:
    words = digit_by_digit(digits)
    if len(digits) <= _DIGITS:
        words = _words(str(english().number_to_words(digits, andword="")))
    *before, last = words.split()
    return " ".join([*before, english().ordinal(last)])
