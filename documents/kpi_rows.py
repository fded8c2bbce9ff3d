"""The rows of a KPI file by their headings, and what each cell is read as."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from typing import Any

from db.models import Unit
from db.rules import numbers
from db.rules.dates import Span, read_written
from documents.draft import DocumentError
from documents.kpi_draft import LONGEST_CODE
from documents.kpi_words import Word, word_meaning

LONGEST_TABLE = 200_000
_NOTE_TEXT = 2000


class Table:
    """Rows by their headings. `place` names the file and the sheet in errors."""

    def __init__(self, place: str, rows: Iterator[Sequence[Any]]) -> None:
        self.place, self._rows = place, rows
        self.headings = [str(cell or "").strip().lower() for cell in next(rows, ())]

    def rows(self, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, Any]]]:
        missing = [name for name in needed if name not in self.headings]
        if missing:
            raise DocumentError(f"{self.place} has no column {missing[0]}")
        for number, cells in enumerate(self._rows, start=2):
            if number > LONGEST_TABLE:
                raise DocumentError(
                    f"{self.place} has more than {LONGEST_TABLE:,} rows, the most that can be read: split it"
                )
            if any(cell not in (None, "") for cell in cells):
                yield number, dict(zip(self.headings, cells, strict=False))


@dataclass(frozen=True, slots=True)
class KpiRow:
    """One row, whose methods convert its cells. Each raises `DocumentError` naming the row and the column."""

    place: str
    number: int
    cells: Mapping[str, Any]

    def error(self, name: str, problem: str) -> DocumentError:
        return DocumentError(f"{self.place}, row {self.number}: {name} {problem}")

    def text(self, name: str, *, needed: bool = False, longest: int = _NOTE_TEXT) -> str:
        cell = self.cells.get(name)
        if (cell is None or cell == "") and not needed:
            return ""
        text = "" if cell is None else cell.strip() if isinstance(cell, str) else str(cell)
        if needed and not text:
            raise self.error(name, "is missing")
        if len(text) > longest:
            raise self.error(name, f"is longer than {longest} characters")
        return text

    def is_number(self, name: str) -> bool:
        """Whether a cell is a number, and not a text that may mean one."""
        cell = self.cells.get(name)
        return isinstance(cell, int | float) and not isinstance(cell, bool)

    def code(self) -> str:
        return self.text("code", needed=True, longest=LONGEST_CODE).lower()

    def number_in(self, name: str, unit: Unit | None = None) -> float | None:
        """A number, in a KPI's unit where that is known."""
        if self.is_number(name):
            return self._finite(name, float(self.cells[name]))
        if not (text := self.text(name)):
            return None
        try:
            return numbers.read_number(text, unit)
        except numbers.NumberNotRead as unread:
            raise self.error(name, str(unread)) from unread

    def _finite(self, name: str, number: float) -> float:
        if not isfinite(number):
            raise self.error(name, f"{number} is not a number that can be stored")
        return number

    def day(self, name: str) -> date | None:
        """A day; of a month or a year the last one."""
        span = self.span(name)
        return span[1] if span else None

    def span(self, name: str, *, needed: bool = False) -> Span | None:
        """The first and the last day that a cell means: of `Jan-26` the month's."""
        cell = self.cells.get(name)
        if isinstance(cell, datetime | date):
            day = cell.date() if isinstance(cell, datetime) else cell
            return day, day
        text = self.text(name, needed=needed)
        if not text:
            return None
        try:
            day = date.fromisoformat(text)
        except ValueError:
            read = read_written(text, text)
        else:
            return day, day
        if read.span is None or read.weekday is not None:
            raise self.error(name, read.doubt or f"“{text[:30]}” is not a date: write it as 2016-09-05")
        return read.span

    def word(self, name: str, vocabulary: type[Word], default: Word | None = None) -> Word:
        text = self.text(name).lower()
        if not text and default is not None:
            return default
        # Of a hundred thousand rows nearly all have the word itself.
        with contextlib.suppress(ValueError):
            return vocabulary(text)
        found = word_meaning(text, vocabulary)
        if found is None:
            raise self.error(name, f"“{text[:30]}” is not one of {', '.join(vocabulary)}")
        return found
