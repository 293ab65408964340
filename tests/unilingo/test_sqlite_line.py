"""Writers of SQLite stand in one line, of threads and of processes, and nobody stands in it for ever."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic

import pytest
from django.db import OperationalError, connection

from unilingo import probes
from unilingo.sqlite import line as lines
from unilingo.sqlite.base import DatabaseWrapper
from unilingo.sqlite.line import Line

LONG, SHORT = 20.0, 0.2
HOLD = """
import sys
from unilingo.sqlite.line import Line
line = Line(sys.argv[1])
for word in sys.stdin:
    print(line.enter(20) if word == "enter\\n" else line.leave(), flush=True)
"""


class Other:
    """Another process that stands in the line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def begin(self, word: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def finish(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def do(self, word: str) -> str:
        self.begin(word)
        return self.finish()


@contextmanager
def other(path: str) -> Iterator[Other]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    command = [sys.executable, "-c", HOLD, path]
    with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield Other(process)
        finally:
            process.kill()


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "writer")


def test_one_writes_at_a_time_of_threads_and_processes(path: str) -> None:
    line = Line(path)
    with other(path) as process:
        assert line.enter(LONG)
        with ThreadPoolExecutor() as pool:
            assert not pool.submit(line.enter, SHORT).result()
        process.begin("enter")
        line.leave()
        assert process.finish() == "True"
        assert not line.enter(SHORT)
        process.do("leave")
        assert line.enter(LONG)
    line.leave()
    line.close()


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL])
def test_a_process_that_is_frozen_or_killed_in_its_turn_holds_nobody_for_ever(
    path: str, how: signal.Signals
) -> None:
    line = Line(path)
    with other(path) as process:
        process.do("enter")
        os.kill(process.process.pid, how)
        if how == signal.SIGSTOP:
            assert not line.enter(SHORT)
            assert not line.enter(SHORT)
            os.kill(process.process.pid, signal.SIGCONT)
            process.do("leave")
        assert line.enter(LONG)
    line.leave()
    line.close()


def test_who_has_gone_from_the_line_is_given_no_turn(path: str) -> None:
    line = Line(path)
    with other(path) as process, other(path) as third:
        process.do("enter")
        assert not line.enter(SHORT)
        process.do("leave")
        assert third.do("enter") == "True"
    line.close()


def test_a_child_holds_no_place_of_its_parent(path: str) -> None:
    parent = lines.line(path)
    assert parent.enter(LONG)
    child = os.fork()
    if not child:
        os._exit(0 if lines.line(path) is not parent else 1)
    assert os.waitpid(child, 0)[1] == 0
    parent.leave()


def test_many_threads_of_two_processes_lose_no_turn(path: str) -> None:
    """Each asks again at once, with a patience that is often too short."""
    line, inside, most = Line(path), [0], [0]
    guard = threading.Lock()

    def write(seconds: float) -> int:
        taken = 0
        for _ in range(200):
            if line.enter(seconds):
                with guard:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                with guard:
                    inside[0] -= 1
                taken += 1
                line.leave()
        return taken

    with other(path) as process, ThreadPoolExecutor(8) as pool:
        turns = [pool.submit(write, seconds) for seconds in (LONG, LONG, 0.001, 0.0001)]
        for _ in range(200):
            assert process.do("enter") == "True"
            process.do("leave")
        assert [turn.result() for turn in turns[:2]] == [200, 200]
    assert most == [1]
    assert line.enter(SHORT)
    line.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's")
def test_all_who_wait_for_a_locked_database_give_up_when_their_own_time_is_over(
    tmp_path: Path,
) -> None:
    """And not one after another: who has waited in the line has less time left for the database itself."""
    file = str(tmp_path / "db.sqlite3")
    with closing(sqlite3.connect(file)) as shell, ThreadPoolExecutor(6) as pool:
        shell.execute("PRAGMA journal_mode=WAL")
        shell.execute("BEGIN IMMEDIATE")
        began = monotonic()
        asked = [pool.submit(_write, file, seconds) for seconds in (1.0, 1.0, 1.0, 2.0, 2.0, 2.0)]
        assert [each.result() for each in asked] == ["locked"] * 6
        waited = monotonic() - began
        shell.rollback()
        assert pool.submit(_write, file, 1.0).result() == "ok"

    assert waited < 2.8


def _write(file: str, seconds: float) -> str:
    """What a probe would say of it."""
    options = {**connection.settings_dict["OPTIONS"], "timeout": seconds}
    settings = {**connection.settings_dict, "NAME": file, "OPTIONS": options}
    wrapper = DatabaseWrapper(settings, "other")
    try:
        wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        wrapper.commit()
    except OperationalError as error:
        return probes.reason(error)
    finally:
        wrapper.close()
    return "ok"
