"""What gunicorn itself refuses, before the program sees a request, in the one format of errors."""

import json
import uuid
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from gunicorn.asgi.protocol import ASGIProtocol

from unilingo.problems import OUR_FAULT

_TEXTS = {
    HTTPStatus.REQUEST_URI_TOO_LONG: "The address is too long.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The headers are too large.",
}


def answer_in_json() -> None:
    ASGIProtocol._send_error_response = _send


def _send(
    self: Any, status: int, message: str, extra_headers: Sequence[tuple[str, str]] = ()
) -> None:
    """`message` can quote the request, and is not passed on."""
    is_ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.NOT_IMPLEMENTED
    request_id = uuid.uuid4().hex
    body = {
        "success": False,
        "error": OUR_FAULT
        if is_ours
        else _TEXTS.get(HTTPStatus(status), "The request is not valid."),
        "code": "INTERNAL_ERROR" if is_ours else "VALIDATION_ERROR",
        "requestId": request_id,
    }
    content = json.dumps(body, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "Content-Length": str(len(content)),
        "X-Request-ID": request_id,
        **dict(extra_headers),
        "Connection": "close",
    }
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        *(f"{n}: {v}" for n, v in headers.items()),
    ]
    self._safe_write("\r\n".join([*lines, "", ""]).encode("latin-1") + content)
