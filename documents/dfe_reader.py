"""Read a DfE open-data file: every authority's figures in one table, a row for each year and area.

A person says which authority and which columns. England's figures become the comparators.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from db.kpis import Figure
from db.models import Polarity, TargetType, Unit, ValueStatus
from db.rules import numbers
from db.rules.dates import MONTHS, Span, financial_year_text, month_count, month_end, read_written
from documents.dfe_metrics import with_column_for_each_metric
from documents.draft import DocumentError
from documents.kpi_draft import (
    ComparatorValue,
    KpiDefinition,
    KpiDraft,
    KpiTerms,
    ask_polarity,
    default_disclosure,
)
from documents.kpi_options import KpiOptions
from documents.paper_words import count_words
from documents.scorecard_periods import frequency_of

_NEEDED = ("time_period", "geographic_level", "la_name")
_PLACES = re.compile(
    r"time_(?:period|identifier)|geographic_level|(?:country|region|la|old_la|new_la|lad)_(?:code|name)",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r".*(?:percent|pct|count|number|rate|total|average|median|mean|_n\b|\bn_|perc).*|pc_.*", re.IGNORECASE
)
_LONGEST_BREAKDOWN = 120
_AGES = re.compile(r"(?:^|_)(?:age|year|nc_?year|key_?stage|week|month)(?:_|$|s)", re.IGNORECASE)
# The months of a part of a financial or a calendar year, as the time identifier names it.
_PARTS = {
    **{f"q{quarter}": (3 * quarter - 3, 3) for quarter in range(1, 5)},
    "half year 1": (0, 6),
    "half year 2": (6, 6),
    "part 1 (april to september)": (0, 6),
    "part 2 (october to march)": (6, 6),
}
_NOTES = re.compile(r"(?:foot)?notes?|comments?|caveats?", re.IGNORECASE)
# Beside "characteristic" stands "characteristic_group", and is "Total" in the row of the whole.
_TOPIC = re.compile(r"(?P<of>.+)_(?:group|topic|type|category)", re.IGNORECASE)
_TOTALS = re.compile(r"(?:all|total|all .*|total .*)", re.IGNORECASE)


def is_dfe(records: Sequence[Sequence[str]]) -> bool:
    headings = {cell.strip().lower() for cell in records[0]} if records else set()
    return headings.issuperset(_NEEDED)


def read_dfe(
    place: str,
    records: Sequence[Sequence[str]],
    options: KpiOptions,
    known: Mapping[str, KpiTerms],
) -> KpiDraft:
    """The figures of an authority in the named columns. Raises `DocumentError` where one is not there.

    `known` are the terms of stored KPIs by code; a KPI that is not stored is defined by its column's name.
    """
    authority, columns = options.authority, options.columns
    records = with_column_for_each_metric(records)
    headings = [cell.strip() for cell in records[0]]
    rows = [dict(zip(headings, record, strict=False)) for record in records[1:]]
    figures = [name for name in headings if not (_PLACES.fullmatch(name) or _NOTES.fullmatch(name))]
    counted = [name for name in figures if _COUNTED.fullmatch(name) or _holds_numbers(name, rows)]
    _check_choice(place, rows, authority, columns, figures, counted)
    draft = KpiDraft()
    filters = [name for name in figures if name not in columns and name not in counted]
    mine = [row for row in rows if row["la_name"].strip().lower() == (authority or "").strip().lower()]
    filters = [name for name in filters if len({row[name] for row in mine}) > 1]
    for column, code in columns.items():
        unit = options.units.get(code) or (known[code].unit if code in known else _unit(column))
        _define(draft, column, code, unit, known, options)
        spans = [_span(row["time_period"].strip(), row.get("time_identifier", "").strip()) for row in mine]
        if code not in known and (read := [span for span in spans if span is not None]):
            last = draft.definitions[-1]
            draft.definitions[-1] = replace(last, values={**last.values, "frequency": frequency_of(read)})
        for row in mine:
            when = f"{row['time_period']} {row.get('time_identifier', '')}".strip()
            _add_figure(draft, f"{place}, {authority}, {when}", row, column, code, unit, filters)
        national = [row for row in rows if row["geographic_level"].strip().lower() == "national"]
        totals = [row for row in national if _is_total(row, filters)]
        for row in totals:
            _add_comparator(draft, row, column, code, unit)
        if national and not totals:
            draft.doubts.append(f"{place}: no row of England is of the whole, so {column} has no comparator")
    _doubt_unread_periods(draft, place, mine)
    return draft


def _doubt_unread_periods(draft: KpiDraft, place: str, rows: Sequence[Mapping[str, str]]) -> None:
    """Name the kinds of periods that can't be read. Raises `DocumentError` where there are no others."""
    identifiers = [
        identifier
        for row in rows
        if _span(row["time_period"].strip(), identifier := row.get("time_identifier", "").strip()) is None
    ]
    kinds = dict.fromkeys(re.sub(r"\d+", "", one).strip() or "none" for one in identifiers)
    if not kinds:
        return
    names = ", ".join(f"“{kind}”" for kind in kinds)
    if not draft.figures:
        raise DocumentError(
            f"{place} has only periods of a kind that can't be read ({names}): take the file by year, "
            "quarter, month or term"
        )
    rows_left_out = count_words(len(identifiers), "row", "rows")
    draft.doubts.append(f"{place}: left out, {rows_left_out} of periods that can't be read: {names}")


