"""Text as it is written: where its words begin and end, and which of them can be read as English."""

import re
import unicodedata
from dataclasses import dataclass

from jobs.providers.local_speech.numbers import NUMBER, SYMBOLS, spelled_out

# Invisible inside a word: soft hyphens, joiners; and accents that were written as characters of their own.
_WITHIN = "\u00ad\u200b-\u200d\u2060\ufeff"
_LETTER = rf"[^\W\d_][\u0300-\u036f{_WITHIN}]*"
_PIECE = re.compile(
    rf"{NUMBER}|(?:[A-Za-z]\.){{2,}}|(?:{_LETTER})+(?:['’-](?:{_LETTER})+)*|[{SYMBOLS}]|\w+"
)
# Letters that Unicode does not take for one with an accent, as English readers write them.
_FOLDED = str.maketrans(
    {"ł": "l", "đ": "d", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss", "ð": "th", "þ": "th"}
)
_INVISIBLE = re.compile(f"[{_WITHIN}]")


@dataclass(frozen=True, slots=True)
class Written:
    """The words of a text as it has them, and those that no English reader could read (of another script)."""

    words: list[str]
    unreadable: list[str]


def written(text: str) -> Written:
    found = Written([], [])
    for piece in _PIECE.findall(text):
        (found.words if spelled_out(piece) or _is_latin(piece) else found.unreadable).append(piece)
    return found


def plain(word: str) -> str:
    """In small letters of English: without accents, ligatures and what is not seen."""
    seen = unicodedata.normalize("NFKD", _INVISIBLE.sub("", word)).lower().replace("’", "'")
    bare = "".join(letter for letter in seen if not unicodedata.combining(letter))
    return bare.translate(_FOLDED)


def _is_latin(word: str) -> bool:
    return bool(re.fullmatch(r"[a-z'-]+", plain(word)))
