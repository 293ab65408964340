"""The wrong answers that a gap in a sentence may offer: none that fits, and none that the sentence rules out at sight."""

import re
from collections.abc import Sequence
from random import Random

from jobs.providers.base import Entry

GAP = "____"
CHOICES = 4

_AN = re.compile(r"(?!eu|one|uni[^nm]|us[aeiu]|ut[ei])[aeiou]|hono|hour|heir|honest")
_AN_LETTER = frozenset("AEFHILMNORSX")  # as letters are called: an MRI, a USB stick
_ARTICLE = re.compile(rf"\b(an?) {GAP}", re.IGNORECASE)
# Articles that tell the gender of what follows, and mostly its number.
_GENDERED = re.compile(
    rf"\b(der|die|das|den|dem|des|eine?[mnrs]?|el|la|los|las|una?|le|les|une|il|lo|gli|uno|uma?) {GAP}",
    re.IGNORECASE,
)
_OF_SEVERAL = re.compile(rf"{GAP} (?:are|were|have)\b")
_OF_ONE = re.compile(rf"(?:\b(?:an?|each|every) {GAP})|(?:{GAP} (?:is|was|has)\b)", re.IGNORECASE)


def choices(entry: Entry, gapped: str, entries: Sequence[Entry], random: Random) -> list[str]:
    """The answer among wrong ones, which look like it as far as there are such; nothing without a wrong one."""
    told = [e for e in entries if e is entry or _has_word(gapped, e.keyword)]
    others = [e for e in entries if e not in told and not _fits(e, told)]
    wrong = [e.keyword for e in others if _could_stand(gapped, e)]
    random.shuffle(wrong)
    wrong = sorted(wrong, key=lambda keyword: _unlike(keyword, entry.keyword))[: CHOICES - 1]
    offered = [entry.keyword, *wrong]
    random.shuffle(offered)
    return offered if wrong else []


def _fits(other: Entry, told: Sequence[Entry]) -> bool:
    """Whether it is another word for what the sentence speaks of, or for a wider or narrower thing (`dye`, `red dye`)."""
    return any(
        {other.definition, other.translation} & {one.definition, one.translation} - {""}
        or _has_word(one.definition, other.keyword)
        or _has_word(other.definition, one.keyword)
        or _has_word(one.keyword, other.keyword)
        or _has_word(other.keyword, one.keyword)
        for one in told
    )


def _has_word(text: str, word: str) -> bool:
    """Also in the plural, of either."""
    forms = "|".join(map(re.escape, {word.lower(), word.lower().removesuffix("s")}))
    return bool(re.search(rf"(?<!\w)(?:{forms})(?:e?s)?(?!\w)", text.lower()))


def _could_stand(gapped: str, other: Entry) -> bool:
    """By its article and verb; where articles have genders, it is known of a word by its example."""
    keyword, gendered = other.keyword, _GENDERED.search(gapped)
    if gendered:
        with_article = rf"\b{gendered[1]} {re.escape(keyword)}"
        return bool(re.search(with_article, other.example_target, re.IGNORECASE))
    article = _ARTICLE.search(gapped)
    if article and (article[1].lower() == "an") != _takes_an(keyword):
        return False
    is_plural = keyword.endswith("s") and not keyword.endswith(("ss", "us", "is", "ics"))
    return is_plural if _OF_SEVERAL.search(gapped) else not (is_plural and _OF_ONE.search(gapped))


def _takes_an(keyword: str) -> bool:
    first = re.split(r"[\s-]", keyword)[0]
    if len(first) > 1 and first.isupper():
        return first[0] in _AN_LETTER
    return bool(_AN.match(first.lower()))


def _unlike(one: str, other: str) -> int:
    """In how much that shows at sight the two differ: capitals, number of words, ending, length."""
    return (
        2 * (one.isupper() != other.isupper())
        + 2 * (one[0].isupper() != other[0].isupper())
        + min(2, abs(len(one.split()) - len(other.split())))
        + (one[-1] != other[-1])
        + (max(len(one), len(other)) > 2 * min(len(one), len(other)))
    )
