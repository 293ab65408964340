"""Lines of mathematics, as text from PDFs has them: there nothing sets them apart from the words around them."""

import re
from unicodedata import category

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Of a language or a list rather than of mathematics.
_PLAIN = frozenset("+<=>|~←→↔⁺⁻₊₋")
_APPLIED = re.compile(r"[^\W_]\((?!e?s\)|[nv]\.?\))\S{0,6}")
_GREEK = re.compile(r"[\u0391-\u03a1\u03a3-\u03a9\u03b1-\u03c9]")
_LATIN = re.compile(r"[A-Za-z]")
_SYMBOLS = re.compile(r"[a-z][A-Z]")  # side by side in one token, as in `wT`
_FUNCTIONS = frozenset(
    ("arg", "cos", "det", "exp", "lim", "log", "max", "min", "mod", "sin", "sup", "tan")
)
_SOURCE = re.compile(r"</?\w|=[\"']|://|[{;]$|\w_\w")
LONGEST = 300


def is_formula(text: str) -> bool:
    """Whether there are more signs of mathematics than words."""
    if len(text) > LONGEST or text.isalpha() or _SOURCE.search(text):
        return False
    tokens = text.split()
    words = sum(map(_is_word, tokens))
    signs = [token for token in tokens if _is_sign(token)]
    is_certain = len(signs) > 1 or "=" in tokens or any(_has_operator(token) for token in signs)
    return len(signs) > words and is_certain


def is_of_numbers(text: str) -> bool:
    """Whether there are more numbers than words: figures of a chart, a row of a table."""
    tokens = text.split()
    return sum(token[0].isdigit() for token in tokens) > max(1, sum(map(_is_word, tokens)))


def _is_word(token: str) -> bool:
    word = token.strip("(),.;:!?\"'“”‘’[]")
    is_cased = word[1:].islower() or word.isupper()
    return len(word) > 2 and is_cased and word not in _FUNCTIONS and bool(_WORD.fullmatch(word))


def _is_sign(token: str) -> bool:
    if _has_operator(token) or _APPLIED.search(token):
        return True
    if any(category(character) == "No" for character in token):
        return True
    if _GREEK.search(token):
        return len(token.strip("(),.;:")) < 3 or _LATIN.search(token) is not None
    return len(token) < 8 and _SYMBOLS.search(token) is not None


def _has_operator(token: str) -> bool:
    """An operator, or an equation without spaces (`i=1`)."""
    signs = {character for character in token if category(character) == "Sm"}
    return bool(signs - _PLAIN) or (len(token) > 2 and "=" in token[1:-1] and token[0].isalnum())
