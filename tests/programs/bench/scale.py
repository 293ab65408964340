"""Millions of jobs that have ended, in PostgreSQL, and a hundred thousand that wait: does what is done all day stay as fast?

`make bench-scale JOBS=10000000`. The same is measured before they are there and after. As a script with
`measure JOBS` it is the process that does so on the database of its environment, and prints JSON.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any

from tests.programs.bench.report import Table
from tests.servers import postgres_server
from tests.stack import running_stack

USERS = 100_000
ROUNDS = 50  # of which the least is what it takes without other work on the machine
# A day's worth is older than anything is kept.
DAYS = 91
# Jobs of a user are spread over all days, as are their ids over the index.
ENDED = """
INSERT INTO jobs_job (id, user_id, kind, queue, status, identity, input, result, error, error_code, is_retryable, progress,
    progress_message, attempts_made, max_attempts, event_sequence, fence, worker, lost_count, retried_at_sequence,
    wait_reason, wait_explanation, turn, created_at, enqueued_at, start_by, started_at, finished_at, events_kept)
SELECT 'flashcards-' || md5(n::text), 'user-' || n %% %s, 'flashcards', 'ai-jobs', 'completed', md5(n::text),
    '{"subject":"Biology"}', '{"success":true}', '', '', false, 100,
    '', 1, 3, 3, 1, '', 0, 0,
    '', '', 0, at, at, at, at, at + interval '9 seconds', false
FROM generate_series(%s, %s) AS n, LATERAL (SELECT now() - n * interval '1 second' * %s AS at) AS made
"""


def main(jobs: str) -> None:
    with (
        postgres_server() as url,
        running_stack(webs=0, workers=0, database_url=url, JOB_RETENTION_DAYS="90") as stack,
    ):
        script = stack.python("-m", __name__, "measure", jobs, stdout=subprocess.PIPE)
        answer, _ = script.communicate()
    found: dict[str, Any] = json.loads(answer)
    table = Table("PostgreSQL, milliseconds, least (median)", ("", f"{int(jobs):,} more"))
    for name, times in found["times"].items():
        table.row(name, *(f"{min(one):.1f} ({median(one):.1f})" for one in times))
    table.row("size of the jobs, GB: rows, indexes", "", found["size"])
    table.row("minutes to write them", "", f"{found['minutes']:.1f}")
    table.print()


def measure(jobs: int) -> dict[str, Any]:
    from django.db import connection
    from django.utils import timezone

    from tests.programs.bench import backlog

    backlog._fill(timezone.now() - timedelta(minutes=1))
    before = _times()
    began = time.monotonic()
    with connection.cursor() as cursor:
        for first in range(1, jobs, 500_000):
            last = min(first + 499_999, jobs)
            cursor.execute("SET statement_timeout = 0")
            cursor.execute(ENDED, [USERS, first, last, DAYS * 86_400 / jobs])
        cursor.execute("VACUUM ANALYZE jobs_job")
        minutes = (time.monotonic() - began) / 60
        cursor.execute("SELECT pg_table_size('jobs_job') / 1e9, pg_indexes_size('jobs_job') / 1e9")
        rows, indexes = cursor.fetchone()
    after = _times()
    times = {name: [before[name], after[name]] for name in after}
    return {"times": times, "size": f"{rows:.1f}, {indexes:.1f}", "minutes": minutes}


def _times() -> dict[str, list[float]]:
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
    return {name: [_milliseconds(act) for _ in range(ROUNDS)] for name, act in acts.items()}


def _milliseconds(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    import os

    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "unilingo.settings"
    django.setup()
    assert sys.argv[1] == "measure"
    sys.stdout.write(json.dumps(measure(int(sys.argv[2]))))
