"""How words sound beside others, as people speak: weak forms, sounds that change or fall where two words meet, `gonna`.

https://en.wikipedia.org/wiki/Connected_speech
"""

from collections.abc import Iterator, Sequence

from jobs.providers.local_speech.phones import VOWELS, Phones, Way
from jobs.providers.local_speech.written import plain

_LIPS, _BACK, _PALATE = ("p", "b", "m"), ("k", "g"), ("ʃ", "j")
# The last sound of a word, what it may become, and before which sounds.
_LAST = (
    *(("n", "m", _LIPS), ("n", "ŋ", _BACK), ("t", "p", _LIPS), ("t", "k", _BACK)),
    *(("d", "b", _LIPS), ("d", "g", _BACK), ("s", "ʃ", _PALATE), ("z", "ʒ", _PALATE)),
)
# `did you` as `di jou`: the first sound of the second word, and behind which sound.
_JOINED = {"t": "t͡ʃ", "d": "d͡ʒ"}
# Behind these a last t or d falls before a consonant: `last night`, `old man`.
_CLOSING = ("s", "n", "l", "f")
# Of these the h falls within a sentence: `tell him`.
_LOSE_H = frozenset(["he", "him", "his", "her", "have", "has", "had"])
# What the dictionary does not have.
_WEAK = {
    "and": ("ə n", "ə m"),
    "'n": ("ə n", "æ n d"),
    "them": ("ə m",),
    "'em": ("ə m",),
    "at": ("ə t",),
    "do": ("d ə",),
    "you": ("j ə",),
    "your": ("j ɝ",),
    "gonna": ("g ʌ n ə",),
    "kinda": ("k aɪ n d ə",),
    "wanna": ("w ɑ n t oʊ",),
}
# `gonna`, `wanna`, `hafta` of a text that has two words.
_BEFORE_TO = {
    "going": "g ʌ",
    "want": "w ɑ",
    "got": "g ɑ",
    "have": "h æ f",
    "has": "h æ s",
    "used": "j u s",
}
_TO_BEHIND = ("n ə", "d ə", "t ə")


def linked(words: Sequence[str], ways: Sequence[Sequence[Way]]) -> list[list[Way]]:
    """`ways[n]` are those to say words[n] alone; here with those that the words around it allow."""
    texts = [plain(word).rstrip("'") for word in words]
    found = []
    for n, own in enumerate(ways):
        before = {way.phones[-1] for way in ways[n - 1]} if n else set()
        behind = {way.phones[0] for way in ways[n + 1]} if n + 1 < len(ways) else set()
        text, next_text = texts[n], texts[n + 1] if n + 1 < len(ways) else ""
        said = [*own, *_forms(text, texts[n - 1] if n else "", next_text)]
        for way in own:
            if len(way.names) == len(way.phones):
                said += _ending(way, behind)
                said += _beginning(way, before, loses_h=n > 0 and text in _LOSE_H)
        found.append(list(dict.fromkeys(said)))
    return found


def _forms(text: str, before: str, behind: str) -> Iterator[Way]:
    forms = list(_WEAK.get(text, ()))
    if behind == "to" and text in _BEFORE_TO:
        forms.append(_BEFORE_TO[text])
    if text == "to" and before in _BEFORE_TO:
        forms += _TO_BEHIND
    for form in forms:
        phones: Phones = tuple(form.split())
        yield Way(phones, phones)


def _ending(way: Way, behind: set[str]) -> Iterator[Way]:
    phones, last = way.phones, way.phones[-1]
    if len(phones) < 2:
        return
    for own, other, beside in _LAST:
        if last == own and not behind.isdisjoint(beside):
            yield Way((*phones[:-1], other), way.names)
    is_open = phones[-2] in VOWELS
    if last == "t" and (is_open or phones[-2] == "ɹ") and behind & VOWELS:
        yield Way((*phones[:-1], "d"), way.names)
    falls = phones[-2] in _CLOSING and behind - VOWELS
    if last in _JOINED and len(phones) > 2 and ("j" in behind or falls):
        yield Way(phones[:-1], way.names[:-1])


def _beginning(way: Way, before: set[str], *, loses_h: bool) -> Iterator[Way]:
    phones = way.phones
    for last in before & _JOINED.keys():
        if phones[0] == "j":
            yield Way((_JOINED[last], *phones[1:]), way.names)
    if loses_h and phones[0] == "h" and len(phones) > 2:
        yield Way(phones[1:], way.names[1:])
