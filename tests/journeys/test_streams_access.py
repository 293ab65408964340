"""Who may watch: the owner, and whoever brings the token that the owner was given. Nobody else learns anything."""

import time
from collections.abc import Iterator

import jwt
import pytest
from django.core import signing

from tests.clients import Client
from tests.journeys.writer import Writer
from tests.stack import SECRET_KEY, Stack

JWT_SECRET = "for tests of who may watch a stream"


class Aged(signing.TimestampSigner):
    """Signs as if it were `age` seconds ago."""

    age = 0

    def timestamp(self) -> str:
        return signing.b62_encode(int(time.time()) - self.age)


@pytest.fixture(scope="module")
def url(stack: Stack) -> Iterator[str]:
    """A web process of the same stack that believes no header."""
    web = stack.start_web(TRUST_USER_ID_HEADER="0", JWT_SECRET=JWT_SECRET)
    yield web.url
    web.stop()


@pytest.fixture(scope="module")
def job_id(four_writers: list[Writer]) -> str:
    claim = four_writers[0].active_job("ann")
    four_writers[0].do("complete", claim=claim, result={"success": True})
    found: str = claim["job_id"]
    return found


def status_of(url: str, path: str, user_id: str = "") -> tuple[int, bytes]:
    bearer = jwt.encode({"sub": user_id, "exp": time.time() + 60}, JWT_SECRET, "HS256")
    headers = {"Authorization": f"Bearer {bearer}"} if user_id else {}
    with Client(url).stream(path, **headers) as stream:
        return stream.status, stream.body


def stream_token(job_id: str, *, age: int = 0, key: str = SECRET_KEY) -> str:
    signer = Aged(key=key, salt="job-events")
    signer.age = age
    return signer.sign_object(job_id)


def test_the_owner_may_watch(url: str, job_id: str) -> None:
    assert status_of(url, f"/api/job-events?jobId={job_id}", "ann")[0] == 200


def test_a_stranger_learns_no_more_than_of_a_job_that_does_not_exist(url: str, job_id: str) -> None:
    strange = status_of(url, f"/api/job-events?jobId={job_id}", "bob")
    missing = status_of(url, "/api/job-events?jobId=flashcards-00000000", "bob")
    assert strange[0] == missing[0] == 404
    assert strange[1].split(b'"requestId"')[0] == missing[1].split(b'"requestId"')[0]


def test_nobody_in_particular_has_to_sign_in(url: str, job_id: str) -> None:
    assert status_of(url, f"/api/job-events?jobId={job_id}")[0] == 401
    assert status_of(url, "/api/job-events")[0] == 401


def test_the_user_id_header_is_not_believed(url: str, job_id: str) -> None:
    with Client(url, "ann").stream(f"/api/job-events?jobId={job_id}") as stream:
        assert stream.status == 401


def test_the_token_of_the_events_url_opens_the_stream(url: str) -> None:
    bearer = jwt.encode({"sub": "ann", "exp": time.time() + 60}, JWT_SECRET, "HS256")
    body = {"content": "The heart pumps blood.", "subject": "Medicine", "topic": "Heart"}
    answer = Client(url).post("/api/ai/generate-flashcards", body, Authorization=f"Bearer {bearer}")
    assert status_of(url, answer.json["eventsUrl"])[0] == 200


@pytest.mark.parametrize(
    ("age", "status"), [(0, 200), (3590, 200), (3700, 401)], ids=["new", "old", "expired"]
)
def test_a_token_is_good_for_an_hour(url: str, job_id: str, age: int, status: int) -> None:
    token = stream_token(job_id, age=age)
    assert status_of(url, f"/api/job-events?jobId={job_id}&token={token}")[0] == status


def test_a_token_opens_no_other_job(url: str, job_id: str) -> None:
    token = stream_token("flashcards-another")
    assert status_of(url, f"/api/job-events?jobId={job_id}&token={token}")[0] == 401
    assert status_of(url, f"/api/job-events?jobId={job_id}&token={token}", "bob")[0] == 404


def test_a_token_opens_nothing_but_its_job(url: str, job_id: str) -> None:
    assert status_of(url, f"/api/job-events?token={stream_token(job_id)}")[0] == 401
    assert Client(url).get(f"/api/job-status/{job_id}?token={stream_token(job_id)}").status == 401


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "é", "W10:1tHe:x" * 100])
def test_a_forged_token_opens_nothing(url: str, job_id: str, token: str) -> None:
    for forged in (token, stream_token(job_id, key="another key")):
        quoted = "".join(f"%{byte:02x}" for byte in forged.encode())
        assert status_of(url, f"/api/job-events?jobId={job_id}&token={quoted}")[0] == 401


def test_a_job_id_that_cannot_be_one_is_not_found(url: str) -> None:
    for strange in ("%00", "x" * 3000, "%F0%9F%98%80", "../../etc", "' OR 1=1 --"):
        path = f"/api/job-events?jobId={strange.replace(' ', '+')}"
        assert status_of(url, path, "ann")[0] == 404, strange
