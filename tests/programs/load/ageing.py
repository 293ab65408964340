"""Makes what has ended older than it is, so that retention, which counts in days, has its work within an hour."""

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

# Table, column, and days that are surely too many for it (jobs/pruning.py, resilience/ledger.py).
AGES = (
    ("jobs_job", "finished_at", 400),
    ("jobs_idempotencykey", "created_at", 400),
    ("resilience_reservation", "created_at", 8),
)
TABLES = ("jobs_job", "jobs_jobevent", "jobs_idempotencykey", "resilience_reservation")


def age(database: Path, after: timedelta) -> None:
    """What is older than `after` becomes too old to be kept."""
    before = (datetime.now(UTC) - after).strftime("%Y-%m-%d %H:%M:%S.%f")
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        for table, column, days in AGES:
            held = " AND state <> 'held'" if table == "resilience_reservation" else ""
            aged = f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-{days} days')"
            with connection:
                connection.execute(
                    f"UPDATE {table} SET {column} = {aged} "
                    f"WHERE {column} < ? AND {column} > datetime(?, '-1 day'){held}",
                    (before, before),
                )


def keep_ageing(database: Path, after: timedelta, done: threading.Event) -> None:
    """Until `done`, twenty times within `after`."""
    while not done.wait(after.total_seconds() / 20):
        age(database, after)


def rows(database: Path) -> dict[str, int]:
    """By table."""
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in TABLES
        }
