"""What goes to Sentry, as a server that speaks its protocol receives it: what went wrong, and nothing that people sent."""

import gzip
import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from typing import Any

import pytest
import sentry_sdk
import structlog
from pytest_django import Settings

from tests.people import signed_in
from unilingo import reporting

STUDY_TEXT = "the mitochondrion is the powerhouse"
SECRETS = (STUDY_TEXT, "eyJhbGciOi", "sk-proj-1234", "secret-token", "10.9.8.7")


def _unpacked(body: bytes, encoding: str) -> str:
    """Where Brotli is installed, the SDK prefers it."""
    if encoding == "br":
        return str(import_module("brotli").decompress(body), "utf-8")
    return (gzip.decompress(body) if encoding == "gzip" else body).decode()


class FakeSentry:
    def __init__(self) -> None:
        self.bodies: list[str] = []

    def events(self) -> list[dict[str, Any]]:
        sentry_sdk.flush(5)
        lines = [line for body in self.bodies for line in body.splitlines()]
        parsed = [json.loads(line) for line in lines if line]
        return [item for item in parsed if "platform" in item]


@pytest.fixture
def sentry() -> Iterator[FakeSentry]:
    fake = FakeSentry()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            fake.bodies.append(_unpacked(body, self.headers["Content-Encoding"]))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        reporting.start(f"http://key@127.0.0.1:{server.server_port}/1", "1.2.3")
        yield fake
        sentry_sdk.get_client().close(timeout=2)
        sentry_sdk.get_global_scope().set_client(None)
        server.shutdown()
        thread.join()


def _fail(text: str) -> None:
    token = "eyJhbGciOi"  # a local variable, which Sentry would show by itself
    try:
        raise ValueError(f"cannot use {text} with {token}")
    except ValueError as error:
        error.add_note(text)
        raise RuntimeError(f"sk-proj-1234 {text}") from error


def test_an_error_is_reported_with_its_stack_and_its_ids(sentry: FakeSentry) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-1", job_id="j-1"):
        try:
            _fail(STUDY_TEXT)
        except RuntimeError:
            logging.getLogger("jobs.runner").exception("handler raised", extra={"kind": "lesson"})

    [event] = sentry.events()
    assert event["logentry"] == {"message": "handler raised"}
    assert event["extra"] == {"request_id": "r-1", "job_id": "j-1", "kind": "lesson"}
    assert [error["type"] for error in event["exception"]["values"]] == [
        "ValueError",
        "RuntimeError",
    ]
    frames = event["exception"]["values"][-1]["stacktrace"]["frames"]
    assert frames[-1]["function"] == "_fail"
    assert event["release"] == "1.2.3"


def test_nothing_that_people_sent_leaves_the_house(sentry: FakeSentry) -> None:
    extra = {"content": STUDY_TEXT, "authorization": "secret-token", "client": "10.9.8.7"}
    try:
        _fail(STUDY_TEXT)
    except RuntimeError:
        logging.getLogger("jobs.runner").exception("handler raised", extra=extra)
    logging.getLogger("some.library").error("sent %s to %s", STUDY_TEXT, "10.9.8.7")
    logging.getLogger("some.library").error(f"sent {STUDY_TEXT}")  # noqa: G004  as libraries do

    assert len(sentry.events()) == 3
    assert [secret for secret in SECRETS if secret in _without_source(sentry)] == []


def _without_source(sentry: FakeSentry) -> str:
    """The lines of source around a frame are ours, and here they hold the words that are looked for."""
    events = sentry.events()
    for event in events:
        for error in event.get("exception", {}).get("values", []):
            error["stacktrace"] = [frame["function"] for frame in error["stacktrace"]["frames"]]
    return json.dumps(events)


@pytest.mark.django_db(transaction=True)
def test_a_request_that_fails_is_reported_without_the_request(
    sentry: FakeSentry, settings: Settings
) -> None:
    settings.ALERT_POLICY = None  # as a mistake of ours would look

    answer = signed_in("ops", role="service_role").get("/api/metrics/alerts?token=secret-token")

    assert answer.status_code == 500
    [event] = sentry.events()
    assert event["extra"]["request_id"] == answer["X-Request-ID"]
    assert "request" not in event
    assert "secret-token" not in json.dumps(event)


def test_warnings_are_not_reported(sentry: FakeSentry) -> None:
    logging.getLogger("jobs.runner").warning("attempt failed")

    assert sentry.events() == []
