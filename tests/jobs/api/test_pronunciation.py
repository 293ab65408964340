"""Handing in a recording: what is taken, what is refused, and when it is the same work."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from jobs.api.uploads import MEBIBYTE
from jobs.models import Job
from tests.people import Person, nobody, signed_in
from tests.servers import ValkeyServer
from tests.speech import as_file, speak

pytestmark = pytest.mark.django_db

PATH = "/api/pronunciation-assess"
TEXT = "The heart pumps blood."
WAV = as_file(speak(TEXT))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    """Where the recordings of this test lie."""
    storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path)},
    }
    settings.STORAGES = settings.STORAGES | {"default": storage}
    return tmp_path


def send(
    content: bytes | None = WAV,
    name: str = "reading.wav",
    person: Person | None = None,
    **form: Any,
) -> Any:
    fields = {"referenceText": TEXT, **form}
    if content is not None:
        fields["audio"] = SimpleUploadedFile(name, content, "audio/wav")
    given = {field: value for field, value in fields.items() if value is not None}
    return (person or signed_in("ann")).django.post(PATH, given)


def test_a_recording_becomes_a_job_of_the_audio_queue(folder: Path) -> None:
    answer = send()

    job = Job.objects.get()
    assert answer.status_code == 202
    assert answer.json()["jobId"] == job.id
    assert (job.kind, job.queue, job.user_id) == ("pronunciation", "audio-jobs", "ann")
    assert job.input["referenceText"] == TEXT
    assert job.input["language"]["code"] == "en-US"
    assert (folder / job.id / "0").read_bytes() == WAV


@pytest.mark.parametrize("ending", ["wav", "mp3", "m4a", "webm", "ogg"])
def test_any_common_recording_is_taken_whatever_it_is_called(ending: str) -> None:
    assert send(as_file(speak(TEXT), ending), "audio").status_code == 202


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(100), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b"%PDF-1.7\n", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b"just some text", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b"MThd" + bytes(200), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b"", 422, "UNREADABLE_FILE"),
        (WAV + bytes(5 * MEBIBYTE), 413, "FILE_TOO_LARGE"),
    ],
    ids=["picture", "PDF", "text", "FLAC", "empty", "large"],
)
def test_what_is_no_recording_is_refused_by_its_content(
    content: bytes, status: int, code: str, folder: Path
) -> None:
    answer = send(content)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "audio" in answer.json()["details"]["fields"]
    assert not Job.objects.exists()
    assert list(folder.iterdir()) == []


def test_a_file_that_is_too_large_says_how_large_it_may_be() -> None:
    assert send(WAV + bytes(5 * MEBIBYTE)).json()["details"]["maxBytes"] == 5 * MEBIBYTE


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"referenceText": "x" * 501}, "referenceText"),
        ({"referenceText": "... !"}, "referenceText"),
        ({"referenceText": "a\x00b"}, "referenceText"),
        ({"language": "Klingonish"}, "language"),
        ({"language": "de-DE"}, "language"),
        ({"language": "Spanish"}, "language"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(form: dict[str, str], field: str) -> None:
    answer = send(**form)

    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")
    assert list(answer.json()["details"]["fields"]) == [field]
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("content", "form", "missing"),
    [
        (None, {}, ["audio"]),
        (None, {"audio": "no file"}, ["audio"]),
        (WAV, {"referenceText": None}, ["referenceText"]),
        (WAV, {"referenceText": "  "}, ["referenceText"]),
        (None, {"referenceText": None}, ["audio", "referenceText"]),
    ],
)
def test_what_is_missing_is_named(
    content: bytes | None, form: dict[str, Any], missing: list[str]
) -> None:
    answer = send(content, **form)

    assert (answer.status_code, answer.json()["code"]) == (400, "MISSING_FIELDS")
    assert list(answer.json()["details"]["fields"]) == missing
    words = {"audio": "No audio file uploaded", "referenceText": "Reference text is required"}
    assert answer.json()["error"] == words[missing[0]]


def test_two_recordings_at_once_are_one_too_many() -> None:
    files = [SimpleUploadedFile("a.wav", WAV), SimpleUploadedFile("b.wav", WAV)]
    answer = signed_in("ann").django.post(PATH, {"audio": files, "referenceText": TEXT})

    assert answer.status_code == 400
    assert "audio" in answer.json()["details"]["fields"]


def test_a_cloud_judges_the_languages_it_knows(settings: Settings) -> None:
    settings.PROVIDER_SPEECH = "azure"

    assert send(language="de").status_code == 202
    assert send(language="Swahili").status_code == 400


@pytest.mark.parametrize("language", ["en-GB", "English", "en", ""])
def test_english_of_any_region_is_judged_by_the_built_in_engine(language: str) -> None:
    assert send(language=language).status_code == 202


def test_the_same_recording_is_the_same_work_whatever_its_name() -> None:
    first = send(name="a.wav").json()["jobId"]

    assert send(name="b.webm").json()["jobId"] == first
    assert send(referenceText="Another text.").json()["jobId"] != first
    assert send(language="en-GB").json()["jobId"] != first
    assert send(WAV + b"\x00\x00").json()["jobId"] != first
    assert send(person=signed_in("bob")).json()["jobId"] != first


@pytest.mark.usefixtures("strict")
def test_another_engine_is_asked_anew(settings: Settings) -> None:
    first = send().json()["jobId"]
    settings.PROVIDER_SPEECH = "azure"

    assert send().json()["jobId"] != first


def test_nobody_lacks_a_field_where_names_are_claimed() -> None:
    answer = nobody().django.post(PATH, {"referenceText": TEXT})

    assert answer.status_code == 400
    assert list(answer.json()["details"]["fields"]) == ["audio", "userId"]


def test_the_limit_of_readings_is_its_own(settings: Settings, redis_server: ValkeyServer) -> None:
    from unilingo.configuration.policies import RequestLimit

    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {
        "pronunciation": RequestLimit(per_user=1, per_address=0, seconds=60)
    }
    assert send().status_code == 202
    assert send().status_code == 202, "known work is not counted"
    refused = send(referenceText="Another text.")

    assert refused.status_code == 429
    assert '"pronunciation"' in refused["RateLimit"]
