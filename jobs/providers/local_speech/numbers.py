"""Numbers, signs and abbreviations as the English words they are read as."""

import itertools
import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import inflect

Ways = list[list[str]]

_CURRENCIES = {"$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "penny")}
_SIGNS = {
    **{"&": ["and"], "+": ["plus"], "=": ["equals"], "×": ["times"], "%": ["percent"]},
    **{"@": ["at"], "°": ["degrees"], "÷": ["divided", "by"], "±": ["plus", "or", "minus"]},
    **{"²": ["squared"], "³": ["cubed"], "½": ["half"], "¼": ["quarter"], "⅓": ["one", "third"]},
    **{"¾": ["three", "quarters"], "⅔": ["two", "thirds"]},
}
_PARTS = "½¼¾⅓⅔"
SYMBOLS = "".join(map(re.escape, _SIGNS))
_ABBREVIATIONS = {
    "e.g.": ["for", "example"],
    "i.e.": ["that", "is"],
    "'n": ["and"],
    "'em": ["them"],
    "'cause": ["because"],
    "'til": ["until"],
}
CLIPPED = r"['’](?:n|em|cause|til)\b['’]?"
# What the dictionary of words does not have.
_UNITS = {
    **{"km": "kilometers", "cm": "centimeters", "mm": "millimeters", "ft": "feet"},
    **{"kg": "kilograms", "mg": "milligrams", "ml": "milliliters", "oz": "ounces"},
    **{"GB": "gigabytes", "MB": "megabytes", "km/h": "kilometers per hour"},
    **{"m/s": "meters per second", "°C": "degrees celsius", "°F": "degrees fahrenheit"},
}
_ONE_OF = {"feet": "foot"}
UNIT = rf"(?:{'|'.join(sorted(_UNITS, key=len, reverse=True))})(?!\w)"
_WHOLE = r"\d{1,3}(?:,\d{3})+(?!\d)|\d+"
_DECIMAL = rf"(?:{_WHOLE})(?:\.\d+)*"
_CURRENCY = f"[{''.join(map(re.escape, _CURRENCIES))}]"
_GAP = r"[^\S\n]"
# The longer come first.
NUMBER = (
    rf"{_CURRENCY}{_GAP}?(?:{_DECIMAL})(?:(?:{_GAP}(?:thousand|million|billion|trillion)|k|m|bn)\b)?"
    rf"|(?<![\w)])[-−](?:{_DECIMAL})|\d{{1,2}}:\d\d(?!\d)|\d+(?:/\d+)+"
    rf"|(?<![\w–-])\d+[–-]\d+(?![\w–-])|[#№]{_GAP}?\d+|\d+[{_PARTS}]"
    rf"|(?:{_WHOLE})(?:st|nd|rd|th|s)\b|(?:{_DECIMAL}){_GAP}?(?:%|{_CURRENCY}(?!\d))|{_DECIMAL}"
)
_SIZES = {"k": "thousand", "m": "million", "bn": "billion"}
# Of hundreds and fifties the shorter ones are abbreviations (`CD`, `XL`) or words (`MIX`).
_ROMAN = re.compile(
    r"(?=..)(?:(?=.{4})(M{0,3})(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})|()()(X{0,3}))(IX|IV|V?I{0,3})"
)
_ROMAN_DIGITS = {"M": 1000, "D": 500, "C": 100, "L": 50, "X": 10, "V": 5, "I": 1}
# Longer ones are read digit by digit.
_DIGITS = 12


@cache
def _english() -> "inflect.engine":
    """Loaded with the first number: it checks its own types, which takes a second or two."""
    import inflect

    return inflect.engine()


def spelled_out(token: str) -> Ways:
    """The ways to read it, the commonest first; none: it is a word, or not known."""
    if token in _SIGNS:
        return [_SIGNS[token]]
    clipped = token.lower().replace("’", "'").rstrip("'")
    if clipped[:1] == "'" and clipped in _ABBREVIATIONS:
        return [_ABBREVIATIONS[clipped]]
    if token in _UNITS:
        name, *rest = _UNITS[token].split()
        letters = [list(token.lower())] if token.isupper() else []
        return [[name, *rest], [_ONE_OF.get(name, name.removesuffix("s")), *rest], *letters]
    if re.fullmatch(r"(?:[A-Za-z]\.){2,}", token):
        meaning = _ABBREVIATIONS.get(token.lower())
        return [*([meaning] if meaning else []), token.lower().strip(".").split(".")]
    if _ROMAN.fullmatch(token):
        number = _roman(token)
        return [*_cardinal(number), ["the", *_ordinal(number)], list(token.lower())]
    if not re.fullmatch(NUMBER, token) or not token.isascii() and not _is_known(token):
        return []
    return next(read for read in _READERS if read[0].fullmatch(token))[1](token)


def _is_known(token: str) -> bool:
    """Digits of other scripts are not read."""
    return all(sign.isascii() or sign in f"−–€£№{_PARTS}" for sign in token if not sign.isspace())


def _roman(token: str) -> str:
    digits = [_ROMAN_DIGITS[letter] for letter in token]
    behind = [*digits[1:], 0]
    return str(sum(-n if n < after else n for n, after in zip(digits, behind, strict=True)))


def _words(spoken: str) -> list[str]:
    return spoken.replace("-", " ").replace(",", "").split()


def _cardinal(digits: str) -> Ways:
    """A number, a year (`nineteen eighty`), or digit by digit."""
    grouped, digits = "," in digits, digits.replace(",", "")
    ways = []
    if len(digits) <= _DIGITS and (digits == "0" or not digits.startswith("0")):
        for and_word in ("", "and"):
            ways.append(_words(str(_english().number_to_words(digits, andword=and_word))))
    if len(digits) == 4 and not grouped and (digits[0] == "1" or digits[:3] > "200"):
        ways.insert(0, _year(digits))
    if not ways or (len(digits) > 2 and not grouped):
        ways.append(_each(digits))
    return [way for way, _ in itertools.groupby(ways)]


def _year(digits: str) -> list[str]:
    century, rest = digits[:2], digits[2:]
    if rest == "00":
        return [*_cardinal(century)[0], "hundred"]
    ones = ["oh", *_cardinal(rest[1])[0]] if rest[0] == "0" else _cardinal(rest)[0]
    return [*_cardinal(century)[0], *ones]


def _each(digits: str) -> list[str]:
    return _words(str(_english().number_to_words(digits, group=1, zero="zero")))


def _ordinal(digits: str) -> list[str]:
    is_long = len(digits) > _DIGITS
    words = (
        _each(digits) if is_long else _words(str(_english().number_to_words(digits, andword="")))
    )
    return [*words[:-1], _english().ordinal(words[-1])]


def _ordinals(token: str) -> Ways:
    return [_ordinal(token[:-2].replace(",", ""))]


def _range(token: str) -> Ways:
    first, last = re.split("[–-]", token)
    from_to = [_cardinal(number)[0] for number in (first, last)]
    return [[*from_to[0], "to", *from_to[1]], [*from_to[0], *from_to[1]], _each(first + last)]


def _numbered(token: str) -> Ways:
    return [[sign, *way] for way in _cardinal(token[1:].strip()) for sign in ("number", "hashtag")]


def _mixed(token: str) -> Ways:
    """1½"""
    part = _SIGNS[token[-1]]
    part = part if len(part) > 1 else ["a", *part]
    return [[*way, "and", *part] for way in _cardinal(token[:-1])]


def _decades(token: str) -> Ways:
    return [[*way[:-1], _plural(way[-1])] for way in _cardinal(token[:-1])]


def _decimal(token: str) -> Ways:
    whole, *parts = token.split(".")
    after = [word for part in parts for word in ["point", *_each(part)]]
    return [[*way, *after] for way in _cardinal(whole)]


def _negative(token: str) -> Ways:
    return [[sign, *way] for sign in ("minus", "negative") for way in _decimal(token[1:])]


def _percent(token: str) -> Ways:
    return [[*way, "percent"] for way in _decimal(token[:-1].strip())]


def _fraction(token: str) -> Ways:
    """3/4 is a share, a date, or one number over the other."""
    numbers = token.split("/")
    said = [_cardinal(number)[0] for number in numbers]
    plainly = [word for way in said for word in way]
    if len(numbers) != 2 or int(numbers[1]) < 2:
        return [plainly]
    above, below = said
    names = {2: "half", 4: "quarter"}
    part = [names[int(numbers[1])]] if int(numbers[1]) in names else _ordinal(numbers[1])
    if int(numbers[0]) != 1:
        part = [*part[:-1], _plural(part[-1])]
    ways = [[*above, *part], plainly, [*above, "over", *below]]
    return ways if int(numbers[0]) < int(numbers[1]) else [plainly, *ways]


def _time(token: str) -> Ways:
    hour, minute = token.split(":")
    before = _cardinal(str(int(hour)))[0]
    if minute == "00":
        return [[*before, "o'clock"], before, [*before, "hundred"]]
    ones = ["oh", *_cardinal(minute[1])[0]] if minute[0] == "0" else _cardinal(minute)[0]
    return [[*before, *ones]]


def _money(token: str) -> Ways:
    sign = next(letter for letter in token if letter in _CURRENCIES)
    unit, cent = _CURRENCIES[sign]
    number = token.replace(sign, "").strip()
    after = number.lstrip("0123456789.,")
    amount, size = (
        number.removesuffix(after).strip(),
        [_SIZES.get(word, word) for word in after.split()],
    )
    whole, _, cents = amount.partition(".")
    name = unit if amount == "1" and not size else _plural(unit)
    ways = [[*way, *size, name] for way in _decimal(amount)]
    if len(cents) != 2 or size:
        return ways
    first = [*_cardinal(whole)[0], unit if whole == "1" else _plural(unit)]
    rest = _cardinal(str(int(cents)))[0]
    small = "pence" if cent == "penny" else cent if cents == "01" else _plural(cent)
    return [[*first, *rest], [*first, "and", *rest, small], [*first, *rest, small], *ways]


def _plural(word: str) -> str:
    return {"half": "halves", "six": "sixes"}.get(word) or str(_english().plural_noun(word))


# Whatever has one of these forms is read so; the last takes all numbers that are left.
_READERS: list[tuple[re.Pattern[str], Callable[[str], Ways]]] = [
    (re.compile(rf".*{_CURRENCY}.*"), _money),
    (re.compile(r"\d+[–-]\d+"), _range),
    (re.compile(r"[#№].*"), _numbered),
    (re.compile(rf"\d+[{_PARTS}]"), _mixed),
    (re.compile(r"[-−].*"), _negative),
    (re.compile(r".*:.*"), _time),
    (re.compile(r".*/.*"), _fraction),
    (re.compile(r".*(?:st|nd|rd|th)"), _ordinals),
    (re.compile(r".*s"), _decades),
    (re.compile(r".*%"), _percent),
    (re.compile(r".*"), _decimal),
]
