"""How English words are said, in the phones that the acoustic model knows (IPA)."""

import lzma
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from hama.vocab import Vocabulary

from jobs.providers.local_speech.numbers import spelled_out
from jobs.providers.local_speech.written import plain as as_plain

PACKED = Path(__file__).parent / "data" / "pronunciations.txt.xz"
WAYS, WAYS_SPELLED = 6, 16
CACHED = 20_000
# A word in so many capitals (`IT`, `US`) may be an abbreviation.
ABBREVIATION = 3
# `MeToo` is read as two words, `CEOs` as letters with an s, `NaCl` as letters.
_CASED, _LETTERS_MANY = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])"), re.compile("[A-Z]{2,}s")
_FORMULA, _OWNER = re.compile("[a-z]?(?:[A-Z][a-z]?){2,}"), re.compile("(.+)['’][sS]")
_VOWEL_LETTERS = frozenset("aeiouy")

# https://en.wikipedia.org/wiki/ARPABET, the sounds of General American.
_ARPABET = {
    **{"AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "aʊ", "AY": "aɪ", "EH": "ɛ", "ER": "ɝ"},
    **{"EY": "eɪ", "IH": "ɪ", "IY": "i", "OW": "oʊ", "OY": "ɔɪ", "UH": "ʊ", "UW": "u"},
    **{"B": "b", "CH": "t͡ʃ", "D": "d", "DH": "ð", "F": "f", "G": "g", "HH": "h", "JH": "d͡ʒ"},
    **{"K": "k", "L": "l", "M": "m", "N": "n", "NG": "ŋ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ"},
    **{"T": "t", "TH": "θ", "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "ʒ"},
}
_SOUNDS = frozenset(_ARPABET.values())
VOWELS = frozenset(
    ["ɑ", "æ", "ʌ", "ɔ", "aʊ", "aɪ", "ɛ", "ɝ", "eɪ", "ɪ", "i", "oʊ", "ɔɪ", "ʊ", "u", "ə"]
)
# What a vowel without stress may become.
WEAK = frozenset(["ə", "ɐ", "ʌ", "ɪ", "ɝ", "ɚ"])
# What the model writes in several ways, or what speakers of English vary without being wrong.
ALIKE = (
    ("ʌ", "ə", "ɐ"),
    ("ɑ", "ɔ", "ɒ", "o"),
    ("ɝ", "ɚ", "ɜ"),
    ("ɹ", "r", "ɾ"),
    ("e", "eɪ"),
    ("u", "ʊ"),
    ("oʊ", "o"),
    ("g", "ɡ"),
)
# Where an r is said only before a vowel.
RHOTIC_REGIONS = ("US", "CA", "IE")

# The model was taught with its own G2P's idea of these everyday words (`to` as `t oʊ`), and hears them so.
TAUGHT = frozenset(
    [
        *("a", "an", "any", "are", "as", "at", "be", "been", "but", "by", "can", "could", "do"),
        *("does", "for", "from", "had", "has", "have", "he", "her", "here", "his", "how", "i"),
        *("if", "in", "into", "is", "it", "its", "may", "me", "might", "must", "my", "no"),
        *("not", "of", "on", "one", "or", "our", "out", "over", "shall", "she", "should", "so"),
        *("some", "than", "that", "the", "their", "them", "then", "there", "these", "they"),
        *("this", "those", "to", "two", "up", "us", "was", "we", "were", "what", "when"),
        *("where", "who", "why", "will", "with", "would", "you", "your"),
    ]
)

Phones = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """A way to say a word: `phones` as the model hears them, `names` as they are shown.

    When there are not as many names as phones, the one name stands for all of them. `words`: what is read, where it is not
    what is written (`12:30`).
    """

    phones: Phones
    names: Phones
    words: str = ""


class _Numbered(Vocabulary):  # type: ignore[misc]
    """The vocabulary of hama, which would number all its letters anew for each letter of a word."""

    @cached_property
    def encoder_token_to_id(self) -> dict[str, int]:
        return {token: number for number, token in enumerate(self.encoder)}

    @cached_property
    def decoder_token_to_id(self) -> dict[str, int]:
        return {token: number for number, token in enumerate(self.decoder)}


class Pronouncer:
    """Looks words up, and asks `g2p` (hama's grapheme-to-phoneme model) about those that are not listed."""

    def __init__(self, g2p: Any, known_phones: frozenset[str]) -> None:
        self._g2p = g2p
        g2p.vocab = g2p.tokenizer.vocab = _Numbered(g2p.vocab.encoder, g2p.vocab.decoder)
        # Of several letters only those of English: the model has some of Korean, too (`we`), and would cut `weɪ` in them; and no tones.
        self._known = {p for p in known_phones if p in _SOUNDS or (len(p) == 1 and p.isalpha())}
        self._lock = threading.Lock()
        # A worker meets the same words over and over, and half the time of a short reading went into finding them.
        self.ways = lru_cache(CACHED)(self._ways)
        self.usual = lru_cache(CACHED)(self._usual)
        self.taught = lru_cache(CACHED)(self._taught)

    def _usual(self, text: str) -> Phones:
        """The commonest way to say a word, or the words that it is read as."""
        read = next(iter(spelled_out(text)), text)
        is_word = read == text and " " not in text
        return self._of_word(text)[0] if is_word else _joined(map(self._part, read.split()))

    def _ways(self, word: str, language_code: str) -> list[Way]:
        """Every way to say the word that counts as right, the commonest first."""
        texts = spelled_out(word)
        said = [(text, _joined(map(self._part, text.split()))) for text in texts]
        said = said or [("", way) for way in self._of_word(word)]
        drops_r = _drops_r(language_code)
        varied = [
            Way(phones, phones, text)
            for text, way in said
            for tapped in _tapped(way)
            for phones in ([tapped, _without_r(tapped)] if drops_r else [tapped])
        ]
        ways = list(dict.fromkeys(varied))[: WAYS_SPELLED if texts else WAYS]
        for text, usual in said[: len(texts) or 1]:
            parts = text.split() or [word.lower()]
            if not TAUGHT.isdisjoint(parts):
                taught = _joined(map(self._as_taught, parts))
                names = usual if len(usual) == len(taught) else ("".join(usual),)
                ways.append(Way(taught, names, text))
        return ways

    def _of_word(self, word: str) -> list[Phones]:
        plain = as_plain(word)
        # An abbreviation may be said letter by letter.
        has_vowel = not _VOWEL_LETTERS.isdisjoint(plain)
        may_be_letters = word.isascii() and word.isalpha() and len(word) > 1
        letters = (
            [_joined(map(self._part, plain))]
            if may_be_letters and (not has_vowel or _FORMULA.fullmatch(word))
            else []
        )
        listed = _listed(plain)
        if listed:
            return [*listed, *letters[: word.isupper() and len(word) <= ABBREVIATION]]
        if plain.endswith("'"):
            return self._of_word(word[:-1])
        if owner := _OWNER.fullmatch(word):
            return [(*way, *_ending(way[-1])) for way in self._of_word(owner[1])]
        if _LETTERS_MANY.fullmatch(word):
            return [(*_joined(map(self._part, plain[:-1])), "z")]
        parts = word.split("-") if "-" in word else _CASED.findall(word)
        if len(parts) > 1 and sum(map(len, parts)) + word.count("-") == len(word):
            return [*letters, _joined(map(self._part, parts))]
        guessed = self._guessed(plain)
        is_word = not word.isupper() or (has_vowel and len(word) > ABBREVIATION)
        return [guessed, *letters] if is_word else [*letters, guessed]

    def _part(self, word: str) -> Phones:
        """Of what was spelled out: a word, or the name of a letter, which is the last way to say it."""
        named = _listed(as_plain(word)) if len(word) == 1 else []
        return named[-1] if named else self._of_word(word)[0]

    def _as_taught(self, word: str) -> Phones:
        return self.taught(word) if word in TAUGHT else self._part(word)

    def _taught(self, word: str) -> Phones:
        return self._guessed(as_plain(word))

    def _guessed(self, word: str) -> Phones:
        with self._lock:
            ipa = self._g2p.predict(word).ipa
        phones = []
        while ipa:
            size = next((n for n in (3, 2, 1) if ipa[:n] in self._known), 0)
            if size:
                phones.append(ipa[:size])
            ipa = ipa[size or 1 :]
        return tuple(phones) or ("ə",)


@cache
def _dictionary() -> bytes:
    return b"\n" + lzma.decompress(PACKED.read_bytes())


def _listed(word: str) -> list[Phones]:
    found = _dictionary()
    start = found.find(b"\n%s\t" % word.encode()) if word.isascii() else -1
    if start < 0:
        return []
    line = found[start + 1 : found.index(b"\n", start + 1)].decode()
    ways = line.partition("\t")[2].split("|")
    return [tuple(_ipa(sound) for sound in way.split()) for way in ways]


def _ipa(sound: str) -> str:
    return "ə" if sound == "AH0" else _ARPABET[sound.rstrip("012")]


def _joined(parts: Iterable[Phones]) -> Phones:
    return tuple(phone for part in parts for phone in part)


def _ending(last: str) -> Phones:
    """How the s of an owner sounds behind it."""
    if last in ("s", "z", "ʃ", "ʒ", "t͡ʃ", "d͡ʒ"):
        return ("ɪ", "z")
    return ("s",) if last in ("p", "t", "k", "f", "θ") else ("z",)


def _tapped(phones: Phones) -> list[Phones]:
    """With the t between vowels as Americans say it (`water`), too."""
    tapped = [
        "d" if phone == "t" and _is_between_vowels(phones, at) else phone
        for at, phone in enumerate(phones)
    ]
    return [phones, tuple(tapped)]


def _is_between_vowels(phones: Phones, at: int) -> bool:
    around = phones[at - 1 : at + 2] if at else ()
    return len(around) == 3 and around[0] in VOWELS | {"ɹ"} and around[2] in VOWELS


def _drops_r(language_code: str) -> bool:
    region = language_code.partition("-")[2].upper()
    return region != "" and region not in RHOTIC_REGIONS


def _without_r(phones: Phones) -> Phones:
    said = []
    for at, phone in enumerate(phones):
        before_vowel = at + 1 < len(phones) and phones[at + 1] in VOWELS
        if phone == "ɹ" and at and phones[at - 1] in VOWELS and not before_vowel:
            continue
        said.append("ə" if phone == "ɝ" and at == len(phones) - 1 else phone)
    return tuple(said)
