"""The English words the engine knows: WordNet's senses and each word's parts of speech.

They are shipped as a packed SQLite file (data/lexicon.sqlite.xz, made by build/lexicon.py), unpacked once,
which every thread and process then reads.
"""

import hashlib
import lzma
import os
import sqlite3
import tempfile
import threading
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

PACKED = Path(__file__).parent / "data" / "lexicon.sqlite.xz"
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
    """Looks words up. The first use unpacks the data (about half a second) or finds them unpacked."""

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
    try:
        with open(handle, "wb") as file:
            file.write(lzma.decompress(content))
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
