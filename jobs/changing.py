"""Rows that are changed on a condition and read back in the same statement, which Django asks for in two."""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.sql import UpdateQuery

T = TypeVar("T", bound=Model)


def changed(rows: QuerySet[T], *, without: Sequence[str] = (), **fields: Any) -> list[T]:
    """What `rows` selects, as it is after the change. `without`: fields that are read when they are used."""
    query: Any = rows.query.chain(UpdateQuery)  # as QuerySet.update does
    query.add_update_values(fields)
    statement, values = query.get_compiler(connection=connection).as_sql()
    returning = _columns(rows.model, tuple(without))
    return list(rows.model._default_manager.raw(f"{statement} RETURNING {returning}", values))


@cache
def _columns(model: type[Model], without: tuple[str, ...]) -> str:
    fields = [field for field in model._meta.concrete_fields if field.name not in without]
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
