"""Bodies that are forms with files."""

import re
from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import SuspiciousOperation
from django.http.multipartparser import MultiPartParser as DjangoParser
from django.http.multipartparser import MultiPartParserError
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import DataAndFiles, MultiPartParser

NAMELESS = "file"
_LEAVE = "Leave that header to your HTTP client."
NO_BOUNDARY = f"The Content-Type names no boundary by which a form could be divided. {_LEAVE}"
WRONG_BOUNDARY = f"The form is not divided by the boundary that its Content-Type names. {_LEAVE}"
CUT = "The form breaks off before its end."
NO_PARTS = "No part of the form could be read: its lines must end with CR LF."
# More than Django reads of the headers of one part.
HEAD_BYTES = 4096
# charset'language'name (RFC 8187), or a name alone.
_EXTENDED = re.compile(rb"filename\*=(?:([^\s';]{0,64}+)('[^\s';]*'))?", re.IGNORECASE)


class Multipart(MultiPartParser):
    """A form with files; what is not one is refused like any other bad body."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        request = (parser_context or {})["request"]
        meta = {**request.META, "CONTENT_TYPE": media_type}
        try:
            form = _Form(meta, stream, request.upload_handlers)
        except MultiPartParserError as error:
            raise ValidationError({"body": [NO_BOUNDARY]}) from error
        try:
            found = DataAndFiles(*form.parse())
        except MultiPartParserError as error:
            raise ValidationError({"body": ["This is no multipart/form-data."]}) from error
        except SuspiciousOperation as error:  # too many parts, or a field that is too long
            raise ValidationError({"body": ["The form holds too much."]}) from error
        if problem := form.problem(is_empty=not (found.data or found.files)):
            raise ValidationError({"body": [problem]})
        return found


class _Form(DjangoParser):
    """Django leaves out, without a word, a file of which it cannot read the name; here it is a file all the same."""

    _boundary: bytes
    _input_data: "_Readable"

    def __init__(self, meta: Mapping[str, Any], stream: Any, handlers: list[Any]) -> None:
        super().__init__(meta, stream, handlers)
        self._input_data = _Readable(stream, self._boundary)

    def problem(self, *, is_empty: bool) -> str:
        """What is wrong with what has been read; a file without an end is left out, too."""
        read = self._input_data
        if not read.begins:
            return ""
        if not read.has_mark:
            return WRONG_BOUNDARY
        if not read.has_end:
            return CUT
        is_none = read.begins == b"--" + self._boundary + b"--"
        return NO_PARTS if is_empty and not is_none else ""

    def sanitize_file_name(self, file_name: str) -> str:
        return super().sanitize_file_name(file_name) or NAMELESS


class _Readable:
    """A form's bytes, in which the headers of parts are UTF-8, and a file that has content has a name.

    Older clients write names in ISO-8859-1. An empty name beside no content is what browsers send for no file.
    """

    def __init__(self, stream: IO[bytes], boundary: bytes) -> None:
        self._stream = stream
        self._mark = b"--" + boundary
        mark = re.escape(self._mark)
        self._marks = re.compile(mark + rb"(--|[ \t]*\r?\n)")
        self.begins = b""
        self.has_mark = self.has_end = False
        # Up to the next mark and never back, so that a block of nothing but marks is read once.
        self._head = re.compile(mark + rb"\r\n(?:(?:(?!%b)[^\r\n])++\r\n)++\r\n" % mark)
        self._held = b""

    def read(self, size: int) -> bytes:
        while block := self._stream.read(size):
            # The end is looked at again with what follows: there may be half of a header in it.
            window = self._held + block
            self._look(window)
            window = self._head.sub(self._readable, window)
            cut = max(0, len(window) - HEAD_BYTES)
            self._held = window[cut:]
            if cut:
                return window[:cut]
        rest, self._held = self._held, b""
        return rest

    def _look(self, window: bytes) -> None:
        self.begins = self.begins or window[: len(self._mark) + 2]
        for found in self._marks.finditer(window):
            self.has_mark = True
            self.has_end |= found[1] == b"--"

    def _readable(self, found: re.Match[bytes]) -> bytes:
        head = found[0]
        follows = found.string[found.end() : found.end() + len(self._mark) + 2]
        if len(follows) > len(self._mark) and follows != b"\r\n" + self._mark:
            head = head.replace(b'filename=""', f'filename="{NAMELESS}"'.encode())
        head = _EXTENDED.sub(_in_known_charset, head)
        try:
            head.decode()
        except UnicodeDecodeError:
            return head.decode("latin-1").encode()
        return head


def _in_known_charset(found: re.Match[bytes]) -> bytes:
    charset, language = found.groups()
    if language is None:
        return b"filename="
    try:
        b"a".decode(charset.decode("latin-1"))
    except (LookupError, UnicodeError):
        charset = b"iso-8859-1" if charset else b"utf-8"
    return b"filename*=" + charset + language
