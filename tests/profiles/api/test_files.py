"""Cards as files: decks that Anki updates, tables that spreadsheets do not run, and both back in."""

import csv
import io
from typing import Any

import pytest

from profiles import cards, decks
from profiles.models import Flashcard
from profiles.tables.reading import ROWS
from tests.people import Person, signed_in
from tests.profiles import rows
from tests.profiles.rows import NOW, after, card_content
from tests.profiles.test_decks import notes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("strict")]

IMPORT = "/api/flashcards/import"


def _import(
    person: Person, data: str | bytes, content_type: str = "text/csv", query: str = ""
) -> Any:
    return person.django.post(IMPORT + query, data, content_type=content_type)


def _table(person: Person) -> list[list[str]]:
    text = b"".join(person.get("/api/flashcards/deck.csv")).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def _guids(person: Person, query: str = "") -> set[str]:
    deck = person.get(f"/api/flashcards/deck.apkg{query}")
    assert deck["Content-Type"] == "application/x-apkg"
    return {guid for guid, _, _ in notes(deck.content)}


def test_a_deck_comes_as_plain_bytes_for_who_takes_nothing_else() -> None:
    ann, _ = signed_in("ann"), rows.card("ann")

    deck = ann.get("/api/flashcards/deck.apkg", Accept="application/octet-stream")

    assert deck["Content-Type"] == "application/octet-stream"
    assert len(notes(deck.content)) == 1


def test_a_card_stays_the_same_note_after_an_edit_and_as_its_jobs_deck_has_it() -> None:
    ann, card = signed_in("ann"), rows.card("ann")
    before = _guids(ann)

    cards.edit("ann", card.id, {"front": "arteria", "topic": "Vessels"}, after(1))

    of_job = {guid for guid, _, _ in notes(decks.deck_of("Medicine", [card_content()], NOW))}
    assert _guids(ann) == before == of_job


def test_each_subject_is_a_deck_of_its_own_in_one_file() -> None:
    ann = signed_in("ann")
    rows.card("ann")
    rows.card("ann", "tort", subject="Law")

    assert len(_guids(ann)) == 2
    assert len(_guids(ann, "?subject=Law")) == 1
    assert _guids(ann, "?subject=Chemistry") == set()


def test_a_formula_is_text_in_the_table_and_itself_when_it_comes_back() -> None:
    ann = signed_in("ann")
    evil = ['=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)"]
    cards.save("ann", "Law", [card_content(front) for front in evil], now=NOW)

    table = _table(ann)
    fronts = {line[0] for line in table[1:]}
    Flashcard.objects.all().delete()
    text = "\n".join(
        ",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in table
    )
    _import(ann, text)

    assert fronts == {f"'{front}" for front in evil}
    assert set(Flashcard.objects.values_list("front", flat=True)) == set(evil)


def test_what_is_exported_is_known_when_it_is_imported() -> None:
    ann = signed_in("ann")
    card = rows.card("ann")
    cards.edit("ann", card.id, {"front": "arteria"}, after(1))
    text = b"".join(ann.get("/api/flashcards/deck.csv")).decode()

    answer = _import(ann, text).json()

    assert (answer["saved"], answer["existing"]) == (0, 1)


@pytest.mark.parametrize(
    ("data", "cards_in"),
    [
        ("front,back\nartery,vessel\n", [("artery", "vessel")]),
        ("\ufefffront;back\r\nartery;vessel\r\n", [("artery", "vessel")]),
        ("artery,vessel\nvein,way back\n", [("artery", "vessel"), ("vein", "way back")]),
        ("Term\tDefinition\nartery\tvessel\n", [("artery", "vessel")]),
        ('front,back\n"a ""b""\nc","d,e"\n', [('a "b"\nc', "d,e")]),
        ("front,back\nÄrger,größer\n".encode("latin-1"), [("Ärger", "größer")]),
        ("front,back\nпульс,pulse\n".encode("utf-16"), [("пульс", "pulse")]),
        ("front,back\n,empty\nartery,vessel\n\n", [("artery", "vessel")]),
        ("artery\tvessel\nvein\tway\n", [("artery", "vessel"), ("vein", "way")]),
        (
            "#separator:tab\n#html:true\n#guid column:1\n#tags column:4\ng1\t<b>a</b> &amp; b\tline<br>two\tx\n",
            [("a & b", "line\ntwo")],
        ),
        ("#separator:Semicolon\n#columns:Front;Back\nartery;vessel\n", [("artery", "vessel")]),
    ],
)
def test_tables_of_many_kinds_are_read(data: str | bytes, cards_in: list[tuple[str, str]]) -> None:
    answer = _import(signed_in("ann"), data)

    assert answer.status_code == 201, answer.json()
    kept = Flashcard.objects.order_by("front").values_list("front", "back")
    assert sorted(kept) == sorted(cards_in)


def test_a_form_brings_a_file_and_the_address_names_subject_and_topic() -> None:
    file = io.BytesIO(b"artery,vessel\n")
    file.name = "cards.csv"

    answer = signed_in("ann").django.post(IMPORT + "?subject=Medicine&topic=Heart", {"file": file})

    card = Flashcard.objects.get()
    assert (answer.status_code, card.subject, card.topic) == (201, "Medicine", "Heart")


def test_rows_that_are_no_cards_are_told_by_number_and_the_others_kept() -> None:
    table = f"front,back\nartery,vessel\n,nothing\n{'x' * 501},long\n"

    answer = _import(signed_in("ann"), table).json()

    assert (answer["saved"], answer["skipped"]) == (1, 2)
    assert [problem["row"] for problem in answer["problems"]] == [2, 3]


def test_a_table_of_too_many_rows_is_refused_whole() -> None:
    table = "front,back\n" + "".join(f"term {n},x\n" for n in range(10 * ROWS))

    answer = _import(signed_in("ann"), table)

    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, ["file"])
    assert not Flashcard.objects.exists()


@pytest.mark.parametrize(
    ("data", "status"),
    [(b"", 400), (b"\x00\x01\x02", 422), (b"only one column", 422), (b"\xff\xfe\x00", 422)],
)
def test_what_is_no_table_is_refused(data: bytes, status: int) -> None:
    answer = _import(signed_in("ann"), data)

    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (status, ["file"])


def test_a_form_that_is_none_is_told_so() -> None:
    answer = _import(signed_in("ann"), b"x", "multipart/form-data")

    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")


def test_most_rows_that_are_taken_are_kept_in_one_go() -> None:
    table = "front,back\n" + "".join(f"term {n},x\n" for n in range(ROWS))

    answer = _import(signed_in("ann"), table)

    assert answer.json()["saved"] == ROWS == Flashcard.objects.count()
