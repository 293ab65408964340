"""Jobs that do nothing through one worker, beside a bare Celery task on the same broker in the same run."""

import json
import subprocess
from contextlib import nullcontext
from typing import Any

from tests.programs.bench.report import Table
from tests.servers import postgres_server
from tests.stack import running_stack

COUNT = 500


def main() -> None:
    speed = Table(
        "No-op jobs a second, one worker of 3",
        ("jobs/s", "bare tasks/s", "of bare", "ms of processor: job", "bare"),
    )
    cost = Table("Statements for each job", ("submit", "claim", "heartbeat", "finish"))
    for database in ("SQLite", "PostgreSQL"):
        with postgres_server() if database == "PostgreSQL" else nullcontext("") as url:
            found = _measured(url)
        for number, (jobs, bare) in enumerate(found["rounds"], start=1):
            rates = (f"{jobs[0]:.0f}", f"{bare[0]:.0f}", f"{jobs[0] / bare[0]:.2f}")
            speed.row(f"{database}, round {number}", *rates, f"{jobs[1]:.2f}", f"{bare[1]:.2f}")
        cost.row(database, *(str(count) for count in found["statements"].values()))
    speed.print()
    cost.print()


def _measured(database_url: str) -> dict[str, Any]:
    with running_stack(webs=0, workers=0, database_url=database_url) as stack:
        stack.start_worker(app="tests.programs.bench.noop")
        arguments = ("tests.programs.bench.noop", str(COUNT), str(stack.workers[0].pid))
        driver = stack.python("-m", *arguments, stdout=subprocess.PIPE)
        answer, _ = driver.communicate(timeout=900)
    found: dict[str, Any] = json.loads(answer)
    return found
