"""Translations from the dictionaries a user has installed (see build/dictionaries.py)."""

import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path

from jobs.providers.local_text.known_words import frequency
from jobs.providers.local_text.lexicon import connect

FEW, SHOWN = 2, 2  # senses between which their words decide, and synonyms that are shown
LEADING, SHARE = 3, 0.12  # fields of a text, and the least share of all its words' votes
NEARLY = 0.6  # share of the first one's votes from which another says as much
TOLD = 1.0  # votes of the first one, without which no field is told
# What subjects are called that have another name than the dictionary's field.
NAMED = {
    "jur.": ("law", "legal", "jur"),
    "comp.": ("comp", "program", "software", "informat", "internet", "network", "data"),
    "techn.": ("engineering", "techn"),
    "econ.": ("business", "econ", "management"),
}
OLD = "hist."
ALIKE = 0.6  # share of letters from which two words are one in two languages
COMMONER = 1.0  # powers of ten
LAST_RANK = 3  # from here on a word is one synonym among many


@dataclass(frozen=True, slots=True)
class Entry:
    """One line's translation of a word. `rank` 0: the word is the line's first; `domains`: the
    subjects the line is marked with (`med.`). The translation is empty of a sense that has none."""

    part: str
    domains: tuple[str, ...]
    rank: int
    translation: str

    @property
    def synonyms(self) -> list[str]:
        return self.translation.split(", ") if self.translation else []


class Dictionary:
    """Looks up words of one language in another. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self.entries = lru_cache(20_000)(self._read)

    def _read(self, word: str) -> tuple[Entry, ...]:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = connect(self._path)
        rows: list[tuple[str, str, int, str]] = connection.execute(
            "SELECT part, domains, rank, translation FROM entry WHERE word = ? ORDER BY rank, rowid",
            (word,),
        ).fetchall()
        return tuple(
            Entry(part, tuple(marks.split()), rank, said) for part, marks, rank, said in rows
        )


class Dictionaries:
    """The dictionaries that are installed now: one that comes or changes is seen by its time."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._open = lru_cache(maxsize=32)(_opened)

    def between(self, source: str, target: str) -> Dictionary | None:
        """The dictionary between two languages (`en`, `de`), if it is installed."""
        return self._installed(f"{source}-{target}")

    def of_subject(self, name: str) -> Dictionary | None:
        """The dictionary that explains a subject's terms, if it is installed."""
        return self._installed(f"subject-{name}")

    def _installed(self, name: str) -> Dictionary | None:
        path = self._directory / f"{name}.sqlite"
        try:
            return self._open(path, path.stat().st_mtime_ns)
        except OSError:
            return None


def _opened(path: Path, _written: int) -> Dictionary | None:
    try:
        with closing(connect(path)) as connection:
            connection.execute("SELECT word FROM entry LIMIT 1")
    except sqlite3.DatabaseError:
        return None
    return Dictionary(path)


