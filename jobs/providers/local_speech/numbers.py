"""Numbers, sums, dates and times as the English words they are read as."""

import re
import unicodedata
from collections.abc import Callable

from jobs.providers.local_speech import numerals, signs
from jobs.providers.local_speech.numerals import (
    cardinal,
    digit_by_digit,
    english,
    ordinal,
    two_digits,
)
from jobs.providers.local_speech.signs import Ways

# One and many, and what a hundredth of it is called.
_CURRENCIES = {
    **{"$": ("dollar", "dollars", "cent"), "€": ("euro", "euros", "cent")},
    **{"£": ("pound", "pounds", "penny"), "¥": ("yen", "yen", "sen"), "₩": ("won", "won", "jeon")},
    **{"₹": ("rupee", "rupees", "paisa"), "₽": ("ruble", "rubles", "kopeck")},
    **{"₺": ("lira", "liras", "kurus"), "₱": ("peso", "pesos", "centavo")},
}
_HUNDREDTHS = {"penny": "pence", "paisa": "paise", "sen": "sen", "jeon": "jeon", "kurus": "kurus"}
_MONTHS = [
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
]
PARTS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
RAISED = "⁰¹²³⁴-⁹"
_AS_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_GAP = r"[^\S\n]"
_WHOLE = r"\d{1,3}(?:,\d{3})+(?!\d)|\d{1,3}(?: \d{3})+(?!\d)|\d+"
_DECIMAL = rf"(?:(?:{_WHOLE})(?:\.\d+)*|(?<!\w)\.\d+)"
_SIGN = f"[{''.join(map(re.escape, _CURRENCIES))}]"
_CURRENCY = rf"(?:\b[A-Z]{{1,2}})?{_SIGN}"
_SIZES = {"k": "thousand", "m": "million", "b": "billion", "bn": "billion"}
_SIZE = rf"(?:(?:{_GAP}(?:thousand|million|billion|trillion)|k|m|bn|M|B)\b)?"
_TH = "(?:st|nd|rd|th)"
_MONTH = rf"(?:(?:{'|'.join(month[:3].title() for month in _MONTHS)}|Sept)(?:\.|\b)|(?:{'|'.join(map(str.title, _MONTHS))})\b)"
_HALF_DAY = rf"{_GAP}?[AaPp](?:\.[Mm]\.|[Mm]\b)"


def spelled_out(token: str) -> Ways:
    """The ways to read it; none: it is a word, or not known."""
    if ways := numerals.read(token):
        return ways
    reader = next((read for form, read in _FORMS if form.fullmatch(token)), signs.read)
    return list(dict.fromkeys(reader(token)))


def _ordinals(token: str) -> Ways:
    return [ordinal(token[:-2].replace(",", "").replace(" ", ""))]


def _range(token: str) -> Ways:
    first, last = re.split(r" ?[–-] ?", token)
    currency = re.match(_CURRENCY, first)
    if currency and not re.match(_CURRENCY, last):
        first, last = first[currency.end() :], currency[0] + last
    before, behind = spelled_out(first)[0], spelled_out(last)[0]
    ways = [f"{before} to {behind}", f"{before} {behind}", f"{before} minus {behind}"]
    return [*ways, digit_by_digit(first + last)] if (first + last).isdigit() else ways


def _days(day: str, month: str) -> Ways:
    number, nth = cardinal(day)[0], ordinal(day)
    return [
        *(f"{month} {nth}", f"the {nth} of {month}", f"{number} {month}"),
        *(f"{nth} {month}", f"{month} {number}", f"{month} the {nth}"),
    ]


def _day(token: str) -> Ways:
    """5 May, May 5th"""
    digits = "".join(filter(str.isdigit, token))
    return _days(digits, next(month for month in _MONTHS if month[:3].title() in token))


def _date(token: str) -> Ways:
    """By year, month and day; or the month before the day, or behind it."""
    numbers = re.split(r"\D", token)
    year = numbers.pop(0 if len(numbers[0]) == 4 else 2)
    orders = [numbers] if token.startswith(year) else [numbers, numbers[::-1]]
    years = [two_digits(year)] if len(year) == 2 else cardinal(year)[:2]
    ways = [
        f"{way} {said}"
        for said in years
        for month, day in orders
        if 0 < int(month) <= len(_MONTHS)
        for way in _days(str(int(day)), _MONTHS[int(month) - 1])[:3]
    ]
    return [*ways, " ".join(cardinal(str(int(number)))[0] for number in [*numbers, year])]


