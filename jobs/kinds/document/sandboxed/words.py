"""What is known of words: how many of a text are words of a language, and how common one is."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

LANGUAGES = {
    "LATIN": [
        *("en", "de", "es", "fr", "it", "pt", "nl", "pl", "ro", "cs", "sk", "sl", "sh", "hu"),
        *("sv", "da", "nb", "fi", "is", "lt", "lv", "ca", "tr", "id", "ms", "fil", "vi"),
    ],
    "CYRILLIC": ["ru", "uk", "bg", "mk", "sh"],
    "ARABIC": ["ar", "fa", "ur"],
    "HEBREW": ["he"],
    "GREEK": ["el"],
    "DEVANAGARI": ["hi"],
    "BENGALI": ["bn"],
    "TAMIL": ["ta"],
}
# These put no space between words, or endings of their own after them: known by their letters.
BY_LETTERS = {"CJK": ["zh", "ja"], "HIRAGANA": ["ja"], "KATAKANA": ["ja"], "HANGUL": ["ko"]}
# By these a language is told; all that are listed are known.
COMMON_WORDS = 3000
KNOWN_LETTERS = 20_000  # letters of so many words
WORDS_JUDGED = 2000

_WORD = re.compile(r"[^\W\d_]{2,}")
_SHORT = 3  # shorter ones are words of some language whatever they are


class Known(NamedTuple):
    """`share` of the letters that stand in known words, of `words` that were judged; `language` of most of them."""

    share: float
    words: int
    language: str


def known(text: str) -> Known:
    """How much of a text is words that somebody uses."""
    by_script: dict[str, list[str]] = {}
    for word in _WORD.findall(unicodedata.normalize("NFKC", text))[:WORDS_JUDGED]:
        by_script.setdefault(script(word[0]), []).append(word.lower())
    good = letters = words = 0
    language, most = "", 0
    for name, found in by_script.items():
        if name not in BY_LETTERS:
            found = [word for word in found if len(word) >= _SHORT]
        right, spoken = _known_letters(name, found)
        all_letters = sum(map(len, found))
        good, letters, words = good + right, letters + all_letters, words + len(found)
        if right > most:
            language, most = spoken, right
    return Known(good / letters if letters else 0.0, words, language)


def mixed(text: str) -> float:
    """The share of words in which letters of several alphabets stand side by side."""
    found = _WORD.findall(unicodedata.normalize("NFKC", text))[:WORDS_JUDGED]
    return sum(map(_is_mixed, found)) / max(len(found), 1)


def commonness(word: str, language: str) -> float:
    """Ten to this power is how often it comes in a thousand million words; 0 for a word that nobody uses."""
    import wordfreq

    return float(wordfreq.zipf_frequency(word, language or "en", wordlist="best"))


@cache
def script(letter: str) -> str:
    """The alphabet of a letter, by the first word of its name in Unicode."""
    return unicodedata.name(letter, "").partition(" ")[0]


def _is_mixed(word: str) -> bool:
    """One letter of another alphabet makes a term, as in a formula."""
    counts = Counter(script(letter) for letter in word if not unicodedata.combining(letter))
    told = [n for name, n in counts.items() if name not in BY_LETTERS]
    others = any(name in BY_LETTERS for name in counts)
    return (len(told) > 1 and sorted(told)[-2] > 1) or (others and any(n > 1 for n in told))


def _known_letters(name: str, words: Sequence[str]) -> tuple[int, str]:
    """How many letters of the words are known, and the language that knows most of them."""
    if name in BY_LETTERS:
        usual = _letters(name)
        return sum(letter in usual for word in words for letter in word), BY_LETTERS[name][0]
    counts = Counter(words)
    hits = {
        language: sum(n for word, n in counts.items() if word in _common(language))
        for language in LANGUAGES.get(name, ())
    }
    best = sorted(hits, key=lambda language: -hits[language])[:2]
    if not best:
        return 0, ""
    right = sum(
        n * len(word)
        for word, n in counts.items()
        if any(word in _listed(language) for language in best)
    )
    return right, best[0]


@cache
def _common(language: str) -> frozenset[str]:
    return frozenset(_first(language, COMMON_WORDS))


@cache
def _listed(language: str) -> frozenset[str]:
    return frozenset(_first(language, None))


@cache
def _letters(name: str) -> frozenset[str]:
    words = (w for language in BY_LETTERS[name] for w in _first(language, KNOWN_LETTERS))
    return frozenset("".join(words))


def _first(language: str, count: int | None) -> Iterable[str]:
    """The most common words, without keeping the rest."""
    import wordfreq

    path = wordfreq.available_languages("small")[language]
    words = (word for group in wordfreq.read_cBpack(path) for word in group)
    return [word for word, _ in zip(words, range(count or 1_000_000), strict=False)]
