"""The Anki file, read back as Anki reads it: a zip with a SQLite collection."""

import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from jobs.kinds.flashcards.handler import Flashcard
from profiles.content import CardContent, made_cards
from profiles.decks import deck_of
from tests.profiles.rows import NOW, after

AFTERLOAD = Flashcard(
    front="afterload",
    back="the load against which the heart ejects",
    topic="Heart failure",
    difficulty="expert",
    example="A high Afterload thickens the ventricle.",
    pronunciation="",
    backSource="definition",
)


def apkg(title: str, cards: Sequence[CardContent]) -> bytes:
    return deck_of(title, cards, NOW)


@contextmanager
def collection(file: bytes) -> Iterator[sqlite3.Connection]:
    with (
        zipfile.ZipFile(io.BytesIO(file)) as archive,
        closing(sqlite3.connect(":memory:")) as database,
    ):
        assert json.loads(archive.read("media")) == {}
        database.deserialize(archive.read("collection.anki2"))
        yield database


def notes(file: bytes) -> list[tuple[str, list[str], str]]:
    """Guid, fields and tags of each note."""
    with collection(file) as database:
        rows = database.execute("SELECT guid, flds, tags FROM notes ORDER BY id").fetchall()
    return [(guid, fields.split("\x1f"), tags) for guid, fields, tags in rows]


def decks(file: bytes) -> dict[str, dict[str, Any]]:
    with collection(file) as database:
        found: dict[str, dict[str, Any]] = json.loads(
            database.execute("SELECT decks FROM col").fetchone()[0]
        )
    return {number: deck for number, deck in found.items() if number != "1"}


def test_each_card_becomes_a_note_with_its_fields_and_tags() -> None:
    source = {"quote": "The afterload is a load.", "start": 0, "end": 24, "page": 3}
    [card] = made_cards({"flashcards": [{**AFTERLOAD, "source": source}]})
    [(_, fields, tags)] = notes(apkg("Cardiology", [card]))

    assert fields == [
        "afterload",
        "the load against which the heart ejects",
        "A high <b>Afterload</b> thickens the ventricle.",
        "Heart failure",
        "expert",
        "",
        "“The afterload is a load.” (page 3)",
    ]
    assert tags.split() == ["expert", "Heart_failure"]


def test_every_note_has_one_card_in_the_deck_of_that_title() -> None:
    file = apkg("Cardiology", [AFTERLOAD, {**AFTERLOAD, "front": "ventricle"}])

    [(number, deck)] = decks(file).items()
    with collection(file) as database:
        assert database.execute("SELECT did, count(*) FROM cards GROUP BY did").fetchall() == [
            (int(number), 2)
        ]
    assert deck["name"] == "Cardiology"


def test_importing_again_updates_the_notes_instead_of_adding_them() -> None:
    first = apkg("Cardiology", [AFTERLOAD])
    again = apkg("Cardiology", [{**AFTERLOAD, "back": "a better back"}])

    assert [note[0] for note in notes(first)] == [note[0] for note in notes(again)]
    assert decks(first).keys() == decks(again).keys()


def test_the_same_term_in_another_deck_or_topic_is_another_note() -> None:
    file = apkg("Cardiology", [AFTERLOAD, {**AFTERLOAD, "topic": "Treatment"}])
    other = apkg("Physiology", [AFTERLOAD])

    assert len({note[0] for note in notes(file) + notes(other)}) == 3


def test_markup_in_a_card_is_shown_as_text() -> None:
    card: Flashcard = {**AFTERLOAD, "back": "<script>alert(1)</script> [sound:x.mp3] a < b"}

    [(_, fields, _)] = notes(apkg("<b>", [card]))

    assert fields[1] == "&lt;script&gt;alert(1)&lt;/script&gt; &#91;sound:x.mp3] a &lt; b"


def test_the_same_cards_make_the_same_file_byte_by_byte() -> None:
    assert apkg("Cardiology", [AFTERLOAD]) == apkg("Cardiology", [AFTERLOAD])
    assert apkg("Cardiology", [AFTERLOAD]) != deck_of("Cardiology", [AFTERLOAD], after(2))


def test_lines_stay_lines_and_braces_make_no_gap() -> None:
    card: Flashcard = {**AFTERLOAD, "back": "one\ntwo {{c1::x}}"}

    [(_, fields, _)] = notes(apkg("Computing", [card]))

    assert fields[1] == "one<br>two &#123;&#123;c1::x}}"


def test_a_title_with_colons_makes_one_deck_and_an_empty_one_has_a_name() -> None:
    assert [deck["name"] for deck in decks(apkg("Law::Torts", [AFTERLOAD])).values()] == [
        "Law:Torts"
    ]
    assert [deck["name"] for deck in decks(apkg(" ", [])).values()] == ["UniLingo"]


def test_a_term_is_not_found_inside_the_escaping_of_its_example() -> None:
    card: Flashcard = {**AFTERLOAD, "front": "amp", "example": "The amp of R&D."}

    [(_, fields, _)] = notes(apkg("Electronics", [card]))

    assert fields[2] == "The <b>amp</b> of R&amp;D."


def test_an_example_of_a_front_with_pattern_characters_is_marked_too() -> None:
    card: Flashcard = {**AFTERLOAD, "front": "C++ (language)", "example": "I like C++ (language)."}

    [(_, fields, _)] = notes(apkg("Computing", [card]))

    assert fields[2] == "I like <b>C++ (language)</b>."
