"""Django's SQLite backend with a fair queue of writers.

SQLite lets one writer in at a time and makes the others poll with growing sleeps, which is where the slowest
requests come from. Here a transaction first stands in a line of all threads and processes. Statements outside a
transaction are few and still use SQLite's own busy handler.
"""

import sqlite3
from time import monotonic
from typing import Any

from django.db.backends.sqlite3 import base

from unilingo.sqlite.line import Line, line

# After less the rest of the time need not be counted.
SHORT_SECONDS = 0.1


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._line: Line | None = None

    def _start_transaction_under_autocommit(self) -> None:
        waited = self._enter_line()
        try:
            if waited < SHORT_SECONDS:
                super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
            else:
                self._begin_within(max(0.0, self._patience - waited))
        except BaseException:
            self._leave_line()
            raise

    @property
    def _patience(self) -> float:
        return float(self.settings_dict["OPTIONS"].get("timeout", 5.0))

    def _enter_line(self) -> float:
        """Says how long it took."""
        if self.is_in_memory_db() or self._line:
            return 0.0
        began = monotonic()
        found = line(f"{self.settings_dict['NAME']}-writer")
        if not found.enter(self._patience):
            with self.wrap_database_errors:
                error = sqlite3.OperationalError("database is locked")
                error.sqlite_errorname = "SQLITE_BUSY"
                raise error
        self._line = found
        return monotonic() - began

    def _begin_within(self, seconds: float) -> None:
        """A writer that is in no line has the database: all who wait for it wait at the same time, not one after another."""
        with self.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")
            try:
                super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {self._patience * 1000:.0f}")

    def _leave_line(self) -> None:
        if self._line:
            self._line.leave()
            self._line = None

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]  # not in the stubs
        finally:
            if self.connection is None or not self.connection.in_transaction:
                self._leave_line()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self._leave_line()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # not in the stubs
        finally:
            self._leave_line()
