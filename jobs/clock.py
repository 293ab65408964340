"""One clock for leases and for what is due: the database's, since those of many machines differ and step."""

from datetime import datetime

from django.db import connection
from django.utils import timezone


def now() -> datetime:
    """SQLite serves one machine, whose clock it is."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found