def _check_choice(
    place: str,
    rows: Sequence[Mapping[str, str]],
    authority: str | None,
    columns: Mapping[str, str],
    figures: Sequence[str],
    counted: Sequence[str],
) -> None:
    """Raise `DocumentError` where it is not said what to read, or it is not there."""
    there = ", ".join(counted) or ", ".join(figures)
    if not authority or not columns:
        what = f"{place} is a file of the Department for Education (DfE) with every authority"
        which = f"{what} (time_period, la_name): say which"
        raise DocumentError(
            f"{which} with --la NAME, and what to read with --column COLUMN=CODE. Its columns are {there}",
            f"{which} by sending it again and writing `la NAME` with it, and `COLUMN=CODE` for what to read. "
            f"Its columns are {there}",
        )
    names = {row["la_name"].strip() for row in rows if row.get("la_name", "").strip()}
    if authority.strip().lower() not in {name.lower() for name in names}:
        some = ", ".join(sorted(names)[:20])
        raise DocumentError(f"{place} has no authority “{authority}”: it has {some}")
    for column in columns:
        if column not in figures:
            raise DocumentError(f"{place} has no column “{column}”: its columns are {there}")


def _holds_numbers(name: str, rows: Sequence[Mapping[str, str]]) -> bool:
    """Whether a column holds figures and no groups: numbers and symbols alone, which are no ages."""
    values = {row.get(name, "").strip() for row in rows} - {""}
    are_numbers = all(re.fullmatch(r"-?[\d,]+(?:\.\d+)?", one) or numbers.read_symbol(one) for one in values)
    return bool(values) and are_numbers and not _AGES.search(name)


def _unit(column: str) -> Unit:
    name = column.lower()
    if re.search(r"per_?10_?000|10k", name):
        return Unit.PER_10_000
    return Unit.PERCENT if re.search(r"percent|pct|perc\b|_pc\b|^pc_", name) else Unit.NUMBER


def _define(
    draft: KpiDraft,
    column: str,
    code: str,
    unit: Unit,
    known: Mapping[str, KpiTerms],
    options: KpiOptions,
) -> None:
    polarity = options.polarities.get(code)
    values: dict[str, Any] = {}
    if code not in known or known[code].unit is not unit:
        values["unit"] = unit
    if code not in known:
        name = column.replace("_", " ").strip().capitalize()
        values |= {"name": name, "polarity": Polarity.NEUTRAL, "source": "DfE open data"}
        values["disclosure"] = default_disclosure(unit)
        if polarity is None:
            text = f"{code} is defined from the column {column}, which does not say which way is good"
            draft.questions.append(ask_polarity(code, text))
    if polarity is not None:
        values["polarity"] = polarity
    target = (TargetType.NONE, None, None, None, None)
    draft.definitions.append(KpiDefinition(code, values, target, None))


def _is_total(row: Mapping[str, str], filters: Sequence[str]) -> bool:
    return not any(True for _ in _breakdown(row, filters))


