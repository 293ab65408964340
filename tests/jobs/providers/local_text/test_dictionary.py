"""Translated backs, from dictionaries a user has installed."""

import gzip
import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest

from jobs.errors import UnusableInput
from jobs.providers.local_text import VERSION, offers
from jobs.providers.local_text.build import ding, freedict, german
from jobs.providers.local_text.build.dictionaries import (
    CannotBuild,
    fetch,
    german_in_itself,
    known_senses,
    over_german,
    turned,
)
from jobs.providers.local_text.build.entries import Line, write
from jobs.providers.local_text.build.synonyms import joined
from jobs.providers.local_text.dictionary import Dictionary, Translator
from jobs.providers.local_text.lexicon import Lexicon
from jobs.providers.local_text.model import LocalTextModel
from tests.jobs.providers.local_text.study import ENGLISH, GERMAN, SPANISH, request, study_text

DING = [
    "# Version :: devel",
    "Auszug {m} [relig.] :: recession",
    "Rezession {f}; Abschwung {m} [econ.] | Rezessionen {pl} :: recession | recessions",
    "Inflation {f} [econ.] :: inflation",
    "Herzversagen {n}; Herzinsuffizienz {f} [med.] :: heart failure; cardiac failure",
    "zurückgehen {vi} :: to recede",
]


@pytest.fixture
def dictionaries(tmp_path: Path) -> Path:
    write(tmp_path / "en-de.sqlite", ding.english_german(DING))
    write(tmp_path / "de-en.sqlite", ding.german_english(DING))
    return tmp_path


def test_the_native_word_is_on_the_back(engine_dir: Path, dictionaries: Path) -> None:
    model = LocalTextModel(engine_dir, dictionaries)
    cards = model.cards(request(study_text("cardiology"), native=GERMAN)).value
    card = next(card for card in cards if card.front == "heart failure")
    assert (card.back, card.back_source) == (
        "Herzversagen (n), Herzinsuffizienz (f)",
        "translation",
    )


def test_what_the_dictionary_lacks_is_defined_and_says_so(
    engine_dir: Path, dictionaries: Path
) -> None:
    model = LocalTextModel(engine_dir, dictionaries)
    cards = model.cards(request(study_text("cardiology"), native=GERMAN)).value
    card = next(card for card in cards if card.front == "thrombus")
    assert card.back_source == "definition"
    assert "blood clot" in card.back


def test_a_line_that_has_the_word_third_does_not_win_by_its_field(tmp_path: Path) -> None:
    lines = ["Vertrag {m} :: contract", "Finanzkontrakt {m} [fin.] :: future; futures deal; contract", "Geldmarkt {m} [fin.] :: money market"]  # fmt: skip
    write(tmp_path / "en-de.sqlite", ding.english_german(lines))
    translator = Translator(Dictionary(tmp_path / "en-de.sqlite"), ["money market"], "Law", "de")
    assert translator.translation(["contract"], "n").startswith("Vertrag (m)")


def test_without_a_dictionary_the_learner_is_told(model: LocalTextModel) -> None:
    answer = model.cards(request(study_text("law"), native=GERMAN))
    assert "No German dictionary" in answer.notes[0]
    assert {card.back_source for card in answer.value} <= {"definition", "text"}


def test_a_learner_of_the_own_language_gets_definitions_and_no_note(model: LocalTextModel) -> None:
    answer = model.cards(request(study_text("law")))
    assert answer.notes == ()
    assert {card.back_source for card in answer.value} <= {"definition", "text"}


def test_the_field_of_the_text_decides_between_translations(dictionaries: Path) -> None:
    dictionary = Dictionary(dictionaries / "en-de.sqlite")
    translator = Translator(dictionary, ["inflation", "recession"], "Economics", "de")
    assert translator.translation(["recession"], "n") == "Rezession (f), Abschwung (m)"


LAW = [
    "Inkaufnahme {f} [jur.] :: acceptance",
    "Vertragsannahme {f}; Annahme {f} [jur.] :: acceptance of contract; acceptance",
    "Annahme {f}; Akzeptanz {f} :: acceptance",
    "Endabnahme {f} [adm.] :: acceptance",
    "Klage {f} [jur.] :: lawsuit",
    "Urteil {n} [jur.] :: judgement",
]


