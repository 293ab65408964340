"""What is deleted leaves nothing in SQLite's files: by itself it would stay in free pages and in the write-ahead log."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def secure_delete() -> Iterator[None]:
    """PostgreSQL does this by its own vacuum (docs/operations.md says until when)."""
    if connection.vendor != "sqlite":
        yield
        return
    _run("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        _run("PRAGMA secure_delete = OFF")
        if not connection.in_atomic_block:
            _run("PRAGMA wal_checkpoint(TRUNCATE)")  # as much of it as nobody is reading


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.fetchall()
