"""Arithmetic checks of a KPI's figures: pure rules that ask a person and never correct a figure.

Each doubt is a sentence that names the figures it is about. A published figure is stored unchanged,
because only a person can decide whether it is right.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Protocol, assert_never

from db.models import Kpi, Unit
from db.rules.dates import Span, day_text, month_count

_PUBLISHED_CHANGE = re.compile(r"published change ([+-]?\d+(?:\.\d+)?)\s*%", re.IGNORECASE)
_LARGEST_RATIO = 5
# From 1 to 6 is no slip.
_SMALLEST_JUMP = 10
# Beside such a figure less than 1% is no surprise.
_SMALL_PERCENTAGE = 5
_CHANGE_WORDS = re.compile(
    r"\b(increase|rise|growth|change|fall|variance|surplus|deficit|(?:over|under) ?spend|balance|difference"
    r"|gap)\b",
    re.IGNORECASE,
)


class CheckedFigure(Protocol):
    """A figure as these rules need it: an `Observation`, or a figure that is about to be recorded."""

    @property
    def value(self) -> float | None: ...
    @property
    def breakdown(self) -> str: ...
    @property
    def numerator(self) -> float | None: ...
    @property
    def denominator(self) -> float | None: ...
    @property
    def note(self) -> str: ...
    @property
    def period_start(self) -> date: ...
    @property
    def period_end(self) -> date: ...


def find_doubts(kpi: Kpi, rows: Sequence[CheckedFigure]) -> list[str]:
    """The doubts about a KPI's figures, each once. `rows` are oldest first."""
    found = [
        *_check_values(kpi, rows),
        *_check_shares(kpi, rows),
        *_check_changes(rows),
        *_check_jumps(rows),
        *_check_tables(kpi, rows),
    ]
    return [f"{kpi.code}: {doubt}" for doubt in dict.fromkeys(found)]


def find_impossible(kpi: Kpi, row: CheckedFigure) -> str | None:
    """Why a figure cannot be, whatever anybody says; None for one that can.

    A percentage that measures a change may be more than 100, and less than 0.
    """
    # Of a hundred thousand figures nearly all are in every unit's range.
    if row.value is None or row.value in (0, 1) or (0 < row.value <= 100 and kpi.unit is not Unit.YES_NO):
        return None
    is_change = _measures_change(f"{kpi.name} {kpi.definition}")
    match kpi.unit:
        case Unit.PERCENT if not is_change and not 0 <= row.value <= 100:
            return f"{row.value:g}%{_where(row)} is not possible: a percentage is from 0 to 100"
        case Unit.YES_NO if row.value not in (0, 1):
            return f"{row.value:g}{_where(row)} is not possible: give 1 for yes or 0 for no"
        case Unit.NUMBER | Unit.PER_10_000 | Unit.DAYS | Unit.WEEKS | Unit.MONTHS if (
            not is_change and row.value < 0
        ):
            return f"{row.value:g}{_where(row)} is not possible: it can't be less than 0"
        case _:
            return None


@lru_cache(maxsize=1024)
def _measures_change(words: str) -> bool:
    return _CHANGE_WORDS.search(words) is not None


def _check_values(kpi: Kpi, rows: Sequence[CheckedFigure]) -> Iterator[str]:
    """Each figure by itself: its range, and the value that its counts give."""
    for row in rows:
        if row.value is None:
            continue
        wrong = find_impossible(kpi, row)
        if wrong is not None:
            yield wrong
        if row.numerator is not None and row.denominator:
            yield from _check_counts(kpi, row, row.value, row.numerator / row.denominator)


def _check_counts(kpi: Kpi, row: CheckedFigure, value: float, share: float) -> Iterator[str]:
    """A figure whose counts divided are `share`."""
    where = _where(row)
    if kpi.unit is Unit.PERCENT and share > 1:
        yield f"{_counts_text(row)}{where} is more than the whole: are they the wrong way round?"
    factor = _factor(kpi.unit)
    if factor is None:
        return
    exact = share * factor
    if not _rounds_to(exact, value):
        yield f"{_counts_text(row)} makes {exact:.4g}{where}, but the value given is {value:g}"


def _factor(unit: Unit) -> int | None:
    """What numerator / denominator is multiplied by to give the value. None: the counts do not give it."""
    match unit:
        case Unit.PERCENT:
            return 100
        case Unit.NUMBER:
            return 1
        case Unit.PER_10_000 | Unit.DAYS | Unit.WEEKS | Unit.MONTHS | Unit.POUNDS | Unit.YES_NO:
            return None
        case _:
            assert_never(unit)


def _counts_text(row: CheckedFigure) -> str:
    return f"{row.numerator:g} of {row.denominator:g}"


def _rounds_to(exact: float, given: float) -> bool:
    """Whether an exact value, rounded to the decimal places of the given value, is the given value."""
    places = len(f"{given:g}".partition(".")[2])
    return abs(exact - given) <= 0.5 * 10.0**-places + 1e-9


def _check_shares(kpi: Kpi, rows: Sequence[CheckedFigure]) -> Iterator[str]:
    """0.61 for 61%: the first such figure, where no other says that so small a percentage is usual."""
    values = [row.value for row in rows if row.value is not None]
    if kpi.unit is not Unit.PERCENT or any(1 <= value < _SMALL_PERCENTAGE for value in values):
        return
    first: dict[str, CheckedFigure] = {}
    for row in rows:
        if row.value is not None and 0 < row.value < 1:
            first.setdefault(row.breakdown, row)
    for row in first.values():
        yield f"{row.value:g}%{_where(row)} is less than 1%: is it {100 * (row.value or 0):.4g}%?"


