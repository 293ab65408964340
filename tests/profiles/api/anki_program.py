"""A real Anki collection, steered by lines of JSON on standard input: `python -m tests.profiles.api.anki_program FOLDER`.

A process of its own: Anki is under the AGPL and is no part of the program.
"""

import json
import sys
from pathlib import Path
from typing import Any

from anki.collection import (
    Collection,
    ImportAnkiPackageRequest,
    ImportCsvRequest,
)


class Anki:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._collection = Collection(str(folder / "collection.anki2"))

    def open_deck(self, path: str) -> dict[str, int]:
        """Import a package as Anki's dialog does by default. How many notes were new, updated, known, in conflict."""
        options = self._collection._backend.get_import_anki_package_presets()
        request = ImportAnkiPackageRequest(package_path=path, options=options)
        log = self._collection.import_anki_package(request).log
        kinds = ("new", "updated", "duplicate", "conflicting")
        return {kind: len(getattr(log, kind)) for kind in kinds}

    def open_text(self, path: str) -> dict[str, int]:
        metadata = self._collection.get_csv_metadata(path=path, delimiter=None)
        log = self._collection.import_csv(ImportCsvRequest(path=path, metadata=metadata)).log
        return {"new": len(log.new), "updated": len(log.updated)}

    def export_text(self, path: str, *, with_html: bool = True, with_guid: bool = True) -> None:
        self._collection.export_note_csv(
            out_path=path,
            limit=None,
            with_html=with_html,
            with_tags=True,
            with_deck=True,
            with_notetype=True,
            with_guid=with_guid,
        )

    def add(self, note_type: str, deck: str, fields: list[str], tags: list[str]) -> str:
        note = self._collection.new_note(self._collection.models.by_name(note_type))
        note.fields, note.tags = fields, tags
        self._collection.add_note(note, self._collection.decks.id(deck))
        return str(note.guid)

    def edit(self, guid: str, fields: dict[str, str], tag: str = "") -> None:
        note = self._note(guid)
        for name, text in fields.items():
            note[name] = text
        note.tags += [tag] if tag else []
        self._collection.update_note(note)

    def notes(self) -> list[dict[str, Any]]:
        """In the order in which their new cards come."""
        found = [self._collection.get_note(id_) for id_ in self._collection.find_notes("")]
        found.sort(key=lambda note: note.cards()[0].due)
        return [
            {
                "guid": note.guid,
                "type": note.note_type()["name"],
                "deck": self._collection.decks.name(note.cards()[0].did),
                "fields": note.fields,
                "tags": note.tags,
                "changed": note.mod,
            }
            for note in found
        ]

    def is_sound(self) -> bool:
        return bool(self._collection.fix_integrity()[1])

    def _note(self, guid: str) -> Any:
        ids = self._collection.db.list("SELECT id FROM notes WHERE guid = ?", guid)
        return self._collection.get_note(ids[0])


def main() -> None:
    anki = Anki(Path(sys.argv[1]))
    for line in sys.stdin:
        name, arguments = json.loads(line)
        sys.stdout.write(json.dumps(getattr(anki, name)(**arguments)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
