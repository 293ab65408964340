"""Django's PostgreSQL backend with connections that are good for work, or are given up.

After a failover a kept connection may lead to a server that answers and takes no writes any more; Django would keep it
for as long as CONN_MAX_AGE. And a statement that waits for a server which does not come back is ended by the server.

That it takes no writes passes as it does on SQLite, and is an OperationalError: psycopg has it among the errors of the
server's own making, for which nobody tries again.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import DatabaseError, OperationalError
from django.db.backends.postgresql import base
from django.db.utils import DatabaseErrorWrapper
from django.utils.functional import cached_property
from psycopg import adapters
from psycopg.adapt import PyFormat
from psycopg.errors import ReadOnlySqlTransaction

STATEMENT_SECONDS = 30
LOCK_SECONDS = 10

# psycopg knows these by name until one is sent. Of threads that send the first at once, one may be told that there is no
# such type, or send a time as its day.
for kind in (date, datetime, time, timedelta, Decimal, UUID):
    for form in PyFormat:
        adapters.get_dumper(kind, form)


class Errors(DatabaseErrorWrapper):
    wrapper: "DatabaseWrapper"

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
        if isinstance(error, ReadOnlySqlTransaction):
            self.wrapper.errors_occurred = True
            raise OperationalError(*error.args).with_traceback(traceback) from error
        super().__exit__(kind, error, traceback)


class DatabaseWrapper(base.DatabaseWrapper):
    @cached_property
    def wrap_database_errors(self) -> Errors:
        return Errors(self)

    def init_connection_state(self) -> None:
        super().init_connection_state()
        # By a statement and not by libpq's `options`, which PgBouncer refuses.
        with self.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, false), set_config('lock_timeout', %s, false)",
                [f"{STATEMENT_SECONDS}s", f"{LOCK_SECONDS}s"],
            )

    def is_usable(self) -> bool:
        if self.connection is None:
            return False
        try:
            cursor: Any = self.connection.execute("SHOW transaction_read_only")
            return bool(cursor.fetchone() == ("off",))
        except (DatabaseError, self.Database.Error):
            return False
