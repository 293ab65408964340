"""Text as it is written: where its words begin and end, which of them can be read as English, and where a reader may rest."""

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum

from jobs.providers.local_speech.numbers import CLIPPED, NUMBER, SYMBOLS, UNIT, spelled_out

# Invisible inside a word: soft hyphens, joiners; and accents that were written as characters of their own.
_WITHIN = "\u00ad\u200b-\u200d\u2060\ufeff"
_LETTER = rf"[^\W\d_{SYMBOLS}][\u0300-\u036f{_WITHIN}]*"
_PIECE = re.compile(
    rf"{NUMBER}|(?<![^\W\d_]){UNIT}|(?<!\w){CLIPPED}|(?:[A-Za-z]\.){{2,}}|(?:{_LETTER})+(?:['’-](?:{_LETTER})+)*|[{SYMBOLS}]|\w+"
)
# Letters that Unicode does not take for one with an accent, as English readers write them.
_FOLDED = str.maketrans(
    {"ł": "l", "đ": "d", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss", "ð": "th", "þ": "th"}
)
_INVISIBLE = re.compile(f"[{_WITHIN}]")
_ENDS_SENTENCE = re.compile(r"[.!?…]|\n\s*\n")
_ENDS_CLAUSE = re.compile(r"[,;:()\n–—]|\s-\s")


class Stop(IntEnum):
    """What divides a word from the next one."""

    NONE = 0
    CLAUSE = 1
    SENTENCE = 2


@dataclass(frozen=True, slots=True)
class Written:
    """The words of a text as it has them, the stop behind each, and the words that no English reader could read (of another script)."""

    words: list[str]
    stops: list[Stop]
    unreadable: list[str]


def written(text: str) -> Written:
    found = Written([], [], [])
    pieces = [*_PIECE.finditer(text)]
    ends = [*(piece.start() for piece in pieces), len(text)][1:]
    for piece, end in zip(pieces, ends, strict=True):
        stop = _stop_in(text[piece.end() : end])
        if spelled_out(piece[0]) or _is_latin(piece[0]):
            found.words.append(piece[0])
            found.stops.append(stop)
            continue
        found.unreadable.append(piece[0])
        if found.stops:
            found.stops[-1] = max(found.stops[-1], stop)
    return found


def _stop_in(between: str) -> Stop:
    if _ENDS_SENTENCE.search(between):
        return Stop.SENTENCE
    return Stop.CLAUSE if _ENDS_CLAUSE.search(between) else Stop.NONE


def plain(word: str) -> str:
    """In small letters of English: without accents, ligatures and what is not seen."""
    seen = unicodedata.normalize("NFKD", _INVISIBLE.sub("", word)).lower().replace("’", "'")
    bare = "".join(letter for letter in seen if not unicodedata.combining(letter))
    return bare.translate(_FOLDED)


def _is_latin(word: str) -> bool:
    return bool(re.fullmatch(r"[a-z'-]+", plain(word)))
