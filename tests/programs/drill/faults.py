"""Each part of the fleet, broken: struck when the block begins, mended when it ends."""

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass

import psycopg
import redis

from tests.programs.drill.house import House
from tests.stack import Process

Strike = Callable[[House], AbstractContextManager[None]]


@dataclass(frozen=True)
class Fault:
    """`tells`: the alert that must be raised. None: what is left does the work, and nobody has to come.

    `silences`: workers die, or are silent for longer than a lease, with the answers that they were waiting for.
    """

    part: str
    how: str
    strike: Strike
    tells: str | None
    silences: bool = False
    is_on_sqlite: bool = False


@contextmanager
def _killed(process: Process, start: Callable[[], Process]) -> Iterator[None]:
    process.kill()
    yield
    start()


@contextmanager
def _frozen(*pids: int) -> Iterator[None]:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    yield
    for pid in pids:
        os.kill(pid, signal.SIGCONT)


def _web_killed(house: House) -> AbstractContextManager[None]:
    return _killed(house.stack.webs[0], house.stack.start_web)


def _web_frozen(house: House) -> AbstractContextManager[None]:
    return _frozen(*house.stack.webs[0].pids)


def _worker_killed(house: House) -> AbstractContextManager[None]:
    return _killed(house.stack.workers[0], house.stack.start_worker)


def _worker_frozen(house: House) -> AbstractContextManager[None]:
    return _frozen(*house.stack.workers[0].pids)


@contextmanager
def _workers_killed(house: House) -> Iterator[None]:
    for worker in house.stack.workers:
        worker.kill()
    yield
    house.stack.start_worker()
    house.stack.start_worker()


def _redis_killed(house: House) -> AbstractContextManager[None]:
    return house.redis.away()


@contextmanager
def _redis_frozen(house: House) -> Iterator[None]:
    house.redis.freeze()
    yield
    house.redis.thaw()


@contextmanager
def _redis_full(house: House) -> Iterator[None]:
    with redis.Redis.from_url(house.redis.url) as server:
        server.config_set("maxmemory", 1)
        yield
        server.config_set("maxmemory", 0)


@contextmanager
def _redis_read_only(house: House) -> Iterator[None]:
    with redis.Redis.from_url(house.redis.url) as server:
        server.replicaof("127.0.0.1", "1")
        yield
        server.replicaof("NO", "ONE")


@contextmanager
def _redis_slow(house: House) -> Iterator[None]:
    house.redis_link.delay = 0.1
    yield
    house.redis_link.delay = 0.0


@contextmanager
def _database_killed(house: House) -> Iterator[None]:
    house.postgres.server.kill()
    yield
    house.postgres.server.start()


@contextmanager
def _database_frozen(house: House) -> Iterator[None]:
    house.postgres.server.signal(signal.SIGSTOP)
    yield
    house.postgres.server.signal(signal.SIGCONT)


@contextmanager
def _disk_full(house: House) -> Iterator[None]:
    filler = house.disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 12))
        except OSError:
            pass
    yield
    filler.unlink()


@contextmanager
def _database_read_only(house: House) -> Iterator[None]:
    _set_read_only(house, "on")
    yield
    _set_read_only(house, "off")


def _set_read_only(house: House, value: str) -> None:
    with psycopg.connect(house.postgres.server.url, autocommit=True) as server:
        server.execute("SET default_transaction_read_only = off")
        server.execute(f"ALTER SYSTEM SET default_transaction_read_only = {value}".encode())
        server.execute("SELECT pg_reload_conf()")


@contextmanager
def _database_slow(house: House) -> Iterator[None]:
    house.postgres.link.delay = 0.05
    yield
    house.postgres.link.delay = 0.0


@contextmanager
def _locked(house: House) -> Iterator[None]:
    """By somebody's shell or copy."""
    with closing(sqlite3.connect(house.disk / "db.sqlite3", timeout=30)) as shell:
        shell.execute("BEGIN IMMEDIATE")
        yield
        shell.rollback()


def _provider_does(behaviour: str) -> Strike:
    @contextmanager
    def strike(house: House) -> Iterator[None]:
        house.provider.faults, house.provider.fault_rate = (behaviour,), 1.0
        yield
        house.provider.fault_rate = 0.0

    return strike


@contextmanager
def _provider_slow(house: House) -> Iterator[None]:
    house.provider.latency = 20.0
    yield
    house.provider.latency = 1.0


def _clock_moved(seconds: int) -> Strike:
    @contextmanager
    def strike(house: House) -> Iterator[None]:
        house.clock.turn(seconds)
        yield
        house.clock.turn(0)

    return strike


def _writes_turned(number: int) -> Strike:
    @contextmanager
    def strike(house: House) -> Iterator[None]:
        house.writes.turn(number)
        yield
        house.writes.turn(0)

    return strike


FAULTS = (
    Fault("one web process", "kill", _web_killed, None),
    Fault("one web process", "hang", _web_frozen, None),
    Fault("one worker", "kill", _worker_killed, None, silences=True),
    Fault("one worker", "hang", _worker_frozen, None, silences=True),
    Fault("all workers", "kill", _workers_killed, "workerDown", silences=True),
    Fault("Redis", "kill, emptied", _redis_killed, "redisDown"),
    Fault("Redis", "hang", _redis_frozen, "redisDown"),
    Fault("Redis", "full", _redis_full, "redisDown"),
    Fault("Redis", "read-only", _redis_read_only, "redisDown"),
    Fault("Redis", "slow, 0.2 s", _redis_slow, None),
    Fault("PostgreSQL", "kill", _database_killed, "databaseDown"),
    Fault("PostgreSQL", "hang", _database_frozen, "databaseDown"),
    Fault("PostgreSQL", "full", _disk_full, "databaseDown"),
    Fault("PostgreSQL", "read-only", _database_read_only, "databaseDown"),
    Fault("PostgreSQL", "slow, 0.1 s", _database_slow, None),
    Fault("provider", "down", _provider_does("500"), "circuitBreakerOpen"),
    Fault("provider", "hang", _provider_does("hang"), "providerSilent"),
    Fault("provider", "slow, 20 s", _provider_slow, None),
    Fault("clock", "an hour forward", _clock_moved(3600), None),
    Fault("clock", "an hour back", _clock_moved(-3600), None),
    Fault("SQLite", "one web process killed", _web_killed, None, is_on_sqlite=True),
    Fault("SQLite", "all workers killed", _workers_killed, "workerDown", True, is_on_sqlite=True),
    Fault("SQLite", "full", _disk_full, "databaseDown", is_on_sqlite=True),
    Fault("SQLite", "locked", _locked, "databaseDown", is_on_sqlite=True),
    Fault("SQLite", "read-only", _writes_turned(-1), "databaseDown", is_on_sqlite=True),
    Fault("SQLite", "slow, 1 ms a write", _writes_turned(1000), None, is_on_sqlite=True),
    Fault("SQLite", "clock an hour forward", _clock_moved(3600), None, is_on_sqlite=True),
    Fault("SQLite", "clock an hour back", _clock_moved(-3600), None, is_on_sqlite=True),
)
