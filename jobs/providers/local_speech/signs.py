"""Signs, units of measure, abbreviations and addresses, each with the ways it is read, the commonest first."""

import re
import unicodedata
from collections.abc import Iterable

Ways = list[str]

_SIGNS: dict[str, Ways] = {
    **{"&": ["and"], "+": ["plus"], "=": ["equals", "is"], "%": ["percent"], "@": ["at"]},
    **{"×": ["times", "by"], "÷": ["divided by"], "±": ["plus or minus"], "−": ["minus"]},
    **{"<": ["less than"], ">": ["greater than", "more than"], "≠": ["is not equal to"]},
    **{"≤": ["less than or equal to"], "≥": ["greater than or equal to"], "§": ["section"]},
    **{"~": ["about", "approximately"], "≈": ["about", "approximately"], "π": ["pi"]},
    **{"°": ["degrees", "degree"], "∞": ["infinity"], "√": ["square root of"]},
    **{"#": ["hashtag", "number", "hash", "sharp", "pound"], "№": ["number"]},
    **{"∆": ["delta"], "∑": ["sum of", "sigma"], "∫": ["integral of"], "*": ["times"]},
}
# Elsewhere these are no words: of a heading, a quotation, an arrow.
_IN_PLACE = {"#": r"#(?=\w)|(?<=[A-Za-z])#", "*": r"(?<=\d)\*(?=\d)|(?<=\d )\*(?= \d)"}
_IN_PLACE |= {sign: rf"{sign}(?= ?[\d.])" for sign in "<>~"}
_SIGN = "|".join(_IN_PLACE.get(sign, re.escape(sign)) for sign in _SIGNS)
_ABBREVIATIONS = {
    **{"e.g.": "for example", "i.e.": "that is", "a.k.a.": "also known as", "vs.": "versus"},
    **{"'n": "and", "'em": "them", "'cause": "because", "'til": "until"},
    **{"vs": "versus", "cf.": "compare", "w/o": "without", "w/": "with", "b/c": "because"},
    **{"fig.": "figure", "vol.": "volume", "approx.": "approximately", "dept.": "department"},
}
_NAMED = {
    **{"Prof.": "professor", "Capt.": "captain", "Col.": "colonel", "Lt.": "lieutenant"},
    **{"Gen.": "general", "Gov.": "governor", "Sen.": "senator", "Rev.": "reverend"},
    **{"Rd.": "road", "Ave.": "avenue", "Inc.": "incorporated", "Co.": "company"},
    **{"Apt.": "apartment", "Rm.": "room", "Govt.": "government", "Asst.": "assistant"},
    **{"Rep.": "representative", "Pres.": "president", "Hon.": "honorable"},
    **{"Jan.": "january", "Feb.": "february", "Mar.": "march", "Apr.": "april", "Jun.": "june"},
    **{"Jul.": "july", "Aug.": "august", "Sep.": "september", "Sept.": "september"},
    **{"Oct.": "october", "Nov.": "november", "Dec.": "december", "Mon.": "monday"},
    **{"Tue.": "tuesday", "Wed.": "wednesday", "Thu.": "thursday", "Fri.": "friday"},
    **{"Sat.": "saturday", "Sun.": "sunday"},
}
_BEFORE_NUMBER = {
    **{"no.": "number", "p.": "page", "pp.": "pages", "min.": "minimum", "max.": "maximum"},
    **{"ch.": "chapter", "sec.": "section", "ex.": "exercise", "c.": "circa", "ca.": "circa"},
    **{"tel.": "telephone", "ext.": "extension", "rm.": "room", "apt.": "apartment"},
}
_CLIPPED = r"(?<!\w)['’](?:n|em|cause|til)\b['’]?"
# What the dictionary of words does not have.
_UNITS = {
    **{"km": "kilometers", "cm": "centimeters", "mm": "millimeters", "ft": "feet"},
    **{"kg": "kilograms", "mg": "milligrams", "ml": "milliliters", "oz": "ounces"},
    **{"μm": "micrometers", "μg": "micrograms", "sq": "square", "kcal": "kilocalories"},
    **{"KB": "kilobytes", "MB": "megabytes", "GB": "gigabytes", "TB": "terabytes"},
    **{"kHz": "kilohertz", "MHz": "megahertz", "GHz": "gigahertz", "kW": "kilowatts"},
    **{"km/h": "kilometers per hour", "m/s": "meters per second", "hrs": "hours"},
    **{"hr": "hours", "lb": "pounds", "yd": "yards", "tsp": "teaspoons", "tbsp": "tablespoons"},
    **{"kWh": "kilowatt hours", "kJ": "kilojoules", "cl": "centiliters", "dl": "deciliters"},
    **{"°C": "degrees celsius", "°F": "degrees fahrenheit", "Ω": "ohms", "‰": "per mille"},
}
# Units behind a number; elsewhere letters, or words.
_LETTERS = {
    **{"m": "meters", "g": "grams", "l": "liters", "L": "liters", "h": "hours", "s": "seconds"},
    **{"W": "watts", "V": "volts", "x": "times", "k": "thousand", "K": "thousand"},
    **{"M": "million", "B": "billion", "¢": "cents", "C": "celsius", "F": "fahrenheit"},
    **{"min": "minutes", "sec": "seconds"},
}
_ONE_OF = {"feet": "foot", "celsius": "celsius", "times": "by"}
_RAISED = {"²": ("square", "squared"), "³": ("cubic", "cubed")}
# Of an address or a name: `.org`, `_smith`, `her` of `his/her`, and `day` of `$20/day`.
_JOINTS = {
    ".": ["dot {}", "{}"],
    "/": ["{}", "slash {}", "or {}", "per {}", "a {}", "an {}"],
    "_": ["{}", "underscore {}"],
}
_JOINT = r"(?<=\w)(?:[/_](?=[A-Za-z])|\.(?=[a-z]))[A-Za-z]+|(?<!\S)\.[A-Za-z]+"
_SCHEME = "https?://"
_DOTTED = r"(?:[A-Z][a-z]?\.){2,}|[A-Za-z]\.(?:[a-z]\.)+"


