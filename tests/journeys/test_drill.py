"""What `make drill` relies on; the drills themselves take half an hour."""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from tests.programs.drill.drill import Outcome
from tests.programs.drill.faults import FAULTS
from tests.programs.drill.house import Knob, turned_by
from tests.programs.drill.link import Link
from tests.servers import PostgresServer, ValkeyServer
from unilingo.monitoring.alerts import Alert

SAY = "import time, datetime as d; print(time.time(), d.datetime.now().timestamp(), time.monotonic(), flush=True)"

WRITE = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("PRAGMA journal_mode=WAL")
database.execute("CREATE TABLE row (number int)")
while True:
    try:
        database.execute("INSERT INTO row VALUES (1)")
        print("written", flush=True)
    except sqlite3.Error as error:
        print(error.sqlite_errorname, flush=True)
    if not sys.stdin.readline():
        break
"""


def test_every_fault_is_told_by_an_alert_that_there_is() -> None:
    assert {fault.tells for fault in FAULTS} - {None} <= set(Alert)


@pytest.mark.parametrize(
    "flaw",
    [{"lost": ["a"]}, {"doubled": 1}, {"paid_twice": 1}, {"told_after": None}, {"problems": ["a"]}],
)
def test_a_drill_fails_for_anything_lost_doubled_paid_twice_or_untold(flaw: dict[str, Any]) -> None:
    good = Outcome(
        jobs=30,
        refused=9,
        lost=[],
        doubled=0,
        paid_twice=0,
        died_in_a_call=2,
        told_after=9.0,
        others=[],
        again_after=1.0,
        well_after=9.0,
        problems=[],
    )
    fault = next(fault for fault in FAULTS if fault.tells)
    assert good.failures(fault) == []
    assert len(replace(good, **flaw).failures(fault)) == 1


@pytest.mark.skipif(shutil.which("cc") is None, reason="a C compiler is needed")
def test_a_clock_on_the_wall_is_moved_and_no_duration(tmp_path: Path) -> None:
    clock = Knob(tmp_path, "clock")
    command = [sys.executable, "-c", f"{SAY}; input(); {SAY}"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=turned_by(clock), text=True, **pipes) as process:  # type: ignore[call-overload]
        before = [float(word) for word in process.stdout.readline().split()]
        clock.turn(-3600)
        after = [float(word) for word in process.communicate("\n")[0].split()]

    moved = [round((b - a) / 3600) for a, b in zip(before, after, strict=True)]
    assert moved == [-1, -1, 0]


@pytest.mark.skipif(shutil.which("cc") is None, reason="a C compiler is needed")
def test_a_disk_that_became_read_only_takes_no_row_until_it_is_well(tmp_path: Path) -> None:
    disk = Knob(tmp_path, "disk")
    command = [sys.executable, "-c", WRITE, str(tmp_path / "db.sqlite3")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=turned_by(disk), text=True, **pipes) as process:  # type: ignore[call-overload]
        said = [process.stdout.readline()]
        for number in (-1, 0):
            disk.turn(number)
            process.stdin.write("again\n")
            process.stdin.flush()
            said.append(process.stdout.readline())
        process.stdin.close()

    assert said == ["written\n", "SQLITE_IOERR_WRITE\n", "written\n"]


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
