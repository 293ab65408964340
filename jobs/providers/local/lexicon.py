"""The English words the engine knows: WordNet's senses and each word's parts of speech.

They are shipped packed (data/lexicon.txt.xz, made by build/lexicon.py) and unpacked once into a
SQLite file, which every thread and process then reads.
"""

import hashlib
import lzma
import os
import sqlite3
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

PACKED = Path(__file__).parent / "data" / "lexicon.txt.xz"
TABLES = """
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;
CREATE TABLE synset (id INTEGER PRIMARY KEY, field INTEGER, definition TEXT, broader TEXT,
    subjects TEXT, words TEXT);
CREATE TABLE form (form TEXT, part TEXT, senses TEXT, PRIMARY KEY (form, part)) WITHOUT ROWID;
CREATE TABLE tag (word TEXT PRIMARY KEY, letters TEXT) WITHOUT ROWID;
"""
# American forms of British spellings, tried when a word is not listed as it is written.
SPELLINGS = (
    *(
        ("aem", "em"),
        ("oed", "ed"),
        ("oes", "es"),
        ("foet", "fet"),
        ("paed", "ped"),
        ("rrhoea", "rrhea"),
    ),
    *(("isation", "ization"), ("ising", "izing"), ("ised", "ized"), ("ise", "ize"), ("yse", "yze")),
    *(("our", "or"), ("elling", "eling"), ("elled", "eled"), ("tre", "ter"), ("ence", "ense")),
    ("sulph", "sulf"),
)
MEMORY = 50_000
FINISHED = 1  # user_version of a file that was written to its end


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning of a form. `count`: how often it was met in the texts tagged for WordNet."""

    synset: int
    field: int
    definition: str
    broader: tuple[int, ...]
    subjects: tuple[int, ...]
    words: tuple[str, ...]
    count: int = 0


class Lexicon:
    """Looks words up. The first use unpacks the data (about two seconds) or finds them unpacked."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._lock = threading.Lock()
        self._path: Path | None = None
        self._local = threading.local()
        self.senses = lru_cache(MEMORY)(self._read_senses)
        self.synset = lru_cache(MEMORY)(self._read_synset)
        self.letters = lru_cache(MEMORY)(self._read_letters)

    def _read_senses(self, form: str, part: str) -> tuple[Sense, ...]:
        """The senses of a form in lower case, from the commonest on; none if it is not listed."""
        row = self._row("SELECT senses FROM form WHERE form = ? AND part = ?", form, part)
        if row is None:
            return ()
        told = (entry.split(":") for entry in row[0].split("|"))
        return tuple(self._sense(int(number), int(count)) for number, count in told)

    def _read_synset(self, number: int) -> Sense:
        return self._sense(number, 0)

    def _read_letters(self, word: str) -> str:
        row = self._row("SELECT letters FROM tag WHERE word = ?", word)
        return str(row[0]) if row else ""

    def spelled(self, form: str, part: str) -> str:
        """The spelling of `form` that is listed (`oedema`: `edema`), or an empty string."""
        if self.senses(form, part):
            return form
        for british, american in SPELLINGS:
            if british in form and self.senses(form.replace(british, american), part):
                return form.replace(british, american)
        return ""

    def _sense(self, number: int, count: int) -> Sense:
        row = self._row("SELECT * FROM synset WHERE id = ?", number)
        if row is None:
            raise LookupError(f"synset {number} is not in the lexicon")
        _, field, definition, broader, subjects, words = row
        return Sense(
            synset=number,
            field=field,
            definition=definition,
            broader=tuple(int(n) for n in broader.split("|") if n),
            subjects=tuple(int(n) for n in subjects.split("|") if n),
            words=tuple(words.split("|")),
            count=count,
        )

    def _row(self, query: str, *values: object) -> Any:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = connect(self._unpacked())
        return connection.execute(query, values).fetchone()

    def _unpacked(self) -> Path:
        with self._lock:
            if self._path is None:
                self._path = unpack(PACKED, self._data_dir)
            return self._path


def connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def unpack(packed: Path, data_dir: Path) -> Path:
    """The SQLite file with the packed data, made if it is missing or damaged.

    Any number of processes may do this at once: each writes a file of its own and renames it.
    """
    content = packed.read_bytes()
    path = data_dir / f"lexicon-{hashlib.sha256(content).hexdigest()[:16]}.sqlite"
    if is_whole(path):
        return path
    data_dir.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=data_dir, prefix=path.stem, suffix=".part")
    os.close(handle)
    try:
        fill(Path(name), lzma.decompress(content).decode())
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)
    return path


def is_whole(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        with closing(connect(path)) as connection:
            (finished,) = connection.execute("PRAGMA user_version").fetchone()
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            return bool(finished == FINISHED and verdict == "ok")
    except sqlite3.DatabaseError:
        return False


def fill(path: Path, text: str) -> None:
    synsets, forms, tags = text.split("\n\n")
    rows = [line.split("\t") for line in forms.splitlines()]
    words = words_by_synset(rows)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(TABLES)
        connection.execute("BEGIN")
        lines = enumerate(synsets.splitlines())
        connection.executemany(
            "INSERT INTO synset VALUES (?, ?, ?, ?, ?, ?)",
            (synset_row(number, line, words.get(number, "")) for number, line in lines),
        )
        connection.executemany("INSERT INTO form VALUES (?, ?, ?)", rows)
        connection.executemany(
            "INSERT INTO tag VALUES (?, ?)", (line.split("\t") for line in tags.splitlines())
        )
        connection.execute(f"PRAGMA user_version = {FINISHED}")
        connection.commit()


def words_by_synset(forms: Iterable[list[str]]) -> dict[int, str]:
    words: dict[int, str] = {}
    for form, _, senses in forms:
        for entry in senses.split("|"):
            number = int(entry.partition(":")[0])
            words[number] = f"{words[number]}|{form}" if number in words else form
    return words


def synset_row(number: int, line: str, words: str) -> tuple[object, ...]:
    _, field, definition, broader, subjects, written = line.split("\t")
    return number, int(field), definition, *absolute(number, broader, subjects), written or words


def absolute(number: int, *cells: str) -> Iterator[str]:
    """Synset numbers from distances."""
    for cell in cells:
        yield "|".join(str(number + int(distance)) for distance in cell.split("|") if distance)
