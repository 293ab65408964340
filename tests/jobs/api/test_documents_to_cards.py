"""From a document to cards or lessons in one go: by a document that was read before, or by the file itself."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import Settings

from jobs import creation, lifecycle, runner
from jobs.kinds.study.sources import STUDY_CHARACTERS, shortened
from jobs.models import Job
from tests import offices, papers
from tests.jobs import rows
from tests.jobs.api.files import send
from tests.people import GENERATE, claiming, signed_in

pytestmark = pytest.mark.django_db

LESSON = "/api/ai/generate-lesson"
TEXT = (
    "The heart pumps blood. An artery carries blood away from the heart. A vein brings it back. "
    "The lung takes oxygen from the air. The kidney filters the blood. The liver makes bile."
)
ABOUT = {"subject": "Medicine", "topic": "The heart"}
BOTH = pytest.mark.parametrize("path", [GENERATE, LESSON])


@pytest.fixture(autouse=True)
def _folder(tmp_path: Any, settings: Settings) -> None:
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    local_in = {**local, "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": local_in}


def document(user_id: str = "ann", text: str = TEXT) -> str:
    """A document that has been read."""
    now = timezone.now()
    job = creation.new_job("document", user_id, {}, max_attempts=3, now=now)
    creation.create([job])
    result = {"success": True, "text": text, "pages": [text], "filenames": ["heart.pdf"]}
    lifecycle.complete(rows.claimed(job, now=now), result, now=now)
    return job.id


def run(job_id: str) -> Job:
    runner.run(rows.claimed(Job.objects.get(pk=job_id), now=timezone.now()))
    return Job.objects.get(pk=job_id)


@BOTH
def test_a_document_that_was_read_stands_in_place_of_content(path: str) -> None:
    answer = claiming("ann").post(path, ABOUT | {"documentJobId": document()})

    assert answer.status_code == 202
    made = Job.objects.get(pk=answer.json()["jobId"]).input
    assert made["content"] == TEXT
    assert "documentJobId" not in made
    assert made["pageStarts"] == [0]
    assert made.get("sourceFileName") == (None if path == GENERATE else "heart.pdf")


def test_documents_of_the_same_text_are_the_same_work() -> None:
    first, again = (
        claiming("ann").post(GENERATE, ABOUT | {"documentJobId": document()}).json()["jobId"]
        for _ in range(2)
    )

    assert first == again


@BOTH
def test_the_document_of_another_does_not_exist(path: str) -> None:
    of_another = claiming("ann").post(path, ABOUT | {"documentJobId": document("ben")})
    of_nobody = claiming("ann").post(path, ABOUT | {"documentJobId": "document-none"})

    for answer in (of_another, of_nobody):
        assert (answer.status_code, answer.json()["code"]) == (404, "JOB_NOT_FOUND")


def test_what_is_no_document_that_has_been_read_is_refused_by_its_field() -> None:
    cards = claiming("ann").post(GENERATE, ABOUT | {"content": TEXT}).json()["jobId"]
    locked = document()
    Job.objects.filter(pk=locked).update(status="failed")

    for job_id in (cards, locked):
        answer = claiming("ann").post(GENERATE, ABOUT | {"documentJobId": job_id})
        assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")
        assert list(answer.json()["details"]["fields"]) == ["documentJobId"]


def test_two_sources_of_text_are_one_too_many() -> None:
    body = ABOUT | {"documentJobId": document(), "content": TEXT}
    answer = claiming("ann").post(GENERATE, body)

    assert answer.status_code == 400
    assert list(answer.json()["details"]["fields"]) == ["content", "documentJobId"]


@pytest.mark.parametrize(
    "body", [ABOUT, ABOUT | {"documentJobId": " "}, ABOUT | {"files": ["x"]}, ABOUT | {"pdf": "x"}]
)
def test_without_any_source_the_content_is_missing(body: dict[str, Any]) -> None:
    answer = claiming("ann").post(GENERATE, body)

    assert (answer.status_code, answer.json()["code"]) == (400, "MISSING_FIELDS")
    assert list(answer.json()["details"]["fields"]) == ["content"]


@pytest.mark.django_db(transaction=True)  # a lesson's steps are kept by threads of its own
@BOTH
def test_the_file_itself_is_read_and_worked_on_in_one_job(path: str) -> None:
    file = SimpleUploadedFile("heart.pdf", papers.pdf(TEXT.replace(". ", ".\n")))
    answer = send(claiming("ann"), path, pdf=file, **ABOUT)
    assert answer.status_code == 202

    job = run(answer.json()["jobId"])

    assert job.status == "completed", job.error
    made = job.result["flashcards" if path == GENERATE else "lessons"]
    assert made
    if path == LESSON:
        assert made[0]["sourceFileName"] == "heart.pdf"


@pytest.mark.django_db(transaction=True)
@BOTH
def test_the_same_files_under_other_names_are_the_same_work_and_answered_by_those(
    path: str,
) -> None:
    locked, readable = papers.locked_pdf(), papers.pdf(TEXT.replace(". ", ".\n"))

    def ask(name: str, other: str) -> Any:
        files = {
            "pdf": SimpleUploadedFile(name, locked),
            "document": SimpleUploadedFile(other, readable),
        }
        return send(claiming("ann"), path, **files, **ABOUT).json()

    job = run(ask("a", "b.pdf")["jobId"])
    again = ask("b.pdf", "c.pdf")

    assert (again["jobId"], again["fromCache"]) == (job.id, True)
    warning, *others = job.result["warnings"]
    assert warning.startswith("Picture 1 (a): ")
    assert again["result"]["warnings"] == [warning.replace("(a)", "(b.pdf)"), *others]
    if path == LESSON:
        assert _sources(job.result) == {"a"}
        assert _sources(again["result"]) == {"b.pdf"}


@pytest.mark.django_db(transaction=True)
def test_a_lesson_keeps_the_source_that_was_said_whatever_its_file_is_called() -> None:
    said = ABOUT | {"sourceFileName": "a.pdf"}

    def ask(name: str) -> Any:
        file = SimpleUploadedFile(name, papers.pdf(TEXT.replace(". ", ".\n")))
        return send(claiming("ann"), LESSON, pdf=file, **said).json()

    job = run(ask("a.pdf")["jobId"])

    assert _sources(job.result) == _sources(ask("b.pdf")["result"]) == {"a.pdf"}


def _sources(result: Any) -> set[str]:
    return {lesson["sourceFileName"] for lesson in result["lessons"]}


def test_a_file_that_cannot_be_read_makes_no_cards() -> None:
    file = SimpleUploadedFile("heart.pdf", papers.locked_pdf())
    job = run(send(claiming("ann"), GENERATE, pdf=file, **ABOUT).json()["jobId"])

    assert (job.status, job.error_code) == ("failed", "UNREADABLE_FILE")


def test_a_picture_of_a_wrong_type_is_refused_here_too() -> None:
    file = SimpleUploadedFile("heart.png", b"<svg/>")
    answer = send(claiming("ann"), GENERATE, images=[file], **ABOUT)

    assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.usefixtures("strict")
def test_a_form_names_what_is_missing_as_a_body_of_json_does() -> None:
    answer = send(signed_in("ann"), GENERATE, pdf=SimpleUploadedFile("x.pdf", papers.pdf("x")))

    assert answer.json()["error"] == "Missing required fields: content, subject, topic"
    assert list(answer.json()["details"]["fields"]) == ["subject", "topic"]


def test_of_a_long_document_as_much_is_used_as_makes_study_text() -> None:
    text = "A sentence of the book.\n\n" * 8000
    job_id = claiming("ann").post(GENERATE, ABOUT | {"documentJobId": document(text=text)}).json()

    made = Job.objects.get(pk=job_id["jobId"]).input
    assert 99_000 < len(made["content"]) <= STUDY_CHARACTERS
    assert made["content"].endswith("A sentence of the book.")
    assert made["warnings"] == [
        f"Only the first {len(made['content']):,} of {len(text):,} characters were used."
    ]
    assert shortened("short") == ("short", [])


@pytest.mark.django_db(transaction=True)
@BOTH
def test_slides_are_worked_on_as_well(path: str) -> None:
    slides = offices.pptx(*[offices.shape(text) for text in TEXT.split(". ")])
    file = SimpleUploadedFile("heart.pptx", slides)

    job = run(send(claiming("ann"), path, document=file, **ABOUT).json()["jobId"])

    assert job.status == "completed", job.error


@BOTH
def test_a_file_in_an_unknown_field_is_told_and_not_missed(path: str) -> None:
    file = SimpleUploadedFile("heart.pdf", papers.pdf(TEXT))
    answer = send(claiming("ann"), path, file=file, **ABOUT)

    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")
    assert "images, pdf, document" in answer.json()["details"]["fields"]["file"]
