"""A server on the loopback that speaks Azure's Image Analysis (read) to the real SDK, with faults.

In a test:    with FakeAzureVision() as server: server.script("429", "answer"); server.endpoint
Given a `read` that reads (LocalTextReader), it answers with what it is sent, so the whole way of a picture runs without a cloud.
"""

import json
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

KEY = "vision-key"
PATH = "/computervision/imageanalysis:analyze?"
LINES = ("Heart failure is a clinical syndrome", "in which the heart cannot pump.")
STATUSES = {
    "400": "InvalidRequest",
    "401": "401",
    "403": "403",
    "404": "404",
    "408": "Timeout",
    "415": "UnsupportedMediaType",
    "429": "TooManyRequests",
    "500": "InternalServerError",
    "503": "ServiceUnavailable",
}
ODD_BODIES = {
    "html": b"<!doctype html><h1>Welcome to the hotel WiFi</h1>",
    "no result": b'{"modelVersion":"2023-10-01","metadata":{}}',
    "odd lines": b'{"readResult":{"blocks":[{"lines":7}]}}',
}
FAULTS = (*STATUSES, *ODD_BODIES, "cut", "hang", "drop", "half", "slow", "drip")


def analysis(lines: Sequence[str]) -> dict[str, Any]:
    """The answer of API version 2023-10-01."""
    return {
        "modelVersion": "2023-10-01",
        "metadata": {"width": 800, "height": 600},
        "readResult": {"blocks": [{"lines": [_line(n, text) for n, text in enumerate(lines)]}]},
    }


def _line(number: int, text: str) -> dict[str, Any]:
    top, words, left = 10 + 30 * number, [], 10
    for word in text.split():
        words.append({"text": word, "boundingPolygon": _box(left, top, 40), "confidence": 0.99})
        left += 50
    return {"text": text, "boundingPolygon": _box(10, top, left), "words": words}


def _box(left: int, top: int, width: int) -> list[dict[str, int]]:
    corners = ((left, top), (left + width, top), (left + width, top + 20), (left, top + 20))
    return [{"x": x, "y": y} for x, y in corners]


@dataclass
class FakeAzureVision:
    """Answers with the next of the script, then rightly. `served`: the pictures it was sent, `arrived`: when."""

    read: Callable[[bytes], Sequence[str]] = lambda image: LINES
    served: list[bytes] = field(default_factory=list)
    arrived: list[float] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self.stopping = threading.Event()
        self._script: deque[str] = deque()
        self._http = _Server(("127.0.0.1", 0), _Handler)
        self._http.fake = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def script(self, *behaviours: str) -> None:
        """What to do with the next requests: `answer`, or names of FAULTS."""
        self._script.extend(behaviours)

    def next_behaviour(self, image: bytes) -> str:
        self.served.append(image)
        return self._script.popleft() if self._script else "answer"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    fake: FakeAzureVision

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that has gone away is what half of the faults are about.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        self.server.fake.connections += 1
        super().setup()

    def do_POST(self) -> None:
        self.server.fake.arrived.append(time.monotonic())
        image = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fake = self.server.fake
        if self.headers.get("Ocp-Apim-Subscription-Key") != KEY:
            self._fail("401")
        elif not self.path.startswith(PATH) or "features=read" not in self.path:
            self._fail("404")
        else:
            self._behave(fake.next_behaviour(image), image)

    def _behave(self, behaviour: str, image: bytes) -> None:
        right = json.dumps(analysis(self.server.fake.read(image))).encode()
        odd = ODD_BODIES | {"answer": right, "cut": right[: len(right) // 2]}
        if behaviour in odd:
            self._send(200, odd[behaviour])
        elif behaviour in STATUSES:
            self._fail(behaviour)
        elif behaviour == "hang":
            self.server.fake.stopping.wait(30)
        elif behaviour == "drip":
            self._head(200, len(right))
            for byte in right:
                self.wfile.write(bytes([byte]))
                self.server.fake.stopping.wait(0.05)
        else:
            self._break_off(behaviour, right)

    def _break_off(self, behaviour: str, right: bytes) -> None:
        if behaviour != "drop":
            self._head(200, len(right))
            self.wfile.write(right[: len(right) // 2])
        if behaviour == "slow":
            self.server.fake.stopping.wait(30)
        self.connection.shutdown(socket.SHUT_RDWR)

    def _fail(self, status: str) -> None:
        error = {"code": STATUSES[status], "message": "A secret of the service: /etc/passwd"}
        self._send(int(status), json.dumps({"error": error}).encode())

    def _send(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self._head(status, len(body), kind)
        self.wfile.write(body)

    def _head(self, status: int, length: int, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.send_header("apim-request-id", f"request-{len(self.server.fake.served)}")
        if status == 429:
            self.send_header("Retry-After", "7")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Silent: what was served is in `served`."""
