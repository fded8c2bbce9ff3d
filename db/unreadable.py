"""SQLite stores any text in a date column. What cannot be read as a date becomes None, and is logged."""

from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import Date, DateTime
from sqlalchemy.dialects.sqlite import DATE, DATETIME

log = structlog.get_logger(__name__)

Process = Callable[[Any], Any] | None


def _none_if_unreadable(process: Process) -> Process:
    """Reads as `process` does; what that cannot read is None, so that one row does not stop all others.

    The nightly check compares what is stored with the record, and names the row.
    """
    if process is None:
        return None

    def read(value: Any) -> Any:
        try:
            return process(value)
        except (TypeError, ValueError):
            log.warning("a stored value could not be read as a date")
            return None

    return read


class ReadableDate(DATE):
    def result_processor(self, dialect: Any, coltype: Any) -> Process:
        return _none_if_unreadable(super().result_processor(dialect, coltype))


class ReadableDateTime(DATETIME):
    def result_processor(self, dialect: Any, coltype: Any) -> Process:
        return _none_if_unreadable(super().result_processor(dialect, coltype))


def read_past(dialect: Any) -> None:
    """Make a dialect of SQLite read past such values."""
    dialect.colspecs = {**dialect.colspecs, Date: ReadableDate, DateTime: ReadableDateTime}
