"""What a language, and what a text, is written in."""

import unicodedata
from functools import lru_cache

from babel import Locale
from babel.core import get_global

from unilingo.common.languages import Language

_SEVERAL_SCRIPTS = frozenset(
    ("az", "bs", "kk", "ks", "ku", "ky", "mn", "pa", "sd", "sr", "tg", "ug", "uz")
)
_ALPHABETS = {
    "Beng": "BENGALI", "Hans": "CJK", "Hant": "CJK", "Jpan": "CJK HIRAGANA KATAKANA", "Kore": "HANGUL CJK", "Orya": "ORIYA",
}  # fmt: skip


def letters_of(text: str) -> list[str]:
    """The alphabet of each letter, as Unicode names it."""
    return [unicodedata.name(c, "?").split(maxsplit=1)[0] for c in text if c.isalpha()]


def alphabets(language: Language) -> tuple[str, ...]:
    """By Unicode's CLDR, as Unicode names them; none where the language is written in several scripts."""
    return _alphabets(language.code)


@lru_cache(maxsize=256)
def _alphabets(code: str) -> tuple[str, ...]:
    base, *rest = code.split("-")
    said = next((part for part in rest if len(part) == 4), "")
    if base == "und" or (not said and base in _SEVERAL_SCRIPTS):
        return ()
    likely = get_global("likely_subtags").get(base, "").split("_")
    script = said.title() or (likely[1] if len(likely) > 1 else "")
    name = Locale("en").scripts.get(script, "").split(" ")[0].upper()
    return tuple(_ALPHABETS.get(script, name).split())
