"""One clock for leases and for what is due: the database's, since those of many machines differ and step."""

from datetime import datetime, timedelta
from time import monotonic

from django.db import connection
from django.utils import timezone

ASKED_AGAIN_SECONDS = 10.0
# The database's time when it was asked last, and ours.
_asked: tuple[datetime, float] | None = None


def now() -> datetime:
    """SQLite serves one machine, whose clock it is."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


def about() -> datetime:
    """The same but for what clocks drift apart in ASKED_AGAIN_SECONDS: a request need not ask for it."""
    global _asked
    if connection.vendor != "postgresql":
        return timezone.now()
    if _asked is None or monotonic() - _asked[1] > ASKED_AGAIN_SECONDS:
        _asked = now(), monotonic()
    at, ours = _asked
    return at + timedelta(seconds=monotonic() - ours)
