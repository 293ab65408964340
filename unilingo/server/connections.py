"""Open connections: how many there may be, and how long one may keep us waiting. gunicorn bounds neither.

A head has to come in time, and a client has to take what it asked for. When there are as many connections as there may
be, a new one takes the place of the oldest that has nothing asked; where every one is busy it is told so, and closed.
"""

import asyncio
import logging
import resource
from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from gunicorn.asgi.protocol import ASGIProtocol
from gunicorn.workers import gasgi

from unilingo import problems
from unilingo.server.receiving import SILENCE_SECONDS

logger = logging.getLogger(__name__)

# Files that are none of a connection's: the database, Redis, the log, and what is accepted before it is counted.
OTHER_FILES = 256
# Refused ones that are still read from, so that they get to see why.
REFUSED_AT_ONCE = 64
REFUSED_SECONDS = 1.0
UNREAD_SECONDS = 30.0
TOLD_AGAIN_SECONDS = 60.0
_BUSY = "Too many connections are open. Please try again soon."
_TEXTS = {
    HTTPStatus.REQUEST_TIMEOUT: ("REQUEST_TIMEOUT", "The request stopped coming."),
    HTTPStatus.REQUEST_URI_TOO_LONG: ("VALIDATION_ERROR", "The address is too long."),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: ("VALIDATION_ERROR", "The headers are too large."),
    HTTPStatus.NOT_IMPLEMENTED: ("VALIDATION_ERROR", "The request is not valid."),
    HTTPStatus.SERVICE_UNAVAILABLE: ("NOT_READY", _BUSY),
}


def most(wanted: int) -> int:
    """How many connections the limit of open files allows, which is raised for them as far as it may be.

    A connection takes two: its body may lie on disk.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = 2 * wanted + OTHER_FILES
    if soft < files and soft != resource.RLIM_INFINITY:
        soft = files if hard == resource.RLIM_INFINITY else min(files, hard)
        with suppress(ValueError, OSError):  # macOS has a lower one that it does not tell
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if soft == resource.RLIM_INFINITY:
        return wanted
    return max(1, min(wanted, (soft - OTHER_FILES) // 2))


def bound() -> None:
    """To be called before a worker serves."""
    gasgi.ASGIProtocol = Connection


class Connection(ASGIProtocol):  # type: ignore[misc]  # gunicorn has no types
    # Of this process, oldest first.
    open_ones: dict["Connection", None] = {}
    refused_ones: set["Connection"] = set()
    _told_at = float("-inf")

    _has_begun = False
    _timer: asyncio.TimerHandle | None = None
    _unread = 0

    def connection_made(self, transport: Any) -> None:
        if len(self.open_ones) >= self.worker.worker_connections and not self._take_place():
            self._refuse(transport)
            return
        self.open_ones[self] = None
        super().connection_made(transport)
        self._timer = self.worker.loop.call_later(SILENCE_SECONDS, self._head_is_late)

    def data_received(self, data: bytes) -> None:
        self._has_begun = True
        if self not in self.refused_ones:
            super().data_received(data)

    def connection_lost(self, error: Exception | None) -> None:
        self._stop_waiting()
        self.open_ones.pop(self, None)
        self.refused_ones.discard(self)
        super().connection_lost(error)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._wait_until_read()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_waiting()

    @property
    def has_asked(self) -> bool:
        return self._current_request is not None or bool(self._finishing_calls)

    def _on_headers_complete(self) -> bool:
        if not self._flow_control.write_paused:
            self._stop_waiting()
        is_without_body: bool = super()._on_headers_complete()
        return is_without_body

    def _is_websocket_upgrade(self, request: object) -> bool:
        """Nothing here speaks it: who asks for it is answered as anybody is (RFC 9110, 7.8), and not with a bare 403."""
        return False

    def _head_is_late(self) -> None:
        if self._has_begun:  # else a browser has opened it in advance
            self._send_error_response(HTTPStatus.REQUEST_TIMEOUT, "")
        self._close_transport()
        self._request_ready.set()

    def _close_transport(self) -> None:
        super()._close_transport()
        if self.transport.get_write_buffer_size():
            self._wait_until_read()

    def _wait_until_read(self) -> None:
        """Whoever takes nothing of an answer for UNREAD_SECONDS is cut off."""
        self._stop_waiting()
        self._unread = self.transport.get_write_buffer_size()
        self._timer = self.worker.loop.call_later(UNREAD_SECONDS, self._look_at_unread)

    def _look_at_unread(self) -> None:
        if self.transport.get_write_buffer_size() < self._unread:
            self._wait_until_read()
        else:
            self.transport.abort()

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _take_place(self) -> bool:
        """Of the oldest connection that has nothing asked. False: there is none."""
        idle = next((other for other in self.open_ones if not other.has_asked), None)
        self._tell(is_refused=idle is None)
        if idle is None:
            return False
        del self.open_ones[idle]
        idle.transport.abort()
        return True

    def _refuse(self, transport: Any) -> None:
        self.transport = transport
        self.worker.nr_conns += 1  # connection_lost takes it off
        if len(self.refused_ones) >= REFUSED_AT_ONCE:
            transport.abort()
            return
        self.refused_ones.add(self)
        self._send_error_response(HTTPStatus.SERVICE_UNAVAILABLE, "")
        transport.write_eof()
        self._timer = self.worker.loop.call_later(REFUSED_SECONDS, transport.abort)

    def _tell(self, *, is_refused: bool) -> None:
        """Once a minute, however many come."""
        now = self.worker.loop.time()
        if now >= self._told_at + TOLD_AGAIN_SECONDS:
            Connection._told_at = now
            outcome = "new ones are refused" if is_refused else "idle ones are closed"
            facts = {"limit": self.worker.worker_connections, "outcome": outcome}
            logger.warning("as many connections as may be", extra=facts)

    def _send_error_response(
        self, status: int, message: str, extra_headers: Sequence[tuple[str, str]] = ()
    ) -> None:
        """What is refused before the program sees it, in the one format of errors. `message` can quote the request, and is not passed on."""
        code, text = _TEXTS.get(HTTPStatus(status)) or (
            ("INTERNAL_ERROR", problems.OUR_FAULT)
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR
            else ("VALIDATION_ERROR", "The request is not valid.")
        )
        refused = problems.refused_early(code, text)
        headers = {**dict(refused.items()), **dict(extra_headers)}
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._safe_write("\r\n".join([*lines, "", ""]).encode("latin-1") + refused.content)
