"""How tests talk to a running web process: plain HTTP, and event streams over a raw socket."""

import http.client
import itertools
import json
import socket
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def form(files: Mapping[str, Sequence[tuple[str, bytes]]], **texts: str) -> tuple[bytes, str]:
    """A multipart body, and its content type. `files`: names and contents for each field."""
    boundary = uuid.uuid4().hex
    parts = [(f'name="{name}"', text.encode()) for name, text in texts.items()]
    parts += [
        (f'name="{field}"; filename="{name}"', content)
        for field, sent in files.items()
        for name, content in sent
    ]
    head = f"--{boundary}\r\nContent-Disposition: form-data; "
    body = b"".join(f"{head}{what}\r\n\r\n".encode() + data + b"\r\n" for what, data in parts)
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


class Client:
    """Calls one web process, as `user_id` where trusted mode is on."""

    def __init__(self, url: str, user_id: str | None = None) -> None:
        self.url = url
        self.headers = {"user-id": user_id} if user_id else {}

    def get(self, path: str, **headers: str) -> Answer:
        return self._call("GET", path, None, headers)

    def post(self, path: str, body: object, **headers: str) -> Answer:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._call("POST", path, data, {"Content-Type": "application/json", **headers})

    def stream(
        self, path: str, last_event_id: int | str | None = None, **headers: str
    ) -> "EventStream":
        return EventStream(self.url, path, {**self.headers, **_named(headers)}, last_event_id)

    def _call(
        self, method: str, path: str, data: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, data, {**self.headers, **_named(headers)})
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a stream. `retry`: how long to wait before connecting again, where it says so."""

    id: int | None
    name: str
    text: str
    retry: int | None = None

    @property
    def data(self) -> Any:
        return json.loads(self.text)


class EventStream:
    """An open GET that reads server-sent events as they come. A plain answer is in `status`, `headers`, `body`."""

    def __init__(
        self,
        url: str,
        path: str,
        headers: Mapping[str, str],
        last_event_id: int | str | None = None,
    ) -> None:
        parts = urlsplit(url)
        sent = {"Host": parts.netloc, "Accept": "text/event-stream", **headers}
        if last_event_id is not None:
            sent["Last-Event-ID"] = str(last_event_id)
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
        self.socket = socket.create_connection(
            (parts.hostname, parts.port), timeout=PATIENCE_SECONDS
        )
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._raw = bytearray()
        self._text = bytearray()
        self.has_ended = False
        head = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        self.status = int(head[0].split()[1])
        self.headers = {
            name.lower(): value for name, value in (line.split(": ", 1) for line in head[1:])
        }
        self._is_chunked = self.headers.get("transfer-encoding") == "chunked"
        self.body = (
            b"" if self._is_chunked else self._take(int(self.headers.get("content-length", 0)))
        )

    def __enter__(self) -> "EventStream":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.socket.close()

    def next(self, seconds: float = PATIENCE_SECONDS) -> Event | None:
        """The next event, or None at the end of the stream. Raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while b"\n\n" not in self._text:
            if self.has_ended:
                return None
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            self._read_chunk()
        block, _, rest = self._text.partition(b"\n\n")
        self._text = rest
        return _parse(block.decode())

    def __iter__(self) -> Iterator[Event]:
        """What happened to the job, to the end of the stream: no heartbeats, no `connected`.

        Raises TimeoutError when nothing has happened for PATIENCE_SECONDS.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (event := self.next(deadline - time.monotonic())) is not None:
            if event.name not in ("heartbeat", "connected"):
                deadline = time.monotonic() + PATIENCE_SECONDS
                yield event

    def take(self, count: int) -> list[Event]:
        """The next `count` events of the job; fewer if the stream ends before."""
        return list(itertools.islice(self, count))

    def connected(self) -> Event:
        """The first event."""
        event = self.next()
        assert event is not None
        assert event.name == "connected"
        return event

    def _read_chunk(self) -> None:
        size = int(self._until(b"\r\n"), 16)
        self._text += self._take(size)
        self._take(2)
        self.has_ended = size == 0

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._raw:
            self._receive()
        found, _, rest = self._raw.partition(mark)
        self._raw = rest
        return bytes(found)

    def _take(self, size: int) -> bytes:
        while len(self._raw) < size:
            self._receive()
        found, self._raw = bytes(self._raw[:size]), self._raw[size:]
        return found

    def _receive(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the server closed the connection in the middle of an answer")
        self._raw += data


def _parse(block: str) -> Event:
    fields = dict(line.split(": ", 1) for line in block.split("\n"))
    assert fields.get("data"), f"some clients fail on a block without data: {block}"
    number = fields.get("id")
    retry = fields.get("retry")
    return Event(
        int(number) if number else None,
        fields.get("event", ""),
        fields.get("data", ""),
        int(retry) if retry else None,
    )


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