@pytest.mark.parametrize(
    ("lines", "words", "subject", "term", "said"),
    [
        (LAW, ["lawsuit"], "Study", "acceptance", "Annahme (f), Vertragsannahme (f)"),
        (LAW, ["acceptance"], "Contract law", "acceptance", "Annahme (f), Vertragsannahme (f)"),
        (LAW, ["acceptance"], "Study", "acceptance", ""),  # of many senses none is told
        (["Bank {f} :: bank", "Ufer {n} :: bank", "Damm {m} :: bank"], ["bank"], "History", "bank", ""),
        # Of two senses the one that is the same word, or much commoner.
        (["Humus {m} :: humus", "Kichererbsen-Paste {f} :: houmous; humus"], [], "", "humus", "Humus (m)"),
        (["Wasser {n} :: water", "Wasserwelle {f} :: water wave; water"], [], "", "water", "Wasser (n)"),
        (["Dohle {f} :: daw", "Dogge {f} :: daw"], [], "", "daw", ""),
        # Lines that share a word are one sense; the known word stands first, and no explanation beside it.
        (["Angebot {n}; Offerte {f} [econ.] :: offer", "Angebot {n} :: offer"], [], "", "offer", "Angebot (n), Offerte (f)"),
        (["Betrachtungsparallaxe {f}; Parallaxe {f} :: parallax"], [], "", "parallax", "Parallaxe (f), Betrachtungsparallaxe (f)"),
        (["Polyurie {f}; übermäßige Harnausscheidung {f} :: polyuria"], [], "", "polyuria", "Polyurie (f)"),
        # A line without a part of speech only where no noun is.
        (["Zellkern... :: nucleus; nuclear", "Zellkern {m} :: nucleus"], [], "", "nucleus", "Zellkern (m)"),
        # No verb, participle or word of former times for a noun.
        (["beheben {vt} :: to remedy", "umzäunend :: picketing"], [], "", "remedy", ""),
        (["beheben {vt} :: to remedy", "umzäunend :: picketing"], [], "", "picketing", ""),
        (["Heer {n} [mil.] [hist.] :: host"], [], "Computing", "host", ""),
    ],
)  # fmt: skip
def test_a_word_has_one_sense_that_something_speaks_for(
    tmp_path: Path, lines: list[str], words: list[str], subject: str, term: str, said: str
) -> None:
    write(tmp_path / "en-de.sqlite", ding.english_german(lines))
    translator = Translator(Dictionary(tmp_path / "en-de.sqlite"), words, subject, "de")
    assert translator.translation([term], "n") == said


def test_a_word_in_a_language_that_nobody_has_counted_is_looked_up_all_the_same(
    tmp_path: Path,
) -> None:
    lines = [Line("humus", "n", "", 0, "hummus"), Line("humus", "n", "", 0, "terrae")]
    write(tmp_path / "en-la.sqlite", lines)
    assert Translator(Dictionary(tmp_path / "en-la.sqlite"), [], "", "la").translation(["humus"], "n") == "hummus"  # fmt: skip


SPANISH_LINES = [
    "Rezession {f} :: recession",
    "Energie {f} :: energy",
    "Verbindung {f} [chem.] :: compound",
    "Anlage {f}; Gelände {n} :: compound",
    "Ernte {f} [agr.] :: crop",
    "Haarschopf {m} :: crop",
    "Bruch {m} :: breach",
]


def test_another_language_is_reached_over_german_where_a_second_way_confirms_it(
    tmp_path: Path,
) -> None:
    there = ["Rezession <n>\nrecesión", "Energie <n>\n1. energía\n2. fuerza", "Haarschopf <n>\ncopete", "Verbindung <n>\n1. enlace\n2. compuesto", "Bruch <n>\n1. ruina\n2. grieta"]  # fmt: skip
    freedict_files(tmp_path, "deu-spa", there)
    freedict_files(tmp_path, "spa-deu", ["recesión <n>\nRezession", "copete <n>\nHaarschopf"])
    freedict_files(tmp_path, "eng-spa", ["energy\nvirtud", "compound\nenlace", "breach\nhueco"])
    found = over_german(list(ding.english_german(SPANISH_LINES)), tmp_path, "es")
    known = {(n.word, n.domains, n.translation) for told in found for n in known_senses(told)}

    # `virtud` is in one dictionary alone. The commonest senses of `compound` and `crop` have no translation.
    assert known == {
        ("recession", "", "recesión"),
        ("energy", "", "energía"),
        ("crop", "agr.", ""),
    } | {("compound", "chem.", "enlace")}
    assert {(n.word, n.translation) for n in turned(found)} >= {("copete", "crop")}


