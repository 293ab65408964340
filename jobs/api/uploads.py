"""Files in a request: what each endpoint takes of them."""

from dataclasses import dataclass

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
        found = [uploads.received(file) for file in given]
        if found and not any(file.about["bytes"] for file in found):
            raise EmptyFile(self.field)
        if found and not any(file.about["type"] in self.types for file in found):
            raise UnsupportedFile(self.field, self.names)
        return found
