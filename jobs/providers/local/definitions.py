"""Where the text itself says what a term means."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jobs.providers.local.reading import Reading

# How a text says that it explains a word. `said` is the explanation, `term` the word.
AFTER = re.compile(
    r"^(?:\s*\([^()]{1,40}\))?,?\s*(?P<verb>is defined as|are defined as|refers? to|means?|denotes?|describes?|(?:is|are)"
    r"(?: (?:simply|essentially|just|basically|therefore|thus))?)\s+(?P<said>.+)$",
    re.I,
)
NAMED = re.compile(
    r"^(?P<said>.{15,220}?),?\s+(?:is|are)\s+(?:often |usually |commonly |sometimes |also |generally )?"
    r"(?:called|known as|termed|named|referred to as)\s+(?:an? |the )?$",
    re.I,
)
GENUS = re.compile(r"(?:an?|the|any|one|that|those|when|where|how)\b", re.I)
PLAIN_GENUS = re.compile(
    r"(?:an?|the|one)(?: of the| \w+)? (?:\w+ )?(?:reasons?|problems?|examples?|causes?|results?|consequences?|"
    r"issues?|goals?|aims?|case|same|keys?|questions?|answers?|way|only|most|best|main|first|leading|major)\b",
    re.I,
)
COLON = re.compile(r"^(?:\s*\([^()]{1,40}\))?\s*(?::|[–—]| - )\s*(?P<said>\S.{9,})$")
STRONG = ("refer", "mean", "denote", "describe", "is defined", "are defined")
LONGEST_TERM = 5


@dataclass(frozen=True, slots=True)
class Definition:
    """`said` are words of the text. It is strong when they can hardly be anything but a definition."""

    reading: int
    first: int
    end: int
    said: str
    is_strong: bool


def definitions(readings: list[Reading]) -> Iterator[Definition]:
    for number, reading in enumerate(readings):
        for first, end in reading.chunks():
            found = explained(reading, first, end)
            if found and end - first <= LONGEST_TERM:
                said, is_strong = found
                yield Definition(number, first, end, said.strip(" .;,"), is_strong)


def explained(reading: Reading, first: int, end: int) -> tuple[str, bool] | None:
    text = reading.sentence.text
    start = reading.starts[first]
    before, after = text[:start], text[reading.starts[end - 1] + len(reading.tokens[end - 1]) :]
    named = NAMED.match(before)
    if named and re.match(r"\s*(?:\([^()]*\))?\s*[.,;:]|\s*$", after):
        return named["said"], True
    if not re.fullmatch(r"(?:(?:an?|the)\s+)?", before, re.I):
        return None
    colon = COLON.match(after)
    if colon and reading.sentence.kind == "item":
        return colon["said"], True
    said = AFTER.match(after)
    if not said:
        return None
    if said["verb"].lower().startswith(STRONG):
        return said["said"], True
    if GENUS.match(said["said"]) and not PLAIN_GENUS.match(said["said"]):
        return said["said"], False
    return None