def _any(names: Iterable[str]) -> str:
    return f"(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))})"


_UNIT = rf"(?<![^\W\d_])(?:{_any(_UNITS)}|m(?=[²³]))[²³]?(?!\w)"
_UNIT_LETTER = rf"(?:(?<=\d)|(?<=\d ))(?:{_any(_LETTERS)}[²³]?(?!\w)|x(?= ?\d))"
_ABBREVIATION = rf"(?<!\w)(?=['’]|[^\W\d_])(?:{_any(_NAMED)}|(?i:{_any(_ABBREVIATIONS)}|{_any(_BEFORE_NUMBER)}(?= ?\d)|www(?=\.)))(?!\w)"
# One by itself is the name of something; several are a word of another script.
_GREEK = "(?<![\u0370-\u03ff])[\u0391-\u03f5](?![\u0370-\u03ff])"
TOKEN = "|".join(
    [_SCHEME, _UNIT, _UNIT_LETTER, _CLIPPED, _ABBREVIATION, _DOTTED, _JOINT, _GREEK, _SIGN]
)


def read(token: str) -> Ways:
    """No way: it is a word, or not known."""
    if token in _SIGNS:
        return _SIGNS[token]
    if token[0] in _JOINTS and token[1:].isalpha():
        return [way.format(token[1:].lower()) for way in _JOINTS[token[0]]]
    if re.fullmatch(_SCHEME, token):
        letters = " ".join(token[:-3])
        return [letters, f"{letters} colon slash slash"]
    bare, power = token.rstrip("²³"), token[-1:] if token[-1:] in _RAISED else ""
    if bare in _UNITS or bare in _LETTERS:
        return [*_measured(bare, power), *_greek(token)]
    return _greek(token) or _abbreviated(token)


def _greek(token: str) -> Ways:
    """The letter's name in Unicode, which has an older spelling of one."""
    name = unicodedata.name(token[0]) if re.fullmatch(_GREEK, token) else ""
    return [name.split()[-1].lower().replace("lamda", "lambda")] if "LETTER" in name else []


def _measured(unit: str, power: str) -> Ways:
    name = {**_LETTERS, **_UNITS}[unit]
    first, *rest = name.split()
    one = " ".join([_ONE_OF.get(first, first.removesuffix("s")), *rest])
    if power:
        before, behind = _RAISED[power]
        return [f"{before} {name}", f"{before} {one}", f"{name} {behind}"]
    letters = " ".join(unit.lower())
    if unit in _LETTERS and unit.isalpha():
        return [letters, name, one] if len(unit) == 1 else [name, one, unit]
    return [name, one, *([letters] if unit.isupper() and unit.isascii() and unit.isalpha() else [])]


def _abbreviated(token: str) -> Ways:
    small = token.lower().replace("’", "'")
    clipped = small.rstrip("'") if small.startswith("'") else small
    known = {**_ABBREVIATIONS, **_BEFORE_NUMBER, "www": "w w w"}
    meaning = _NAMED.get(token) or known.get(clipped)
    ways = [meaning] if meaning else []
    if re.fullmatch(_DOTTED, token):
        return [*ways, " ".join(small.replace(".", ""))]
    return [*ways, small[:-1]] if meaning and small.endswith(".") else ways
