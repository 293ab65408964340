"""Fifty jobs at once in several processes against a budget that pays for ten, on both databases."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forks import Popen, run
from tests.servers import postgres_server

PROCESSES, JOBS_EACH = 2, 25


@pytest.fixture(params=["sqlite", "postgres"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path.cwd()),
        "DJANGO_SETTINGS_MODULE": "unilingo.settings",
        "DATA_DIR": str(tmp_path),
        "DEBUG": "1",
        "LOG_LEVEL": "error",
        "ALERT_WEBHOOK_URL": "https://hooks.example.org/",
        "ALERT_WEBHOOK_SECRET": "known to both ends",
    }
    if request.param == "sqlite":
        yield environment
    else:
        with postgres_server() as url:
            yield {**environment, "DATABASE_URL": url}


def test_of_fifty_jobs_at_once_a_budget_for_ten_pays_ten_and_tells_each_mark_once(
    environment: dict[str, str],
) -> None:
    migrate = [sys.executable, "manage.py", "migrate", "-v", "0"]
    run(migrate, env=environment).check_returncode()

    results = _spend(environment)

    paid = [int(result[0]) for result in results]
    # Of the one that looked last: a mark is told after the amount that reaches it.
    _, records, spent, reserved, *told = max(results, key=lambda each: (float(each[2]), len(each)))
    assert sum(paid) == 10
    assert (int(records), float(spent), float(reserved)) == (10, 0.006, 0)
    assert told == ["50", "80", "100"]


def _spend(environment: dict[str, str]) -> list[list[str]]:
    command = [sys.executable, "-m", "tests.resilience.spender", str(JOBS_EACH)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    spenders = [Popen(command, env=environment, **pipes) for _ in range(PROCESSES)]
    for spender in spenders:
        assert spender.stdout.readline() == "ready\n"
    for spender in spenders:
        spender.stdin.write("\n")
        spender.stdin.flush()
    return [spender.communicate()[0].split() for spender in spenders]
