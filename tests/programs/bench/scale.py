"""Millions of jobs that have ended, in PostgreSQL, and a hundred thousand that wait: does what is done all day stay as fast?

`make bench-scale JOBS=10000000`. The same is measured before they are there and after, alone and beside a web process
that takes on work and a worker that does it. As a script it is the process that fills or measures the database of its
environment.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

import psycopg

from tests.programs.bench import load
from tests.programs.bench.report import Table
from tests.programs.bench.submit import _submit
from tests.servers import postgres_server
from tests.stack import Stack, running_stack

USERS = 100_000
ROUNDS = 50  # of which the least is what it takes without other work on the machine
SUBMITS_PER_SECOND = 30
# A day's worth is older than anything is kept.
DAYS = 91
# Jobs of a user are spread over all days. Their ids begin with the time, as UUIDv7 do, and their identities with nothing.
ENDED = """
INSERT INTO jobs_job (id, user_id, kind, queue, status, identity, input, result, error, error_code, is_retryable, progress,
    progress_message, attempts_made, max_attempts, event_sequence, fence, worker, lost_count, retried_at_sequence,
    wait_reason, wait_explanation, turn, created_at, enqueued_at, start_by, started_at, finished_at, events_kept)
SELECT 'flashcards-' || lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || md5(n::text), 'user-' || n %% %s,
    'flashcards', 'ai-jobs', 'completed', md5(n::text) || md5((-n)::text), '{"subject":"Biology"}', '{"success":true}', '', '', false, 100,
    '', 1, 3, 3, 1, '', 0, 0,
    '', '', 0, at, at, at, at, at + interval '9 seconds', false
FROM generate_series(%s::bigint, %s::bigint, -1) AS n, LATERAL (SELECT now() - n * interval '1 second' * %s AS at) AS made
"""
# Made anew afterwards, in a tenth of the time. The primary key's grows at its end.
INDEXES = """
SELECT conname IS NOT NULL, indexname, indexdef FROM pg_indexes
LEFT JOIN pg_constraint ON conname = indexname AND conrelid = 'jobs_job'::regclass
WHERE tablename = 'jobs_job' AND contype IS DISTINCT FROM 'p'
"""


def main(jobs: str) -> None:
    with (
        postgres_server() as url,
        running_stack(
            workers=0, database_url=url, JOB_RETENTION_DAYS="90", LOG_LEVEL="error"
        ) as stack,
    ):
        _script(stack, "wait")
        before = _measured(stack)
        minutes, size = _fill(url, int(jobs))
        after = _measured(stack)
    columns = ("", "busy", f"{int(jobs):,} more", "and busy")
    table = Table("PostgreSQL, milliseconds at least", columns)
    for name in before.quiet:
        took = (times[name] for found in (before, after) for times in (found.quiet, found.busy))
        table.row(name, *(f"{each:.1f}" for each in took))
    answers = [f"{median(found.submits):.1f}" for found in (before, after)]
    table.row("a submit's answer, median", "", answers[0], "", answers[1])
    table.row("size of the jobs, GB: rows, indexes", "", "", size, "")
    table.row("minutes to write them", "", "", f"{minutes:.1f}", "")
    table.print()


# Milliseconds, by what is done.
Costs = dict[str, float]


@dataclass(frozen=True, slots=True)
class Found:
    quiet: Costs
    busy: Costs
    submits: list[float]


def _measured(stack: Stack) -> Found:
    quiet = _script(stack, "times")
    with _busy(stack) as submits:
        busy = _script(stack, "times")
    return Found(quiet, busy, submits)


def _script(stack: Stack, act: str) -> Any:
    script = stack.python("-m", __name__, act, stdout=subprocess.PIPE)
    answer, _ = script.communicate()
    return json.loads(answer)


@contextmanager
def _busy(stack: Stack) -> Iterator[list[float]]:
    """Yields what an answer to a submit has taken, once it is over."""
    over, found = threading.Event(), list[float]()
    submits = load.each(lambda number: _submit(time.monotonic_ns()))

    def ask() -> None:
        while not over.is_set():
            figures = load.pace(stack.url, submits, per_second=SUBMITS_PER_SECOND, seconds=1.0)
            found.extend(1000 * seconds for seconds in figures.latencies)

    worker = stack.start_worker(app="tests.programs.bench.noop")
    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield found
    finally:
        over.set()
        asking.join()
        worker.stop()


def _fill(url: str, jobs: int) -> tuple[float, str]:
    """Minutes and gigabytes."""
    began = time.monotonic()
    with psycopg.connect(url, autocommit=True) as database:
        indexes = database.execute(INDEXES).fetchall()
        for is_constraint, name, _ in indexes:
            table = "ALTER TABLE jobs_job DROP CONSTRAINT" if is_constraint else "DROP INDEX"
            database.execute(f'{table} "{name}"')
        database.execute(ENDED, [USERS, jobs, 1, DAYS * 86_400 / jobs])
        database.execute("SET maintenance_work_mem = '1GB'")
        for _, _, definition in indexes:
            database.execute(definition)
        database.execute("VACUUM ANALYZE jobs_job")
        size = "SELECT pg_table_size('jobs_job') / 1e9, pg_indexes_size('jobs_job') / 1e9"
        rows, of_indexes = database.execute(size).fetchall()[0]
    return (time.monotonic() - began) / 60, f"{rows:.1f}, {of_indexes:.1f}"


def _wait() -> None:
    from django.utils import timezone

    from tests.programs.bench import backlog

    backlog._fill(timezone.now() - timedelta(minutes=1))


def _times() -> Costs:
    from django.utils import timezone

    from jobs import creation, lifecycle, pruning, queries, queue
    from jobs.kind import Queue
    from jobs.models import Job
    from jobs.sweep import sweep

    now = timezone.now()
    waiting = Job.objects.filter(status="waiting").latest("turn")

    def submit() -> None:
        creation.create([creation.new_job("flashcards", "new", {}, max_attempts=3, now=now)])

    def claim() -> None:
        assert lifecycle.claim_next(Queue.AI, worker="b", lease_seconds=600, now=now)

    acts: dict[str, Callable[[], Any]] = {
        "claim the next": claim,
        "submit one more": submit,
        "the place of the last": lambda: queue.position(waiting),
        "a user's newest 20": lambda: queries.jobs_of("user-7", limit=20),
        "the newest 20 of one kind and state": lambda: queries.jobs_of(
            "user-7", status="completed", kind="flashcards", limit=20
        ),
        "one job": lambda: queries.job_for(None, waiting.id),
        "sweep": lambda: sweep(now),
        "prune": lambda: pruning.prune(now),
    }
    return {name: min(_milliseconds(act) for _ in range(ROUNDS)) for name, act in acts.items()}


def _milliseconds(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    import os

    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "unilingo.settings"
    django.setup()
    sys.stdout.write(json.dumps({"wait": _wait, "times": _times}[sys.argv[1]]()))
