"""What only a real web process shows: bodies on the wire, waiting for the end, and the log."""

import asyncio
import http.client
import io
import json
import re
import select
import socket
import time
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client as DjangoClient

from tests.clients import Answer, Client
from tests.people import GENERATE
from tests.profiles.rows import card_content
from tests.stack import FLASHCARDS, Stack, frozen_worker, running_stack, wait_until
from unilingo.common.head import STALLED, UNKEPT
from unilingo.server import receiving

LIMIT = 2 * 1024 * 1024
STUDY_TEXT = "A sentence of the study text, known to nobody else."
ORIGIN = "https://app.example.org"


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """As in production, but for trusted mode and plain HTTP."""
    settings = {
        **{"DEBUG": "0", "TRUST_USER_ID_HEADER": "1", "SECURE_SSL_REDIRECT": "0"},
        **{"LOG_LEVEL": "info", "CORS_ALLOWED_ORIGINS": ORIGIN, "SECRET_KEY": "s" * 60},
    }
    with running_stack(**settings) as running:
        yield running


def _new_work(**members: str) -> dict[str, str]:
    """Asked for by nobody before; the same work again would be answered from the first job."""
    return FLASHCARDS | {"topic": f"Cells {uuid.uuid4()}"} | members


def _raw(stack: Stack, request: bytes) -> bytes:
    """All that the process sends on a connection of its own until it closes it."""
    parts = urlsplit(stack.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(request)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


def _request(method: str, path: str, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def _problem(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.json["code"]) == (status, code)
    assert answer.json["requestId"] == answer.headers["x-request-id"] != ""


def test_a_body_over_the_limit_is_refused_with_all_that_an_error_has(stack: Stack) -> None:
    answer = stack.client("ann").post(GENERATE, b"x" * (LIMIT + 1), Origin=ORIGIN)

    _problem(answer, 413, "PAYLOAD_TOO_LARGE")
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "content-security-policy" in answer.headers


def test_a_body_that_hides_its_length_is_refused_at_the_limit(stack: Stack) -> None:
    connection = http.client.HTTPConnection(urlsplit(stack.url).netloc, timeout=10)
    pieces = (b"x" * 65536 for _ in range(LIMIT // 65536 + 1))
    headers = {"user-id": "ann", "Content-Type": "application/json"}

    connection.request("POST", GENERATE, pieces, headers, encode_chunked=True)
    answer = connection.getresponse()

    assert answer.status == 413
    assert json.loads(answer.read())["code"] == "PAYLOAD_TOO_LARGE"
    connection.close()


def test_a_body_in_pieces_is_read_whole(stack: Stack) -> None:
    connection = http.client.HTTPConnection(urlsplit(stack.url).netloc, timeout=10)
    pieces = (bytes([byte]) for byte in json.dumps(_new_work()).encode())
    headers = {"user-id": "ann", "Content-Type": "application/json"}

    connection.request("POST", GENERATE, pieces, headers, encode_chunked=True)

    assert connection.getresponse().status == 202
    connection.close()


def test_the_answer_to_head_has_no_body(stack: Stack) -> None:
    received = _raw(stack, _request("HEAD", "/api/health"))

    assert received.startswith(b"HTTP/1.1 200")
    assert received.endswith(b"\r\n\r\n")


def test_head_of_a_stream_is_its_headers(stack: Stack) -> None:
    received = _raw(stack, _request("HEAD", "/api/job-events", "user-id: ann"))

    assert b"content-type: text/event-stream" in received.lower()
    assert received.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    "path", ["/api/%FF", "/api/%00", "/api/job-status/%ED%A0%80", "/api/%2e%2e"]
)
def test_an_address_of_odd_bytes_is_not_found(stack: Stack, path: str) -> None:
    received = _raw(stack, _request("GET", path, "user-id: ann"))

    assert received.startswith(b"HTTP/1.1 404")
    assert b'"success":false' in received


@pytest.mark.parametrize("path", ["/api/health", "/api/jobs?limit=1", "/api/none", ""])
def test_an_address_as_a_proxy_is_given_it_is_the_same_as_its_path(stack: Stack, path: str) -> None:
    def status(address: str, host: str) -> bytes:
        lines = [f"GET {address} HTTP/1.1", f"Host: {host}", "user-id: ann", "Connection: close"]
        return _raw(stack, "\r\n".join([*lines, "", ""]).encode()).split(b" ")[1]

    # The host of the address goes before the header.
    assert status(f"HTTP://localhost{path}", "evil.test") == status(path or "/", "localhost")
    assert status(f"http://evil.test{path}", "localhost") == b"400"


@pytest.mark.parametrize(("method", "target"), [("OPTIONS", "*"), ("CONNECT", "localhost:443")])
def test_what_is_no_address_here_is_refused_like_everything_else(
    stack: Stack, method: str, target: str
) -> None:
    head, _, body = _raw(stack, _request(method, target)).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize("spelling", ["user_id", "USER_ID", "User_Id"])
def test_a_name_in_another_spelling_of_the_header_is_not_believed(
    stack: Stack, spelling: str
) -> None:
    received = _raw(stack, _request("GET", "/api/jobs", f"{spelling}: ann"))

    assert received.split(b"\r\n")[0].split()[1] in (b"400", b"401")


def test_who_waits_gets_the_result_itself(stack: Stack) -> None:
    answer = stack.client("ann").post(GENERATE, _new_work(), Prefer="respond-async, wait=30")

    body = answer.json
    assert (answer.status, body["success"], body["status"]) == (200, True, "completed")
    assert len(body["flashcards"]) >= 10
    assert answer.headers["preference-applied"] == "wait=30"
    assert answer.headers["location"] == f"/api/job-status/{body['jobId']}"
    assert "retry-after" not in answer.headers
    assert b'": ' not in answer.body


def test_who_cannot_set_headers_waits_by_the_address(stack: Stack) -> None:
    answer = stack.client("ann").post(f"{GENERATE}?wait=30", _new_work())

    assert (answer.status, answer.json["status"]) == (200, "completed")


def test_who_waited_for_a_failure_is_told_of_it(stack: Stack) -> None:
    nonsense = _new_work(content="\u200b\u2060 ... --- !!!")

    answer = stack.client("ann").post(GENERATE, nonsense, Prefer="wait=30", X_Request_ID="mine")

    _problem(answer, 422, "UNUSABLE_INPUT")
    assert answer.json["requestId"] == "mine"
    assert answer.json["retryable"] is False
    assert stack.client("ann").get(f"/api/job-status/{answer.json['jobId']}").status == 200
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "preference", ["", "wait=0", "wait=soon", "wait", "return=minimal", "nowait=9"]
)
def test_without_a_preference_that_makes_sense_nobody_waits(stack: Stack, preference: str) -> None:
    answer = stack.client("ann").post(GENERATE, _new_work(), Prefer=preference)

    assert (answer.status, answer.json["status"]) == (202, "queued")
    assert "preference-applied" not in answer.headers


def test_who_waited_in_vain_gets_the_job_to_follow(stack: Stack) -> None:
    with frozen_worker(stack):
        answer = stack.client("ann").post(GENERATE, _new_work(), Prefer="wait=1")

    assert (answer.status, answer.json["status"]) == (202, "queued")
    assert answer.headers["retry-after"] == "2"
    assert answer.headers["location"] == answer.json["statusUrl"]


def test_a_stream_may_be_watched_from_another_site(stack: Stack) -> None:
    job = stack.client("ann").post(GENERATE, _new_work()).json

    with Client(stack.url).stream(job["eventsUrl"], Origin=ORIGIN) as stream:
        assert stream.status == 200
        assert stream.headers["access-control-allow-origin"] == ORIGIN
        assert stream.headers["cache-control"] == "no-cache, no-transform"
        assert stream.headers["x-request-id"]


def test_a_long_document_comes_in_pieces_and_whole(stack: Stack) -> None:
    ann = stack.client("ann")
    cards = [card_content(f"term {n}", example=f"term {n} " * 60) for n in range(1000)]
    assert ann.post("/api/flashcards", {"subject": "Law", "flashcards": cards}).status == 201

    answer = ann.get("/api/profile/ann/export")

    assert "content-length" not in answer.headers
    assert {card["front"] for card in answer.json["flashcards"]} == {c["front"] for c in cards}


def test_every_line_of_the_log_is_json_and_none_holds_what_was_sent(stack: Stack) -> None:
    asked = _new_work(content=f"{FLASHCARDS['content']} {STUDY_TEXT}")
    token = {"Authorization": "Bearer secret.token.text"}
    posted = stack.client("ann").post(GENERATE, asked, Prefer="wait=30", X_Request_ID="trace-me")
    followed = Client(stack.url).get(
        f"/api/job-status/{posted.json['jobId']}?token=secret", **token
    )
    assert (posted.status, followed.status) == (200, 401)

    _raw(stack, b"NONSENSE / HTTP/9.9\r\n\r\n")
    # The worker writes its line after the end that the client has waited for.
    job_id = posted.json["jobId"]
    ended = re.compile(f'(?=.*"attempt ended")(?=.*{job_id})')
    wait_until(lambda: any(map(ended.match, _log_lines(stack))), 5, "the worker has said so")

    lines = [json.loads(line) for line in _log_lines(stack)]
    by_web = [line for line in lines if line.get("request_id") == "trace-me"]
    by_worker = [line for line in lines if line.get("job_id") == job_id and line not in by_web]
    assert [line["event"] for line in by_web] == ["request answered"]
    assert (by_web[0]["job_id"], by_web[0]["status"]) == (job_id, 202)
    assert "attempt ended" in [line["event"] for line in by_worker]
    assert all({"event", "level", "logger", "timestamp"} <= line.keys() for line in lines)
    everything = "\n".join(_log_lines(stack))
    assert STUDY_TEXT not in everything
    assert "secret" not in everything


def _log_lines(stack: Stack) -> list[str]:
    texts: list[Any] = [p.log.read_text() for p in (*stack.webs, *stack.workers)]
    return [line for text in texts for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n", 400),
        (b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 200_000 + b"\r\n\r\n", 431),
    ],
)
def test_what_the_server_itself_refuses_is_told_like_everything_else(
    stack: Stack, request_bytes: bytes, status: int
) -> None:
    head, _, body = _raw(stack, request_bytes).partition(b"\r\n\r\n")
    told = json.loads(body)

    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"Content-Type: application/json" in head
    assert (told["success"], told["code"]) == (False, "VALIDATION_ERROR")
    assert told["requestId"].encode() in head


@pytest.mark.parametrize("version", [8, 13])
def test_who_asks_for_a_websocket_is_answered_as_anybody_is(stack: Stack, version: int) -> None:
    upgrade = (
        "Connection: close, Upgrade",
        "Upgrade: websocket",
        f"Sec-WebSocket-Version: {version}",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )
    paths = ("/api/health", "/api/nothing", "/socket.io/?transport=websocket")
    told = [_raw(stack, _request("GET", path, *upgrade)) for path in paths]

    assert [int(answer.split()[1]) for answer in told] == [200, 404, 404]


@pytest.mark.parametrize("seconds", [0.01, 60])
def test_a_body_that_stops_coming_or_comes_drop_by_drop_is_told_so(
    monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    monkeypatch.setattr(receiving, "SILENCE_SECONDS", 0.05)

    async def drop() -> Any:
        await asyncio.sleep(seconds)
        return {"type": "http.request", "body": b"x", "more_body": True}

    scope = {"headers": [(b"content-length", b"10000")], "path": "/"}
    with pytest.raises(receiving.BodyStalled):
        asyncio.run(receiving.read_body(scope, drop, io.BytesIO()))


@pytest.mark.django_db
def test_a_stalled_body_is_told_like_any_error_and_ends_its_connection(settings: Any) -> None:
    """With its id, and readable from a page of another site."""
    settings.CORS_ALLOW_ALL_ORIGINS = True
    named = {"Origin": ORIGIN, "X-Request-ID": "asked-for"}

    answer = DjangoClient(headers=named).post("/api/process-pdf", **{STALLED: True})

    assert (answer.status_code, answer.json()["code"]) == (408, "REQUEST_TIMEOUT")
    assert answer.json()["requestId"] == answer["X-Request-ID"] == "asked-for"
    assert (answer["Connection"], answer["Access-Control-Allow-Origin"]) == ("close", "*")


@pytest.mark.parametrize("more", [True, False])
def test_a_body_for_which_there_is_no_room_is_told_so(more: bool) -> None:
    async def piece() -> Any:
        return {"type": "http.request", "body": b"x" * 10_000, "more_body": more}

    scope = {"headers": [(b"content-length", b"20000")], "path": "/"}
    with open("/dev/full", "r+b", buffering=0) as full, pytest.raises(receiving.BodyUnkept) as told:
        asyncio.run(receiving.read_body(scope, piece, full))

    assert told.value.is_read is not more


@pytest.mark.django_db
def test_a_body_that_was_not_kept_may_be_sent_again_later() -> None:
    answer = DjangoClient(headers={"user-id": "ann"}).post("/api/process-pdf", **{UNKEPT: True})

    assert (answer.status_code, answer.json()["code"]) == (503, "NOT_READY")
    assert "Retry-After" in answer


def test_it_is_alive_while_the_database_hangs_and_every_thread_waits_for_it() -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()  # takes connections and never says a word
        url = f"postgres://a@127.0.0.1:{mute.getsockname()[1]}/a"
        with running_stack(webs=0, workers=0, DATABASE_URL=url, WEB_THREADS="1") as stack:
            stack.launch_web()
            wait_until(lambda: _is_alive(stack), 20, "it lives")
            waiting = [_ask(stack) for _ in range(3)]
            began = time.monotonic()

            assert all(_is_alive(stack) for _ in range(5))

            assert time.monotonic() - began < 1
            assert not any(select.select(waiting, [], [], 0)[0])
            for connection in waiting:
                connection.close()


def _is_alive(stack: Stack) -> bool:
    try:
        return [stack.client().get(path).status for path in ("/livez", "/api/health")] == [200, 200]
    except OSError:
        return False


def _ask(stack: Stack) -> socket.socket:
    parts = urlsplit(stack.url)
    connection = socket.create_connection((parts.hostname, parts.port))
    connection.sendall(_request("GET", "/api/jobs", "user-id: ann"))
    return connection
