"""Bodies that are no good request: every one is refused with a 4xx of ours, none becomes a 500."""

import gzip
from typing import Any

import pytest
from pytest_django import Settings

from jobs.models import Job
from tests.people import GENERATE, Person, claiming

pytestmark = pytest.mark.django_db

GOOD = b'"content":"A cell.","subject":"Biology","topic":"Cells"'


def _send(body: bytes, content_type: str = "application/json", path: str = GENERATE) -> Any:
    return claiming("ann").django.post(path, body, content_type=content_type)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"not json",
        b"{'content':1}",
        b'{"content":"a",}',
        b'{"content":NaN}',
        b'{"content":Infinity}',
        b'{"content":-Infinity}',
        b'{"content":' + b"9" * 5000 + b"}",
        b'{"content":"\xff"}',
        b'{"content":"\xed\xa0\x80"}',
        '{"content":"a"}'.encode("utf-16"),
        b'{"content":"a\x00b"}',
        b"{} {}",
        b"\x00",
    ],
    ids=lambda body: repr(body[:24]),
)
@pytest.mark.parametrize("path", [GENERATE, "/api/auth/token"])
def test_what_is_not_json_is_refused(body: bytes, path: str) -> None:
    answer = _send(body, path=path)

    assert answer.status_code == 400
    assert answer.json()["code"] == "INVALID_JSON"


@pytest.mark.parametrize("brackets", [(b"[", b"]"), (b'{"a":', b"}")])
@pytest.mark.parametrize("depth", [500, 100_000])
def test_deep_nesting_is_refused_and_harms_nobody(
    brackets: tuple[bytes, bytes], depth: int
) -> None:
    opened, closed = brackets

    answer = _send(opened * depth + b"1" + closed * depth)

    assert answer.status_code == 400


def test_deep_nesting_in_a_field_nobody_reads_is_refused_too() -> None:
    answer = _send(b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"," + GOOD + b"}")

    assert answer.json()["code"] == "INVALID_JSON"


@pytest.mark.parametrize("body", [b"[]", b'["a"]', b"7", b'"text"', b"true", b"null", b"1e999"])
@pytest.mark.parametrize("path", [GENERATE, "/api/auth/token"])
def test_a_body_that_is_no_object_is_refused(body: bytes, path: str) -> None:
    answer = _send(body, path=path)

    assert answer.status_code == 400
    assert list(answer.json()["details"]["fields"]) == ["body"]


def test_an_empty_body_lacks_every_field() -> None:
    assert _send(b"").json()["code"] == "MISSING_FIELDS"


def test_of_a_member_that_comes_twice_the_last_counts() -> None:
    assert _send(b"{" + GOOD + b',"topic":"Walls"}').status_code == 202
    assert Job.objects.get().input["topic"] == "Walls"


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "application/jsonp",
        "x",
        ";",
    ],
)
@pytest.mark.parametrize("path", [GENERATE, "/api/auth/token"])
def test_another_content_type_is_unsupported(content_type: str, path: str) -> None:
    answer = _send(b"{" + GOOD + b"}", content_type, path)

    assert answer.status_code == 415
    assert answer.json()["code"] == "UNSUPPORTED_MEDIA_TYPE"


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x"])
def test_a_compressed_body_is_unsupported_and_told_why(content_type: str) -> None:
    answer = Person(user_id="ann", content_encoding="gzip").django.post(
        GENERATE, gzip.compress(b"{" + GOOD + b"}"), content_type=content_type
    )

    assert (answer.status_code, answer["Accept-Encoding"]) == (415, "identity")
    assert answer.json()["code"] == "UNSUPPORTED_MEDIA_TYPE"
    assert list(answer.json()["details"]["fields"]) == ["Content-Encoding"]


def test_a_choice_that_is_half_a_character_is_refused_like_any_other() -> None:
    answer = claiming("ann").send("PATCH", "/api/profile/ann", rb'{"level":"\ud800"}')

    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, ["level"])


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON; charset=utf-8", "application/json;"]
)
def test_json_may_be_declared_in_any_spelling(content_type: str) -> None:
    assert _send(b"{" + GOOD + b"}", content_type).status_code == 202


@pytest.mark.parametrize("path", [GENERATE, "/api/auth/token", "/api/none", "/api/jobs"])
def test_a_body_over_the_limit_is_refused_before_it_is_read(settings: Settings, path: str) -> None:
    settings.REQUEST_MAX_BYTES = 100

    answer = _send(b"x" * 101, path=path)

    assert answer.status_code == 413
    assert answer.json()["code"] == "PAYLOAD_TOO_LARGE"
    assert answer.json()["requestId"] == answer["X-Request-ID"]


def test_a_body_at_the_limit_is_read(settings: Settings) -> None:
    settings.REQUEST_MAX_BYTES = 100

    assert _send(b"x" * 100).json()["code"] == "INVALID_JSON"


def test_the_limit_leaves_room_for_the_longest_content_in_its_longest_spelling(
    settings: Settings,
) -> None:
    body = b"{" + GOOD + b',"content":"' + rb"\ud83e\uddec" * 100_000 + b'"}'

    assert len(body) < settings.REQUEST_MAX_BYTES
    assert _send(body).status_code == 202


def test_a_person_who_sends_nothing_gets_no_job() -> None:
    Person().django.post(GENERATE, b"", content_type="application/json")

    assert not Job.objects.exists()
