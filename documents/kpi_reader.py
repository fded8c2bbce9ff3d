"""Read KPIs from files: definitions, values and comparators, as three sheets of one .xlsx or three .csv.

An error is one sentence that names the sheet and the row. A figure that is only unlikely is not an error: it
is stored, with a doubt for a person to settle.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from db.kpis import Figure
from db.models import (
    SYMBOLS,
    Disclosure,
    Frequency,
    KpiKind,
    PeriodType,
    Polarity,
    TargetType,
    Unit,
    ValueStatus,
)
from db.rules import numbers
from db.rules.dates import Span, read_written
from documents.csv_reader import read_rows, unneutralise
from documents.draft import DocumentError
from documents.file_checks import check_file
from documents.workbooks import changes_meaning, open_workbook, streamed_rows

_DEFINITION_COLUMNS = """
    code name aliases definition numerator denominator unit polarity kind
    frequency period_type lag_days owner_role target target_type tolerance
    baseline baseline_date disclosure linked_actions source note
    target_from target_to
"""
_VALUE_COLUMNS = """
    code period_start period_end breakdown value numerator denominator status source note published
"""
# In the order in which an export writes them; an import takes them in any order.
DEFINITIONS = tuple(_DEFINITION_COLUMNS.split())
VALUES = tuple(_VALUE_COLUMNS.split())
COMPARATORS = ("code", "comparator", "year", "value", "source")
SHEETS: Mapping[str, tuple[str, ...]] = {
    "definitions": DEFINITIONS,
    "values": VALUES,
    "comparators": COMPARATORS,
}
# The columns that only one of the three kinds of .csv has.
_IDENTIFYING_COLUMNS = {
    "definitions": {"name", "unit"},
    "values": {"period_end"},
    "comparators": {"comparator", "year"},
}
# An export writes one of these in place of a small count. An import leaves the stored figure unchanged.
HIDDEN_WORDS = ("fewer than 6", "withheld")
_LONGEST = 200_000
_LONGEST_CODE = 60
_NOTE_TEXT = 2000
_LONGEST_LAG = 3650

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class KpiDefinition:
    """A definition as a file gives it: columns of `Kpi`, the target, and the refs of linked actions.

    `target` is its type, value, upper value of a range, first day and last day.
    """

    code: str
    values: Mapping[str, Any]
    target: tuple[TargetType, float | None, float | None, date | None, date | None]
    links: tuple[str, ...]


@dataclass(frozen=True)
class ComparatorValue:
    code: str
    name: str
    year: str
    value: float
    source: str


class KpiTerms(NamedTuple):
    """What a figure is read by: its KPI's unit, and whether it counts one day or a period."""

    unit: Unit
    period_type: PeriodType


@dataclass
class KpiDraft:
    """The content of the files. `hidden` counts the rows whose figure was hidden when they were written.

    `doubts` are sentences about rows that are left out.
    """

    definitions: list[KpiDefinition] = field(default_factory=list)
    figures: list[tuple[str, Figure]] = field(default_factory=list)
    comparators: list[ComparatorValue] = field(default_factory=list)
    hidden: int = 0
    doubts: list[str] = field(default_factory=list)


def csv_files_of(path: Path) -> list[Path]:
    """The three .csv files that one name stands for: `kpis.csv` for `kpis-definitions.csv` and so on."""
    return [path.with_name(f"{path.stem}-{name}{path.suffix}") for name in SHEETS]


def read_kpis(path: Path, known: Mapping[str, KpiTerms] | None = None) -> KpiDraft:
    """Read an .xlsx, a .csv of one of the three kinds, or the three that a name stands for.

    `known` are the terms of stored KPIs by code; those of the file's own definitions are read from it. Raises
    `DocumentError` naming the sheet and the row.
    """
    draft, terms = KpiDraft(), dict(known or {})
    if path.suffix.lower() == ".xlsx":
        for name, rows in _sheets(path):
            _read_table(draft, name, _Table(f"{path.name}, {name}", rows), terms)
        return draft
    if path.suffix.lower() != ".csv":
        raise DocumentError(f"{path.name} ends in neither .xlsx nor .csv: save it as one of them")
    csv_paths = [one for one in csv_files_of(path) if one.is_file()] if not path.is_file() else []
    for csv_path in csv_paths or [path]:
        check_file(csv_path)
        records = [[unneutralise(cell) for cell in record] for record in read_rows(csv_path, _LONGEST)]
        table = _Table(csv_path.name, iter(records))
        _read_table(draft, _kind_of_csv(csv_path, table.headings), table, terms)
    return draft


