"""The HTTP API as the terminal uses it: ask for work, and follow its events across dropped connections."""

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from django.conf import settings
from django.utils import timezone

from unilingo.common.clock import Clock

USER = "terminal"
# Streams send a heartbeat at least every 30 seconds.
SILENCE_SECONDS = 45.0
RETRY_SECONDS = 1.0
GIVE_UP_SECONDS = 120.0
ENDINGS = ("completed", "failed", "cancelled")


class CallFailed(Exception):
    """The server refused, or could not be reached; the text is one line for people."""


@dataclass(frozen=True, slots=True)
class Event:
    id: str
    type: str
    data: Mapping[str, Any]


def answers(address: str) -> bool:
    """Whether a UniLingo web process answers there."""
    try:
        with _opened(address, "GET", "/api/health", timeout=2.0) as response:
            return b"UniLingo" in response.read()
    except (OSError, http.client.HTTPException):
        return False


class Client:
    """Calls one server as the user `terminal`."""

    def __init__(self, address: str, clock: Clock) -> None:
        self._address = address
        self._clock = clock
        self._headers = {"Authorization": f"Bearer {_token()}"}

    def submit(self, inputs: Mapping[str, str]) -> str:
        """The id of the job. Raises CallFailed."""
        headers = {**self._headers, "Content-Type": "application/json"}
        body = json.dumps(inputs).encode()
        try:
            with _opened(
                self._address, "POST", "/api/ai/generate-flashcards", headers, body
            ) as response:
                answer = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise CallFailed(f"{self._address} does not answer.") from error
        if response.status not in (200, 202):
            raise CallFailed(_refusal(response.status, answer))
        job_id: str = json.loads(answer)["jobId"]
        return job_id

    def follow(self, job_id: str) -> Iterator[Event]:
        """The events of a job to its end, each once; a dropped stream is taken up where it broke. Raises CallFailed."""
        last_id, heard_at = "", self._clock.monotonic()
        while self._clock.monotonic() - heard_at < GIVE_UP_SECONDS:
            try:
                for event in self._stream(job_id, last_id):
                    last_id = event.id
                    # A server that greets and closes, again and again, has no news.
                    heard_at = heard_at if event.type == "connected" else self._clock.monotonic()
                    yield event
                    if event.type in ENDINGS:
                        return
            except (OSError, http.client.HTTPException):
                pass
            self._clock.sleep(RETRY_SECONDS)
        raise CallFailed(
            f"{self._address} does not answer any more; the job {job_id} goes on when it does."
        )

    def _stream(self, job_id: str, last_id: str) -> Iterator[Event]:
        path = "/api/job-events?" + urlencode({"jobId": job_id})
        headers = {**self._headers, "Accept": "text/event-stream"}
        if last_id:
            headers["Last-Event-ID"] = last_id
        with _opened(self._address, "GET", path, headers, timeout=SILENCE_SECONDS) as response:
            if response.status == 200:
                yield from _events(response)
            elif response.status < 500:
                raise CallFailed(_refusal(response.status, response.read()))


def _opened(
    address: str,
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    timeout: float = 30.0,
) -> http.client.HTTPResponse:
    # Not urllib: that would send a call to this very machine through the proxy of the environment.
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=timeout)
    connection.request(method, path, body, {"Connection": "close", **(headers or {})})
    return connection.getresponse()


def _events(lines: Iterator[bytes] | http.client.HTTPResponse) -> Iterator[Event]:
    """Server-sent events (WHATWG HTML 9.2.6), of which this server sends one data line each."""
    fields: dict[str, str] = {}
    for raw in lines:
        name, _, value = raw.decode().rstrip("\r\n").partition(":")
        if name:
            fields[name] = value.removeprefix(" ")
        elif "data" in fields:
            yield Event(fields.get("id", ""), fields.get("event", ""), json.loads(fields["data"]))
            fields = {}


def _refusal(status: int, body: bytes) -> str:
    """What the server's error body says, field by field where it does."""
    if status == 301:
        return (
            "The server sends everything to https: SECURE_SSL_REDIRECT=false lets this machine in."
        )
    try:
        problem = json.loads(body)
        fields = problem.get("details", {}).get("fields", {})
        return "; ".join(f"{name}: {text}" for name, text in fields.items()) or str(
            problem["error"]
        )
    except (ValueError, KeyError, AttributeError):
        return f"The server answered with status {status}."


def _token() -> str:
    """Good for this server, whose secret we share; a whole day, since a stream may be taken up again."""
    policy = settings.JWT_POLICY
    claims: dict[str, Any] = {"sub": USER, "exp": timezone.now() + timedelta(days=1)}
    claims |= {
        name: value for name, value in (("aud", policy.audience), ("iss", policy.issuer)) if value
    }
    return jwt.encode(claims, policy.secret, algorithm="HS256")
