"""Whether what work needs takes writes: each probe writes a little, since a full disk, a full memory or a replica after a
failover answer every question and take no work.

A probe says `ok`, or why not: `unreachable`, `read-only`, `full`, `locked`, `disk-error`.
"""

import errno
import os
import tempfile
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path

import redis
from django.conf import settings
from django.db import Error, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from redis import exceptions

from jobs import tasks
from jobs.kind import Queue
from unilingo.common.clock import Clock, SystemClock
from unilingo.common.disk import is_full
from unilingo.models import Probe

OK, UNREACHABLE = "ok", "unreachable"
READ_ONLY, FULL, LOCKED, DISK_ERROR = "read-only", "full", "locked", "disk-error"
KEPT_SECONDS = 2.0
_KEY = "unilingo:probe"
_KEY_SECONDS = 60
# PostgreSQL's codes (https://www.postgresql.org/docs/current/errcodes-appendix.html), and SQLite's names.
_REASONS = {
    "25006": READ_ONLY,
    "SQLITE_READONLY": READ_ONLY,
    "53100": FULL,
    "53200": FULL,
    "SQLITE_FULL": FULL,
    "SQLITE_IOERR": DISK_ERROR,
    "55P03": LOCKED,
    "SQLITE_BUSY": LOCKED,
}


class Remembered:
    """A probe that is not run again for KEPT_SECONDS after it was good: anybody may ask for it. Safe for threads."""

    def __init__(self, run: Callable[[], str], clock: Clock) -> None:
        self._run, self._clock = run, clock
        self._lock = threading.Lock()
        self._good_until = float("-inf")

    def __call__(self) -> str:
        with self._lock:
            if self._clock.monotonic() < self._good_until:
                return OK
            found = self._run()
            if found == OK:
                self._good_until = self._clock.monotonic() + KEPT_SECONDS
            return found

    def forget(self) -> None:
        self._good_until = float("-inf")


def database() -> str:
    row = Probe(pk=1, at=timezone.now())
    try:
        Probe.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["pk"], update_fields=["at"]
        )
        if connection.vendor == "postgresql":
            with transaction.atomic(), connection.cursor() as cursor:
                need_disk(cursor)
    except Error as error:
        if not connection.in_atomic_block:
            # After a failover it may lead to what takes no writes any more.
            connection.close_if_unusable_or_obsolete()
        return reason(error)
    return OK


def need_disk(cursor: CursorWrapper) -> None:
    """One row that is written again and again finds its own room on a full disk too; a sort in a file does not."""
    cursor.execute("SET LOCAL work_mem = '64kB'")
    cursor.execute(
        "SELECT count(*) FROM (SELECT repeat(n::text, 300) AS long FROM generate_series(1, 300) n ORDER BY long) s"
    )


def reason(error: BaseException) -> str:
    cause = error.__cause__
    code = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None) or ""
    found = next((why for start, why in _REASONS.items() if code.startswith(start)), UNREACHABLE)
    return _disk_error() if found == DISK_ERROR else found


def _disk_error() -> str:
    """SQLite does not say what the disk has answered, so it is asked once more."""
    folder = Path(connection.settings_dict["NAME"]).parent
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            os.pwrite(file.fileno(), b"1", 0)
            os.fsync(file.fileno())
    except OSError as error:
        if error.errno == errno.EROFS:
            return READ_ONLY
        return FULL if is_full(error) else DISK_ERROR
    return DISK_ERROR


def data_server() -> str:
    return _write(settings.REDIS_URL)


def broker() -> str:
    """Where workers are woken, which may be a server of its own."""
    if settings.CELERY_BROKER_URL.startswith("amqp"):
        if tasks.messages_waiting(Queue.AI) is None:
            return UNREACHABLE
        return OK if tasks.takes_messages() else FULL
    return _write(settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://", 1))


def _write(url: str) -> str:
    try:
        _client(url).set(_KEY, "1", ex=_KEY_SECONDS)
    except exceptions.OutOfMemoryError:
        return FULL
    except exceptions.ReadOnlyError:
        return READ_ONLY
    except redis.RedisError as error:
        return FULL if str(error).startswith("MISCONF") else UNREACHABLE
    return OK


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, **settings.REDIS_TIMEOUTS)


known_database = Remembered(database, SystemClock())
