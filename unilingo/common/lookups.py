"""One row by its columns, as every request asks: Django would put the same statement together anew each time, at several
times what the database takes to answer it.
"""

from functools import cache
from typing import TypeVar

from django.db.models import Model

T = TypeVar("T", bound=Model)


def row(model: type[T], *, without: tuple[str, ...] = (), **where: str) -> T | None:
    """The row whose columns are these, which select at most one. `without`: fields that are read when they are used."""
    names = tuple(sorted(where))
    statement = _statement(model, names, without)
    return next(iter(model._default_manager.raw(statement, [where[name] for name in names])), None)


@cache
def _statement(model: type[Model], names: tuple[str, ...], without: tuple[str, ...]) -> str:
    """Django puts conditions in the order of their names."""
    rows = model._default_manager.filter(**dict.fromkeys(names, "")).defer(*without)
    statement, _ = rows.query.sql_with_params()
    return str(statement)
