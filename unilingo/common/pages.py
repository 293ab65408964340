"""Lists in pages, newest first: a page begins behind the last row of the one before."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page, by the moment that its list is ordered by, and its id."""

    moment: datetime
    id: str | int


def older_than(cursor: Cursor | None, field: str) -> Q:
    """The rows behind the cursor in a list ordered by `-field, -id`. The bound beside it lets an index be used."""
    if cursor is None:
        return Q()
    at, before = {field: cursor.moment}, {f"{field}__lt": cursor.moment}
    return Q(**{f"{field}__lte": cursor.moment}) & (Q(**before) | Q(**at, id__lt=cursor.id))
