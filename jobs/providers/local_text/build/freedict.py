"""Reads a dictionary of the FreeDict project (Debian's dict-freedict-*), in dictd's format.

The index names each headword with the place of its article in the (gzipped) text, in base 64:
    Rezession /ʁet͡sɛˈsi̯oːn/ <n, fem>
    recesión
    Phase negativen Wirtschaftswachstums ...
Several senses are numbered, each with its translations and then, mostly, an explanation.
"""

import gzip
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DIGITS = {
    c: n
    for n, c in enumerate(string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/")
}
NUMBERED = re.compile(r"^\s*\d+\.\s*(?P<said>.*)$")
NOTE = re.compile(r"/[^/]*/|<[^>]*>|\([^)]*\)|\[[^]]*\]")


@dataclass(frozen=True, slots=True)
class Article:
    """A headword with the translations of each of its senses."""

    headword: str
    is_noun: bool
    senses: tuple[tuple[str, ...], ...]


def articles(directory: Path, name: str) -> Iterator[Article]:
    text = gzip.decompress((directory / f"freedict-{name}.dict.dz").read_bytes())
    seen = set()
    for line in (directory / f"freedict-{name}.index").read_text().splitlines():
        word, start, length = line.split("\t")
        place = number(start), number(length)
        if not word.startswith("00") and place not in seen:
            seen.add(place)
            article = read(text[place[0] : sum(place)].decode())
            if article.senses:
                yield article


def number(written: str) -> int:
    value = 0
    for digit in written:
        value = value * 64 + DIGITS[digit]
    return value


def read(text: str) -> Article:
    head, *lines = text.strip().split("\n")
    numbered = [match["said"] for line in lines if (match := NUMBERED.match(line))]
    senses = tuple(filter(None, map(translations, numbered or lines[:1])))
    is_noun = bool(re.search(r"<(?:n|s|noun)\b", head))
    return Article(" ".join(NOTE.sub(" ", head).split()), is_noun, senses)


def translations(line: str) -> tuple[str, ...]:
    cleaned = NOTE.sub(" ", re.sub(r"\s\d+\.$", "", line))
    words = (" ".join(word.split()) for word in re.split(r"[,;]", cleaned))
    return tuple(word for word in words if word and len(word.split()) <= 4)
