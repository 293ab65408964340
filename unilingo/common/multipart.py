"""Bodies that are forms with files."""

from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import SuspiciousOperation
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import MultiPartParser


class Multipart(MultiPartParser):
    """A form with files; what is not one is refused like any other bad body."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            return super().parse(stream, media_type, dict(parser_context or {}))
        except ParseError as error:
            raise ValidationError({"body": ["This is no multipart/form-data."]}) from error
        except SuspiciousOperation as error:  # too many parts, or a field that is too long
            raise ValidationError({"body": ["The form holds too much."]}) from error