def _sheets(path: Path) -> Iterator[tuple[str, Iterator[Sequence[Any]]]]:
    """Each known sheet's name and rows, read one by one: a hundred thousand figures fit in memory."""
    with open_workbook(path, _LONGEST, streamed=True) as book:
        as_shown = changes_meaning(path)
        sheets = {sheet.title.strip().lower(): sheet for sheet in book.worksheets}
        if not set(sheets) & set(SHEETS):
            raise DocumentError(f"{path.name} has none of the sheets {', '.join(SHEETS)}")
        for name in SHEETS:
            if name in sheets:
                yield name, streamed_rows(path, sheets[name], as_shown=as_shown)


def _kind_of_csv(path: Path, headings: Sequence[str]) -> str:
    for name, columns in _IDENTIFYING_COLUMNS.items():
        if columns <= set(headings):
            return name
    raise DocumentError(
        f"{path.name} is not one of the three kinds: definitions need {','.join(DEFINITIONS[:2])},unit, "
        f"values {','.join(VALUES[:5])}, comparators {','.join(COMPARATORS)}"
    )


class _Table:
    """Rows by their headings. `place` names the file and the sheet in errors."""

    def __init__(self, place: str, rows: Iterator[Sequence[Any]]) -> None:
        self.place, self._rows = place, rows
        self.headings = [str(cell or "").strip().lower() for cell in next(rows, ())]

    def rows(self, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, Any]]]:
        missing = [name for name in needed if name not in self.headings]
        if missing:
            raise DocumentError(f"{self.place} has no column {missing[0]}")
        for number, cells in enumerate(self._rows, start=2):
            if number > _LONGEST:
                raise DocumentError(
                    f"{self.place} has more than {_LONGEST:,} rows, the most that can be read: split it"
                )
            row = dict(zip(self.headings, cells, strict=False))
            if any(cell not in (None, "") for cell in cells):
                yield number, row


@dataclass(frozen=True, slots=True)
class _Row:
    """One row, whose methods convert its cells. Each raises `DocumentError` naming the row and the column."""

    place: str
    number: int
    cells: Mapping[str, Any]

    def error(self, name: str, problem: str) -> DocumentError:
        return DocumentError(f"{self.place}, row {self.number}: {name} {problem}")

    def text(self, name: str, *, needed: bool = False, longest: int = _NOTE_TEXT) -> str:
        cell = self.cells.get(name)
        text = "" if cell is None else cell.strip() if isinstance(cell, str) else str(cell)
        if needed and not text:
            raise self.error(name, "is missing")
        if len(text) > longest:
            raise self.error(name, f"is longer than {longest} characters")
        return text

    def code(self) -> str:
        return self.text("code", needed=True, longest=_LONGEST_CODE).lower()

    def number_in(self, name: str, unit: Unit | None = None) -> float | None:
        """A number, in a KPI's unit where that is known."""
        cell = self.cells.get(name)
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return self._finite(name, float(cell))
        text = self.text(name)
        if not text:
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
        try:
            return vocabulary(text)
        except ValueError as invalid:
            raise self.error(name, f"“{text[:30]}” is not one of {', '.join(vocabulary)}") from invalid


def _read_table(draft: KpiDraft, name: str, table: _Table, terms: dict[str, KpiTerms]) -> None:
    """Read a table into the draft. Definitions come first, and add to the `terms` of the KPIs."""
    if name == "definitions":
        rows = table.rows(("code", "name", "unit"))
        draft.definitions = [_read_definition(_Row(table.place, number, cells)) for number, cells in rows]
        for one in draft.definitions:
            terms[one.code] = KpiTerms(one.values["unit"], one.values["period_type"])
    elif name == "values":
        _read_values(draft, table, terms)
    else:
        rows = table.rows(COMPARATORS[:4])
        draft.comparators = [_read_comparator(_Row(table.place, number, cells)) for number, cells in rows]


def _read_definition(row: _Row) -> KpiDefinition:
    lag = row.number_in("lag_days") or 0
    if not 0 <= lag <= _LONGEST_LAG:
        raise row.error("lag_days", f"must be from 0 to {_LONGEST_LAG}")
    unit = row.word("unit", Unit)
    values = {
        **{name: row.text(name) for name in ("aliases", "definition", "numerator", "denominator")},
        **{name: row.text(name) for name in ("source", "note")},
        "name": row.text("name", needed=True, longest=200),
        "owner_role": row.text("owner_role", longest=200),
        "unit": unit,
        "polarity": row.word("polarity", Polarity, Polarity.NEUTRAL),
        "kind": row.word("kind", KpiKind, KpiKind.PERFORMANCE),
        "frequency": row.word("frequency", Frequency, Frequency.IRREGULAR),
        "period_type": row.word("period_type", PeriodType, PeriodType.FLOW),
        "disclosure": row.word("disclosure", Disclosure, _default_disclosure(unit)),
        "lag_days": int(lag),
        "tolerance": row.number_in("tolerance"),
        "baseline_date": row.day("baseline_date"),
    }
    if row.text("baseline").lower() not in HIDDEN_WORDS:
        values["baseline"] = row.number_in("baseline", unit)
    refs = (ref.strip() for ref in row.text("linked_actions").replace(",", ";").split(";"))
    return KpiDefinition(row.code(), values, _read_target(row, unit), tuple(ref for ref in refs if ref))


