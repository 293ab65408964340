"""Forms with files, and what is left of them."""

from pathlib import Path
from typing import Any, ClassVar

from django.core.files.storage import FileSystemStorage

from tests.people import Person


class Bucket(FileSystemStorage):
    """A folder that can be away, as a bucket can, with an error of a library that nobody here knows."""

    is_away: ClassVar[bool] = False
    is_read_only: ClassVar[bool] = False

    def _open(self, *arguments: Any) -> Any:
        self._answer()
        return super()._open(*arguments)  # type: ignore[misc]

    def _save(self, *arguments: Any) -> Any:
        self._answer()
        if self.is_read_only:
            raise RuntimeError
        return super()._save(*arguments)  # type: ignore[misc]

    def listdir(self, path: str) -> Any:
        self._answer()
        return super().listdir(path)

    def _answer(self) -> None:
        if self.is_away:
            raise RuntimeError


def send(who: Person, path: str, **fields: Any) -> Any:
    """A multipart form, as a browser sends it."""
    return who.django.post(path, fields)


def kept(folder: Path) -> list[str]:
    """The files that lie in a folder, by their paths in it."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
