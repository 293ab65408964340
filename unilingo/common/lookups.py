"""Rows that are read by a statement put together once, as every request and every run of a job asks: Django would put it
together anew each time, and look up how each column is read, at several times what the database takes to answer.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, Model

T = TypeVar("T", bound=Model)


def row(model: type[T], *, without: tuple[str, ...] = (), **where: str) -> T | None:
    """The row whose columns are these, which select at most one. `without`: fields that are read when they are used."""
    names = tuple(sorted(where))
    statement = _statement(model, names, without)
    return next(iter(rows(model, statement, [where[name] for name in names], without)), None)


def rows(
    model: type[T], statement: str, values: Sequence[Any], without: tuple[str, ...] = ()
) -> list[T]:
    """What a statement brings that asks for `columns`."""
    names, converted = _reading(model, without)
    used = connections[DEFAULT_DB_ALIAS]  # `connection` looks for it at each use
    moment = used.ops.adapt_datetimefield_value
    with used.cursor() as cursor:
        cursor.execute(statement, [moment(v) if isinstance(v, datetime) else v for v in values])
        found = [list(row) for row in cursor.fetchall()]
    for read in found:
        for place, converters, column in converted:
            for convert in converters:
                read[place] = convert(read[place], column, used)
    return [model.from_db(used.alias, names, read) for read in found]


@cache
def columns(model: type[Model], without: tuple[str, ...] = ()) -> str:
    quote = connection.ops.quote_name
    return ", ".join(quote(str(field.column)) for field in _fields(model, without))


@cache
def _statement(model: type[Model], names: tuple[str, ...], without: tuple[str, ...]) -> str:
    quote, meta = connection.ops.quote_name, model._meta
    asked: list[Any] = [meta.get_field(name) for name in names]
    where = " AND ".join(f"{quote(field.column)} = %s" for field in asked)
    return f"SELECT {columns(model, without)} FROM {quote(meta.db_table)} WHERE {where}"


@cache
def _reading(
    model: type[Model], without: tuple[str, ...]
) -> tuple[frozenset[str], list[tuple[int, list[Any], Any]]]:
    """The names of the fields, and as Django has it what makes a field's value of a column's."""
    fields = _fields(model, without)
    compiler = model._default_manager.all().query.get_compiler(connection=connection)
    found = compiler.get_converters([field.get_col(model._meta.db_table) for field in fields])
    converted = [(place, converters, column) for place, (converters, column) in found.items()]
    return frozenset(field.attname for field in fields), converted


def _fields(model: type[Model], without: tuple[str, ...]) -> "list[Field[Any, Any]]":
    return [field for field in model._meta.concrete_fields if field.name not in without]
