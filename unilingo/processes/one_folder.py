"""Files that come in lie in one folder for the whole fleet, or in a storage: a process that looks into a folder of its
own would neither find what others have taken nor be found, so it ends and says why.
"""

import contextlib
import os
import uuid
from pathlib import Path

from django.core.files.storage import FileSystemStorage, default_storage
from django.utils import timezone

from unilingo.processes import workers

ROLE = "folder"
# By then every older process that lives has been heard twice.
BEATS = 6


class OneFolder:
    """Says which folder this process has, and hears which ones others have."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._began = timezone.now().timestamp()
        self._beats = 0
        self._heard: dict[str, int] = {}

    def beat(self) -> str:
        """Why this process cannot stay; empty when it can. An older one with another folder stays in its place."""
        self._beats += 1
        ours = folder_id()
        if ours is None:
            return ""
        workers.say_alive(ROLE, self._name, [self._began, ours, self._beats])
        if self._beats > BEATS:
            return ""
        for name, (began, theirs, beats) in (workers.facts_of(ROLE) or {}).items():
            is_living = self._heard.setdefault(name, beats) != beats
            if is_living and theirs != ours and (began, name) < (self._began, self._name):
                return (
                    f"files are kept where {name} does not see them: "
                    "share UPLOADS_DIR, or set UPLOAD_STORAGE"
                )
        return ""


def elsewhere() -> list[str]:
    """Who has just said that it keeps files in another folder than this process would."""
    ours = folder_id()
    if ours is None:
        return []
    return [
        name for name, (_, theirs, _) in (workers.facts_of(ROLE) or {}).items() if theirs != ours
    ]


def folder_id() -> str | None:
    """Of the folder in which files are kept, made by whoever sees it first; empty for another storage.

    None where nothing can be written or read: whoever sends a file is told so.
    """
    storage = default_storage
    if not isinstance(storage, FileSystemStorage):
        return ""
    with contextlib.suppress(OSError):
        return _mark_of(Path(storage.location))
    return None


def _mark_of(folder: Path) -> str:
    mark = folder / ".id"
    if not mark.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = folder / f".id-{uuid.uuid4()}"
        made.write_text(uuid.uuid4().hex)
        with contextlib.suppress(FileExistsError):
            os.link(made, mark)  # of two at once the first stays, and both read that
        made.unlink()
    return mark.read_text()
