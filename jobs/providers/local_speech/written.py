"""Text as it is written: where its words begin and end, which of them can be read as English, and where a reader may rest."""

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum

from jobs.providers.local_speech.numbers import NUMBER, PARTS, RAISED, spelled_out
from jobs.providers.local_speech.numerals import COUNTED
from jobs.providers.local_speech.signs import TOKEN

# Invisible inside a word: soft hyphens, joiners; and accents that were written as characters of their own.
_WITHIN = "\u00ad\u200b-\u200d\u2060\ufeff"
# Of scripts whose vowels are marks, whole blocks.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u109f"
_LETTER = rf"[^\W\d_{RAISED}{PARTS}][{_MARKS}{_WITHIN}]*"
_WORD = rf"(?:{_LETTER})+(?:['’-](?:{_LETTER})+)*(?:(?<=in)['’](?!\w))?"
_PIECE = re.compile(rf"(?=\S)(?:{NUMBER}|{COUNTED}|{TOKEN}|{_WORD}|[^\W_]+)")
_APOSTROPHE = re.compile(r"(?<=\w)[`´‘ʼ](?=\w)")
# Letters that Unicode does not take for one with an accent, as English readers write them.
_FOLDED = str.maketrans(
    {"ł": "l", "đ": "d", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss", "ð": "th", "þ": "th"}
)
_INVISIBLE = re.compile(f"[{_WITHIN}]")
_SMALL_ROMAN = "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻ"
_MEANING = ("<super>", "<fraction>")
_ENDS_SENTENCE = re.compile(r"[.!?…]|\n\s*\n")
_ENDS_CLAUSE = re.compile(r"[,;:()\n–—]|\s-\s")


class Stop(IntEnum):
    """What divides a word from the next one."""

    NONE = 0
    CLAUSE = 1
    SENTENCE = 2


@dataclass(frozen=True, slots=True)
class Written:
    """The words of a text, the stop behind each, and what no English reader could read: words of another script, and signs."""

    words: list[str]
    stops: list[Stop]
    unreadable: list[str]

    @property
    def unread_words(self) -> int:
        return sum(any(map(str.isalnum, word)) for word in self.unreadable)


def written(text: str) -> Written:
    found, at = Written([], [], []), 0
    text = _folded(text)
    for piece in _PIECE.finditer(text):
        _note_between(found, text[at : piece.start()])
        # The dot of an abbreviation may end a sentence, too.
        is_within = text[piece.end() :].lstrip()[:1].islower()
        at = piece.end() - (piece[0].endswith(".") and not is_within)
        if spelled_out(piece[0]) or _is_latin(piece[0]):
            found.words.append(piece[0])
            found.stops.append(Stop.NONE)
        else:
            found.unreadable.append(piece[0])
    _note_between(found, text[at:])
    return found


def _note_between(found: Written, between: str) -> None:
    if found.stops:
        found.stops[-1] = max(found.stops[-1], _stop_in(between))
    for run in between.split():
        if sign := "".join(filter(_is_sign, run)):
            found.unreadable.append(sign)


def _is_sign(character: str) -> bool:
    """No punctuation, and no mark that only changes the sign before it."""
    return unicodedata.category(character) in ("Sm", "Sc", "So")


def _folded(text: str) -> str:
    """Other forms of a letter or a number (`Ⅳ`, `①`, `Ｈ`) as the plain ones; raised ones and fractions mean something else."""
    return "".join(
        character
        if unicodedata.decomposition(character).startswith(_MEANING) or character == "№"
        else unicodedata.normalize(
            "NFKC", character.upper() if character in _SMALL_ROMAN else character
        )
        for character in _APOSTROPHE.sub("’", text)
    )


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
