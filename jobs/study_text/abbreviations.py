"""Short forms that a sentence gives after the long one, by the method of Schwartz and Hearst (2003).

The package `abbreviations` has it too, but sets up logging when it is imported and takes time with the
square of a text's length.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_IN_BRACKETS = re.compile(r"(?<=\s)\(([A-Za-z][\w/&.-]{0,9})(?:[;,] [^()]{1,40})?\)")


class Abbreviation(NamedTuple):
    """Places are those of characters in the sentence."""

    short: str
    long: str
    short_start: int
    long_start: int


def abbreviations(sentence: str) -> Iterator[Abbreviation]:
    for found in _IN_BRACKETS.finditer(sentence):
        short = found[1]
        if sum(character.isupper() for character in short) < 2:
            continue
        before = sentence[: found.start()].rstrip()
        words = re.findall(r"\S+", before)[-min(len(short) + 5, len(short) * 2) :]
        start = _long_form(short, " ".join(words))
        if start is not None:
            long_form = " ".join(words)[start:]
            yield Abbreviation(short, long_form, found.start(1), len(before) - len(long_form))


def _long_form(short: str, before: str) -> int | None:
    """Where the words begin whose letters, from the last one on, spell the short form."""
    at = len(before)
    for number in range(len(short) - 1, -1, -1):
        letter = short[number].lower()
        if not letter.isalnum():
            continue
        at -= 1
        while at >= 0 and (
            before[at].lower() != letter or (number == 0 and at > 0 and before[at - 1].isalnum())
        ):
            at -= 1
        if at < 0:
            return None
    if re.match(r"(?:of|and|for|the|in|on|to)\b", before[at:], re.I):
        earlier = [found.start() for found in re.finditer(rf"\b{re.escape(short[0])}", before[:at])]
        if not earlier:
            return None
        at = earlier[-1]
    is_long = len(before) - at > len(short) + 2 and not re.search(r"[.;:()]", before[at:])
    return at if is_long else None
