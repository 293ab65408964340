"""The Celery app with a handler that does nothing, and a bare task beside it; as a script it drives a worker of it.

`celery -A tests.programs.bench.noop worker` runs them; `python -m tests.programs.bench.noop COUNT` prints a line of JSON.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import Any

import redis
from celery import signals

from unilingo.celery import app

COUNTER = "bench:done"


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


def drive(count: int) -> dict[str, Any]:
    from django.conf import settings

    from jobs import services
    from jobs.models import Job

    def submit(number: int) -> None:
        draft = services.draft_job("flashcards", user_id="ann", inputs={"n": number})
        services.submit_job(draft).saved.result()

    def completed() -> int:
        return Job.objects.filter(status="completed").count()

    def counted() -> int:
        return int(_counter(settings.REDIS_URL).get(COUNTER) or 0)

    rounds = [
        (
            _rate(count, submit, completed),
            _rate(count, lambda number: bare.apply_async([number], queue="ai-jobs"), counted),
        )
        for _ in range(3)
    ]
    return {"rounds": rounds, "statements": statements()}


def _rate(count: int, begin: Callable[[int], Any], done: Callable[[], int]) -> float:
    before, began = done(), time.perf_counter()
    for number in range(before, before + count):
        begin(number)
    while done() < before + count:
        time.sleep(0.01)
    return count / (time.perf_counter() - began)


def statements() -> dict[str, int]:
    """What one job costs the database, without BEGIN and COMMIT."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from jobs import heartbeat, lifecycle
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
    job = lifecycle.new_job("flashcards", "ann", {}, max_attempts=3, now=now)
    count("submit", lambda: lifecycle.create([job]))
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
    sys.stdout.write(json.dumps(drive(int(sys.argv[1]))))
