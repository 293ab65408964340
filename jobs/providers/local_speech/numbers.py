"""Numbers as English words, for reading aloud."""

_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_LARGE = ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred"))
DIGITS = 9


def spelled_out(digits: str) -> list[list[str]]:
    """The ways to read it, the commonest first: a number, a year (`nineteen eighty`), or digit by digit."""
    ways = []
    if len(digits) <= DIGITS and (digits == "0" or not digits.startswith("0")):
        ways.append(_words(int(digits)))
    if len(digits) == 4 and digits[0] in "12" and digits[2] != "0":
        ways.insert(0, [*_words(int(digits[:2])), *_words(int(digits[2:]))])
    if not ways or len(digits) > 2:
        ways.append([_SMALL[int(digit)] for digit in digits])
    return ways


def _words(number: int) -> list[str]:
    for size, name in _LARGE:
        if number >= size:
            rest = _words(number % size) if number % size else []
            return [*_words(number // size), name, *rest]
    if number < len(_SMALL):
        return [_SMALL[number]]
    ten, one = divmod(number, 10)
    return [_TENS[ten], *([_SMALL[one]] if one else [])]
