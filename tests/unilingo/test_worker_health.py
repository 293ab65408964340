"""A worker's health port answers in JSON, whatever it is asked."""

import json
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import HTTPServer

import pytest

from unilingo.processes.worker_health import HealthHandler


@pytest.fixture
def port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), HealthHandler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "NOT_FOUND"),
        ("POST", "/health", 405, "METHOD_NOT_ALLOWED"),
        ("BREW", "/", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/" + "x" * 70_000, 400, "VALIDATION_ERROR"),
    ],
)
def test_what_it_does_not_take_is_refused_in_json(
    port: int, method: str, path: str, status: int, code: str
) -> None:
    connection = HTTPConnection("127.0.0.1", port)
    connection.request(method, path)
    answer = connection.getresponse()

    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/json")
    body = json.loads(answer.read())
    assert body["code"] == code
    assert body["requestId"] == answer.headers["X-Request-ID"] != ""
    assert answer.headers["Allow"] == ("GET, HEAD" if status == 405 else None)


def test_a_head_has_no_body(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("HEAD", "/nothing")
    answer = connection.getresponse()

    assert (answer.status, answer.read()) == (404, b"")
