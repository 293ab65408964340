"""The Celery app with a handler that does nothing, and a bare task beside it; as a script it drives a worker of it.

`celery -A tests.programs.bench.noop worker` runs them; `python -m tests.programs.bench.noop COUNT PID` prints a line of JSON:
how fast that worker is through so many that are queued while it is stopped, and its processor time for each.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import redis
from celery import signals

from unilingo.celery import app

COUNTER = "bench:done"
USERS = 50


@app.task(name="bench.bare", ignore_result=True)
def bare(number: int) -> None:
    from django.conf import settings

    _counter(settings.REDIS_URL).incr(COUNTER)


@signals.worker_init.connect
def _do_nothing(**_: object) -> None:
    from jobs.kind import kind_of, register

    register(replace(kind_of("flashcards"), handler=lambda inputs, context: {"success": True}))


def _counter(url: str) -> redis.Redis:
    if url not in _clients:
        _clients[url] = redis.Redis.from_url(url)
    return _clients[url]


_clients: dict[str, redis.Redis] = {}


def drive(count: int, worker: int) -> dict[str, Any]:
    from django.conf import settings

    from jobs import services
    from jobs.models import Job

    def submit(number: int) -> None:
        draft = services.draft_job(
            "flashcards", user_id=f"user-{number % USERS}", inputs={"n": number}
        )
        services.submit_job(draft).saved.result()

    def completed() -> int:
        return Job.objects.filter(status="completed").count()

    def counted() -> int:
        return int(_counter(settings.REDIS_URL).get(COUNTER) or 0)

    def task(number: int) -> None:
        bare.apply_async([number], queue="ai-jobs")

    rounds = [
        (_worked_off(worker, count, submit, completed), _worked_off(worker, count, task, counted))
        for _ in range(3)
    ]
    return {"rounds": rounds, "statements": statements()}


def _worked_off(
    worker: int, count: int, begin: Callable[[int], Any], done: Callable[[], int]
) -> tuple[float, float]:
    """How many a second, and milliseconds of the worker's processor time for each; messages that come to nothing included."""
    before = done()
    os.kill(worker, signal.SIGSTOP)
    for number in range(before, before + count):
        begin(number)
    began, spent = time.perf_counter(), _processor_seconds(worker)
    os.kill(worker, signal.SIGCONT)
    while done() < before + count or _messages():
        time.sleep(0.02)
    spent = _processor_seconds(worker) - spent
    return count / (time.perf_counter() - began), spent * 1000 / count


def _messages() -> int:
    """Those that wait or are not acknowledged."""
    from django.conf import settings

    broker = _counter(settings.REDIS_URL)
    return int(broker.llen("unilingo:ai-jobs")) + int(broker.hlen("unilingo:unacked"))


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def statements() -> dict[str, int]:
    """What one job costs the database, without BEGIN and COMMIT."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from jobs import creation, heartbeat, lifecycle
    from jobs.kind import Queue

    found: dict[str, int] = {}

    def count(name: str, act: Callable[[], Any]) -> Any:
        with CaptureQueriesContext(connection) as captured:
            answer = act()
        plain = [
            q
            for q in captured
            if q["sql"].split()[0] not in ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
        ]
        found[name] = len(plain)
        return answer

    now = timezone.now()
    job = creation.new_job("flashcards", "user-0", {}, max_attempts=3, now=now)
    count("submit", lambda: creation.create([job]))
    claim = count(
        "claim", lambda: lifecycle.claim_next(Queue.AI, worker="b", lease_seconds=15, now=now)
    )
    with heartbeat.holding(claim, monotonic() + 60):
        count("heartbeat", lambda: lifecycle.renew(claim, lease_seconds=15, now=now))
    count("finish", lambda: lifecycle.complete(claim, {"success": True}, now=now))
    return found


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(json.dumps(drive(*map(int, sys.argv[1:]))))
