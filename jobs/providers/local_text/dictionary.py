"""Translations from the dictionaries a user has installed (see build/dictionaries.py)."""

import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jobs.providers.local_text.lexicon import connect

FEW, LEADING, SHARE = 2, 3, 0.12
LAST_RANK = 3  # from here on a word is one synonym among many


@dataclass(frozen=True, slots=True)
class Entry:
    """One line's translation of a word. `rank` 0: the word is the line's first; `domains`: the
    subjects the line is marked with (`med.`)."""

    part: str
    domains: tuple[str, ...]
    rank: int
    translation: str


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

    def __init__(self, dictionary: Dictionary, words: Iterable[str], subject: str) -> None:
        self._dictionary = dictionary
        votes: Counter[str] = Counter()
        for entries in (dictionary.entries(word) for word in words):
            for entry in entries:
                votes.update(dict.fromkeys(entry.domains, 1 / len(entries)))
        total = sum(votes.values())
        named = [domain for domain in votes if subject.lower().startswith(domain.rstrip("."))]
        voted = [d for d, n in votes.most_common(LEADING) if n >= SHARE * total]
        self._domains = list(dict.fromkeys(named + voted))

    def translation(self, forms: Iterable[str], part: str) -> str:
        """How the dictionary translates the first of the forms it has; empty where it has none, or
        many and nothing in the text tells which is meant."""
        for form in forms:
            entries = [
                entry
                for entry in self._dictionary.entries(form)
                if entry.part in (part, "") and entry.rank < LAST_RANK
            ]
            if entries:
                return self._meant(entries)
        return ""

    def _meant(self, entries: list[Entry]) -> str:
        """The translation in the text's field; of two the text does not decide between, both."""
        said = distinct(entry.translation for entry in entries)
        near = [entry for entry in entries if entry.rank <= entries[0].rank + 1]
        own = [e for domain in self._domains for e in near if domain in e.domains]
        leads = self._domains and any(self._domains[0] in entry.domains for entry in near)
        if own and (leads or len(said) > FEW):
            first = [entry for entry in own if own[0].domains == entry.domains]
            return max(first, key=lambda entry: shared(entry, entries)).translation
        if len(said) == 1:
            return said[0]
        leading = distinct(text.split(", ")[0] for text in said)
        return "; ".join(leading) if len(leading) <= FEW else ""


def distinct(texts: Iterable[str]) -> list[str]:
    """Each word once: neither with another mark of its gender nor in the plural."""
    kept = {bare(text): text for text in reversed(list(texts))}
    return [
        text for key, text in reversed(kept.items()) if not (key.endswith("s") and key[:-1] in kept)
    ]


def bare(text: str) -> str:
    return re.sub(r"(?<!\s)\s*+[({][^(){}]*[)}]", "", text).strip().casefold()


def shared(entry: Entry, entries: list[Entry]) -> int:
    """How many of its synonyms translate the word in other lines too; rare turns share none."""
    others = {bare(word) for e in entries if e is not entry for word in e.translation.split(", ")}
    return sum(bare(word) in others for word in entry.translation.split(", "))
