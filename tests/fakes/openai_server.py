"""A server on the loopback that speaks OpenAI's chat completions to the real SDK, with faults.

In a test:        with FakeOpenAI() as server: server.script("429", "answer"); server.base_url
By hand:          python -m tests.fakes.openai_server --port 0 --latency 1.5
"""

import argparse
import json
import random
import socket
import ssl
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from tests.fakes.commands import serve_until_told
from tests.fakes.openai_faults import BEHAVIOURS, FAULTS, Behaviour, encoded, fails, schema_of


@dataclass
class Served:
    """One request as it was received, and what became of it."""

    at: float
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    behaviour: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    is_billed: bool = False
    ended_at: float | None = None
    """Just before its last byte: whoever has the whole answer finds it set."""


@dataclass
class FakeOpenAI:
    """Answers as it was told for such requests, then with the next of the script; when that has run out, rightly or
    with a random fault."""

    port: int = 0
    models: tuple[str, ...] = ("gpt-4o-mini",)
    latency: float = 0.0
    tokens_per_second: float = 0.0
    fault_rate: float = 0.0
    faults: Sequence[str] = FAULTS
    seed: int = 0
    api_key: str | None = None
    patience: float | None = None
    """So many seconds a connection may say nothing."""
    served: list[Served] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stopping = threading.Event()
        self._scheme = "http"
        self.connections = 0
        self.ended_connections = 0
        self._random = random.Random(self.seed)
        self._script: deque[str | Behaviour] = deque()
        self._told: list[tuple[str, str, deque[str | Behaviour]]] = []
        self._lock = threading.Lock()
        self._http = _Server(("127.0.0.1", self.port), _Handler)
        self._http.fake = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def base_url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._http.server_address[1]}/v1"

    def speak_tls(self, certificate: Path) -> None:
        """`certificate`: a file with its key."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
        self._scheme = "https"

    @property
    def billed_tokens(self) -> int:
        return sum(s.input_tokens + s.output_tokens for s in self.served if s.is_billed)

    @property
    def arrived(self) -> list[float]:
        return [served.at for served in self.served]

    def script(self, *behaviours: str | Behaviour) -> None:
        """What to do with the next requests: names of BEHAVIOURS, or behaviours."""
        with self._lock:
            self._script.extend(behaviours)

    def when(self, schema: str, *behaviours: str | Behaviour, says: str = "") -> None:
        """What to do with the next requests for an answer by `schema` that say something: calls may come in any order."""
        with self._lock:
            self._told.append((schema, says, deque(behaviours)))

    def forget(self) -> None:
        """What it was told and has not done."""
        with self._lock:
            self._script.clear()
            self._told.clear()

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def next_behaviour(self, served: Served) -> Behaviour:
        with self._lock:
            self.served.append(served)
            chosen: str | Behaviour = "answer"
            told = self._told_for(served.body)
            if told:
                chosen = told.popleft()
            elif self._script:
                chosen = self._script.popleft()
            elif self.fault_rate and self._random.random() < self.fault_rate:
                chosen = self._random.choice(self.faults)
        served.behaviour = chosen if isinstance(chosen, str) else "scripted"
        return BEHAVIOURS[chosen] if isinstance(chosen, str) else chosen

    def _told_for(self, body: dict[str, Any]) -> deque[str | Behaviour] | None:
        message = str(body["messages"][-1]["content"]) if body.get("messages") else ""
        return next(
            (
                behaviours
                for schema, words, behaviours in self._told
                if behaviours and schema == schema_of(body) and words in message
            ),
            None,
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    fake: FakeOpenAI

    def close_request(self, request: Any) -> None:
        super().close_request(request)
        self.fake.ended_connections += 1

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that has gone away is what half of the faults are about.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Implements openai_faults.Exchange."""

    protocol_version = "HTTP/1.1"
    server: _Server
    body: dict[str, Any]

    def setup(self) -> None:
        self.server.fake.connections += 1
        super().setup()
        self.connection.settimeout(self.server.fake.patience)

    def do_POST(self) -> None:
        received = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            self.body = json.loads(received)
        except ValueError:
            self.body = {}
        fake = self.server.fake
        self._served = Served(time.monotonic(), self.path, dict(self.headers), self.body)
        behaviour = self._protest() or fake.next_behaviour(self._served)
        self.wait(fake.latency)
        behaviour(self)
        self._end()

    def do_GET(self) -> None:
        self._served = Served(time.monotonic(), self.path, dict(self.headers), {})
        known = [{"id": name, "object": "model"} for name in self.server.fake.models]
        models = {"object": "list", "data": known}
        if self.path.rstrip("/").endswith("/v1/models"):
            self.send(200, encoded(models))
        else:
            self.send(404, b"{}")

    def send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self._send_headers(status, len(body), headers)
        self._end()
        self.wfile.write(body)

    def send_pieces(
        self, pieces: Sequence[dict[str, Any]], *, is_cut: bool | None = False, comments: int = 0
    ) -> None:
        self.close_connection = True
        self._send_headers(200, None, {"Content-Type": "text/event-stream", "Connection": "close"})
        speed = self.server.fake.tokens_per_second
        for piece in pieces:
            self.wfile.write(b"data: " + encoded(piece) + b"\n\n")
            self.wait(1 / speed if speed else 0)
        for _ in range(comments):
            self.wfile.write(b": still here\n\n")
            self.wait(0.1)
        if is_cut is None:
            self.wait(3600)
        self._end()
        if is_cut:
            self.drop()
        else:
            self.wfile.write(b"data: [DONE]\n\n")

    def send_slowly(self, body: bytes, seconds_between_bytes: float) -> None:
        self._send_headers(200, len(body))
        for byte in body:
            self.wfile.write(bytes([byte]))
            self.wait(seconds_between_bytes)
            if self.server.fake.stopping.is_set():
                break

    def send_half(self, body: bytes) -> None:
        self._send_headers(200, len(body))
        self.wfile.write(body[: len(body) // 2])
        self.drop()

    def drop(self) -> None:
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def wait(self, seconds: float) -> None:
        self.server.fake.stopping.wait(seconds)

    def bill(self, input_tokens: int, output_tokens: int) -> None:
        self._served.input_tokens = input_tokens
        self._served.output_tokens = output_tokens
        self._served.is_billed = True

    def log_message(self, format: str, *args: object) -> None:
        """Silent: what was served is in `served`."""

    def _end(self) -> None:
        if self._served.ended_at is None:
            self._served.ended_at = time.monotonic()

    def _protest(self) -> Behaviour | None:
        """What the real service would not take either; not counted as a call."""
        sent = self.headers.get("Authorization", "")
        expected = self.server.fake.api_key
        if not sent.startswith("Bearer ") or (expected and sent != f"Bearer {expected}"):
            return BEHAVIOURS["401"]
        if not self.path.rstrip("/").endswith("/v1/chat/completions"):
            return fails(404, None, "invalid_request_error")
        if not isinstance(self.body.get("messages"), list) or not self.body.get("model"):
            return fails(400, None, "invalid_request_error")
        return None

    def _send_headers(
        self, status: int, length: int | None, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        wanted = {
            "Content-Type": "application/json",
            **({} if length is None else {"Content-Length": str(length)}),
            "x-request-id": f"req_{len(self.server.fake.served)}",
            **(headers or {}),
        }
        for name, value in wanted.items():
            self.send_header(name, value)
        self.end_headers()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--tokens-per-second", type=float, default=0.0, help="0: at once")
    parser.add_argument("--fault-rate", type=float, default=0.0, help="0 to 1")
    parser.add_argument("--faults", default=",".join(FAULTS), help="which ones, by comma")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    server = FakeOpenAI(
        port=given.port,
        latency=given.latency,
        tokens_per_second=given.tokens_per_second,
        fault_rate=given.fault_rate,
        faults=given.faults.split(","),
        seed=given.seed,
    )
    serve_until_told(server, lambda started: started.base_url)


if __name__ == "__main__":
    main()
