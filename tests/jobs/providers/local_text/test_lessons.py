"""Lessons without any service: terms, topics and meanings of the text and the dictionaries, nothing made up."""

from dataclasses import replace
from pathlib import Path

import pytest

from jobs.errors import UnusableInput
from jobs.kinds.lesson.handler import make_lessons
from jobs.kinds.lesson.result import LessonInput, LessonResult
from jobs.kinds.study.text import AI_SELECTION
from jobs.providers.local_text.build import ding
from jobs.providers.local_text.build.entries import write
from jobs.providers.local_text.model import LocalTextModel
from tests.jobs.kinds.scripted import Context
from tests.jobs.providers.lesson_requests import CONVERSATION, VOCABULARY
from tests.jobs.providers.local_text.study import SEEN, UNSEEN, study_text

DING = [
    "Kardiologie {f} [med.] :: cardiology",
    "Herzversagen {n}; Herzinsuffizienz {f} [med.] :: heart failure; cardiac failure",
]
ENGLISH = {"code": "en", "name": "English"}
GERMAN = {"code": "de", "name": "German"}


def lessons(
    model: LocalTextModel, text: str, subject: str = "Cardiology", native: dict[str, str] = ENGLISH
) -> LessonResult:
    inputs = LessonInput(
        content=text,
        subject=subject,
        topic=AI_SELECTION,
        nativeLanguage={"code": native["code"], "name": native["name"]},
        targetLanguage={"code": "en", "name": "English"},
        sourceFileName="notes.txt",
    )
    return make_lessons(inputs, Context(model))


@pytest.fixture
def german_model(engine_dir: Path, tmp_path: Path) -> LocalTextModel:
    write(tmp_path / "en-de.sqlite", ding.english_german(DING))
    return LocalTextModel(engine_dir, tmp_path)


def test_headings_are_the_topics(model: LocalTextModel) -> None:
    result = lessons(model, study_text("cardiology"))

    assert [lesson["title"] for lesson in result["lessons"]] == [
        "Cardiology - Heart failure",
        "Cardiology - Rhythm disorders",
        "Cardiology - Treatment",
    ]
    assert "warnings" not in result
    assert (result["provider"], result["tokenUsage"]) == ("local", 0)


@pytest.mark.parametrize("name", [*SEEN, *UNSEEN])
def test_every_entry_is_explained_and_its_example_is_a_sentence_of_the_text(
    model: LocalTextModel, name: str
) -> None:
    text = study_text(name)
    plain = " ".join(text.split())
    result = lessons(model, text, name.rpartition("/")[2].capitalize())

    for lesson in result["lessons"]:
        assert lesson["conversation"] == []
        assert "no made-up conversation" in lesson["conversationReason"]
        assert len(lesson["vocabulary"]) >= 3
        for entry in lesson["vocabulary"]:
            assert entry["definition"]
            assert entry["keyword"].lower() in entry["exampleTarget"].lower()
            assert entry["exampleTarget"] in plain
            assert (entry["translation"], entry["exampleNative"]) == ("", "")


def test_exercises_hold_nothing_that_the_vocabulary_does_not(model: LocalTextModel) -> None:
    for lesson in lessons(model, study_text("economics"), "Economics")["lessons"]:
        terms = {entry["keyword"] for entry in lesson["vocabulary"]}
        meanings = {entry["definition"] for entry in lesson["vocabulary"]}
        kinds = set()
        for exercise in lesson["exercises"]:
            kinds.add(exercise["type"])
            if exercise["type"] == "cloze":
                assert set(exercise["choices"]) <= terms
            if exercise["type"] == "matching":
                assert set(exercise["meanings"]) <= meanings
        assert {"cloze", "matching"} <= kinds


def test_terms_and_the_subject_are_translated_by_a_dictionary(
    german_model: LocalTextModel,
) -> None:
    result = lessons(german_model, study_text("cardiology"), native=GERMAN)

    first = result["lessons"][0]
    assert first["title"] == "Kardiologie - Heart failure"
    heart_failure = next(e for e in first["vocabulary"] if e["keyword"] == "heart failure")
    assert heart_failure["translation"] == "Herzversagen (n), Herzinsuffizienz (f)"
    assert heart_failure["definition"].startswith("a clinical syndrome")
    assert any(entry["translation"] == "" for entry in first["vocabulary"])


def test_without_a_dictionary_the_learner_is_told(model: LocalTextModel) -> None:
    result = lessons(model, study_text("cardiology"), native=GERMAN)

    assert result["warnings"] == [
        "No German dictionary is installed, so the terms are explained in English."
    ]
    assert result["lessons"][0]["title"] == "Cardiology - Heart failure"


def test_it_explains_no_terms_that_it_has_not_found(model: LocalTextModel) -> None:
    found = model.vocabulary(VOCABULARY)
    assert ([entry.keyword for entry in found.value], found.is_partial) == (
        ["coronary artery"],
        True,
    )
    with pytest.raises(UnusableInput):
        model.vocabulary(replace(VOCABULARY, keywords=("syzygy",)))
    with pytest.raises(UnusableInput):
        model.conversation(CONVERSATION)


def test_a_text_without_terms_is_refused(model: LocalTextModel) -> None:
    with pytest.raises(UnusableInput):
        lessons(model, "and or but " * 5)


def test_a_short_text_gives_a_small_lesson(model: LocalTextModel) -> None:
    text = "The mitochondrion makes adenosine triphosphate. Cyanide blocks cytochrome oxidase."

    (lesson,) = lessons(model, text, "Biology")["lessons"]

    assert {entry["keyword"] for entry in lesson["vocabulary"]} >= {"mitochondrion"}


def test_a_list_in_two_languages_has_translations_and_no_definitions(model: LocalTextModel) -> None:
    text = "the knee - das Knie\nthe elbow - der Ellenbogen\nthe ankle - der Knöchel\nthe wrist - das Handgelenk"

    [lesson] = lessons(model, text, "Body", GERMAN)["lessons"]

    told = {(e["keyword"], e["definition"], e["translation"]) for e in lesson["vocabulary"]}
    assert ("knee", "", "das Knie") in told
    assert [made["type"] for made in lesson["exercises"]] == ["matching"]
