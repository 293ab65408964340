"""Forms with files, and what is left of them."""

from pathlib import Path
from typing import Any

from tests.people import Person


def send(who: Person, path: str, **fields: Any) -> Any:
    """A multipart form, as a browser sends it."""
    return who.django.post(path, fields)


def kept(folder: Path) -> list[str]:
    """The files that lie in a folder, by their paths in it."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
