"""A hundred thousand jobs that wait: what it takes to claim one, to sweep and to wake, and how the database finds them.

As a script with `measure` it is the process that does so on the database of its environment, and prints JSON.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from tests.programs.bench.report import Table
from tests.servers import postgres_server
from tests.stack import running_stack

JOBS, USERS = 100_000, 1_000
ROUNDS = 10


def main() -> None:
    databases = ("SQLite", "PostgreSQL")
    found = {name: _measured(name) for name in databases}
    table = Table(f"{JOBS:,} jobs, milliseconds, median (longest)", databases)
    for name in found["SQLite"]["times"]:
        table.row(name, *(_shown(found[database]["times"][name]) for database in databases))
    table.print()
    for database in databases:
        plans = Table(f"How {database} looks", ("plan",))
        for question, plan in found[database]["plans"]:
            plans.row(question, plan)
        plans.print()


def _measured(database: str) -> dict[str, Any]:
    with (
        postgres_server() if database == "PostgreSQL" else nullcontext("") as url,
        running_stack(webs=0, workers=0, database_url=url, LOG_LEVEL="error") as stack,
    ):
        script = stack.python("-m", __name__, "measure", stdout=subprocess.PIPE)
        answer, _ = script.communicate(timeout=900)
    found: dict[str, Any] = json.loads(answer)
    return found


def _shown(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1000:.1f} ({max(seconds) * 1000:.1f})"


def measure() -> dict[str, Any]:
    from datetime import timedelta

    from django.utils import timezone

    from jobs import creation, lifecycle, queue
    from jobs.kind import Queue
    from jobs.models import Job
    from jobs.sweep import sweep

    now = timezone.now()
    _fill(now - timedelta(minutes=1))
    last = Job.objects.latest("turn")
    times: dict[str, list[float]] = {}
    plans: dict[str, str] = {}

    def look(name: str, act: Callable[[], Any], rounds: int = ROUNDS) -> None:
        plans.update(_plans(act))
        times[name] = [_seconds(act) for _ in range(rounds)]

    def claim() -> None:
        assert lifecycle.claim_next(Queue.AI, worker="b", lease_seconds=15, now=now)

    def submit() -> None:
        creation.create([creation.new_job("flashcards", "new", {}, max_attempts=3, now=now)])

    look("claim the next", claim)
    look("submit one more", submit)
    look("the place of the last", lambda: queue.position(last))
    look("sweep, nothing lost", lambda: sweep(now))
    lost = now + timedelta(hours=1)
    _become("active", lease_expires_at=now, attempts_made=1)
    look("sweep, all leases over: 200 recovered", lambda: sweep(lost), 2)
    _become("delayed", next_attempt_at=now)
    look("sweep, all are due: 200 woken", lambda: sweep(lost), 2)
    return {"times": times, "plans": sorted(plans.items())}


def _fill(made: Any) -> None:
    from django.db import connection

    from jobs import creation
    from jobs.models import Job

    kinds = ("flashcards", "lesson", "document")
    for first in range(0, JOBS, 2_000):
        jobs = []
        for number in range(first, first + 2_000):
            kind, user = kinds[number % len(kinds)], f"user {number % USERS}"
            job = creation.new_job(kind, user, {}, max_attempts=3, now=made)
            job.turn = number // USERS
            jobs.append(job)
        Job.objects.bulk_create(jobs)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _become(status: str, **fields: Any) -> None:
    """Every job that waits."""
    from django.db import connection

    from jobs.models import Job

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")
        Job.objects.filter(status="waiting").update(status=status, **fields)
        cursor.execute("ANALYZE")


def _seconds(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _plans(act: Callable[[], Any]) -> dict[str, str]:
    """How each question of the jobs is answered that is asked meanwhile, by what it asks for."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        act()
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    found = {}
    for query in captured:
        sql = query["sql"]
        if sql.startswith("SELECT") and "jobs_job" in sql and "id\" = '" not in sql:
            with connection.cursor() as cursor:
                cursor.execute(f"{explain} {sql.replace('%', '%%')}")
                lines = [str(row[-1]).strip() for row in cursor.fetchall()]
            read = [line for line in lines if "jobs_job" in line or "job_" in line]
            _, _, asked = sql.partition("WHERE")
            found[asked.strip()[:150]] = "\n".join(read)
    return found


if __name__ == "__main__":
    import os

    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "unilingo.settings"
    django.setup()
    assert sys.argv[1:] == ["measure"]
    sys.stdout.write(json.dumps(measure()))
