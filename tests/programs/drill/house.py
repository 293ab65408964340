"""The real stack for one drill: two web processes, two workers, a database, Valkey, a fake of OpenAI, and who is alerted."""

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.fakes.openai_server import FakeOpenAI
from tests.programs.drill.link import Link
from tests.receiver import Listener, running_receiver
from tests.servers import PostgresServer, ValkeyServer
from tests.stack import Stack, running_stack

DISK_MIB = 200


@dataclass
class Postgres:
    """PostgreSQL behind a link that may be slow."""

    server: PostgresServer
    link: Link

    @property
    def url(self) -> str:
        return f"postgres://unilingo@127.0.0.1:{self.link.port}/postgres"

    def rows(self, question: str) -> list[Any]:
        with psycopg.connect(self.server.url) as server:
            return server.execute(question.encode()).fetchall()


@dataclass
class Sqlite:
    file: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.file}"

    def rows(self, question: str) -> list[Any]:
        with closing(sqlite3.connect(self.file, timeout=30)) as database:
            return database.execute(question).fetchall()


@dataclass
class House:
    stack: Stack
    database: Postgres | Sqlite
    redis_link: Link
    provider: FakeOpenAI
    alerted: Listener
    disk: Path
    clock: "Knob"
    writes: "Knob"

    @property
    def postgres(self) -> Postgres:
        assert isinstance(self.database, Postgres)
        return self.database

    @property
    def redis(self) -> ValkeyServer:
        return self.stack.valkey

    def raised(self) -> list[str]:
        """The alerts that people have been told of so far."""
        told = [json.loads(body) for _, body in self.alerted.heard]
        return [each["data"]["alert"] for each in told if each["type"] == "alert.raised"]


@contextmanager
def running_house(on_sqlite: bool = False) -> Iterator[House]:
    with ExitStack() as open_:
        disk = open_.enter_context(_small_disk())
        database = Sqlite(disk / "db.sqlite3") if on_sqlite else _postgres(open_, disk)
        provider = open_.enter_context(FakeOpenAI(latency=1.0))
        alerted = open_.enter_context(running_receiver())
        folder = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="drill-")))
        clock, writes = Knob(folder, "clock"), Knob(folder, "disk")
        stack = open_.enter_context(
            running_stack(
                webs=0,
                workers=0,
                database_url=database.url,
                **_settings(provider, alerted),
                **turned_by(clock, writes),
            )
        )
        redis_link = open_.enter_context(Link(stack.valkey.port))
        stack.environment["REDIS_URL"] = f"redis://127.0.0.1:{redis_link.port}/0"
        for start in (stack.start_web, stack.start_web, stack.start_worker, stack.start_worker):
            start()
        yield House(stack, database, redis_link, provider, alerted, disk, clock, writes)


def _postgres(open_: ExitStack, disk: Path) -> Postgres:
    server = PostgresServer(disk)
    server.start()
    open_.callback(server.stop)
    return Postgres(server, open_.enter_context(Link(server.port)))


def _settings(provider: FakeOpenAI, alerted: Listener) -> dict[str, str]:
    """As it comes, but for limits that the load itself would meet."""
    return {
        "LOG_LEVEL": "error",
        "PROVIDER_TEXT": "openai",
        "OPENAI_API_KEY": "test",
        "OPENAI_BASE_URL": provider.base_url,
        "OPENAI_RATE_LIMIT_RPM": "0",
        "OPENAI_RATE_LIMIT_TPM": "0",
        "OPENAI_MAX_CONCURRENT": "0",
        "PROVIDER_RETRIES_PER_MINUTE": "0",
        "USER_MONTHLY_ALLOWANCE_USD": "1000",
        "MONTHLY_BUDGET_USD": "1000",
        "ALERT_WEBHOOK_URL": alerted.url,
        "ALERT_WEBHOOK_SECRET": "known to the drill and nobody else",
        "ALERT_WEBHOOK_PRIVATE": "1",
    }


class Knob:
    """Something that processes find otherwise than it is, by a number: see the C file of this name."""

    def __init__(self, folder: Path, name: str) -> None:
        self.library, self.variable = folder / f"{name}.so", f"DRILL_{name.upper()}"
        self.file = folder / name
        self.turn(0)
        source = Path(__file__).with_name(f"{name}.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-o", self.library, source], check=True)

    def turn(self, number: int) -> None:
        """In place, since the processes look into this very file."""
        with self.file.open("r+b" if self.file.exists() else "wb") as file:
            file.write(number.to_bytes(8, sys.byteorder, signed=True))


def turned_by(*knobs: Knob) -> dict[str, str]:
    """The environment of such a process."""
    libraries = ":".join(str(knob.library) for knob in knobs)
    return {"LD_PRELOAD": libraries, **{knob.variable: str(knob.file) for knob in knobs}}


@contextmanager
def _small_disk() -> Iterator[Path]:
    """Of its own for the database, so that it can be full."""
    with tempfile.TemporaryDirectory(prefix="drill-disk-") as folder:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m,mode=755", "tmpfs", folder],
            check=True,
        )
        try:
            yield Path(folder)
        finally:
            for _ in range(50):
                if subprocess.run(["umount", folder], stderr=subprocess.DEVNULL).returncode == 0:
                    break
                time.sleep(0.1)
