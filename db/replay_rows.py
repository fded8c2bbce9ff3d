"""Read the record and the rows beside each other, and tell where a value differs."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from db.models import ERASED, Entry

_SHOWN = 60
# How many rows are read from the database at a time.
ROWS_AT_ONCE = 1000


@dataclass(frozen=True)
class Difference:
    """A stored value that is not what the record says. None stands for no value, or no row."""

    ref: str
    field: str
    recorded: str | None
    stored: str | None

    def __str__(self) -> str:
        name = self.field.replace("_", " ")
        return f"{self.ref}: {name} is {_shown(self.stored)}, but the record says {_shown(self.recorded)}"


def _shown(value: str | None) -> str:
    if not value:
        return "nothing"
    return f"“{value if len(value) <= _SHOWN else f'{value[:_SHOWN]}…'}”"


def stream(session: Session, query: Any) -> Iterator[Any]:
    with session.connection().execute(query.execution_options(yield_per=ROWS_AT_ONCE)) as rows:
        yield from rows


_ENTRY_COLUMNS = ("subject_id", "ref", "field", "before", "after", "note", "act", "undoes", "erased_digest")


def entries_about(session: Session, subject: str) -> Iterator[Any]:
    """The entries about a kind of thing, by thing and the oldest first."""
    columns = (getattr(Entry, name) for name in _ENTRY_COLUMNS)
    query = select(*columns).where(col(Entry.subject) == subject)
    return stream(session, query.order_by(col(Entry.subject_id), col(Entry.seq)))


@contextmanager
def rows_by_id(rows: Any, key: Callable[[Any], Any]) -> Iterator[Callable[[int], list[Any]]]:
    """The rows of one id after another: a function that is called with rising ids.

    What it was not asked for is not read: at the end the `rows` are closed.
    """
    groups = groupby(rows, key)
    waiting: list[tuple[int, list[Any]]] = []

    def rows_of(number: int) -> list[Any]:
        while not waiting or waiting[0][0] < number:
            waiting.clear()
            found = next(groups, None)
            if found is None:
                return []
            waiting.append((found[0] or 0, list(found[1])))
        return waiting[0][1] if waiting[0][0] == number else []

    with closing(rows):
        yield rows_of


def compare_values(
    ref: str, recorded: Mapping[str, str | None], stored: Mapping[str, str | None], *, erased: bool
) -> Iterator[Difference]:
    """Differences of the values that are recorded. A text that was erased is neither here nor there."""
    for name, value in recorded.items():
        is_gone = erased and any(ERASED in (one or "") for one in (value, stored.get(name)))
        if name in stored and stored[name] != value and not is_gone:
            yield Difference(ref, name, value, stored[name])
