"""Builds dictionaries for translated backs, from word lists that Debian packages.

    python -m jobs.providers.local_text.build.dictionaries DIRECTORY

Needs `apt-get` and `dpkg-deb` and a network, but no root: packages are unpacked, not installed.
Each dictionary is one SQLite file (`en-de.sqlite`) with the licences of its sources beside it.

German comes from Ding. The other languages go from English over Ding to German and from there to
the language (WikDict, by FreeDict), where the German word has one meaning; what the small direct
dictionaries add is taken where their two directions agree.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from pathlib import Path

from jobs.providers.local_text.build import ding, freedict, subjects
from jobs.providers.local_text.build.entries import Line, write

DING = "trans-de-en"
# Language -> FreeDict names: from German and back, from English and back.
LANGUAGES = {
    "es": ("deu-spa", "spa-deu", "eng-spa", "spa-eng"),
    "fr": ("deu-fra", "fra-deu", "eng-fra", "fra-eng"),
    "it": ("deu-ita", "ita-deu", "eng-ita", "ita-eng"),
    "pl": ("deu-pol", "pol-deu", "eng-pol", "pol-eng"),
    "pt": ("deu-por", "por-deu", "eng-por", "por-eng"),
    "sv": ("deu-swe", "swe-deu", "eng-swe", "swe-eng"),
}
SHOWN = 2
ALIKE = 0.6  # share of letters from which two words are taken for the same international word
SECOND = 2  # rank of what the direct dictionaries say


class CannotBuild(Exception):
    """Says to the user why the dictionaries were not built."""


def fetch(packages: Iterable[str], directory: Path) -> None:
    """Download the packages and unpack them into the directory."""
    for tool in ("apt-get", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise CannotBuild(
                f"{tool} is not here: the word lists are taken from Debian's packages."
            )
    for package in packages:
        done = subprocess.run(["apt-get", "download", package], cwd=directory, capture_output=True)
        found = sorted(directory.glob(f"{package}_*.deb"))
        if done.returncode or not found:
            raise CannotBuild(f"apt-get could not download {package}. Try `apt-get update` first.")
        subprocess.run(["dpkg-deb", "-x", found[-1], directory], check=True)


def packages_of(language: str) -> list[str]:
    return [f"dict-freedict-{name}" for name in LANGUAGES[language]]


def build(source: Path, destination: Path) -> Iterator[tuple[str, int]]:
    """Write every dictionary; yields the name and the number of words of each."""
    lines = (source / "usr/share/trans/de-en").read_text(encoding="utf-8").splitlines()
    english_german = list(ding.english_german(lines))
    yield save(destination, "en-de", english_german, source, [DING])
    yield save(destination, "de-en", ding.german_english(lines), source, [DING])
    for language in LANGUAGES:
        found = list(over_german(english_german, source, language))
        found += direct(found, source, language)
        packages = [DING, *packages_of(language)]
        yield save(destination, f"en-{language}", found, source, packages)
        yield save(destination, f"{language}-en", turned(found), source, packages)


def explained(source: Path, destination: Path) -> Iterator[tuple[str, int]]:
    """The definitions of each subject's terms."""
    for subject, name in subjects.SUBJECTS.items():
        lines = subjects.definitions(source / "usr/share/dictd", name)
        yield save(destination, f"subject-{subject}", lines, source, [f"dict-{name}"])


def save(
    destination: Path, name: str, lines: Iterable[Line], source: Path, packages: list[str]
) -> tuple[str, int]:
    licences = [(source / f"usr/share/doc/{package}/copyright").read_text() for package in packages]
    (destination / f"{name}.LICENSE.txt").write_text("\n\n".join(licences))
    return name, write(destination / f"{name}.sqlite", lines)


def over_german(english_german: list[Line], source: Path, language: str) -> Iterator[Line]:
    """English nouns by way of their German ones, where the way back confirms it or the words are
    alike (`recession`, `recesión`)."""
    there, back, _, _ = LANGUAGES[language]
    german = meanings(source, there)
    returning = meanings(source, back)
    for line in english_german:
        if line.part != "n":
            continue
        said = [
            word
            for noun in (synonym.partition(" (")[0] for synonym in line.translation.split(", "))
            for word in german[noun]
            if noun in returning[word] or SequenceMatcher(None, line.word, word).ratio() >= ALIKE
        ]
        if said:
            shown = ", ".join(list(dict.fromkeys(said))[:SHOWN])
            yield Line(line.word, line.part, line.domains, line.rank, shown)


def meanings(source: Path, name: str) -> dict[str, tuple[str, ...]]:
    """The translations of the headwords that have one sense only."""
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for article in freedict.articles(source / "usr/share/dictd", name):
        if len(article.senses) == 1:
            found[article.headword] = article.senses[0]
    return found


def direct(found: list[Line], source: Path, language: str) -> Iterator[Line]:
    """Translations that the dictionary back into English, or the way over German, confirms."""
    _, _, there, back = LANGUAGES[language]
    directory = source / "usr/share/dictd"
    known = defaultdict(set)
    for line in found:
        known[line.word].update(line.translation.split(", "))
    for article in freedict.articles(directory, back):
        for word in (word for sense in article.senses for word in sense):
            known[word.lower()].add(article.headword)
    for article in freedict.articles(directory, there):
        word = article.headword.lower()
        said = [w for sense in article.senses for w in sense if w in known[word]]
        if said:
            yield Line(word, "n" if article.is_noun else "", "", SECOND, ", ".join(said[:SHOWN]))


def turned(lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        for place, word in enumerate(line.translation.split(", ")):
            yield Line(word.lower(), line.part, line.domains, line.rank + place, line.word)


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the local engine's dictionaries.")
    parser.add_argument("directory", type=Path)
    destination: Path = parser.parse_args().directory
    destination.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        source = Path(name)
        try:
            names = [package for language in LANGUAGES for package in packages_of(language)]
            fetch([DING, *names, *subjects.packages()], source)
        except CannotBuild as error:
            sys.stderr.write(f"{error}\n")
            return 1
        for dictionary, words in (*build(source, destination), *explained(source, destination)):
            sys.stdout.write(f"{dictionary}: {words} words\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
