"""Decks in the real Anki: brought there, edited there and here, brought back. Nothing is lost, doubled or overwritten."""

import importlib.util
import itertools
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from profiles import cards
from profiles.models import Flashcard
from tests.people import Person, signed_in
from tests.profiles.rows import NOW, card_content
from tests.profiles.test_tables_at_their_worst import GRAMMAR
from tests.stack import ROOT

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("strict"),
    pytest.mark.skipif(importlib.util.find_spec("anki") is None, reason="There is no Anki."),
]


class RealAnki:
    """The program in another process, and the files that go to it and come from it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.profiles.api.anki_program", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def ask(self, name: str, **arguments: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([name, arguments]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def take(self, person: Person, query: str = "") -> dict[str, int]:
        """The deck file of a learner, into Anki."""
        answer = person.get(f"/api/flashcards/deck.apkg{query}")
        found: dict[str, int] = self.ask("open_deck", path=self._file("apkg", answer.content))
        return found

    def take_text(self, person: Person) -> dict[str, int]:
        answer = person.get("/api/flashcards/deck.txt")
        found: dict[str, int] = self.ask("open_text", path=self._file("txt", answer.content))
        return found

    def bring(self, person: Person, *, query: str = "", **options: bool) -> Any:
        """Anki's text, to the learner."""
        path = self._file("txt", b"")
        self.ask("export_text", path=path, **options)
        text = Path(path).read_bytes()
        address = f"/api/flashcards/import{query}"
        return person.django.post(address, text, content_type="text/plain").json()

    def notes(self) -> dict[str, Any]:
        """By the fronts."""
        return {note["fields"][0]: note for note in self.ask("notes")}

    def _file(self, ending: str, content: bytes) -> str:
        path = self._folder / f"{next(self._numbers)}.{ending}"
        path.write_bytes(content)
        return str(path)


@pytest.fixture
def anki(tmp_path: Path) -> Iterator[RealAnki]:
    running = RealAnki(tmp_path)
    yield running
    running.process.communicate()


def _keep(*fronts: str, **more: Any) -> Person:
    contents = [card_content(front, **more) for front in fronts]
    cards.save("ann", "Medicine", contents, now=NOW)
    return signed_in("ann")


def _edit(person: Person, front: str, /, **changes: str) -> None:
    card = Flashcard.objects.get(front=front)
    assert person.send("PATCH", f"/api/flashcards/{card.id}", changes).status_code == 200


def _counts(answer: Any) -> tuple[int, ...]:
    return tuple(answer[name] for name in ("saved", "existing", "updated", "skipped"))


def test_a_deck_that_is_taken_twice_changes_nothing_and_keeps_its_order(anki: RealAnki) -> None:
    fronts = [f"term {number}" for number in range(12)]
    ann = _keep(*fronts)

    assert anki.take(ann)["new"] == 12
    first = anki.ask("notes")
    assert anki.take(ann) == {"new": 0, "updated": 0, "duplicate": 12, "conflicting": 0}

    assert anki.ask("notes") == first
    assert [note["fields"][0] for note in first] == fronts
    assert anki.ask("is_sound")


def test_an_edit_here_updates_its_note_and_no_other(anki: RealAnki) -> None:
    ann = _keep("artery", "vein")
    anki.take(ann)

    _edit(ann, "artery", back="a vessel\nfrom the heart")

    assert anki.take(ann)["updated"] == 1
    assert anki.notes()["artery"]["fields"][1] == "a vessel<br>from the heart"
    assert len(anki.notes()) == 2


def test_an_edit_there_survives_until_something_changed_here(anki: RealAnki) -> None:
    ann = _keep("artery", "vein")
    anki.take(ann)
    anki.ask("edit", guid=anki.notes()["artery"]["guid"], fields={"Back": "edited there"})

    anki.take(ann)

    assert anki.notes()["artery"]["fields"][1] == "edited there"


