"""A handler that never comes back, on each of Celery's pools: its job fails at the deadline, and its place is had again."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.journeys.test_job_life import names, story
from tests.stack import Stack, procfile, running_stack, wait_until


@pytest.fixture(scope="module")
def house() -> Iterator[Stack]:
    with running_stack(
        workers=0, WORKER_CONCURRENCY="1", JOB_LEASE_SECONDS="1", WORKER_SHUTDOWN_SECONDS="1"
    ) as running:
        yield running


@contextmanager
def worker_of(house: Stack, pool: str) -> Iterator["subprocess.Popen[bytes]"]:
    words = [word for word in procfile()["worker"] if word not in ("celery", "-A", "unilingo")]
    process = house.python("-m", "tests.journeys.stuck", pool, *words)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def runs_as(house: Stack, job_id: str) -> int:
    """The process that runs the job."""
    found: list[str] = []

    def is_active() -> bool:
        with sqlite3.connect(house.data_dir / "db.sqlite3") as database:
            asked = "SELECT worker FROM jobs_job WHERE id = ? AND status = 'active'"
            found[:] = [row[0] for row in database.execute(asked, [job_id])]
        return bool(found)

    wait_until(is_active, 20, "the job runs")
    return int(found[0].rpartition(":")[2])


def test_a_worker_of_processes_renews_leases_and_replaces_a_process_that_is_stuck(
    house: Stack,
) -> None:
    with worker_of(house, "prefork") as worker:
        slow = house.submit("ann", subject="slow")
        assert runs_as(house, slow) != worker.pid
        assert names(story(house, slow)) == ["waiting", "active", "completed"]
        stuck = house.submit("ann", subject="stuck")
        assert house.ended("ann", stuck)["code"] == "JOB_DEADLINE_EXCEEDED"
        assert house.ended("ann", house.submit("ann"))["status"] == "completed"


def test_a_worker_of_threads_that_are_all_stuck_ends_so_that_another_is_started(
    house: Stack,
) -> None:
    with worker_of(house, "threads") as worker:
        stuck = house.submit("ann", subject="stuck", topic="Organs")
        assert runs_as(house, stuck) == worker.pid
        assert house.ended("ann", stuck)["code"] == "JOB_DEADLINE_EXCEEDED"
        assert worker.wait(10) == 1
