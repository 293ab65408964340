"""Submits beside two peers: the same requests, the same database settings, their usual servers, as many processes.

`make bench-peers`. No worker runs. The processor time is that of the web processes, all of their threads.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.programs.bench import load
from tests.programs.bench.report import Table
from tests.programs.bench.submit import SECONDS, _submit, _web
from tests.servers import free_port, wait_for_port
from tests.stack import Process, Stack

ROOM = Path(__file__).parent
ROUNDS = 5
CONNECTIONS = 32
PROCESSES = 2


@dataclass
class Peer:
    """A server, and what each round has measured of it. Every request is for other work."""

    server: Process
    requests: load.Requests = field(default_factory=lambda: load.each(_submit))
    rates: list[float] = field(default_factory=list)
    p99s: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)

    def measure(self) -> None:
        began = _processor_seconds(self.server)
        found = load.saturate(
            self.server.url, self.requests, connections=CONNECTIONS, seconds=SECONDS
        )
        spent = _processor_seconds(self.server) - began
        self.rates.append(found.rate)
        self.p99s.append(found.percentile_ms(99))
        self.costs.append(spent * 1000 / len(found.latencies))

    def columns(self) -> list[str]:
        """All rounds but the first, which warms up."""
        kept = ((self.rates[1:], 0), (self.p99s[1:], 0), (self.costs[1:], 2))
        return [f"{min(each):.{digits}f}-{max(each):.{digits}f}" for each, digits in kept]


def main(python: str) -> None:
    """`python`: with the packages of requirements.txt."""
    table = Table(
        f"Submitting, {CONNECTIONS} connections, {PROCESSES} processes, {ROUNDS} rounds",
        ("requests/s", "p99 ms", "processor ms"),
    )
    for database in ("SQLite", "PostgreSQL"):
        with ExitStack() as servers:
            stack = servers.enter_context(_web(database, processes=PROCESSES))
            peers = {
                "this program": Peer(stack.webs[0]),
                "Django, DRF, Celery": Peer(servers.enter_context(_tutorial(stack))),
                "FastAPI, arq, no row": Peer(servers.enter_context(_fast(stack, python))),
            }
            for _ in range(ROUNDS + 1):
                for peer in peers.values():
                    peer.measure()
        for name, peer in peers.items():
            table.row(f"{database}: {name}", *peer.columns())
    table.print()


@contextmanager
def _tutorial(stack: Stack) -> Iterator[Process]:
    database = f"sqlite:///{stack.data_dir / 'tutorial.sqlite3'}"
    environment = {"DATABASE_URL": database} | stack.environment | _broker(stack)
    migrate = [sys.executable, "tutorial.py", "migrate"]
    subprocess.run(migrate, cwd=ROOM, env=environment, check=True)
    said = (
        f"-m gunicorn --workers {PROCESSES} --worker-class gthread --threads 4 --log-level warning"
    )
    with _server(
        f"{sys.executable} {said} tutorial:application --bind=127.0.0.1:", environment
    ) as server:
        yield server


@contextmanager
def _fast(stack: Stack, python: str) -> Iterator[Process]:
    said = f"-m uvicorn --workers {PROCESSES} --log-level warning fast:app --port="
    with _server(f"{python} {said}", stack.environment | _broker(stack)) as server:
        yield server


def _broker(stack: Stack) -> dict[str, str]:
    return {"BROKER_URL": stack.valkey.url}


@contextmanager
def _server(command: str, environment: dict[str, str]) -> Iterator[Process]:
    """The port follows the command."""
    port = free_port()
    program = shlex.split(f"{command}{port}")
    popen = subprocess.Popen(program, cwd=ROOM, env=environment, start_new_session=True)
    server = Process(program[2], f"http://127.0.0.1:{port}", popen, Path(os.devnull))
    try:
        wait_for_port(port, popen)
        yield server
    finally:
        server.stop()


def _processor_seconds(process: Process) -> float:
    ticks = 0
    for pid in process.pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
