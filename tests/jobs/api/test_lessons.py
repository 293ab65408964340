"""Asking for a lesson: as for flashcards, and where the text is from."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from jobs.models import Job
from tests.people import ASKED, GENERATE, claiming, nobody

pytestmark = pytest.mark.django_db

LESSON = "/api/ai/generate-lesson"


def _kept(**fields: Any) -> Any:
    answer = claiming("ann").post(LESSON, ASKED | fields)
    assert answer.status_code == 202, answer.content
    return Job.objects.get(pk=answer.json()["jobId"]).input


def test_a_lesson_is_a_job_of_its_own_kind_in_the_queue_of_the_model() -> None:
    answer = claiming("ann").post(LESSON, ASKED)

    body = answer.json()
    status = claiming("ann").get(body["statusUrl"]).json()
    assert body["message"] == "Lesson generation job queued successfully"
    assert body["jobId"].startswith("lesson-")
    assert (status["kind"], status["queue"], status["status"]) == ("lesson", "ai-jobs", "waiting")


def test_the_same_text_may_become_flashcards_and_a_lesson() -> None:
    ann = claiming("ann")
    asked = [ann.post(path, ASKED).json()["jobId"] for path in (GENERATE, LESSON, LESSON)]

    assert len(set(asked)) == 2
    assert asked[1] == asked[2]


def test_the_source_is_kept_and_makes_another_lesson() -> None:
    assert _kept()["sourceFileName"] == "Unknown Source"
    assert _kept(sourceFileName=None)["sourceFileName"] == "Unknown Source"
    assert _kept(sourceFileName=" ")["sourceFileName"] == "Unknown Source"
    assert _kept(sourceFileName="Herz.pdf")["sourceFileName"] == "Herz.pdf"
    assert Job.objects.count() == 2


@pytest.mark.parametrize("wrong", [7, ["a.pdf"], "x" * 201, "a\x00b"])
def test_a_source_that_is_no_name_is_refused(wrong: object) -> None:
    answer = claiming("ann").post(LESSON, ASKED | {"sourceFileName": wrong})

    assert answer.status_code == 400
    assert list(answer.json()["details"]["fields"]) == ["sourceFileName"]


def test_missing_fields_are_told_in_the_words_of_the_original() -> None:
    answer = nobody().post(LESSON, {"subject": "Biology"})

    assert answer.status_code == 400
    assert answer.json()["error"] == "Missing required fields: content, subject, topic, userId"


@pytest.mark.parametrize("name", ["nativeLanguage", "targetLanguage"])
def test_a_language_nobody_speaks_is_refused_and_costs_nothing(name: str) -> None:
    answer = claiming("ann").post(LESSON, ASKED | {name: "Klingonese"})

    assert answer.status_code == 400
    assert list(answer.json()["details"]["fields"]) == [name]
    assert not Job.objects.exists()


@pytest.mark.parametrize("said", ["es", "ES", "Spanish", " spanish ", "español"])
def test_one_language_written_five_ways_is_one_lesson(said: str) -> None:
    ann = claiming("ann")
    first = ann.post(LESSON, ASKED | {"nativeLanguage": "es"}).json()["jobId"]

    assert ann.post(LESSON, ASKED | {"nativeLanguage": said}).json()["jobId"] == first


def test_both_languages_may_be_the_same() -> None:
    kept = _kept(nativeLanguage="English", targetLanguage="en")

    assert kept["nativeLanguage"] == kept["targetLanguage"] == {"code": "en", "name": "English"}


def test_what_the_built_in_engine_cannot_explain_is_refused_before_any_work() -> None:
    answer = claiming("ann").post(LESSON, ASKED | {"nativeLanguage": "de", "targetLanguage": "de"})

    assert answer.status_code == 400
    assert list(answer.json()["details"]["fields"]) == ["targetLanguage"]
    assert not Job.objects.exists()


def test_what_will_be_missing_is_said_when_it_is_asked_for(
    settings: Settings, tmp_path: Path
) -> None:
    settings.DICTIONARIES_DIR = tmp_path
    ann = claiming("ann")

    said = ann.post(LESSON, ASKED | {"nativeLanguage": "Spanish"}).json()["warnings"]
    assert said == ["No Spanish dictionary is installed, so the terms are explained in English."]
    (tmp_path / "en-de.sqlite").touch()
    assert "warnings" not in ann.post(LESSON, ASKED | {"nativeLanguage": "German"}).json()
