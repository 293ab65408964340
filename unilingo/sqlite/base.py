"""Django's SQLite backend with a fair queue of writers.

SQLite lets one writer in at a time and makes the others poll with growing sleeps, which is where the slowest
requests come from. Here a transaction first takes a file lock (`flock`: the kernel wakes the next one at once, and
frees it when a process dies), so that threads and processes line up instead of polling. Statements outside a
transaction are few and still use SQLite's own busy handler.
"""

import fcntl
import os
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lock_file: int | None = None
        self._holds_lock = False

    def _take_lock(self) -> None:
        if self.is_in_memory_db() or self._holds_lock:
            return
        if self._lock_file is None:
            # One descriptor for each connection: flock belongs to the open file, so threads exclude each other too.
            self._lock_file = os.open(
                f"{self.settings_dict['NAME']}-writer", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
            )
        fcntl.flock(self._lock_file, fcntl.LOCK_EX)
        self._holds_lock = True

    def _free_lock(self) -> None:
        if self._holds_lock and self._lock_file is not None:
            self._holds_lock = False
            fcntl.flock(self._lock_file, fcntl.LOCK_UN)

    def _start_transaction_under_autocommit(self) -> None:
        self._take_lock()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self._free_lock()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]  # not in the stubs
        finally:
            if self.connection is None or not self.connection.in_transaction:
                self._free_lock()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self._free_lock()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # not in the stubs
        finally:
            self._free_lock()
            if self._lock_file is not None:
                os.close(self._lock_file)
                self._lock_file = None
