"""The rules of a lesson's keywords: how many a text should give, and which are the same."""

import unicodedata
from collections.abc import Iterable

from jobs.kinds.study.text import clean

LONGEST = 120
# Characters of text from which on there are more keywords, and between how many.
_COUNTS = ((15_000, 50, 100), (3_000, 20, 50), (0, 5, 20))
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013", "-"))


def wanted_count(characters: int) -> tuple[int, int]:
    """At least and at most so many keywords are asked for in a text of this length."""
    return next((least, most) for above, least, most in _COUNTS if characters >= above)


def distinct(terms: Iterable[str]) -> list[str]:
    """Each term once, as it was first written: `cell` and `stem cell` are two, `DNA` and `dna` are one."""
    kept: dict[str, str] = {}
    for term in map(clean, terms):
        if len(term) <= LONGEST and _is_word(term):
            kept.setdefault(folded(term), term)
    return list(kept.values())


def folded(term: str) -> str:
    """Equal for spellings of one term that differ in case, width, dashes or spaces only."""
    plain = unicodedata.normalize("NFKC", term).translate(_DASHES)
    return " ".join(plain.casefold().split())


def _is_word(term: str) -> bool:
    """A single letter is no term, a single sign of a script that writes words with one is."""
    letters = [character for character in term if character.isalpha()]
    return len(letters) > 1 or any(unicodedata.category(letter) == "Lo" for letter in letters)