class Translator:
    """Translates the terms of one text, whose fields its own words and its subject tell."""

    def __init__(
        self, dictionary: Dictionary, words: Iterable[str], subject: str, language: str
    ) -> None:
        """`language`: the one that it translates into."""
        self._dictionary = dictionary
        self._language = language
        votes: Counter[str] = Counter()
        for entries in (dictionary.entries(word) for word in words):
            for entry in entries:
                votes.update(dict.fromkeys(entry.domains, 1 / len(entries)))
        named = {domain for domain in votes if _is_named(domain, subject.lower())}
        leading = votes.most_common(LEADING)
        most = leading[0][1] if leading else 0.0
        is_told = most >= TOLD
        self._fields = {
            domain: 1.0 if count >= NEARLY * most else 0.5
            for domain, count in leading
            if is_told and count >= SHARE * sum(votes.values())
        } | dict.fromkeys(named, 2.0)

    def translation(self, forms: Iterable[str], part: str) -> str:
        """How the dictionary translates the first of the forms it has; empty where it has none, or
        several and nothing tells which is meant."""
        for form in forms:
            entries = [
                entry
                for entry in self._dictionary.entries(form)
                if entry.part in (part, "") and entry.rank < LAST_RANK and not self._is_old(entry)
            ]
            # A line of compounds (`Zellkern...`) has no part of speech.
            entries = [entry for entry in entries if entry.part == part] or entries
            if entries:
                return self._shown(form, self._meant(form, entries))
        return ""

    def _meant(self, word: str, entries: list[Entry]) -> list[str]:
        """The synonyms for the text's field, else for the only sense, or for one of two that is the same word in both
        languages or much commoner."""
        senses = _senses(entry.synonyms for entry in entries if entry.synonyms)
        near = [entry for entry in entries if entry.rank <= entries[0].rank + 1]
        fit = max(map(self._fit, near))
        if fit >= 1 or (fit and len(senses) > FEW):
            own = (entry for entry in near if self._fit(entry) == fit)
            return max(own, key=lambda e: (bool(e.synonyms), shared(e, entries))).synonyms
        if not 0 < len(senses) <= FEW:
            return []
        best, *others = sorted(
            senses, key=lambda sense: max(self._worth(word, said) for said in sense), reverse=True
        )
        worth, *less = (max(self._worth(word, said) for said in sense) for sense in (best, *others))
        return best if all(worth >= other + COMMONER for other in less) else []

    def _is_old(self, entry: Entry) -> bool:
        """Whether the line is marked as history beside its field, as words are that nobody uses any more."""
        return OLD in entry.domains[1:] and OLD not in self._fields

    def _fit(self, entry: Entry) -> float:
        """How much the text speaks for a line's fields; half for one of many fields."""
        own = [self._fields[domain] for domain in entry.domains if domain in self._fields]
        return max(own, default=0.0) * (1 if 2 * len(own) >= len(entry.domains) else 0.5)

    def _worth(self, word: str, synonym: str) -> float:
        """How common it is, and whether it is the same word in the other language."""
        is_alike = SequenceMatcher(None, word, bare(synonym)).ratio() >= ALIKE
        return frequency(bare(synonym), self._language, "small") + 2 * COMMONER * is_alike

    def _shown(self, word: str, synonyms: list[str]) -> str:
        """Two at most, first one that people know, and none that only explains it in more words."""
        if not synonyms:
            return ""
        first = synonyms[0]
        for other in synonyms[1:]:
            is_word = " " not in bare(other)
            if is_word and self._worth(word, other) >= self._worth(word, first) + COMMONER:
                first = other
        words = len(bare(first).split())
        others = (o for o in synonyms if o != first and len(bare(o).split()) <= words)
        return ", ".join([first, *others][:SHOWN])


def _is_named(domain: str, subject: str) -> bool:
    """Whether the subject's name is that of the field (`med.`, Medicine)."""
    named = NAMED.get(domain, (domain.rstrip("."),))
    return any(word.startswith(named) for word in subject.split())


def _senses(lines: Iterable[list[str]]) -> list[list[str]]:
    """The first line of each sense; those that share a synonym are of one."""
    senses: list[tuple[list[str], set[str]]] = []
    for line in lines:
        words = set(map(bare, line))
        same = next((known for _, known in senses if words & known), None)
        if same is None:
            senses.append((line, words))
        else:
            same |= words
    return [line for line, _ in senses]


def bare(text: str) -> str:
    return re.sub(r"(?<!\s)\s*+[({][^(){}]*[)}]", "", text).strip().casefold()


def shared(entry: Entry, entries: list[Entry]) -> int:
    """How many of its synonyms translate the word in other lines too; rare turns share none."""
    others = {bare(word) for e in entries if e is not entry for word in e.synonyms}
    return sum(bare(word) in others for word in entry.synonyms)
