"""A line of a bilingual dictionary, and the file the engine reads them from."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

TABLE = """
CREATE TABLE entry (word TEXT, part TEXT, domains TEXT, rank INTEGER, translation TEXT);
CREATE INDEX entry_word ON entry (word);
"""


@dataclass(frozen=True, slots=True)
class Line:
    """`rank`: the place of the word among its synonyms; `domains`: subjects, with spaces between."""

    word: str
    part: str
    domains: str
    rank: int
    translation: str


def write(path: Path, lines: Iterable[Line]) -> int:
    """Write a dictionary, or replace it. Returns how many words it has."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(part)) as connection:
        connection.executescript(TABLE)
        rows = ((n.word, n.part, n.domains, n.rank, n.translation) for n in dict.fromkeys(lines))
        connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?)", rows)
        connection.commit()
        count = int(connection.execute("SELECT COUNT(DISTINCT word) FROM entry").fetchone()[0])
    part.replace(path)
    return count
