"""Lists in pages, newest first: a page begins behind the last row of the one before. And whole lists, chunk by chunk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

T = TypeVar("T", bound=Model)
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page, by the moment that its list is ordered by, and its id."""

    moment: datetime
    id: str | int


def older_than(cursor: Cursor | None, field: str) -> Q:
    """The rows behind the cursor in a list ordered by `-field, -id`."""
    return _behind(cursor, field, "lt") if cursor else Q()


def in_chunks(rows: QuerySet[T], field: str, *, oldest_first: bool = False) -> Iterator[T]:
    """Every row by the moment in `field`, newest first if not said otherwise, a bounded number at a time.

    Each chunk is a question of its own, so a stream that goes on later, on another thread, holds no cursor of the
    database.
    """
    sign, way = ("", "gt") if oldest_first else ("-", "lt")
    rows, further = rows.order_by(f"{sign}{field}", f"{sign}pk"), Q()
    while True:
        chunk = list(rows.filter(further)[:CHUNK])
        yield from chunk
        if len(chunk) < CHUNK:
            return
        further = _behind(Cursor(getattr(chunk[-1], field), chunk[-1].pk), field, way)


def _behind(cursor: Cursor, field: str, way: str) -> Q:
    """The bound beside it lets an index be used."""
    further, same = {f"{field}__{way}": cursor.moment}, {field: cursor.moment}
    return Q(**{f"{field}__{way}e": cursor.moment}) & (
        Q(**further) | Q(**same, **{f"pk__{way}": cursor.id})
    )
