"""Insert thousands of rows at once, as an import does.

PostgreSQL gets them in one COPY, which takes a quarter of the time of as many INSERT statements; SQLite's
driver gets them without SQLAlchemy's work for each row. Both pass the check of every text that is stored.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlmodel import SQLModel

from db import text_checks

# Fewer rows are not worth another way.
_AT_LEAST = 50


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
    columns = _columns(connection, table, rows[0])
    values = (tuple(value_of(row) for value_of in columns.values()) for row in rows)
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(map(quote, columns))
    # The driver's own connection: SQLAlchemy has no COPY, and `executemany` without its work for each row.
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "postgresql":
        with driver.cursor() as cursor, cursor.copy(f"COPY {quote(table.name)} ({names}) FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})", values)


def _columns(
    connection: Connection, table: Table, first: Mapping[str, Any]
) -> dict[str, Callable[[Mapping[str, Any]], Any]]:
    """By column what gives its value in a row, as the driver takes it."""
    found: dict[str, Callable[[Mapping[str, Any]], Any]] = {}
    for column in table.columns:
        bind = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        default = column.default
        if column.name in first:
            found[column.name] = _value_of(column.name, bind)
        elif default is not None and default.is_scalar:
            found[column.name] = _always(bind(default.arg) if bind else default.arg)  # type: ignore[attr-defined]
    return found


def _always(value: Any) -> Callable[[Mapping[str, Any]], Any]:
    return lambda _row: value


def _value_of(name: str, bind: Callable[[Any], Any] | None) -> Callable[[Mapping[str, Any]], Any]:
    if bind is None:
        return lambda row: row[name]
    return lambda row: bind(row[name])
