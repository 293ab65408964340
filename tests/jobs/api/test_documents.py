"""Pictures and PDFs over HTTP: what is taken, what is refused and how, and what is left of it afterwards."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import Settings

from jobs import lifecycle, runner, sweep
from jobs.models import Job
from resilience.errors import KillSwitchOn
from resilience.runtime import runtime
from tests import offices, papers
from tests.jobs import rows
from tests.jobs.api.files import Bucket, kept, send
from tests.people import GENERATE, Person, claiming, nobody, signed_in
from tests.servers import ValkeyServer
from tests.speech import as_file, silence
from unilingo.common.multipart import CUT, NO_BOUNDARY, NO_PARTS, WRONG_BOUNDARY
from unilingo.http import body_limit

pytestmark = pytest.mark.django_db

IMAGE, PDF = "/api/process-image", "/api/process-pdf"
LESSON = "/api/ai/generate-lesson"
PNG = papers.encoded(papers.page("The heart pumps blood."))
TEXT_PDF = papers.pdf("The heart pumps blood.", "It has four chambers.")
MEGABYTE = 1 << 20


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    local_in = {**local, "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": local_in}
    return tmp_path


def images(who: Person, *contents: bytes, **more: Any) -> Any:
    files = [SimpleUploadedFile(f"page {n}.png", c) for n, c in enumerate(contents, start=1)]
    return send(who, IMAGE, images=files, **more)


def pdf(who: Person, content: bytes = TEXT_PDF, name: str = "notes.pdf", **more: Any) -> Any:
    return send(who, PDF, pdf=SimpleUploadedFile(name, content), **more)


def run(job_id: str) -> Job:
    runner.run(rows.claimed(Job.objects.get(pk=job_id), now=timezone.now()))
    return Job.objects.get(pk=job_id)


def refused(answer: Any, status: int, code: str, field: str) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    assert list(body["details"]["fields"]) == [field]
    assert not Job.objects.exists()
    return body


def test_a_pdf_is_accepted_and_read_and_its_file_is_gone(folder: Path) -> None:
    answer = pdf(claiming("ann"))
    body = answer.json()
    assert (answer.status_code, body["status"], body["estimatedTime"]) == (
        202,
        "queued",
        "5-60 seconds",
    )
    assert body["jobId"].startswith("document-")
    assert len(kept(folder)) == 1

    job = run(body["jobId"])

    assert job.status == "completed"
    assert job.result["pages"] == ["The heart pumps blood.", "It has four chambers."]
    assert job.result["filenames"] == ["notes.pdf"]
    assert kept(folder) == []
    state = claiming("ann").get(body["statusUrl"]).json()
    assert (state["kind"], state["queue"]) == ("document", "ai-jobs")


def test_the_same_files_are_answered_from_the_first_job_and_leave_nothing(folder: Path) -> None:
    first = pdf(claiming("ann")).json()["jobId"]
    running = pdf(claiming("ann"), name="copy.pdf").json()
    assert (running["jobId"], len(kept(folder))) == (first, 1)
    run(first)

    again = pdf(claiming("ann"))

    assert (again.status_code, again.json()["fromCache"]) == (200, True)
    assert again.json()["result"]["pageCount"] == 2
    assert kept(folder) == []
    assert pdf(claiming("ben")).json()["jobId"] != first


@pytest.mark.parametrize("path", [IMAGE, PDF, "/api/pronunciation-assess", GENERATE, LESSON])
def test_a_job_with_files_that_is_tried_again_answers_for_the_same_files(
    folder: Path, redis_server: ValkeyServer, path: str
) -> None:
    fields: dict[str, Any] = {
        IMAGE: {"images": PNG},
        PDF: {"pdf": TEXT_PDF},
        "/api/pronunciation-assess": {"audio": as_file(silence(1)), "referenceText": "The heart."},
        GENERATE: {"pdf": TEXT_PDF, "subject": "Biology", "topic": "The heart"},
        LESSON: {"pdf": TEXT_PDF, "subject": "Biology", "topic": "The heart"},
    }[path]

    def ask(name: str) -> str:
        files = {
            field: SimpleUploadedFile(name, value) if isinstance(value, bytes) else value
            for field, value in fields.items()
        }
        job_id: str = send(claiming("ann"), path, **files).json()["jobId"]
        return job_id

    job_id = ask("first")
    claiming("ann").post(f"/api/jobs/{job_id}/cancel", {})
    assert claiming("ann").post(f"/api/jobs/{job_id}/retry", {}).status_code == 202

    assert ask("second") == job_id


def test_the_names_of_a_replay_are_those_it_came_with(folder: Path) -> None:
    broken = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
    files = [("heart.png", PNG), ("heart.png.png", broken)]

    def ask(names: dict[str, str], **headers: str) -> Any:
        sent = [SimpleUploadedFile(names.get(name, name), content) for name, content in files]
        who = claiming("ann").django
        return who.post(IMAGE, {"images": sent}, headers={"user-id": "ann", **headers})

    first = run(ask({}).json()["jobId"]).result
    names = {"heart.png": "a.png", "heart.png.png": "heart.png"}
    again = ask(names).json()["result"]
    waited = ask(names, Prefer="wait=1").json()

    assert first["filenames"] == ["heart.png", "heart.png.png"]
    assert first["warnings"][0].startswith("Picture 2 (heart.png.png): ")
    assert again["filenames"] == waited["filenames"] == ["a.png", "heart.png"]
    assert again["warnings"] == waited["result"]["warnings"] == waited["warnings"]
    assert again["warnings"][0].startswith("Picture 2 (heart.png): ")


@pytest.mark.parametrize("end", ["failed", "cancelled"])
def test_a_job_whose_files_were_kept_no_longer_cannot_be_retried_and_says_why(
    folder: Path, redis_server: ValkeyServer, end: str
) -> None:
    job_id = pdf(claiming("ann")).json()["jobId"]
    now = timezone.now()
    if end == "failed":
        claim = rows.claimed(Job.objects.get(pk=job_id), now=now)
        lifecycle.fail(claim, rows.FAILURE, now=now)
    else:
        claiming("ann").post(f"/api/jobs/{job_id}/cancel", {})
    sweep.remove_unneeded_files(now + sweep.FILES_KEPT - timedelta(minutes=1))
    assert claiming("ann").post(f"/api/jobs/{job_id}/retry", {}).status_code == 202

    claiming("ann").post(f"/api/jobs/{job_id}/cancel", {})
    sweep.remove_unneeded_files(now + sweep.FILES_KEPT + timedelta(minutes=1))
    refused = claiming("ann").post(f"/api/jobs/{job_id}/retry", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "JOB_NOT_RETRYABLE")
    assert "send it again" in refused.json()["error"]
    assert Job.objects.get(pk=job_id).status == "cancelled"
    assert pdf(claiming("ann")).json()["jobId"] != job_id


def test_while_the_bucket_is_away_files_are_refused_and_jobs_wait(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    default = settings.STORAGES["default"] | {"BACKEND": "tests.jobs.api.files.Bucket"}
    settings.STORAGES = settings.STORAGES | {"default": default}
    job_id = pdf(claiming("ann")).json()["jobId"]

    monkeypatch.setattr(Bucket, "is_away", True)
    answer, job = pdf(claiming("ben")), run(job_id)

    assert (answer.status_code, answer.json()["code"]) == (503, "NOT_READY")
    assert (job.status, job.wait_reason) == ("delayed", "retry")
    assert len(kept(folder)) == Job.objects.count() == 1


def test_a_file_that_cannot_be_read_fails_the_job_and_is_gone(folder: Path) -> None:
    job = run(pdf(claiming("ann"), papers.locked_pdf()).json()["jobId"])

    assert (job.status, job.error_code, job.is_retryable) == ("failed", "UNREADABLE_FILE", False)
    assert "password" in job.error
    assert kept(folder) == []


@pytest.mark.parametrize(
    ("path", "said"), [(IMAGE, "No image files uploaded"), (PDF, "No PDF file uploaded")]
)
def test_a_form_without_files_is_told_in_the_words_of_the_original(path: str, said: str) -> None:
    field = "images" if path == IMAGE else "pdf"
    body = refused(send(claiming("ann"), path, other="x"), 400, "MISSING_FIELDS", field)

    assert body["error"] == said


def test_six_pictures_are_too_many() -> None:
    refused(images(claiming("ann"), *[PNG] * 6), 400, "VALIDATION_ERROR", "images")


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<!doctype html>", TEXT_PDF, b"GIF89a" * 9],
    ids=["svg", "html", "pdf", "gif"],
)
def test_a_picture_is_known_by_its_content_not_by_its_name(content: bytes) -> None:
    refused(images(claiming("ann"), content), 415, "UNSUPPORTED_MEDIA_TYPE", "images")


def test_a_pdf_is_known_by_its_content_not_by_its_name() -> None:
    refused(pdf(claiming("ann"), PNG), 415, "UNSUPPORTED_MEDIA_TYPE", "pdf")


def test_an_empty_file_cannot_be_read() -> None:
    refused(pdf(claiming("ann"), b""), 422, "UNREADABLE_FILE", "pdf")


def test_a_file_over_its_limit_is_refused_with_the_limit(folder: Path) -> None:
    large = TEXT_PDF + bytes(25 * MEGABYTE)
    body = refused(pdf(claiming("ann"), large), 413, "FILE_TOO_LARGE", "pdf")
    assert body["details"]["maxBytes"] == 25 * MEGABYTE

    body = refused(
        images(claiming("ann"), PNG, PNG + bytes(10 * MEGABYTE)), 413, "FILE_TOO_LARGE", "images"
    )
    assert body["details"]["maxBytes"] == 10 * MEGABYTE
    assert kept(folder) == []


def test_how_much_may_come_is_known_before_it_is_read() -> None:
    form = "multipart/form-data; boundary=x"
    assert body_limit(PDF, form) == 27 * MEGABYTE
    assert body_limit(IMAGE, form) == body_limit(GENERATE, form) == 52 * MEGABYTE
    assert body_limit("/api/jobs", form) == body_limit("/nowhere", form) == 2 * MEGABYTE
    assert body_limit(GENERATE, "application/json") == 2 * MEGABYTE
    headers = {"Content-Length": str(27 * MEGABYTE + 1)}
    answer = claiming("ann").django.generic(
        "POST", PDF, b"", "multipart/form-data", headers=headers
    )

    assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")


FORM = b'--x1\r\nContent-Disposition: form-data; name="pdf"; filename="a"\r\n\r\n%PDF-1.7\r\n--x1--\r\n'


@pytest.mark.parametrize(
    ("kind", "sent", "told"),
    [
        ("", FORM, NO_BOUNDARY),
        ("; boundary=", FORM, NO_BOUNDARY),
        ("; boundary=%", FORM, WRONG_BOUNDARY),
        ("; charset=utf-8", FORM, NO_BOUNDARY),
        ("; boundary=" + "x" * 300, FORM, NO_BOUNDARY),
        ("; boundary=y", FORM, WRONG_BOUNDARY),
        ("; boundary=x", FORM, WRONG_BOUNDARY),
        ("; boundary=--x1", FORM, WRONG_BOUNDARY),
        ("; boundary=x1", b"pdf=a", WRONG_BOUNDARY),
        ("; boundary=x1", FORM[:-8], CUT),
        ("; boundary=x1", FORM[:20], CUT),
        ("; boundary=x1", FORM.replace(b"--x1--", FORM[:-16]), CUT),
        ("; boundary=x1", FORM.replace(b"\r", b""), NO_PARTS),
        ("; boundary=x1", b"--x1--\r\n", "No PDF file uploaded"),
        ("; boundary=x1", b"", "No PDF file uploaded"),
    ],
)
def test_of_a_form_that_cannot_be_read_it_is_said_why(kind: str, sent: bytes, told: str) -> None:
    answer = claiming("ann").django.generic("POST", PDF, sent, f"multipart/form-data{kind}")

    assert (answer.status_code, answer.json()["error"]) == (400, told)
    assert not Job.objects.exists()


def test_what_comes_before_and_after_a_form_is_passed_over() -> None:
    around = b"To whom it may concern\r\n" + FORM + b"The end"
    answer = claiming("ann").django.generic("POST", PDF, around, "multipart/form-data; boundary=x1")

    assert answer.status_code == 202


def test_a_form_of_many_parts_is_refused() -> None:
    answer = send(claiming("ann"), PDF, pdf=[SimpleUploadedFile("x.pdf", b"x")] * 101)

    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")


def test_who_names_nobody_lacks_a_field() -> None:
    body = refused(pdf(nobody()), 400, "MISSING_FIELDS", "userId")

    assert body["error"] == "Missing required fields: pdf, userId"


def test_a_form_may_say_who_is_asking() -> None:
    job_id = pdf(nobody(), userId="ann").json()["jobId"]

    assert Job.objects.get(pk=job_id).user_id == "ann"


@pytest.mark.usefixtures("strict")
def test_a_form_cannot_ask_in_the_name_of_another() -> None:
    answer = pdf(signed_in("ann"), userId="ben")

    assert (answer.status_code, answer.json()["code"]) == (403, "USER_MISMATCH")


def test_names_of_files_cannot_lead_anywhere(folder: Path) -> None:
    job_id = pdf(claiming("ann"), name="../../etc/pass\u202ewd.pdf").json()["jobId"]

    assert kept(folder) == [f"{job_id}/0"]
    assert Job.objects.get(pk=job_id).input["files"][0]["name"] == "passwd.pdf"


def test_without_money_nothing_new_is_kept(
    folder: Path, settings: Settings, redis_server: ValkeyServer
) -> None:
    settings.PROVIDER_VISION = "azure"
    runtime().operations.set_kill_switch(True, actor="ops")
    answer = pdf(claiming("ann"))

    assert (answer.status_code, answer.json()["code"]) == (429, KillSwitchOn.code)
    assert kept(folder) == []


def test_uploads_are_counted_by_themselves(settings: Settings, redis_server: ValkeyServer) -> None:
    limit = settings.REQUEST_LIMITS["upload"]
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"upload": type(limit)(1, 0, 60)}
    pdf(claiming("ann"))

    again, new = pdf(claiming("ann")), pdf(claiming("ann"), papers.pdf("Other"))

    assert (again.status_code, new.status_code) == (202, 429)
    assert new.json()["code"] == "RATE_LIMIT_EXCEEDED"


DOCUMENT = "/api/process-document"


def document(who: Person, content: bytes, path: str = DOCUMENT, **more: Any) -> Any:
    return send(who, path, document=SimpleUploadedFile("cells", content), **more)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (offices.docx(offices.paragraph("A cell has a membrane.")), "A cell has a membrane."),
        (offices.pptx(offices.shape("One"), offices.shape("Two")), "One\n\nTwo"),
        (b"# Cells\n\nA cell has a membrane.", "# Cells\n\nA cell has a membrane."),
        (TEXT_PDF, "The heart pumps blood.\n\nIt has four chambers."),
    ],
    ids=["docx", "pptx", "markdown", "pdf"],
)
def test_a_document_of_any_kind_is_read_by_its_content(content: bytes, text: str) -> None:
    job = run(document(claiming("ann"), content).json()["jobId"])

    assert (job.status, job.result["text"]) == ("completed", text)


def test_what_is_no_document_is_refused_by_its_name_with_what_to_do() -> None:
    old = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "PowerPoint Document".encode("utf-16-le")
    )
    body = refused(document(claiming("ann"), old), 415, "UNSUPPORTED_MEDIA_TYPE", "document")

    assert "PowerPoint 97 file: save it as .pptx or PDF" in body["error"]


def test_the_old_addresses_name_the_right_one() -> None:
    slides = offices.pptx(offices.shape("One"))
    body = refused(pdf(claiming("ann"), slides), 415, "UNSUPPORTED_MEDIA_TYPE", "pdf")

    assert "This is a PowerPoint presentation: send it to /api/process-document." in body["error"]


def test_an_empty_or_absent_document_is_refused() -> None:
    refused(document(claiming("ann"), b""), 422, "UNREADABLE_FILE", "document")
    absent = refused(send(claiming("ann"), DOCUMENT, other="x"), 400, "MISSING_FIELDS", "document")

    assert absent["error"] == "No document uploaded"