def freedict_files(tmp_path: Path, name: str, articles: list[str]) -> None:
    directory = tmp_path / "usr/share/dictd"
    directory.mkdir(parents=True, exist_ok=True)
    start, index, whole = 0, "", b""
    for article in (article.encode() for article in articles):
        index += f"{article.split()[0].decode()}\t{encoded(start)}\t{encoded(len(article))}\n"
        start, whole = start + len(article), whole + article
    (directory / f"freedict-{name}.dict.dz").write_bytes(gzip.compress(whole))
    (directory / f"freedict-{name}.index").write_text(index)


def test_german_text_is_read_with_a_german_dictionary(engine_dir: Path, dictionaries: Path) -> None:
    text = "Die Rezession begann früh. Auch die Inflation stieg, und am Ende drohte Herzversagen."
    model = LocalTextModel(engine_dir, dictionaries)
    cards = model.cards(request(text, native=ENGLISH, target=GERMAN)).value
    assert {card.front: card.back for card in cards} == {
        "Rezession": "recession",
        "Inflation": "inflation",
        "Herzversagen": "heart failure, cardiac failure",
    }


GLOSSES = """Kaufvertrag	Vereinbarung über den Erwerb einer Sache
Recht	staatlich festgelegte Ordnung | Befugnis einer Person
Käuferin	weibliche Person, die etwas kauft
Klassen	deutschsprachiger Nachname, Familienname
kaufen	etwas gegen Geld erwerben wollen
"""


def test_german_is_explained_in_itself_where_its_dictionary_is_installed(
    engine_dir: Path, tmp_path: Path
) -> None:
    wheel = tmp_path / "glosses.whl"
    with ZipFile(wheel, "w") as archive:
        archive.writestr(german._GLOSSES, gzip.compress(GLOSSES.encode()))
        archive.writestr("x/licenses/LICENSE-WIKTIONARY", "CC-BY-SA")
    assert offers.refusal(tmp_path, GERMAN, GERMAN, "")
    assert german_in_itself(wheel, tmp_path) == ("de-de", 1)
    assert (tmp_path / "de-de.LICENSE.txt").read_text() == "CC-BY-SA"
    assert not offers.refusal(tmp_path, GERMAN, GERMAN, "")
    assert offers.refusal(tmp_path, SPANISH, SPANISH, "")

    text = "Durch den Kaufvertrag wird die Käuferin Inhaberin eines Rechts in allen Klassen."
    answer = LocalTextModel(engine_dir, tmp_path).cards(request(text, native=GERMAN, target=GERMAN))

    assert [(card.front, card.back, card.back_source) for card in answer.value] == [
        ("Kaufvertrag", "Vereinbarung über den Erwerb einer Sache", "definition")
    ]
    assert answer.notes == ()


def test_a_german_word_is_looked_up_in_its_basic_form_and_whole(
    engine_dir: Path, tmp_path: Path
) -> None:
    lines = ["Getränk {n} :: drink", "Getränken {n} :: drenching", "Sech {n}; Sach {n} :: coulter"]
    write(tmp_path / "de-en.sqlite", ding.german_english(lines))
    text = "Von Getränken steht nichts im Gesetz. Der Käufer ist frei von Sach- und Rechtsmangel."
    cards = LocalTextModel(engine_dir, tmp_path).cards(request(text, target=GERMAN)).value
    assert {card.front: card.back for card in cards} == {"Getränk": "drink"}


