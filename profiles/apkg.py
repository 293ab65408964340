"""Anki's package format, as far as notes of one type need it: a zip with a SQLite collection of schema 11.

Every Anki since 2.1 imports it (docs/decisions/0012-ankis-format.md says why it is written here). Whether Anki takes
over what a file says of a note or of the note type hangs on their times of change alone, so these are the caller's and
never the time of the export.
"""

import io
import json
import sqlite3
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

SEPARATOR = "\x1f"
# The time of a file's entries: the same cards make the same bytes.
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class NoteType:
    """`changed`: seconds since 1970; raise it with every change of the template, else Anki keeps the old one."""

    id: int
    name: str
    fields: Sequence[str]
    question: str
    answer: str
    css: str
    changed: int


@dataclass(frozen=True, slots=True)
class Note:
    """`made`, `changed`: milliseconds since 1970. `fields` are HTML."""

    guid: str
    deck: str
    fields: Sequence[str]
    tags: Sequence[str]
    made: int
    changed: int


def packed(note_type: NoteType, deck_ids: dict[str, int], notes: Sequence[Note]) -> bytes:
    """The content of an `.apkg` file, its new cards in the order of `notes`. `deck_ids`: by the names of the decks."""
    database = sqlite3.connect(":memory:")
    try:
        database.executescript(_schema())
        database.execute(
            "INSERT INTO col VALUES (1, 0, 0, 0, 11, 0, 0, 0, '{}', ?, ?, '{}', '{}')",
            (
                json.dumps({str(note_type.id): _note_type(note_type, deck_ids)}),
                json.dumps({str(id_): _deck(id_, name) for name, id_ in deck_ids.items()}),
            ),
        )
        last_id = 0
        for place, note in enumerate(notes, 1):
            last_id = max(note.made, last_id + 1)
            _write(database, note, last_id, place, note_type.id, deck_ids[note.deck])
        database.commit()
        return _zipped(database.serialize())
    finally:
        database.close()


def _write(
    database: sqlite3.Connection, note: Note, id_: int, place: int, type_id: int, deck_id: int
) -> None:
    seconds = note.changed // 1000
    text = SEPARATOR.join(note.fields)
    database.execute(
        "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, ?, 0, 0, '')",
        (id_, note.guid, type_id, seconds, f" {' '.join(note.tags)} ", text, note.fields[0]),
    )
    database.execute(
        "INSERT INTO cards VALUES (?, ?, ?, 0, ?, -1, 0, 0, ?, 0, 0, 0, 0, 0, 0, 0, 0, '')",
        (id_, id_, deck_id, seconds, place),
    )


def _note_type(given: NoteType, deck_ids: dict[str, int]) -> dict[str, Any]:
    fields = [
        {"name": name, "ord": place, "font": "Arial", "size": 20, "rtl": False, "sticky": False, "media": []}
        for place, name in enumerate(given.fields)
    ]  # fmt: skip
    template = {"name": "Card", "ord": 0, "qfmt": given.question, "afmt": given.answer}
    return {
        "id": given.id,
        "name": given.name,
        "type": 0,
        "mod": given.changed,
        "usn": -1,
        "sortf": 0,
        "did": next(iter(deck_ids.values()), 1),
        "flds": fields,
        "tmpls": [{**template, "bqfmt": "", "bafmt": "", "did": None}],
        "req": [[0, "any", [0]]],
        "css": given.css,
        "latexPre": "",
        "latexPost": "",
        "latexsvg": False,
        "tags": [],
        "vers": [],
    }


def _deck(id_: int, name: str) -> dict[str, Any]:
    today = {f"{kind}Today": [0, 0] for kind in ("new", "rev", "lrn", "time")}
    return {
        "id": id_,
        "name": name,
        "desc": "",
        "dyn": 0,
        "conf": 1,
        "mod": 0,
        "usn": -1,
        "collapsed": False,
        "extendNew": 0,
        "extendRev": 0,
        **today,
    }


@cache
def _schema() -> str:
    return files("profiles").joinpath("apkg.sql").read_text()


def _zipped(collection: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in (("collection.anki2", collection), ("media", b"{}")):
            archive.writestr(
                zipfile.ZipInfo(name, _LONG_AGO), content, zipfile.ZIP_DEFLATED, compresslevel=6
            )
    return file.getvalue()
