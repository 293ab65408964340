"""A worker's health port answers in JSON, whatever it is asked, and however many ask for nothing."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection

import pytest

from unilingo.processes.worker_health import CONNECTIONS, HealthHandler, HealthServer


@pytest.fixture
def port() -> Iterator[int]:
    with HealthServer(("127.0.0.1", 0), HealthHandler) as server:
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


def test_connections_that_never_ask_end_once_as_many_newer_ones_have_come(port: int) -> None:
    """A thread and a file each: they would take them all from the jobs."""
    with ExitStack() as open_:
        held = []
        for _ in range(CONNECTIONS + 1):
            one = open_.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            one.sendall(b"GET /heal")
            held.append(one)

        connection = HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/nothing")

        assert connection.getresponse().status == 404
        assert [each.recv(1) for each in held[:2]] == [b"", b""]
        held[2].setblocking(False)
        with pytest.raises(BlockingIOError):
            held[2].recv(1)