def _check_changes(rows: Sequence[CheckedFigure]) -> Iterator[str]:
    """The change that a note quotes as published, against the change that the figures give."""
    previous_values: dict[str, float] = {}
    for row in rows:
        published = _PUBLISHED_CHANGE.search(row.note) if row.note else None
        previous = previous_values.get(row.breakdown)
        if published and previous and row.value is not None:
            change = 100 * (row.value - previous) / abs(previous)
            if not _rounds_to(change, float(published[1])):
                yield (
                    f"from {previous:g} to {row.value:g}{_where(row)} is {change:+.1f}%, "
                    f"but the published change is {float(published[1]):+g}%"
                )
        if row.value is not None:
            previous_values[row.breakdown] = row.value


def _check_jumps(rows: Sequence[CheckedFigure]) -> Iterator[str]:
    """Each figure against the one before it in time, of the same breakdown and length, that is not 0.

    One digit too many or too few makes it ten times as large or a tenth.
    """
    series: dict[tuple[str, int], list[CheckedFigure]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.period_end):
        if row.value:
            series[row.breakdown, month_count(row.period_start, row.period_end)].append(row)
    for figures in series.values():
        for previous, row in pairwise(figures):
            earlier, value = previous.value or 0, row.value or 0
            small, large = sorted((abs(earlier), abs(value)))
            if large >= _LARGEST_RATIO * small and large >= _SMALLEST_JUMP:
                times = f"{large / small:.3g}"
                size = f"{times} times" if abs(value) == large else f"one {times}th of"
                yield (
                    f"{value:g}{_where(row)} is {size} the figure before it, {earlier:g}: "
                    "is a digit wrong or missing?"
                )


def _check_tables(kpi: Kpi, rows: Sequence[CheckedFigure]) -> Iterator[str]:
    """Each period's parts, by dimension, against its total."""
    if not any(row.breakdown for row in rows):
        return
    periods: dict[Span, dict[str, list[CheckedFigure]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        # A part of two dimensions is no part of the total by either: "Sex: girls; Age: 5 to 9".
        if row.value is not None and row.breakdown.count(":") < 2:
            dimension = row.breakdown.partition(":")[0] if row.breakdown else ""
            periods[row.period_start, row.period_end][dimension].append(row)
    for (_, end), table in periods.items():
        total = next((row.value for row in table.get("", ()) if row.value is not None), None)
        parts = {dimension: figures for dimension, figures in table.items() if dimension}
        if total is None:
            continue
        if kpi.unit is Unit.NUMBER and not _is_average(kpi):
            yield from _check_sums(total, parts, end)
        else:
            yield from _check_range(total, parts, end)


def _is_average(kpi: Kpi) -> bool:
    """Whether the total is not the sum of its parts, because it is an average or a ratio."""
    name = kpi.name.lower()
    return bool(kpi.denominator) or any(one in name for one in ("average", "median", "mean ", "per "))


def _check_sums(total: float, parts: Mapping[str, Sequence[CheckedFigure]], end: date) -> Iterator[str]:
    for dimension, figures in parts.items():
        parts_sum = sum(row.value or 0 for row in figures)
        if len(figures) > 1 and parts_sum != total:
            difference = f"{abs(total - parts_sum):g} {'missing' if parts_sum < total else 'too many'}"
            yield (
                f"the parts by {dimension.lower()} at {day_text(end)} add up to {parts_sum:g}, "
                f"but the total is {total:g}: {difference}"
            )


def _check_range(total: float, parts: Mapping[str, Sequence[CheckedFigure]], end: date) -> Iterator[str]:
    """A percentage or rate of everyone is between those of the parts, whatever the dimension."""
    for dimension, figures in parts.items():
        values = [row.value for row in figures if row.value is not None]
        if len(values) > 1 and not min(values) <= total <= max(values):
            yield (
                f"the overall figure at {day_text(end)} is {total:g}, but by {dimension.lower()} it is "
                f"{min(values):g} to {max(values):g}: is one of them an index and the other an increase?"
            )


def _where(row: CheckedFigure) -> str:
    breakdown = f" ({row.breakdown})" if row.breakdown else ""
    return f"{breakdown} at {day_text(row.period_end)}"


def find_likely_duplicates(kpis: Sequence[Kpi], latest: Mapping[str, CheckedFigure]) -> list[str]:
    """Doubts about percentages that look like another KPI's, given as a percentage of something else.

    `latest` is by KPI code. Two KPIs raise a doubt where their latest figures have the same value and day,
    only one of them has its counts, they count similar things and their denominators differ.
    """
    shares = [(kpi, latest[kpi.code]) for kpi in kpis if kpi.unit is Unit.PERCENT and kpi.code in latest]
    return [
        f"{other.code}: {row.value:g}% at {day_text(row.period_end)} is {_counts_text(row)} in {kpi.code}: "
        f"is it a percentage of {kpi.denominator} or of {other.denominator}?"
        for kpi, row in shares
        if row.numerator is not None and row.value
        for other, other_row in shares
        if (other_row.period_end, other_row.value) == (row.period_end, row.value)
        and other_row.numerator is None
        and other.denominator != kpi.denominator
        and _are_alike(kpi, other)
    ]


def _are_alike(kpi: Kpi, other: Kpi) -> bool:
    """Whether two KPIs count similar things: two words of 5 letters or more are in both definitions."""
    ours, theirs = (set(re.findall(r"\w{5,}", f"{one.numerator} {one.name}".lower())) for one in (kpi, other))
    return len(ours & theirs) > 1
