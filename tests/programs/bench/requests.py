"""What one request costs the web process: processor time in the process itself, through its ASGI application."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, MutableMapping
from typing import TYPE_CHECKING, Any

from tests.programs.bench.report import Table
from tests.stack import CONTENT, Stack, running_stack

if TYPE_CHECKING:
    from unilingo.asgi import Application

ROUNDS = 9
REQUESTS = 60
PATH = "/api/ai/generate-flashcards"
PROFILE = "/api/profile/bench"
MANIFEST = f"{PROFILE}/manifest"
# Limits are counted, and none is reached; every request is logged.
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "tests.programs.bench.settings",
    "DEBUG": "0",
    "LOG_LEVEL": "info",
    "SECURE_SSL_REDIRECT": "0",
    "MONITORING_TOKEN": "of the bench, and of nobody else",
    **{f"USER_LIMIT_{scope}": "1000000" for scope in ("AI", "GENERAL")},
    **{f"ADDRESS_LIMIT_{scope}": "1000000" for scope in ("AI", "GENERAL")},
}

Ask = Callable[[int], tuple[str, str, dict[str, str], bytes]]


def main() -> None:
    with running_stack(webs=0, workers=0, **SETTINGS) as stack:
        _python(stack, "from tests.programs.bench.profiles import seed; seed()")
        found = json.loads(
            _python(stack, "from tests.programs.bench.requests import measure; measure()")
        )
    table = Table("Processor time of one request, ms", ("one at a time", "16 at once"))
    for name, (alone, together) in found.items():
        table.row(name, f"{alone:.2f}", f"{together:.2f}")
    table.print()


def _python(stack: Stack, program: str) -> bytes:
    process = stack.python("-c", program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output, _ = process.communicate()
    assert process.returncode == 0
    return bytes(output)


def measure() -> None:
    """Print the figures as JSON; for a process of its own."""
    from unilingo.asgi import application

    sys.stdout.write(json.dumps(asyncio.run(_measure(application))))


async def _measure(application: "Application") -> dict[str, tuple[float, float]]:
    from django.conf import settings

    from jobs.intake import intake
    from tests.people import token

    intake.gather()
    signed = {"authorization": f"Bearer {token('bench', exp=int(time.time()) + 3600)}"}
    _, headers, _ = await _send(application, "GET", MANIFEST, signed)
    unchanged = {**signed, "if-none-match": headers[b"etag"].decode()}
    known = _submission(0)
    _, _, body = await _send(application, "POST", PATH, signed, known)
    await asyncio.to_thread(_complete, json.loads(body)["jobId"])
    cases: dict[str, tuple[int, Ask]] = {
        "nothing (/empty)": (200, lambda number: ("GET", "/empty", {}, b"")),
        "/api/health": (200, lambda number: ("GET", "/api/health", {}, b"")),
        "profile, remembered": (200, lambda number: ("GET", PROFILE, signed, b"")),
        "manifest, remembered": (200, lambda number: ("GET", MANIFEST, signed, b"")),
        "manifest, 304": (304, lambda number: ("GET", MANIFEST, unchanged, b"")),
        "submit": (202, lambda number: ("POST", PATH, signed, _submission(number))),
        "replay of a completed job": (200, lambda number: ("POST", PATH, signed, known)),
    }
    assert not settings.DEBUG
    found = {}
    for name, (status, ask) in cases.items():
        costs = [await _cost(application, ask, status, at_once) for at_once in (1, 16)]
        found[name] = (costs[0], costs[1])
    return found


async def _cost(application: "Application", ask: Ask, status: int, at_once: int) -> float:
    """The least of several rounds, in milliseconds: what is above it is other work on the machine."""
    numbers = iter(range(at_once * 1_000_000 + 1, sys.maxsize))

    async def one_by_one() -> None:
        for _ in range(-(-REQUESTS // at_once)):
            answered, _, body = await _send(application, *ask(next(numbers)))
            assert answered == status, body

    costs = []
    for _ in range(ROUNDS):
        began = time.process_time()
        await asyncio.gather(*[one_by_one() for _ in range(at_once)])
        costs.append((time.process_time() - began) * 1000 / (-(-REQUESTS // at_once) * at_once))
    return min(costs)


async def _send(
    application: "Application", method: str, path: str, headers: dict[str, str], body: bytes = b""
) -> tuple[int, dict[bytes, bytes], bytes]:
    """Status, headers and body, as a server would hand it over and take it."""
    given = {"host": "localhost", "content-type": "application/json", **headers}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "http_version": "1.1",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 1),
    }
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await application(scope, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


def _submission(number: int) -> bytes:
    body = {"content": f"{CONTENT} {number}", "subject": "Biology", "topic": "Cells"}
    return json.dumps(body).encode()


def _complete(job_id: str) -> None:
    from django.utils import timezone

    from jobs import lifecycle
    from tests.profiles.rows import card_content

    cards = [card_content(f"term {n}", "Cells") for n in range(20)]
    now = timezone.now()
    claim = lifecycle.claim(job_id, worker="bench", lease_seconds=60, now=now)
    assert claim is not None
    assert lifecycle.complete(claim, {"success": True, "flashcards": cards}, now=now)
