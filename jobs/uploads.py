"""Files that came with a request. They are kept for as long as their job needs them, and served to nobody.

They lie in the default storage of the settings, in a folder named by the job's id, which nobody can guess. A job's
input describes them in their order (`FileInput`), and a handler opens them by their number.
"""

import contextlib
import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

import filetype
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, default_storage
from typing_extensions import TypedDict

from jobs.errors import NotStored, StorageAway, UnreadableFile
from unilingo.common.metrics import STORAGE_FAILURES, meter

logger = logging.getLogger(__name__)

# What tells a file's type is in its first bytes.
HEAD_BYTES = 512
NAME_CHARACTERS = 200
GONE = "The file is no longer here. Please send it again."


class FileInput(TypedDict):
    """A file as a job's input has it. `type` is what its content says, empty for nothing that is known."""

    name: str
    type: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in, still where the request has left it."""

    content: File  # type: ignore[type-arg]  # of bytes
    about: FileInput


def received(content: Any) -> Upload:
    """A file of a request, read once to know it."""
    found = hashlib.sha256()
    head = b""
    for chunk in content.chunks():
        head = head or bytes(chunk[:HEAD_BYTES])
        found.update(chunk)
    name = str(content.name or "")[-NAME_CHARACTERS:]
    about = FileInput(
        name=name, type=media_type(head), bytes=content.size, sha256=found.hexdigest()
    )
    return Upload(content, about)


def media_type(head: bytes) -> str:
    """What the first bytes of a file say that it is, whatever its name and its sender say."""
    # A PDF may begin with other bytes.
    if b"%PDF-" in head:
        return "application/pdf"
    known = filetype.guess_mime(head)
    if known is None and head[4:8] == b"ftyp":
        return "video/mp4"  # of one of the many brands that telephones write
    return str(known or "")


def store(job_id: str, uploads: Sequence[Upload]) -> None:
    """Keep the files of a job that is about to be written down. Raises NotStored."""
    try:
        with _storage() as storage:
            for number, upload in enumerate(uploads):
                upload.content.seek(0)
                storage.save(_name(job_id, number), upload.content)
    except (FileNotFoundError, StorageAway) as error:
        remove(job_id)
        logger.exception("files not stored")
        raise NotStored from error


def opened(job_id: str, number: int) -> IO[bytes]:
    """Raises UnreadableFile when it has been removed, and StorageAway."""
    try:
        with _storage() as storage:
            file = storage.open(_name(job_id, number))
            file.read(0)  # a bucket is asked only now
    except FileNotFoundError as error:
        raise UnreadableFile(GONE) from error
    return file


def are_kept(job_id: str) -> bool:
    """Whether the files of the job are still here."""
    return default_storage.exists(_name(job_id, 0))


def remove(job_id: str) -> None:
    """Files and folder; whatever of it is there. What cannot be removed now, the sweep removes."""
    # Somebody else may be removing the same, or the storage be away.
    with contextlib.suppress(FileNotFoundError, StorageAway), _storage() as storage:
        _, names = storage.listdir(job_id)
        for name in names:
            storage.delete(f"{job_id}/{name}")
        storage.delete(job_id)


def owners() -> list[str]:
    """The ids of the jobs that files are kept for."""
    with contextlib.suppress(FileNotFoundError):
        return default_storage.listdir("")[0]
    return []


def problem() -> str:
    """Why files cannot be kept; empty when they can: a bucket may show what it has and take nothing from us."""
    try:
        with _storage() as storage:
            owners()
            storage.delete(storage.save(".probe", ContentFile(b"1")))
    except StorageAway as error:
        return f"{type(error.__cause__).__name__}: {error.__cause__}"
    return ""


@contextlib.contextmanager
def _storage() -> Iterator[Storage]:
    """Where the files are. Raises FileNotFoundError, and StorageAway for all else that it may raise."""
    try:
        yield default_storage
    except FileNotFoundError:
        raise
    except Exception as error:  # a border: a bucket raises what its library likes
        meter.count(STORAGE_FAILURES)
        raise StorageAway from error


def _name(job_id: str, number: int) -> str:
    return f"{job_id}/{number}"
