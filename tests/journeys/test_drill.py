"""What `make drill` relies on; the drills themselves take half an hour."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
import redis

from tests.programs.drill.faults import FAULTS
from tests.programs.drill.house import WallClock
from tests.programs.drill.link import Link
from tests.servers import PostgresServer, ValkeyServer
from unilingo.monitoring.alerts import Alert

SAY = "import time, datetime as d; print(time.time(), d.datetime.now().timestamp(), time.monotonic(), flush=True)"


def test_every_fault_is_told_by_an_alert_that_there_is() -> None:
    assert {fault.tells for fault in FAULTS} - {None} <= set(Alert)


@pytest.mark.skipif(shutil.which("cc") is None, reason="a C compiler is needed")
def test_a_clock_on_the_wall_is_moved_and_no_duration(tmp_path: Path) -> None:
    clock = WallClock(tmp_path)
    command = [sys.executable, "-c", f"{SAY}; input(); {SAY}"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=clock.environment, text=True, **pipes) as process:  # type: ignore[call-overload]
        before = [float(word) for word in process.stdout.readline().split()]
        clock.move(-3600)
        after = [float(word) for word in process.communicate("\n")[0].split()]

    moved = [round((b - a) / 3600) for a, b in zip(before, after, strict=True)]
    assert moved == [-1, -1, 0]


def test_a_link_hands_everything_on(redis_server: ValkeyServer) -> None:
    with Link(redis_server.port) as link, redis.Redis(port=link.port) as client:
        client.set("far", b"away" * 100_000)
        assert client.get("far") == b"away" * 100_000


def test_a_database_that_is_killed_keeps_what_it_has_confirmed() -> None:
    """Else a drill would show answers that are paid for twice, which no program could help."""
    with tempfile.TemporaryDirectory(prefix="postgres-") as directory:
        server = PostgresServer(Path(directory))
        server.start()
        try:
            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute("CREATE TABLE answer (number int)")
                for number in range(20):
                    connection.execute("INSERT INTO answer VALUES (%s)", [number])
                server.kill()
            server.start()

            with psycopg.connect(server.url) as connection:
                assert connection.execute("SELECT count(*) FROM answer").fetchone() == (20,)
        finally:
            server.stop()
