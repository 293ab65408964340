"""Rows that are changed on a condition and read back in the same statement: Django takes two, and puts both together anew."""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model

from jobs.inserts import stored
from unilingo.common import lookups

T = TypeVar("T", bound=Model)


class Sql(NamedTuple):
    """A part of a statement, and the values that go into it. One that says more than one thing by OR is in parentheses."""

    text: str
    values: tuple[Any, ...] = ()

    def __and__(self, other: "Sql") -> "Sql":
        return Sql(f"{self.text} AND {other.text}", self.values + other.values)


def changed(
    model: type[T], which: Sql, fields: Mapping[str, Any], *, without: tuple[str, ...] = ()
) -> list[T]:
    """What `which` selects, as it is after the change. `without`: fields that are read when they are used."""
    used = connections[DEFAULT_DB_ALIAS]
    quote, meta = used.ops.quote_name, model._meta
    changes, values = [], list[Any]()
    for name, value in fields.items():
        field: Any = meta.get_field(name)
        new = value if isinstance(value, Sql) else Sql("%s", (stored(field, value, used),))
        changes.append(f"{quote(field.column)} = {new.text}")
        values += new.values
    values += which.values
    return lookups.rows(
        model,
        f"UPDATE {quote(meta.db_table)} SET {', '.join(changes)} WHERE {which.text}"
        f" RETURNING {lookups.columns(model, without)}",
        values,
        without,
    )


def locking(*, skip_locked: bool = False) -> str:
    """Ends a SELECT whose rows are to be ours until the transaction ends, as all rows are on SQLite."""
    if not connection.features.has_select_for_update:
        return ""
    return f" {connection.ops.for_update_sql(skip_locked=skip_locked, no_key=True)}"
