"""Insert thousands of rows at once, as an import does.

PostgreSQL gets them in one COPY, which takes a quarter of the time of as many INSERT statements; SQLite's
driver gets them without SQLAlchemy's work for each row. Both pass the check of every text that is stored.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Connection, Date, Enum, Table, insert
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

from db import text_checks

# Fewer rows are not worth another way.
_AT_LEAST = 50
# After so many rows PostgreSQL would plan by what it knew before, for a minute or so: a question that takes
# 0.1 ms then takes ten.
_MANY = 1000


def insert_rows(connection: Connection, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns. A column that they lack gets its default, if it has one.

    Raises what `db.text_checks` raises for a text that must not be stored.
    """
    table: Table = model.__table__  # type: ignore[attr-defined]
    if len(rows) < _AT_LEAST:
        if rows:
            connection.execute(insert(table), [dict(row) for row in rows])
        return
    text_checks.check_rows(connection, table, rows)
    columns, values = _driver_rows(connection, table, rows)
    quote = connection.dialect.identifier_preparer.quote
    name, names = quote(table.name), ", ".join(map(quote, columns))
    if connection.dialect.name == "postgresql":
        copy_rows(connection, f"COPY {name} ({names}) FROM STDIN", values)
        if len(rows) >= _MANY:
            connection.exec_driver_sql(f"ANALYZE {name}")
    else:
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {name} ({names}) VALUES ({marks})", list(values))


def copy_rows(connection: Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Send rows, as the driver takes them, with a COPY statement. Raises `DBAPIError`."""
    # The driver's own connection, as SQLAlchemy has no COPY.
    driver: Any = connection.connection.dbapi_connection
    error: Any = connection.dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except error as refused:
        # As SQLAlchemy raises it, which is what callers expect.
        raise DBAPIError.instance(statement, None, refused, error) from refused


def _driver_rows(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """The columns that are written, and their values row by row as the driver takes them."""
    binds = {column.name: _bind_of(connection, column) for column in table.columns}
    given = [column.name for column in table.columns if column.name in rows[0]]
    defaults = {
        column.name: column.default.arg  # type: ignore[attr-defined]
        for column in table.columns
        if column.name not in rows[0] and column.default is not None and column.default.is_scalar
    }
    same = tuple(bind(value) if (bind := binds[name]) else value for name, value in defaults.items())
    to_bind = [(at, bind) for at, name in enumerate(given) if (bind := binds[name]) is not None]
    return [*given, *defaults], _bound(rows, itemgetter(*given), to_bind, same)


def _bind_of(connection: Connection, column: Column[Any]) -> Callable[[Any], Any] | None:
    """What makes a value of a column what the driver takes; None where it takes the value as it is."""
    bind = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    if bind is not None and isinstance(column.type, Date | Enum | UTCDateTime):
        # An import has the same moment in each row, few days and fewer words.
        return lru_cache(maxsize=1024)(bind)
    return bind


def _bound(
    rows: Iterable[Mapping[str, Any]],
    values_of: Callable[[Mapping[str, Any]], tuple[Any, ...]],
    to_bind: Sequence[tuple[int, Callable[[Any], Any]]],
    same: tuple[Any, ...],
) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        values = list(values_of(row))
        for at, bind in to_bind:
            values[at] = bind(values[at])
        yield (*values, *same)