def _default_disclosure(unit: Unit) -> Disclosure:
    """Counts are protected unless their definition says that they are open."""
    return Disclosure.SMALL_COUNTS if unit is Unit.NUMBER else Disclosure.OPEN


def _read_target(
    row: _Row, unit: Unit
) -> tuple[TargetType, float | None, float | None, date | None, date | None]:
    """The target's type, its value or lower and upper value, and its first and last day."""
    kind = row.word("target_type", TargetType, TargetType.NONE)
    days = (row.day("target_from"), row.day("target_to"))
    if kind is TargetType.RANGE:
        lower, dash, upper = row.text("target").partition("-")
        not_a_range = row.error("target", "must be a range with the lower number first, such as 10-20")
        try:
            bounds = (numbers.read_number(lower, unit), numbers.read_number(upper, unit))
        except numbers.NumberNotRead as invalid:
            raise not_a_range from invalid
        if not dash or bounds[0] > bounds[1]:
            raise not_a_range
        return kind, *bounds, *days
    value = row.number_in("target", unit)
    if value is None and kind not in (TargetType.NONE, TargetType.RISE_EACH_PERIOD):
        raise row.error("target", f"is missing: {kind} needs a number")
    if value is not None and kind is TargetType.NONE:
        raise row.error(
            "target_type", f"is missing: for the target {value:g}, give one of {', '.join(TargetType)}"
        )
    return kind, value, None, *days


def _read_values(draft: KpiDraft, table: _Table, terms: Mapping[str, KpiTerms]) -> None:
    seen: dict[tuple[str, str, date, date], int] = {}
    for number, cells in table.rows(VALUES[:3]):
        row = _Row(table.place, number, cells)
        written = row.text("value")
        if written.lower() in HIDDEN_WORDS:
            draft.hidden += 1
            continue
        code = row.code()
        if _is_no_figure(written, terms.get(code)):
            # "tbc", "awaited": nothing that could be a figure.
            draft.doubts.append(f"{table.place}, row {number}: “{written[:30]}” is no figure: left out")
            continue
        figure = _read_figure(row, terms.get(code))
        key = (code, *figure.place)
        if key in seen:
            raise row.error("value", f"is given twice for that period: row {seen[key]} has it too")
        seen[key] = number
        draft.figures.append((code, figure))


def _is_no_figure(written: str, terms: KpiTerms | None) -> bool:
    """Whether a text has no digit and is no word for a figure."""
    if not written or re.search(r"\d", written) or numbers.read_symbol(written):
        return False
    try:
        numbers.read_number(written, terms.unit if terms else None)
    except numbers.NumberNotRead:
        return True
    return False


def _read_figure(row: _Row, terms: KpiTerms | None) -> Figure:
    unit, period_type = terms or (None, PeriodType.FLOW)
    symbol = numbers.read_symbol(row.text("value"))
    value = None if symbol else row.number_in("value", unit)
    if value is None and symbol is None:
        raise row.error("value", f"is missing: give a number, or one of {', '.join(SYMBOLS)}")
    last = row.span("period_end", needed=True)
    assert last is not None
    first = row.span("period_start")
    # A month given as the end alone is the whole month, unless the KPI counts one day.
    alone = last[1] if period_type is PeriodType.SNAPSHOT else last[0]
    starts, ends = first[0] if first else alone, last[1]
    if starts > ends:
        raise row.error("period_end", f"{ends} is before period_start {starts}")
    return Figure(
        starts,
        ends,
        value,
        symbol,
        row.text("breakdown", longest=120),
        row.number_in("numerator"),
        row.number_in("denominator"),
        row.word("status", ValueStatus, ValueStatus.FINAL),
        row.text("source"),
        row.text("note"),
        row.day("published"),
    )


def _read_comparator(row: _Row) -> ComparatorValue:
    value = row.number_in("value")
    if value is None:
        raise row.error("value", "is missing")
    name, year = (row.text(column, needed=True, longest=80) for column in ("comparator", "year"))
    return ComparatorValue(row.code(), name, year, value, row.text("source"))