def _add_figure(
    draft: KpiDraft,
    place: str,
    row: Mapping[str, str],
    column: str,
    code: str,
    unit: Unit,
    filters: Sequence[str],
) -> None:
    span = _span(row["time_period"].strip(), row.get("time_identifier", "").strip())
    written = row[column].strip()
    if span is None or not written:
        return
    symbol = numbers.read_symbol(written)
    value = None
    if symbol is None:
        try:
            value = numbers.read_number(written, unit)
        except numbers.NumberNotRead as unread:
            draft.doubts.append(f"{place}: {unread}: left out")
            return
    breakdown = "; ".join(_breakdown(row, filters))
    if len(breakdown) > _LONGEST_BREAKDOWN:
        # Two that are cut short could become the same.
        draft.doubts.append(f"{place}: “{breakdown[:60]}…” is too long for the name of a group: left out")
        return
    source = f"DfE open data, {column}"
    figure = Figure(*span, value, symbol, breakdown, None, None, ValueStatus.FINAL, source, "", None)
    draft.figures.append((code, figure))


def _breakdown(row: Mapping[str, str], filters: Sequence[str]) -> Iterator[str]:
    whole = {
        topic["of"].lower()
        for name in filters
        if (topic := _TOPIC.fullmatch(name)) and _TOTALS.fullmatch(row[name].strip())
    }
    for name in filters:
        if name.lower() not in whole and not _TOTALS.fullmatch(row[name].strip()):
            yield f"{name.replace('_', ' ').capitalize()}: {row[name].strip()}"


def _add_comparator(draft: KpiDraft, row: Mapping[str, str], column: str, code: str, unit: Unit) -> None:
    written = row[column].strip()
    try:
        value = None if numbers.read_symbol(written) else numbers.read_number(written, unit)
    except numbers.NumberNotRead:
        value = None
    period, identifier = row["time_period"].strip(), row.get("time_identifier", "").strip()
    span = _span(period, identifier)
    if value is not None and span is not None:
        year = _year_text(period, identifier, span)
        draft.comparators.append(ComparatorValue(code, "England", year, value, "DfE open data"))


def _year_text(period: str, identifier: str, span: Span) -> str:
    """The year of a comparator, with the part of it that its figure is of: `202425 Spring term`."""
    if month_count(*span) != 12:
        return f"{period} {identifier}"
    return financial_year_text(span[1]) if span[1].month == 3 else period


def _span(period: str, identifier: str) -> Span | None:
    """The days of a time period; None for one that cannot be told, such as a quarter of an academic year.

    A reporting year ends on 31 March; an academic year on 31 August. A term has the latest days it can have.
    """
    kind = " ".join(identifier.lower().split())
    two_years = re.fullmatch(r"((?:19|20)\d\d)(\d\d)", period)
    one_year = re.fullmatch(r"(?:19|20)\d\d", period)
    if two_years:
        return _span_of_two_years(int(two_years[1]), kind)
    return _span_of_year(int(period), kind) if one_year else None


def _span_of_two_years(first: int, kind: str) -> Span | None:
    if kind in ("academic year", "academic"):
        return date(first, 9, 1), date(first + 1, 8, 31)
    if kind.endswith(" term"):
        return _span_of_terms(first, kind)
    part = _PARTS.get(kind.removeprefix("financial year").removeprefix("financial").strip())
    if part is not None and not kind.startswith("academic"):
        return _months_from(date(first, 4, 1), *part)
    is_year = kind in ("", "financial year", "financial", "tax year", "reporting year", "reporting")
    return (date(first, 4, 1), date(first + 1, 3, 31)) if is_year else None


def _span_of_year(year: int, kind: str) -> Span | None:
    if kind in MONTHS:
        return date(year, MONTHS[kind], 1), month_end(year, MONTHS[kind])
    part = _PARTS.get(kind.removeprefix("calendar year").strip())
    if kind.startswith("calendar") and part is not None:
        return _months_from(date(year, 1, 1), *part)
    if kind in ("calendar year", "calendar"):
        return date(year, 1, 1), date(year, 12, 31)
    if kind in ("financial year", "financial"):
        return date(year, 4, 1), date(year + 1, 3, 31)
    if kind in ("reporting year", "reporting", ""):
        return date(year - 1, 4, 1), date(year, 3, 31)
    return None


def _span_of_terms(first: int, kind: str) -> Span | None:
    """The days of "Autumn term" and of "Autumn and spring term" of the school year from `first` on."""
    names = re.findall(r"autumn|spring|summer", kind)
    spans = [
        read_written(f"{name} term {first + (name != 'autumn')}", kind).span for name in dict.fromkeys(names)
    ]
    known = [span for span in spans if span is not None]
    return (known[0][0], known[-1][1]) if known else None


def _months_from(first: date, after: int, months: int) -> Span:
    starts = first + relativedelta(months=after)
    return starts, starts + relativedelta(months=months, days=-1)
