"""Who may ask is known from the head of a request: nobody else's body is taken, and of one caller only so much at once."""

import os
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, User
from django.test import RequestFactory

from tests.clients import Client, form
from tests.people import GENERATE
from tests.stack import Stack, running_stack
from unilingo.common.head import ROOM
from unilingo.server.heads import BYTES_AT_ONCE, GoOn, HeadFirst, Room

READ = "/api/process-document"
MEBIBYTE = 1 << 20
SECRET = "known to these tests, and long enough to be one"


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """As in production, but for plain HTTP."""
    settings = {"DEBUG": "0", "SECURE_SSL_REDIRECT": "0", "ALLOWED_HOSTS": "*"}
    with running_stack(workers=0, JWT_SECRET=SECRET, **settings) as running:
        yield running


def _authorization(user_id: str) -> str:
    return "Bearer " + jwt.encode({"sub": user_id, "exp": 4_000_000_000}, SECRET, "HS256")


def _head(
    stack: Stack,
    *headers: str,
    path: str = READ,
    method: str = "POST",
    kind: str = "multipart/form-data; boundary=x",
) -> socket.socket:
    """Only the head of a request is sent, on a connection of its own."""
    parts = urlsplit(stack.url)
    connection = socket.create_connection((parts.hostname, parts.port), timeout=5)
    asked = f"{method} {path} HTTP/1.1"
    lines = [asked, "Host: a", f"Content-Type: {kind}", *headers, "", ""]
    connection.sendall("\r\n".join(lines).encode())
    return connection


def _status(connection: socket.socket) -> int:
    return int(connection.recv(65536).split()[1])


@pytest.mark.parametrize(
    "length", [f"Content-Length: {20 * MEBIBYTE}", "Transfer-Encoding: chunked"]
)
@pytest.mark.parametrize("who", ["", "Authorization: Bearer a.b.c", "Cookie: sessionid=nobodys"])
@pytest.mark.parametrize("path", [READ, GENERATE])
def test_who_may_not_ask_is_refused_before_the_body_comes(
    stack: Stack, length: str, who: str, path: str
) -> None:
    with _head(stack, length, *filter(None, [who]), path=path) as connection:
        assert _status(connection) == 401


def test_a_body_that_says_to_be_too_long_is_refused_before_it_comes(stack: Stack) -> None:
    with _head(stack, f"Content-Length: {200 * MEBIBYTE}") as connection:
        assert _status(connection) == 413


@pytest.mark.parametrize("path", ["/nothing-here", "/api/nothing-here", "/api"])
def test_an_address_that_does_not_exist_takes_no_body(stack: Stack, path: str) -> None:
    with _head(stack, f"Content-Length: {MEBIBYTE}", path=path) as connection:
        assert _status(connection) == 404


@pytest.mark.parametrize(
    "asked",
    ["POST /admin/login/", "POST /admin/jobs/job/", "POST /login", "POST /", "POST /api/auth/token"]
    + [f"GET {path}" for path in ("/", "/review", "/admin/", "/api/schema", "/api/job-status/x")]
    + ["HEAD /monitoring", "OPTIONS /api/process-pdf"],
)
def test_where_nobody_has_to_send_much_no_long_body_is_taken(stack: Stack, asked: str) -> None:
    method, path = asked.split()
    wanted = [f"Content-Length: {MEBIBYTE}", "Expect: 100-continue"]
    with _head(stack, *wanted, path=path, method=method, kind="application/json") as connection:
        assert _status(connection) == 413


def test_staff_may_send_a_long_form_to_the_admin() -> None:
    request = RequestFactory().post("/admin/jobs/job/", **{ROOM: Room(MEBIBYTE)})
    answers = []
    for request.user in (User(pk=1, is_staff=True), User(pk=2), AnonymousUser()):
        answers.append(HeadFirst(None).process_view(request, admin.site.index, (), {}).status_code)
    assert answers == [100, 413, 413]


def test_who_expects_to_be_told_is_told_to_go_on_only_when_it_may(stack: Stack) -> None:
    wanted = [f"Content-Length: {MEBIBYTE}", "Expect: 100-continue"]
    with _head(stack, *wanted) as nobody:
        assert _status(nobody) == 401
    with _head(stack, *wanted, f"Authorization: {_authorization('ann')}") as ann:
        assert _status(ann) == 100


def test_who_is_refused_while_a_body_is_sent_sees_why(stack: Stack) -> None:
    body, kind = form({"document": [("a.pdf", b"%PDF-1.4" + os.urandom(20 * MEBIBYTE))]})

    answer = Client(stack.url).post(READ, body, Content_Type=kind)

    assert (answer.status, answer.json["code"]) == (401, "UNAUTHENTICATED")
    assert answer.headers["x-request-id"] == answer.json["requestId"]


def test_a_long_body_is_read_whole_for_who_may_ask(stack: Stack) -> None:
    body, kind = form({"document": [("a.txt", b"A cell is the unit of life. " * 40_000)]})

    answer = Client(stack.url).post(
        READ, body, Content_Type=kind, Authorization=_authorization("ann")
    )

    assert answer.status == 202


def test_of_one_caller_only_so_much_comes_at_once(stack: Stack) -> None:
    length = f"Content-Length: {25 * MEBIBYTE}"
    ann, bob = (f"Authorization: {_authorization(name)}" for name in ("ann", "bob"))
    go_on = "Expect: 100-continue"
    under_way = [_head(stack, length, ann, go_on) for _ in range(BYTES_AT_ONCE // 25 // MEBIBYTE)]
    assert {_status(connection) for connection in under_way} == {100}

    with _head(stack, length, ann) as one_more, _head(stack, length, bob, go_on) as other:
        refused = one_more.recv(65536)
        assert refused.split()[1] == b"429"
        assert b"retry-after" in refused.lower()
        assert _status(other) == 100

    for connection in under_way:
        connection.close()
    for _ in range(50):
        with _head(stack, length, ann, go_on) as again:
            if _status(again) == 100:
                return
    raise AssertionError("what was given up still counts")


def test_room_that_was_left_already_is_not_taken() -> None:
    """The client can be gone before the thread that looks at its head has come so far."""
    with Room(BYTES_AT_ONCE) as gone:
        pass

    assert not gone.take("ann")
    with Room(BYTES_AT_ONCE) as other:
        assert other.take("ann")


@pytest.mark.django_db
def test_a_form_in_a_session_is_checked_for_forgery_when_it_is_there(client: Any) -> None:
    """Its token stands in the body: on the head alone nobody can tell."""
    from jobs.kinds.document.api import ProcessDocument

    request = RequestFactory().post(READ, **{ROOM: Room(1)})
    request.user = User.objects.create_user("ann")
    request.COOKIES["sessionid"] = "some"

    answer = HeadFirst(lambda _: None).process_view(request, ProcessDocument.as_view(), (), {})  # type: ignore[arg-type,return-value]

    assert isinstance(answer, GoOn)
