"""Files in a request: what each endpoint takes of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from jobs import uploads
from jobs.errors import EmptyFile, FileTooLarge, UnsupportedFile
from jobs.uploads import Upload

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Files:
    """The files that an endpoint takes in one field of a form. `types` are read from their content, `names` are for people."""

    field: str
    at_most: int
    max_bytes: int
    types: frozenset[str]
    names: str
    # The type of a file of which the first bytes say what is given, and what to do with one of another type.
    told: Callable[[IO[bytes], str], str] | None = None
    advice: Callable[[str], str] | None = None

    @property
    def body_bytes(self) -> int:
        """The largest body that can hold them, beside other fields."""
        return self.at_most * self.max_bytes + int(settings.REQUEST_MAX_BYTES)

    def of(self, request: Request) -> list[Upload]:
        """Empty when none is sent. Raises ValidationError, FileTooLarge, UnsupportedFile, EmptyFile.

        Of several files some may be of no use; with none that is, the request is refused.
        """
        given = [found for found in request.FILES.getlist(self.field) if found is not None]
        if len(given) > self.at_most:
            raise ValidationError({self.field: [f"Send at most {self.at_most}."]})
        if any(file.size > self.max_bytes for file in given):
            raise FileTooLarge(self.field, self.max_bytes)
        found = [self._told(uploads.received(file)) for file in given]
        if found and not any(file.about["bytes"] for file in found):
            raise EmptyFile(self.field)
        if found and not any(file.about["type"] in self.types for file in found):
            advice = self.advice(found[0].about["type"]) if self.advice else ""
            raise UnsupportedFile(self.field, self.names, advice)
        return found

    def _told(self, upload: Upload) -> Upload:
        if self.told and upload.about["bytes"]:
            upload.about["type"] = self.told(upload.content, upload.about["type"])
        return upload


def refuse_unknown(request: Request, *known: Files) -> None:
    """A file in a field that nobody looks at would be missed in silence. Raises ValidationError."""
    fields = [files.field for files in known]
    unknown = [name for name in request.FILES if name not in fields]
    if unknown:
        taken = ", ".join(fields)
        raise ValidationError(
            {name: [f"Unknown field. Files come in: {taken}."] for name in unknown}
        )
