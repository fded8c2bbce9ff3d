"""KPIs as files: definitions, values and comparators, as three sheets of one .xlsx or as three .csv.

What is wrong is one sentence with the sheet and the row. What is only odd is a doubt: the figure is
taken as it stands, and a person decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from db.kpis import Figure
from db.models import (
    SYMBOLS,
    Disclosure,
    DueKind,
    Frequency,
    KpiKind,
    PeriodType,
    Polarity,
    TargetType,
    Unit,
    ValueStatus,
)
from db.rules.dates import read_due
from documents.csv_reader import read_rows, unneutralise
from documents.draft import DocumentError
from documents.plan_files import check_size

DEFINITIONS = (
    *("code", "name", "aliases", "definition", "numerator", "denominator", "unit", "polarity", "kind"),
    *("frequency", "period_type", "lag_days", "owner_role", "target", "target_type", "tolerance"),
    *("baseline", "baseline_date", "disclosure", "linked_actions", "source", "note"),
    *("target_from", "target_to"),
)
VALUES = (
    *("code", "period_start", "period_end", "breakdown", "value", "numerator", "denominator"),
    *("status", "source", "note"),
)
COMPARATORS = ("code", "comparator", "year", "value", "source")
SHEETS: Mapping[str, tuple[str, ...]] = {
    "definitions": DEFINITIONS,
    "values": VALUES,
    "comparators": COMPARATORS,
}
# By which a .csv is known for one of the three.
_IDENTIFYING_COLUMNS = {
    "definitions": {"name", "unit"},
    "values": {"period_end"},
    "comparators": {"comparator", "year"},
}
# What an export writes in place of a small count; an import leaves what is held as it is.
HIDDEN_WORDS = ("fewer than 6", "withheld")
_LONGEST = 200_000
_LONGEST_CODE = 60
_NOTE_TEXT = 2000
_LONGEST_LAG = 3650

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class KpiDefinition:
    """A definition as a file has it: the columns of `Kpi`, its target, and the actions it speaks of."""

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


@dataclass
class KpiDraft:
    """All that the files hold."""

    definitions: list[KpiDefinition] = field(default_factory=list)
    figures: list[tuple[str, Figure]] = field(default_factory=list)
    comparators: list[ComparatorValue] = field(default_factory=list)
    # Rows whose figure was kept back when the file was written.
    kept_back: int = 0


def csv_files_of(path: Path) -> list[Path]:
    """The .csv files that one name stands for: `kpis.csv` for `kpis-definitions.csv` and so on."""
    return [path.with_name(f"{path.stem}-{name}{path.suffix}") for name in SHEETS]


def read_kpis(path: Path) -> KpiDraft:
    """Read an .xlsx, a .csv of one of the three kinds, or the three that a name stands for.

    Raises `DocumentError` naming sheet and row.
    """
    draft = KpiDraft()
    if path.suffix.lower() == ".xlsx":
        for name, rows in _sheets(path):
            _take(draft, name, _Table(f"{path.name}, {name}", rows))
        return draft
    if path.suffix.lower() != ".csv":
        raise DocumentError(f"{path.name} ends in neither .xlsx nor .csv: save it as one of them")
    several = [one for one in csv_files_of(path) if one.is_file()] if not path.is_file() else []
    for one in several or [path]:
        check_size(one)
        table = _Table(
            one.name, iter([[unneutralise(cell) for cell in row] for row in read_rows(one, _LONGEST)])
        )
        _take(draft, _which(one, table.headings), table)
    return draft


def _sheets(path: Path) -> Iterator[tuple[str, Iterator[Sequence[Any]]]]:
    check_size(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, OSError, KeyError, ValueError) as broken:
        raise DocumentError(f"{path.name} is not an Excel workbook that can be read") from broken
    named = {sheet.title.strip().lower(): sheet for sheet in book.worksheets}
    if not set(named) & set(SHEETS):
        raise DocumentError(f"{path.name} has none of the sheets {', '.join(SHEETS)}")
    for name in SHEETS:
        if name in named:
            yield name, named[name].iter_rows(values_only=True)
    book.close()


def _which(path: Path, headings: Sequence[str]) -> str:
    for name, telling in _IDENTIFYING_COLUMNS.items():
        if telling <= set(headings):
            return name
    raise DocumentError(
        f"{path.name} is none of the three kinds: definitions need {','.join(DEFINITIONS[:2])},unit, "
        f"values {','.join(VALUES[:5])}, comparators {','.join(COMPARATORS)}"
    )


class _Table:
    """Rows by their headings; a fault names the place."""

    def __init__(self, place: str, rows: Iterator[Sequence[Any]]) -> None:
        self.place, self._rows = place, rows
        self.headings = [str(cell or "").strip().lower() for cell in next(rows, ())]

    def rows(self, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, Any]]]:
        missing = [name for name in needed if name not in self.headings]
        if missing:
            raise DocumentError(f"{self.place} has no column {missing[0]}")
        for number, cells in enumerate(self._rows, start=2):
            if number > _LONGEST:
                raise DocumentError(f"{self.place} has more than {_LONGEST:,} rows, the most that are taken")
            row = dict(zip(self.headings, cells, strict=False))
            if any(cell not in (None, "") for cell in cells):
                yield number, row


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: its cells as what they should be. Every reader raises `DocumentError` naming the cell."""

    place: str
    number: int
    cells: Mapping[str, Any]

    def fault(self, name: str, wrong: str) -> DocumentError:
        return DocumentError(f"{self.place}, row {self.number}: {name} {wrong}")

    def text(self, name: str, *, needed: bool = False, longest: int = _NOTE_TEXT) -> str:
        cell = self.cells.get(name)
        said = "" if cell is None else cell.strip() if isinstance(cell, str) else str(cell)
        if needed and not said:
            raise self.fault(name, "is missing")
        if len(said) > longest:
            raise self.fault(name, f"is longer than {longest} characters")
        return said

    def code(self) -> str:
        return self.text("code", needed=True, longest=_LONGEST_CODE).lower()

    def number_in(self, name: str) -> float | None:
        cell = self.cells.get(name)
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return self._finite(name, float(cell))
        said = self.text(name).replace(",", "").rstrip("%").strip()
        if not said:
            return None
        try:
            number = float(said)
        except ValueError as wrong:
            raise self.fault(name, f"“{said[:30]}” is no number") from wrong
        return self._finite(name, number)

    def _finite(self, name: str, number: float) -> float:
        if not isfinite(number):
            raise self.fault(name, f"{number} is no number that can be held")
        return number

    def day(self, name: str, *, needed: bool = False) -> date | None:
        cell = self.cells.get(name)
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        said = self.text(name, needed=needed)
        if not said:
            return None
        try:
            return date.fromisoformat(said)
        except ValueError:
            due = read_due(said)
        if due.day is None or due.kind is not DueKind.BY:
            raise self.fault(name, f"“{said[:30]}” is no date")
        return due.day

    def word(self, name: str, vocabulary: type[Word], default: Word | None = None) -> Word:
        said = self.text(name).lower()
        if not said and default is not None:
            return default
        try:
            return vocabulary(said)
        except ValueError as wrong:
            known = ", ".join(vocabulary)
            raise self.fault(name, f"“{said[:30]}” is none of {known}") from wrong