def _time(token: str) -> Ways:
    hour, minute, half = re.fullmatch(r"(\d+)(?::(\d\d))?\s*([AaPp]?).*", token).groups()  # type: ignore[union-attr]
    said, minutes = cardinal(str(int(hour)))[0], int(minute or 0)
    ways = [said, f"{said} o'clock", f"{said} hundred"]
    if minutes:
        ways = [f"{said} {two_digits(minute)}"]
        name = {15: "quarter", 30: "half"}.get(minutes) or cardinal(str(minutes))[0]
        if minutes <= 30:
            ways.append(f"{name} past {said}")
        elif minutes < 60:
            left = "quarter" if minutes == 45 else cardinal(str(60 - minutes))[0]
            ways.append(f"{left} to {cardinal(str(int(hour) % 12 + 1))[0]}")
    return [f"{way} {half.lower()} m" for way in ways] if half else ways


def _pair(token: str) -> Ways:
    """5'6", 16:9"""
    first, second = (cardinal(number)[0] for number in re.split(r"\D+", token)[:2])
    if ":" in token:
        return [f"{first} to {second}", f"{first} {second}"]
    ways = [f"{feet} {second}{inches}" for inches in ("", " inches") for feet in ("foot", "feet")]
    return [f"{first} {way}" for way in [*ways, second]]


def _money(token: str) -> Ways:
    sign = next(letter for letter in token if letter in _CURRENCIES)
    one, many, cent = _CURRENCIES[sign]
    country, _, behind = token.partition(sign)
    is_behind = not behind
    number = (country if is_behind else behind).strip()
    amount = re.match(_DECIMAL, number)[0]  # type: ignore[index]
    size = number[len(amount) :].strip()
    size = _SIZES.get(size.lower(), size)
    whole, _, cents = amount.partition(".")
    name = one if amount == "1" and not size else many
    ways = [" ".join(filter(None, (way, size, name))) for way in _decimal(amount)]
    if country and not is_behind:
        ways += [way.replace(name, f"{' '.join(country.lower())} {name}") for way in ways]
    if len(cents) != 2 or size:
        return ways
    first, rest = f"{cardinal(whole or '0')[0]} {one if whole == '1' else many}", str(int(cents))
    small = cent if rest == "1" else _HUNDREDTHS.get(cent, f"{cent}s")
    rest = cardinal(rest)[0]
    if rest == "zero":
        return [first, *ways]
    if whole in ("", "0"):
        return [f"{rest} {small}", *ways]
    return [f"{first} {rest}", f"{first} and {rest} {small}", f"{first} {rest} {small}", *ways]


def _fraction(token: str) -> Ways:
    """3/4 is a share, a date, or one number over the other."""
    numbers = unicodedata.normalize("NFKC", token).rstrip("ndrths").replace("⁄", "/").split("/")
    said = [cardinal(number)[0] for number in numbers]
    plainly = " ".join(said)
    if len(numbers) != 2 or int(numbers[1]) < 2:
        return [plainly]
    above, below = said
    part = {2: "half", 4: "quarter"}.get(int(numbers[1])) or ordinal(numbers[1])
    shares = (
        [f"one {part}", english().a(part), part] if above == "one" else [f"{above} {_plural(part)}"]
    )
    ways = [*shares, plainly, f"{above} over {below}"]
    return ways if int(numbers[0]) < int(numbers[1]) else [plainly, *ways]


def _mixed(token: str) -> Ways:
    """1½, 1 1/2"""
    whole, part = re.fullmatch(r"(\d+) ?(.+)", token).groups()  # type: ignore[union-attr]
    said = cardinal(whole)[0]
    return [f"{said}{joint}{way}" for joint in (" and ", " ") for way in _fraction(part)[:3]]


def _power(token: str) -> Ways:
    digits = token.translate(_AS_DIGITS).lstrip("^")
    name = {"2": ["squared"], "3": ["cubed"]}.get(digits, [])
    number = cardinal(digits)[0]
    return [*name, f"to the {ordinal(digits)}", f"to the power of {number}", f"to the {number}"]