def test_the_way_there_and_back_and_there_again_loses_nothing(anki: RealAnki) -> None:
    ann = _keep("artery", "vein", "H₂O [x] {{c1::y}} <b>", back='lines\nand "quotes" & a < b')
    anki.take(ann)
    artery = anki.notes()["artery"]["guid"]
    anki.ask("edit", guid=artery, fields={"Back": "<b>edited</b><br>there"}, tag="mine")
    _edit(ann, "vein", back="edited here")

    back = anki.bring(ann)

    assert _counts(back) == (0, 2, 1, 0)
    kept = dict(Flashcard.objects.values_list("front", "back"))
    assert (kept["artery"], kept["vein"]) == ("edited\nthere", "edited here")
    assert Flashcard.objects.get(front="artery").tags == "mine"
    assert anki.take(ann) == {"new": 0, "updated": 1, "duplicate": 2, "conflicting": 0}
    there = anki.notes()
    assert there["artery"]["fields"][1] == "<b>edited</b><br>there"
    assert "mine" in there["artery"]["tags"]
    assert there["vein"]["fields"][1] == "edited here"
    assert _counts(anki.bring(ann)) == (0, 3, 0, 0)
    assert len(there) == Flashcard.objects.count() == 3


@pytest.mark.parametrize("with_html", [True, False], ids=["html", "plain"])
def test_no_text_whatever_is_an_edit_by_having_been_there(anki: RealAnki, with_html: bool) -> None:
    pieces = [
        *GRAMMAR,
        "<b>bold</b>",
        "&lt;",
        "\\(x^2\\)",
        "[latex]",
        "#",
        "{{Front}}",
        "c1::",
        "  ",
        "\n\n",
        "é",
        "e\u0301",
    ]
    choose = random.Random(7).choices
    fronts = {f"{n} " + "".join(choose(pieces, k=6)).strip() for n in range(150)}
    ann = _keep(*sorted(fronts), back="".join(choose(pieces, k=30)).strip())
    assert anki.take(ann)["new"] == len(fronts)
    before = sorted(Flashcard.objects.values_list("front", "back"))

    back = anki.bring(ann, with_html=with_html)

    assert _counts(back) == (0, len(fronts), 0, 0), back["problems"]
    assert sorted(Flashcard.objects.values_list("front", "back")) == before


def test_an_edit_here_that_has_gone_out_is_not_undone_by_an_old_text(anki: RealAnki) -> None:
    ann = _keep("artery")
    anki.take(ann)
    _edit(ann, "artery", back="edited here")
    ann.get("/api/flashcards/deck.apkg")  # and never opened in Anki

    back = anki.bring(ann)

    assert _counts(back) == (0, 1, 0, 0)
    assert Flashcard.objects.get().back == "edited here"


def test_what_was_edited_on_both_sides_stays_here_and_is_told(anki: RealAnki) -> None:
    ann = _keep("artery")
    anki.take(ann)
    anki.ask("edit", guid=anki.notes()["artery"]["guid"], fields={"Back": "edited there"})
    _edit(ann, "artery", back="edited here")

    back = anki.bring(ann)

    assert back["skipped"] == 1
    assert "edited here and in the file" in back["problems"][0]["problem"]
    assert Flashcard.objects.get().back == "edited here"


def test_a_text_without_html_is_no_edit(anki: RealAnki) -> None:
    ann = _keep("artery", "vein", back="one line\nand another")
    anki.take(ann)
    markup = "<ol><li>x<sup>(2−)</sup></li><li><ruby>字<rt>じ</rt></ruby></li></ol><table><tr><td>1<td>2</table>"
    anki.ask("edit", guid=anki.notes()["artery"]["guid"], fields={"Back": markup})
    assert _counts(anki.bring(ann)) == (0, 1, 1, 0)

    assert _counts(anki.bring(ann, with_html=False)) == (0, 2, 0, 0)
    backs = dict(Flashcard.objects.values_list("front", "back"))
    assert backs == {"artery": "1. x⁽²⁻⁾\n2. 字(じ)\n1 | 2", "vein": "one line\nand another"}
    anki.ask("edit", guid=anki.notes()["vein"]["guid"], fields={"Back": "x<sup>3</sup>"})
    assert _counts(anki.bring(ann, with_html=False)) == (0, 1, 1, 0)