def _take(draft: KpiDraft, name: str, table: _Table) -> None:
    if name == "definitions":
        rows = table.rows(("code", "name", "unit"))
        draft.definitions = [_defined(_Row(table.place, number, cells)) for number, cells in rows]
    elif name == "values":
        _take_values(draft, table)
    else:
        rows = table.rows(COMPARATORS[:4])
        draft.comparators = [_compared(_Row(table.place, number, cells)) for number, cells in rows]


def _defined(row: _Row) -> KpiDefinition:
    lag = row.number_in("lag_days") or 0
    if not 0 <= lag <= _LONGEST_LAG:
        raise row.fault("lag_days", f"must be from 0 to {_LONGEST_LAG}")
    values = {
        **{name: row.text(name) for name in ("aliases", "definition", "numerator", "denominator")},
        **{name: row.text(name) for name in ("source", "note")},
        "name": row.text("name", needed=True, longest=200),
        "owner_role": row.text("owner_role", longest=200),
        "unit": row.word("unit", Unit),
        "polarity": row.word("polarity", Polarity, Polarity.NEUTRAL),
        "kind": row.word("kind", KpiKind, KpiKind.PERFORMANCE),
        "frequency": row.word("frequency", Frequency, Frequency.IRREGULAR),
        "period_type": row.word("period_type", PeriodType, PeriodType.FLOW),
        "disclosure": row.word("disclosure", Disclosure, Disclosure.OPEN),
        "lag_days": int(lag),
        "tolerance": row.number_in("tolerance"),
        "baseline": row.number_in("baseline"),
        "baseline_date": row.day("baseline_date"),
    }
    links = (one.strip() for one in row.text("linked_actions").replace(",", ";").split(";"))
    return KpiDefinition(row.code(), values, _target(row), tuple(one for one in links if one))