def _decades(token: str) -> Ways:
    return [_plural(way) for way in cardinal(token.rstrip("s").rstrip("'’"))]


def _plural(words: str) -> str:
    *before, last = words.split()
    plural = {"half": "halves", "six": "sixes"}.get(last) or str(english().plural_noun(last))
    return " ".join([*before, plural])


def _decimal(token: str) -> Ways:
    whole, *parts = token.split(".")
    after = "".join(f" point {digit_by_digit(part)}" for part in parts)
    ways = [f"{way}{after}" for way in (cardinal(whole) if whole else ["", "zero"])]
    if whole == "0" and parts:
        ways.append(after)
    if len(parts) > 1:
        ways.append(ways[0].replace("point", "dot"))
    elif parts and len(parts[0]) == 2:
        ways.append(f"{ways[0].partition(' point ')[0]} point {two_digits(parts[0])}")
    return [way.strip() for way in ways]


def _comma(token: str) -> Ways:
    """3,14 as it is written elsewhere, or two numbers."""
    whole, part = (cardinal(digits)[0] for digits in token.split(","))
    return [_decimal(token.replace(",", "."))[0], f"{whole} {part}", f"{whole} comma {part}"]


def _negative(token: str) -> Ways:
    return [f"{sign} {way}" for sign in ("minus", "negative") for way in _decimal(token[1:])]


def _percent(token: str) -> Ways:
    return [f"{way} percent" for way in _decimal(token[:-1].strip())]


_ATOM = rf"(?:{_CURRENCY}{_DECIMAL}|(?:{_WHOLE}){_TH}\b|\d{{1,2}}:\d\d|{_DECIMAL}%?)"
_DATE = r"\d{1,2}/\d{1,2}/\d\d(?:\d\d)?|\d{1,2}\.\d{1,2}\.\d{4}|\d{4}(?:-\d\d-|/\d\d?/)\d\d?"
_NOT_JOINED = r"(?![\d.,:/–-]*\d)"
# The longer come first.
_READERS: list[tuple[str, Callable[[str], Ways]]] = [
    (rf"(?:{_DATE}){_NOT_JOINED}", _date),
    (rf"\d{{1,2}}{_TH}? (?:of )?{_MONTH}|\b{_MONTH} \d{{1,2}}{_TH}?{_NOT_JOINED}", _day),
    (rf"(?<![\w–-]){_ATOM} ?[–-] ?{_ATOM}(?![\w–-])", _range),
    (rf"\d{{1,2}}:\d\d(?:{_HALF_DAY})?(?!\d)|\d{{1,2}}{_HALF_DAY}", _time),
    (rf"{_CURRENCY}{_GAP}?{_DECIMAL}{_SIZE}|{_DECIMAL}{_GAP}?{_SIGN}(?!\d)", _money),
    (rf"\d{{1,2}}['’′] ?\d{{1,2}}(?:[\"”″]|(?!\w))|(?<!:)\d+:\d+{_NOT_JOINED}", _pair),
    (rf"\d+ ?[{PARTS}]|\d+ \d/\d\d?(?![\d/])", _mixed),
    (rf"[{PARTS}]|\d+/\d+(?:nds|rds?|ths?)\b|\d+(?:/\d+)+", _fraction),
    (rf"[{RAISED}]+|\^\d+", _power),
    (rf"(?:{_WHOLE}){_TH}\b", _ordinals),
    (rf"(?:{_WHOLE})['’]?s\b", _decades),
    (rf"{_DECIMAL}{_GAP}?%", _percent),
    (r"(?<![\d,])\d+,\d\d?(?!,?\d)", _comma),
    (rf"(?<![\w)])[-−–]{_DECIMAL}", _negative),
    (_DECIMAL, _decimal),
]
# What each of them begins with, so that most places are passed by without trying them all.
_OPENS = rf"(?=[-−–]?\.?\d|[A-Z]{{0,2}}{_SIGN}|[A-Z][a-z]|[{PARTS}{RAISED}^])"
# Digits of other scripts are not read.
_FORMS = [(re.compile(form, re.ASCII), read) for form, read in _READERS]
NUMBER = f"(?a:{_OPENS}(?:{'|'.join(form for form, _ in _READERS)}))"
