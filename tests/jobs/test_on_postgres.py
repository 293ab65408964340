"""The job's life holds on PostgreSQL as on SQLite: the same tests once more, in a process of their own."""

import os
import subprocess
import sys

import pytest

from tests.servers import postgres_server
from tests.settings import TEST_DATABASE_URL

FILES = [
    "claims",
    "clocks",
    "database_away",
    "events",
    "heartbeat",
    "completion",
    "inserts",
    "lifecycle",
    "queries",
    "queue",
    "runner",
    "steps",
    "stream",
    "sweep",
    "waking",
]
PROFILES = ["at_once", "cards", "progress", "save_lessons", "statistics"]


@pytest.mark.skipif(bool(TEST_DATABASE_URL), reason="this is that process")
def test_the_same_holds_on_postgresql() -> None:
    with postgres_server() as url:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--reuse-db"]
            + [f"tests/jobs/test_{name}.py" for name in FILES]
            + [f"tests/profiles/test_{name}.py" for name in PROFILES]
            + ["tests/unilingo/test_migrations.py"],
            env=os.environ | {"TEST_DATABASE_URL": url},
            capture_output=True,
            text=True,
        )
    assert run.returncode == 0, run.stdout
