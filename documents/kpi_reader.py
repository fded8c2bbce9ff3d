"""Read KPIs from files: definitions, values and comparators, as three sheets of one .xlsx or three .csv.

A scorecard and a DfE file have readers of their own. An error is one sentence that names the sheet and the
row. A figure that is only unlikely is not an error: it is stored, with a doubt for a person to settle.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

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
from documents.beside_values import beside_values
from documents.csv_reader import read_rows, unneutralise
from documents.dfe_reader import is_dfe, read_dfe
from documents.draft import DocumentError, refuse_faults
from documents.excel_values import hidden_sheets, open_tables, row_texts
from documents.file_checks import check_file
from documents.kpi_draft import ComparatorValue, KpiDefinition, KpiDraft, KpiTerms, default_disclosure
from documents.kpi_options import NO_OPTIONS, KpiOptions
from documents.kpi_rows import LONGEST_TABLE, KpiRow, Table
from documents.scorecard_headings import what_is_missing
from documents.scorecard_reader import A_SCORECARD, read_scorecard
from documents.scorecard_sheets import join_scorecards

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
IDENTIFYING_COLUMNS = {
    "definitions": {"name", "unit"},
    "values": {"period_end"},
    "comparators": {"comparator", "year"},
}
# An export writes one of these in place of a small count. An import leaves the stored figure unchanged.
HIDDEN_WORDS = ("fewer than 6", "withheld")
_LONGEST_LAG = 3650

Read = TypeVar("Read")
# The day matters only for a period that is written without its year.
_NO_DAY = date(2100, 1, 1)


def csv_files_of(path: Path) -> list[Path]:
    """The three .csv files that one name stands for: `kpis.csv` for `kpis-definitions.csv` and so on."""
    return [path.with_name(f"{path.stem}-{name}{path.suffix}") for name in SHEETS]


def read_kpis(
    path: Path,
    known: Mapping[str, KpiTerms] | None = None,
    *,
    today: date = _NO_DAY,
    options: KpiOptions = NO_OPTIONS,
) -> KpiDraft:
    """Read an .xlsx, a .csv of one of the three kinds or the three of a name, a scorecard, or a DfE file.

    `known` are the terms of stored KPIs by code; those of the file's own definitions are read from it. Raises
    `DocumentError` naming every fault with its sheet and row.
    """
    terms = dict(known or {})
    match path.suffix.lower():
        case ".xlsx":
            draft = _read_workbook(path, today, terms, options)
        case ".csv":
            draft = _read_csv(path, today, terms, options)
        case _:
            raise DocumentError(f"{path.name} ends in neither .xlsx nor .csv: save it as one of them")
    options.check_codes([one.code for one in draft.definitions])
    return draft


def _read_csv(path: Path, today: date, terms: dict[str, KpiTerms], options: KpiOptions) -> KpiDraft:
    """Read a .csv of any kind, or the three of a name."""
    draft, faults = KpiDraft(), list[str]()
    csv_paths = [one for one in csv_files_of(path) if one.is_file()] if not path.is_file() else []
    for csv_path in csv_paths or [path]:
        check_file(csv_path)
        records = [[unneutralise(cell) for cell in record] for record in read_rows(csv_path, LONGEST_TABLE)]
        if is_dfe(records):
            return read_dfe(csv_path.name, records, options, terms)
        scorecard = read_scorecard(csv_path.name, records, today, terms, options)
        if scorecard is not None:
            return scorecard
        options.refuse_terms(csv_path.name)
        table = Table(csv_path.name, iter(records))
        kind = _kind_of(table.headings)
        if kind is None:
            raise _no_kpis(csv_path, what_is_missing(records, today))
        _read_table(draft, kind, table, terms, faults)
    refuse_faults(faults)
    return draft


def _read_workbook(path: Path, today: date, terms: dict[str, KpiTerms], options: KpiOptions) -> KpiDraft:
    """Read the three sheets of a workbook, or every one of its sheets that is a scorecard."""
    draft, faults = KpiDraft(), list[str]()
    hidden = hidden_sheets(path)
    with open_tables(path, LONGEST_TABLE) as tables:
        named = {title.strip().lower(): title for title in tables}
        if any(_is_own(path, name, tables[named[name]]) for name in SHEETS if name in named):
            options.refuse_terms(path.name)
            for name in (one for one in SHEETS if one in named):
                table = Table(f"{path.name}, {name}", tables[named[name]]())
                _read_table(draft, name, table, terms, faults)
            refuse_faults(faults)
            return draft
        sheets = {
            title: read_scorecard(f"{path.name}, {title}", rows(), today, terms, options)
            for title, rows in tables.items()
            if title not in hidden
        }
        found = join_scorecards(sheets)
        if found is None:
            lacks = (what_is_missing(list(map(row_texts, tables[title]())), today) for title in sheets)
            raise DocumentError(
                f"{path.name} has none of the sheets {', '.join(SHEETS)}, and none that is {A_SCORECARD}. "
                f"{next(filter(None, lacks), 'No row has its headings')}. "
                "`kpi template FILE.xlsx` writes a file to fill in"
            )
    found.doubts += [f"the sheet “{title}” is hidden, so it is not read" for title in hidden]
    found.doubts += beside_values(path, LONGEST_TABLE)
    return found


def _is_own(path: Path, name: str, rows: Callable[[], Iterator[Sequence[Any]]]) -> bool:
    """Whether a sheet is a table of ours. A scorecard may have a sheet "Definitions" of its own."""
    return IDENTIFYING_COLUMNS[name] <= set(Table(path.name, rows()).headings)


def _kind_of(headings: Sequence[str]) -> str | None:
    """The kind of a .csv of our own, or None for another one."""
    return next((name for name, columns in IDENTIFYING_COLUMNS.items() if columns <= set(headings)), None)


def _no_kpis(path: Path, lacks: str) -> DocumentError:
    return DocumentError(
        f"{path.name} is neither {A_SCORECARD} nor a table of KPIs: definitions need "
        f"{','.join(DEFINITIONS[:2])},unit, values {','.join(VALUES[:5])}, comparators "
        f"{','.join(COMPARATORS)}. {lacks + '. ' if lacks else ''}"
        "`kpi template FILE.xlsx` writes a file to fill in"
    )


def _read_table(
    draft: KpiDraft, name: str, table: Table, terms: dict[str, KpiTerms], faults: list[str]
) -> None:
    """Read a table into the draft; `faults` gets what is wrong in it.

    Definitions come first, and add to the `terms` of the KPIs.
    """
    if name == "definitions":
        draft.definitions = list(_each(table, ("code", "name", "unit"), _read_definition, faults))
        for one in draft.definitions:
            terms[one.code] = KpiTerms(one.values["unit"], one.values["period_type"])
    elif name == "values":
        _read_values(draft, table, terms, faults)
    else:
        draft.comparators = list(_each(table, COMPARATORS[:4], _read_comparator, faults))


def _each(
    table: Table, needed: Sequence[str], read: Callable[[KpiRow], Read], faults: list[str]
) -> Iterator[Read]:
    """What `read` makes of each row that has no fault."""
    for number, cells in table.rows(needed):
        try:
            yield read(KpiRow(table.place, number, cells))
        except DocumentError as fault:
            faults.append(str(fault))


def _read_definition(row: KpiRow) -> KpiDefinition:
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
        "disclosure": row.word("disclosure", Disclosure, default_disclosure(unit)),
        "lag_days": int(lag),
        "tolerance": row.number_in("tolerance"),
        "baseline_date": row.day("baseline_date"),
    }
    if row.text("baseline").lower() not in HIDDEN_WORDS:
        values["baseline"] = row.number_in("baseline", unit)
    refs = (ref.strip() for ref in row.text("linked_actions").replace(",", ";").split(";"))
    return KpiDefinition(row.code(), values, _read_target(row, unit), tuple(ref for ref in refs if ref))


def _read_target(
    row: KpiRow, unit: Unit
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


def _read_values(draft: KpiDraft, table: Table, terms: Mapping[str, KpiTerms], faults: list[str]) -> None:
    seen: dict[tuple[str, str, date, date], int] = {}

    def read(row: KpiRow) -> None:
        _read_value(draft, row, terms, seen)

    for _ in _each(table, VALUES[:3], read, faults):
        pass


def _read_value(
    draft: KpiDraft,
    row: KpiRow,
    terms: Mapping[str, KpiTerms],
    seen: dict[tuple[str, str, date, date], int],
) -> None:
    """Add a row's figure to the draft. `seen` has the row of each figure so far."""
    written = "" if row.is_number("value") else row.text("value")
    if written.lower() in HIDDEN_WORDS:
        draft.hidden += 1
        return
    code = row.code()
    if _is_no_figure(written, terms.get(code)):
        # "tbc", "awaited": nothing that could be a figure.
        draft.doubts.append(f"{row.place}, row {row.number}: “{written[:30]}” is no figure: left out")
        return
    figure = _read_figure(row, terms.get(code))
    key = (code, *figure.place)
    if key in seen:
        raise row.error("value", f"is given twice for that period: row {seen[key]} has it too")
    seen[key] = row.number
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


def _read_figure(row: KpiRow, terms: KpiTerms | None) -> Figure:
    unit = terms.unit if terms else None
    period_type = terms.period_type if terms else PeriodType.FLOW
    symbol = None if row.is_number("value") else numbers.read_symbol(row.text("value"))
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


def _read_comparator(row: KpiRow) -> ComparatorValue:
    value = row.number_in("value")
    if value is None:
        raise row.error("value", "is missing")
    name, year = (row.text(column, needed=True, longest=80) for column in ("comparator", "year"))
    return ComparatorValue(row.code(), name, year, value, row.text("source"))
