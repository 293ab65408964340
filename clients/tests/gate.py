"""A gate in front of a web process: counts the requests that pass, and drops all connections when it is told to."""

import re
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_REQUEST = re.compile(rb"GET (/api/job-events\S*) HTTP/1.1\r\n(.*?)\r\n\r\n", re.DOTALL)
_LAST_ID = re.compile(rb"last-event-id: *(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a stream: when, and with which Last-Event-ID."""

    at: float
    last_id: str


@dataclass
class Gate:
    """`target`: where to, of those who come from now on."""

    target: str
    asked: list[Asked] = field(default_factory=list)
    _open: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._admit, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._door.getsockname()[1]}"

    def drop(self) -> None:
        """As a network does that is gone: both sides are cut off in the middle of the answer."""
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def close(self) -> None:
        self._door.close()
        self.drop()

    def _admit(self) -> None:
        with suppress(OSError):  # it is closed
            while True:
                client, _ = self._door.accept()
                parts = urlsplit(self.target)
                server = socket.create_connection((parts.hostname or "", parts.port or 80))
                self._open += [client, server]
                for ends in ((client, server), (server, client)):
                    watched = ends[0] is client
                    threading.Thread(target=self._pass, args=(*ends, watched), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, is_watched: bool) -> None:
        head = b""
        with suppress(OSError):
            while data := source.recv(65536):
                if is_watched:
                    head = self._note(head + data)
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _note(self, head: bytes) -> bytes:
        """Remember the requests that are whole; the rest comes with what follows."""
        for found in _REQUEST.finditer(head):
            last_id = _LAST_ID.search(found[2])
            self.asked.append(Asked(time.monotonic(), last_id[1].decode() if last_id else ""))
        return head.rpartition(b"\r\n\r\n")[2]