def test_a_text_without_guids_doubles_nothing(anki: RealAnki) -> None:
    ann = _keep("artery", "vein", back="one line\nand another")
    anki.take(ann)
    table = "<table><tr><td>in</td><td>out</td></tr></table>H<sub>2</sub>O"
    anki.ask("add", note_type="Basic", deck="English", fields=["<ul><li>a</ul>", table], tags=[])
    anki.bring(ann)

    assert _counts(anki.bring(ann, with_html=False, with_guid=False)) == (0, 3, 0, 0)


def test_a_field_that_was_edited_there_goes_before_the_tag_of_the_same_meaning(
    anki: RealAnki,
) -> None:
    ann = _keep("artery")
    anki.take(ann)
    anki.ask("edit", guid=anki.notes()["artery"]["guid"], fields={"Difficulty": "expert"})

    assert _counts(anki.bring(ann)) == (0, 0, 1, 0)
    assert Flashcard.objects.get().difficulty == "expert"
    assert Flashcard.objects.get().tags == ""


def test_ankis_own_notes_come_with_their_meaning_and_their_edits_go_back(anki: RealAnki) -> None:
    ann = signed_in("ann")
    guid = anki.ask(
        "add", note_type="Basic", deck="German", fields=["Essen", "food"], tags=["noun"]
    )
    anki.ask("add", note_type="Basic", deck="German", fields=["essen", "to eat"], tags=["verb"])
    gaps = ["The {{c1::heart}} pumps {{c2::blood::a fluid}}.", "see page 3"]
    anki.ask("add", note_type="Cloze", deck="Medicine", fields=gaps, tags=[])

    assert _counts(anki.bring(ann)) == (3, 0, 0, 0)
    gap = Flashcard.objects.get(subject="Medicine")
    assert gap.front == "The […] pumps [a fluid]."
    assert (gap.back, gap.example) == ("heart; blood\nsee page 3", "The heart pumps blood.")
    card = Flashcard.objects.get(front="Essen")
    assert (card.note_id, card.subject, card.topic) == (guid, "German", "noun")
    before = anki.notes()
    _edit(ann, "Essen", back="a meal")
    anki.take(ann)
    assert anki.take_text(ann) == {"new": 0, "updated": 1}

    after = anki.notes()
    assert after["Essen"]["fields"] == ["Essen", "a meal"]
    assert after["Essen"]["tags"] == ["noun"]
    assert {k: v for k, v in after.items() if k != "Essen"} == {
        k: v for k, v in before.items() if k != "Essen"
    }
    assert _counts(anki.bring(ann)) == (0, 3, 0, 0)


def test_a_side_that_was_not_edited_here_keeps_its_html_in_anki(anki: RealAnki) -> None:
    ann = signed_in("ann")
    ruby = "<ruby>\u6f22\u5b57<rt>kanji</rt></ruby>"
    guid = anki.ask("add", note_type="Basic", deck="Words", fields=[ruby, "letters"], tags=[])
    assert _counts(anki.bring(ann)) == (1, 0, 0, 0)

    _edit(ann, "\u6f22\u5b57(kanji)", back="Chinese letters")
    assert anki.take_text(ann) == {"new": 0, "updated": 1}
    assert anki.notes()[ruby]["fields"] == [ruby, "Chinese letters"]

    anki.ask("edit", guid=guid, fields={"Back": "<b>Chinese</b> letters"})
    assert _counts(anki.bring(ann)) == (0, 1, 0, 0)
    _edit(ann, "\u6f22\u5b57(kanji)", front="\u6f22\u5b57")
    anki.take_text(ann)
    assert anki.notes()["\u6f22\u5b57"]["fields"] == ["\u6f22\u5b57", "<b>Chinese</b> letters"]


def test_a_preview_says_what_would_be_and_writes_nothing(anki: RealAnki) -> None:
    ann = signed_in("ann")
    anki.ask("add", note_type="Basic", deck="German", fields=["Essen", "food"], tags=[])

    told = anki.bring(ann, query="?dryRun=true")

    assert (told["dryRun"], told["saved"], told["flashcards"][0]["front"]) == (True, 1, "Essen")
    assert not Flashcard.objects.exists()
