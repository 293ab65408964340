"""A row that is changed on a condition and read back in the same statement, which Django asks for in two."""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.sql import UpdateQuery

T = TypeVar("T", bound=Model)


def changed(rows: QuerySet[T], *, without: Sequence[str] = (), **fields: Any) -> T | None:
    """The row that `rows` selects, which is one at most, as it is after the change. `without`: fields that are read when they are used."""
    query: Any = rows.query.chain(UpdateQuery)  # as QuerySet.update does
    query.add_update_values(fields)
    statement, values = query.get_compiler(connection=connection).as_sql()
    returning = _columns(rows.model, tuple(without))
    found = rows.model._default_manager.raw(f"{statement} RETURNING {returning}", values)
    return next(iter(found), None)


@cache
def _columns(model: type[Model], without: tuple[str, ...]) -> str:
    fields = [field for field in model._meta.concrete_fields if field.name not in without]
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
