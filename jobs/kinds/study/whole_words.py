"""Whether a term stands in a sentence as words of its own, by the rules of the language.

`cell` is in "cells", not in "excellent". Where no spaces part words, a frequent longer one around the term is another word
(`中心` is no `心`). Korean and Semitic words carry particles, and endings are free where no dictionary of the language's
forms can judge them. Dictionaries are read with `low_memory`:
whole they take up to 400 MB each (Finnish, Polish), so a tenth.
"""

import re
import unicodedata
from itertools import product

from unilingo.common.lemmas import code_of

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u309f\u3400-\u9fff]")
_WIDER = 2  # characters on each side that may make a longer word of a term
# Conjunctions, prepositions and articles that Arabic and Hebrew write as one with the word.
_BEFORE = re.compile(
    "[\u0648\u0641]?(?:[\u0628\u0644\u0643]?(?:\u0627\u0644)?|\u0644\u0644)|[והבלמשכ]{1,3}"
)
# Whose it is, and the regular plurals.
_ARABIC = re.compile("ات|ان|ون|ين|ي|نا|ك|كم|كن|كما|ه|ها|هم|هن|هما")
_KOREAN = re.compile(
    "(?:은|는|이|가|을|를|의|에|에서|에게|로|으로|과|와|도|만|들|까지|부터|보다|처럼|이나|나|이란|란|이라|라|이다|다|인|이며|며|입니다)+"
)
# So many endings that the dictionary has not all of a word's forms.
_RICH = frozenset(("et", "fi", "hu", "tr"))
_WITHOUT_ENDINGS = frozenset(("ja", "vi", "zh"))
_PLURAL = ("s", "es")  # of technical words that no dictionary has (`methanotrophs`)


def holds(sentence: str, term: str, language: str = "") -> bool:
    """`language`: its code without region; without one no ending is taken for the term's."""
    if not term:
        return False
    found = re.finditer(re.escape(term), sentence, re.IGNORECASE)
    return any(_stands_alone(sentence, *place.span(), language) for place in found)


def _stands_alone(sentence: str, start: int, end: int, language: str) -> bool:
    if language in ("ja", "zh") and _is_within_word(sentence, start, end, language):
        return False
    first, last = start, end
    while first and _joined(sentence[first - 1], sentence[first]):
        first -= 1
    while last < len(sentence) and _joined(sentence[last - 1], sentence[last]):
        last += 1
    before, after = sentence[first:start], sentence[end:last]
    if before and not _BEFORE.fullmatch(before):
        return False
    return not after or _is_form(re.split(r"[\s'’-]", sentence[start:end])[-1], after, language)


def _is_within_word(sentence: str, start: int, end: int, language: str) -> bool:
    from wordfreq import get_frequency_dict

    known = get_frequency_dict(language, "small")
    spans = product(range(max(0, start - _WIDER), start + 1), range(end, end + _WIDER + 1))
    return any(sentence[first:last] in known for first, last in spans if last - first > end - start)


def _joined(one: str, other: str) -> bool:
    """Whether two neighbours belong to one word."""
    both = one + other
    return all(unicodedata.category(c)[0] in "LMN" for c in both) and not _UNSPACED.search(both)


def _is_form(word: str, ending: str, language: str) -> bool:
    if language == "ko":
        return bool(_KOREAN.fullmatch(ending))
    if language == "ar" and _ARABIC.fullmatch(ending):
        return True
    if not language or language in _WITHOUT_ENDINGS:
        return False
    import simplemma

    code = code_of(language)
    if not code or not simplemma.is_known(word + ending, lang=code, low_memory=True):
        return not code or code in _RICH or ending in _PLURAL
    lemma, whole = (
        simplemma.lemmatize(form, lang=code, low_memory=True) for form in (word + ending, word)
    )
    return lemma.lower() in (word.lower(), whole.lower())