def test_english_words_of_one_sense_are_one_translation(engine_dir: Path) -> None:
    lines = [Line("huelga", "n", "", 0, said) for said in ("capital punishment", "death penalty", "executions", "execution", "england")]  # fmt: skip
    found = list(joined([Line("huelga", "a", "", 0, "capital"), *lines], Lexicon(engine_dir)))
    assert [line.translation for line in found] == ["capital punishment, death penalty, execution", "England", "capital"]  # fmt: skip


def test_common_words_are_asked_for_where_there_are_few_others(
    engine_dir: Path, tmp_path: Path
) -> None:
    spanish = {"burguesía": "bourgeoisie", "deuda": "debt", "guerra": "war"}
    write(
        tmp_path / "es-en.sqlite", (Line(word, "n", "", 0, said) for word, said in spanish.items())
    )
    text = "La burguesía pagó la deuda, y los obreros de la ciudad no querían otra guerra."
    cards = LocalTextModel(engine_dir, tmp_path).cards(request(text, target=SPANISH)).value
    assert {card.front for card in cards} == {"burguesía", "deuda"}


def test_a_language_without_a_dictionary_is_refused_in_words(model: LocalTextModel) -> None:
    with pytest.raises(UnusableInput, match="Spanish"):
        model.cards(request("La inflación es un problema.", target=SPANISH))


def test_text_in_another_language_than_the_one_to_learn_is_refused(model: LocalTextModel) -> None:
    with pytest.raises(UnusableInput, match="does not seem to be in English"):
        model.cards(request("Die Herzkammer pumpt das Blut in die Aorta. Das Herz schlägt weiter."))


def test_a_damaged_dictionary_is_as_good_as_none(engine_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "en-de.sqlite").write_bytes(b"nonsense")
    model = LocalTextModel(engine_dir, tmp_path)
    answer = model.cards(request(study_text("law"), native=GERMAN))
    assert {card.back_source for card in answer.value} <= {"definition", "text"}


def test_a_freedict_dictionary_is_read_with_its_senses(tmp_path: Path) -> None:
    article = "Zelle /t͡sɛlə/ <n, fem>\n1. célula\nkleinste Einheit\n2. celda\nkleiner Raum".encode()
    with gzip.open(tmp_path / "freedict-deu-spa.dict.dz", "wb") as file:
        file.write(article)
    length = freedict.number("B" + "A")
    assert length == 64
    (tmp_path / "freedict-deu-spa.index").write_text(f"zelle\tA\t{encoded(len(article))}\n")
    assert list(freedict.articles(tmp_path, "deu-spa")) == [
        freedict.Article("Zelle", True, (("célula",), ("celda",)))
    ]


def encoded(value: int) -> str:
    digits = list(freedict.DIGITS)
    return digits[value // 64] + digits[value % 64]


def test_where_there_is_no_apt_the_builder_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("apt-get") is None
    with pytest.raises(CannotBuild, match="apt-get is not here"):
        fetch(["trans-de-en"], tmp_path)


def test_a_dictionary_that_is_installed_later_is_seen_at_once(
    engine_dir: Path, tmp_path: Path
) -> None:
    model = LocalTextModel(engine_dir, tmp_path)
    before = model.version
    text = "A thrombus is a clot. The thrombus grows. Heart failure is a syndrome of the heart."
    assert model.cards(request(text, native=GERMAN)).notes
    write(tmp_path / "en-de.sqlite", ding.english_german(DING))
    assert model.version != before
    assert any(
        c.back_source == "translation" for c in model.cards(request(text, native=GERMAN)).value
    )


def test_translated_cards_come_first_and_the_note_counts_the_others(
    engine_dir: Path, dictionaries: Path
) -> None:
    answer = LocalTextModel(engine_dir, dictionaries).cards(
        request(study_text("cardiology"), native=GERMAN)
    )
    sources = [card.back_source == "translation" for card in answer.value]
    assert sources == sorted(sources, reverse=True)
    assert str(sources.count(False)) in answer.notes[0]


def test_a_place_that_is_no_folder_holds_no_dictionaries(tmp_path: Path) -> None:
    nowhere, file = tmp_path / "nowhere", tmp_path / "file"
    file.touch()
    assert offers.version(nowhere) == offers.version(file) == VERSION
