"""Whether a text is in another language than it should be, said only where that is certain.

Names, formulas and words that both languages have are no proof. Where the scripts differ they tell; else a sentence by how
frequent its words are in each language, and a term by words that the one language has and the other has not.
"""

import re
from collections.abc import Iterable
from functools import cache

from unilingo.common.alphabets import alphabets, letters_of
from unilingo.common.languages import Language
from unilingo.common.lemmas import code_of

SENTENCE_WORDS = 5
# Powers of ten by which words must be more frequent in the other language.
RARER_IN_SENTENCE, RARER_IN_TERM = 1.2, 1.5
# What models slip into.
_OFTEN = tuple(Language(code, "") for code in ("en", "es", "fr", "de", "it", "pt"))

_WORD = re.compile(r"[^\W\d_]{2,}")
# Latin and Greek letters stand for quantities and short forms in every script.
_IN_EVERY_SCRIPT = frozenset(("LATIN", "GREEK"))
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")


def is_foreign(text: str, expected: Language, others: Iterable[Language]) -> bool:
    """Certainly not in the language it should be in, but in one of `others` or, of a sentence, in any that is often met."""
    often = _OFTEN if len(_WORD.findall(text)) >= SENTENCE_WORDS else _OFTEN[:1]
    return _is_in_wrong_script(text, expected) or any(
        is_rather(text, other, expected) for other in (*others, *often)
    )


def is_rather(text: str, other: Language, expected: Language) -> bool:
    """Certainly not in the language it should be in, and in this other one as far as can be told."""
    if other.base == expected.base:
        return False
    if _is_in_wrong_script(text, expected):
        return not _is_in_wrong_script(text, other)
    words, right, wrong = _WORD.findall(text), code_of(expected.base), code_of(other.base)
    can_tell = words and right and wrong
    if not can_tell or not {expected.base, other.base} <= _with_frequencies():
        return False
    if len(words) >= SENTENCE_WORDS:
        return _rarer(words, expected, other) >= RARER_IN_SENTENCE
    is_unknown = not any(_is_known(word, right) for word in words)
    is_theirs = is_unknown and all(_is_known(word, wrong) for word in words)
    return is_theirs and _rarer(words, expected, other) >= RARER_IN_TERM


def _is_in_wrong_script(text: str, expected: Language) -> bool:
    own = alphabets(expected)
    letters = letters_of(text)
    count = sum(letter in own for letter in letters)
    if not own or not letters or count > len(letters) / 2:
        return False
    if count and len(_WORD.findall(text)) < SENTENCE_WORDS:
        return False
    is_everywhere = _IN_EVERY_SCRIPT.issuperset(set(letters) - set(own))
    return not is_everywhere or not all(word.isupper() for word in _LONG_WORD.findall(text))


@cache
def _with_frequencies() -> frozenset[str]:
    """Kept, since the library reads its folder with each call."""
    from wordfreq import available_languages

    return frozenset(available_languages("small"))


def _is_known(word: str, code: str) -> bool:
    import simplemma

    forms = {word, word.lower(), word.capitalize()}
    return any(simplemma.is_known(form, lang=code, low_memory=True) for form in forms)


def _rarer(words: list[str], expected: Language, other: Language) -> float:
    from wordfreq import zipf_frequency

    less = (
        zipf_frequency(word, other.base, "small") - zipf_frequency(word, expected.base, "small")
        for word in words
    )
    return sum(less) / len(words)
