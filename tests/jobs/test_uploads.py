"""Files that come with a request: kept while their job needs them, and not a moment longer than a sweep takes."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import Settings

from jobs import lifecycle, uploads
from jobs.claims import Failure
from jobs.errors import IdempotencyKeyReused, NotStored, UnreadableFile
from jobs.ids import new_job_id
from jobs.models import Job
from jobs.services import draft_job, submit_job
from jobs.sweep import FILES_KEPT, remove_unneeded_files
from jobs.uploads import Upload
from tests.jobs.rows import claimed

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + bytes(24)
LOCKED = Failure("UNREADABLE_FILE", "Locked.", is_retryable=False)
AWAY = Failure("PROVIDER_UNAVAILABLE", "Away.", is_retryable=True)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    """Where the files of this test lie."""
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        }
    }
    return tmp_path


class Unreadable(ContentFile):  # type: ignore[type-arg]
    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        raise OSError("The disk is broken.")


def upload(content: bytes = PNG, name: str = "notes.png") -> Upload:
    return uploads.received(ContentFile(content, name))


def submitted(*files: Upload, key: str = "", topic: str = "Cells") -> str:
    """The id of the job that does the work."""
    inputs = {"topic": topic}
    draft = draft_job("flashcards", user_id="ann", inputs=inputs, files=files, idempotency_key=key)
    return submit_job(draft).saved.result().job_id


def kept(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "image/heic"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\n\n  junk before it\n%PDF-1.4\n", "application/pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ""),
        (b"<!doctype html><script>alert(1)</script>", ""),
        (b"", ""),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, said: str) -> None:
    assert uploads.media_type(content) == said


def test_a_file_waits_for_its_job_under_a_name_nobody_can_guess(folder: Path) -> None:
    job_id = submitted(upload(), upload(b"two", "more.txt"))

    assert kept(folder) == [f"{job_id}/0", f"{job_id}/1"]
    with uploads.opened(job_id, 1) as file:
        assert file.read() == b"two"
    assert [file["name"] for file in Job.objects.get(pk=job_id).input["files"]] == [
        "notes.png",
        "more.txt",
    ]


def test_the_same_file_is_the_same_work_whatever_its_name(folder: Path) -> None:
    first = submitted(upload(name="a.png"))
    again = submitted(upload(name="b.png"))
    other = submitted(upload(PNG + b"!"))

    assert first == again != other
    assert kept(folder) == sorted([f"{first}/0", f"{other}/0"])


def test_a_request_that_is_refused_leaves_no_file(folder: Path) -> None:
    first = submitted(upload(), key="mine")

    with pytest.raises(IdempotencyKeyReused):
        submitted(upload(b"another file"), key="mine")
    assert kept(folder) == [f"{first}/0"]


def test_a_file_that_cannot_be_stored_leaves_none_of_its_neighbours(folder: Path) -> None:
    broken = Upload(Unreadable(b"x", "broken"), upload(b"x").about)

    with pytest.raises(NotStored):
        submitted(upload(), broken)
    assert kept(folder) == []
    assert not Job.objects.exists()


def test_a_file_that_is_gone_is_told_as_that() -> None:
    with pytest.raises(UnreadableFile, match="send it again"):
        uploads.opened("document-none", 0)


def test_the_sweep_keeps_what_waits_or_may_be_tried_again(folder: Path) -> None:
    waiting, retryable = submitted(upload(), topic="A"), submitted(upload(), topic="B")
    now = timezone.now()
    lifecycle.fail(claimed(Job.objects.get(pk=retryable)), AWAY, now=now)

    assert remove_unneeded_files(now) == 0
    assert kept(folder) == sorted([f"{waiting}/0", f"{retryable}/0"])


def test_the_sweep_removes_what_no_job_will_read(folder: Path) -> None:
    waiting, done, failed = (submitted(upload(), topic=topic) for topic in "ABC")
    now = timezone.now()
    lifecycle.complete(claimed(Job.objects.get(pk=done)), {}, now=now)
    lifecycle.fail(claimed(Job.objects.get(pk=failed)), LOCKED, now=now)

    assert remove_unneeded_files(now) == 2
    assert kept(folder) == [f"{waiting}/0"]
    assert not (folder / done).exists()


def test_the_sweep_removes_what_might_have_been_tried_again_an_hour_later(folder: Path) -> None:
    job_id = submitted(upload())
    now = timezone.now()
    lifecycle.fail(claimed(Job.objects.get(pk=job_id)), AWAY, now=now)

    remove_unneeded_files(now + FILES_KEPT + timedelta(seconds=1))

    assert kept(folder) == []


def test_the_sweep_lets_a_request_write_its_job_down_first(folder: Path) -> None:
    now = timezone.now()
    orphan = new_job_id("flashcards", now)
    default_storage.save(f"{orphan}/0", io.BytesIO(b"x"))  # type: ignore[arg-type]
    default_storage.save("not-ours/0", io.BytesIO(b"x"))  # type: ignore[arg-type]

    assert remove_unneeded_files(now) == 0
    assert remove_unneeded_files(now + FILES_KEPT + timedelta(seconds=1)) == 1
    assert kept(folder) == ["not-ours/0"]