def _target(row: _Row) -> tuple[TargetType, float | None, float | None, date | None, date | None]:
    """The target's type, its figure or least and most, and from when to when it holds."""
    kind = row.word("target_type", TargetType, TargetType.NONE)
    days = (row.day("target_from"), row.day("target_to"))
    if kind is TargetType.RANGE:
        least, mark, most = row.text("target").partition("-")
        try:
            bounds = (float(least), float(most))
        except ValueError as wrong:
            raise row.fault("target", "of a range is written least-most, such as 10-20") from wrong
        if not mark or bounds[0] > bounds[1]:
            raise row.fault("target", "of a range is written least-most, such as 10-20")
        return kind, *bounds, *days
    value = row.number_in("target")
    if value is None and kind not in (TargetType.NONE, TargetType.RISE_EACH_PERIOD):
        raise row.fault("target", f"is missing: {kind} needs a figure")
    if value is not None and kind is TargetType.NONE:
        raise row.fault("target_type", f"is missing: say what {value:g} is, one of {', '.join(TargetType)}")
    return kind, value, None, *days


def _take_values(draft: KpiDraft, table: _Table) -> None:
    seen: dict[tuple[str, str, date, date], int] = {}
    for number, cells in table.rows(VALUES[:3]):
        row = _Row(table.place, number, cells)
        if row.text("value").lower() in HIDDEN_WORDS:
            draft.kept_back += 1
            continue
        code, figure = row.code(), _figure(row)
        place = (code, *figure.place)
        if place in seen:
            raise row.fault("value", f"is given twice for that period: row {seen[place]} has it too")
        seen[place] = number
        draft.figures.append((code, figure))


def _figure(row: _Row) -> Figure:
    said = row.cells.get("value")
    symbol = said.strip().lower() if isinstance(said, str) and said.strip().lower() in SYMBOLS else None
    value = None if symbol else row.number_in("value")
    if value is None and symbol is None:
        raise row.fault("value", f"is missing: a number, or one of {', '.join(SYMBOLS)}")
    ends = row.day("period_end", needed=True)
    assert ends is not None
    starts = row.day("period_start") or ends
    if starts > ends:
        raise row.fault("period_end", f"{ends} is before period_start {starts}")
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
    )


def _compared(row: _Row) -> ComparatorValue:
    value = row.number_in("value")
    if value is None:
        raise row.fault("value", "is missing")
    name, year = (row.text(one, needed=True, longest=80) for one in ("comparator", "year"))
    return ComparatorValue(row.code(), name, year, value, row.text("source"))
