"""What arithmetic finds in a KPI's figures: pure rules that ask, and never correct.

Each doubt is one sentence that names the figures it is about. A published figure is carried as it was
published; whether it is right is for a person to say.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Protocol

from db.models import Kpi, Unit

_CHANGE = re.compile(r"published change ([+-]?\d+(?:\.\d+)?)\s*%", re.IGNORECASE)
_TIMES = 10
_RISE = re.compile(r"\b(increase|rise|growth|change|fall)\b", re.IGNORECASE)


class CheckedFigure(Protocol):
    """A figure as the rules need it: an `Observation`, or one that is about to be held."""

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


DatedFigure = tuple[date, CheckedFigure]


def find_doubts(kpi: Kpi, rows: Sequence[DatedFigure]) -> list[str]:
    """What is to be asked of a KPI's figures; each comes with its period's last day, oldest first."""
    found = [*_each(kpi, rows), *_changes(rows), *_neighbours(rows), *_tables(kpi, rows)]
    return [f"{kpi.code}: {one}" for one in dict.fromkeys(found)]


def _each(kpi: Kpi, rows: Sequence[DatedFigure]) -> Iterator[str]:
    is_change = bool(_RISE.search(f"{kpi.name} {kpi.definition}"))
    for end, row in rows:
        where = _where(row, end)
        if row.value is None:
            continue
        if kpi.unit is Unit.PERCENT and not is_change and not 0 <= row.value <= 100:
            yield f"{row.value:g}%{where} cannot be: a share is from 0 to 100"
        if row.numerator is None or not row.denominator:
            continue
        if kpi.unit is Unit.PERCENT and row.numerator > row.denominator:
            yield f"{_of(row)}{where} is more than all: are they the wrong way round?"
        made = row.numerator / row.denominator * (100 if kpi.unit is Unit.PERCENT else 1)
        if kpi.unit in (Unit.PERCENT, Unit.NUMBER) and not _rounds_to(made, row.value):
            yield f"{_of(row)} makes {made:.4g}{where}, and {row.value:g} is given"


def _of(row: CheckedFigure) -> str:
    return f"{row.numerator:g} of {row.denominator:g}"


def _rounds_to(exact: float, given: float) -> bool:
    """Whether a published figure is an exact one rounded as far as it is written."""
    places = len(f"{given:g}".partition(".")[2])
    return abs(exact - given) <= 0.5 * 10.0**-places + 1e-9


def _changes(rows: Sequence[DatedFigure]) -> Iterator[str]:
    before: dict[str, float] = {}
    for end, row in rows:
        said = _CHANGE.search(row.note)
        held = before.get(row.breakdown)
        if said and held and row.value is not None:
            made = 100 * (row.value - held) / abs(held)
            if not _rounds_to(made, float(said[1])):
                yield (
                    f"from {held:g} to {row.value:g}{_where(row, end)} is {made:+.1f}%, "
                    f"and {float(said[1]):+g}% is published"
                )
        if row.value is not None:
            before[row.breakdown] = row.value


def _neighbours(rows: Sequence[DatedFigure]) -> Iterator[str]:
    series: dict[str, list[DatedFigure]] = defaultdict(list)
    for end, row in rows:
        if row.value:
            series[row.breakdown].append((end, row))
    for many in series.values():
        for (_, before), (end, row) in pairwise(many):
            small, large = sorted((abs(before.value or 0), abs(row.value or 0)))
            if large >= _TIMES * small:
                yield (
                    f"{row.value:g}{_where(row, end)} is ten times {before.value:g} before it, or a tenth: "
                    "is a digit missing?"
                )


def _tables(kpi: Kpi, rows: Sequence[DatedFigure]) -> Iterator[str]:
    """Each period's parts beside its whole."""
    periods: dict[date, dict[str, list[CheckedFigure]]] = defaultdict(lambda: defaultdict(list))
    for end, row in rows:
        if row.value is not None:
            periods[end][row.breakdown.partition(":")[0] if row.breakdown else ""].append(row)
    for end, table in periods.items():
        whole = next((row.value for row in table.get("", ()) if row.value is not None), None)
        parts = {name: many for name, many in table.items() if name}
        if whole is None:
            continue
        if kpi.unit is Unit.NUMBER and not _is_average(kpi):
            yield from _sums(whole, parts, end)
        else:
            yield from _spread(whole, parts, end)


def _is_average(kpi: Kpi) -> bool:
    """Whether the whole is no sum of its parts."""
    return bool(kpi.denominator) or "average" in kpi.name.lower() or "per " in kpi.name.lower()


def _sums(whole: float, parts: Mapping[str, Sequence[CheckedFigure]], end: date) -> Iterator[str]:
    for name, many in parts.items():
        total = sum(row.value or 0 for row in many)
        if len(many) > 1 and total != whole:
            yield (
                f"the parts by {name.lower()} at {end} make {total:g}, and the whole is {whole:g}: "
                f"{abs(whole - total):g} {'missing' if total < whole else 'too many'}"
            )


def _spread(whole: float, parts: Mapping[str, Sequence[CheckedFigure]], end: date) -> Iterator[str]:
    """A share or a rate of all lies between those of its parts, whatever they are parted by."""
    for name, many in parts.items():
        values = [row.value for row in many if row.value is not None]
        if len(values) > 1 and not min(values) <= whole <= max(values):
            yield (
                f"the whole is {whole:g} at {end}, and by {name.lower()} it is {min(values):g} to "
                f"{max(values):g}: is one of them an index, and the other an increase?"
            )


def _where(row: CheckedFigure, end: date) -> str:
    part = f" ({row.breakdown})" if row.breakdown else ""
    return f"{part} at {end}"


def find_restated(kpis: Sequence[Kpi], latest: Mapping[str, DatedFigure]) -> list[str]:
    """Shares that look like another one told of another whole: the same figure for the same day.

    `latest` is by code. Only where one of the two has its counts, and the other is told without.
    """
    shares = [(kpi, *latest[kpi.code]) for kpi in kpis if kpi.unit is Unit.PERCENT and kpi.code in latest]
    found = []
    for kpi, end, row in shares:
        if row.numerator is None or not row.value:
            continue
        for other, its_end, its_row in shares:
            same = (its_end, its_row.value) == (end, row.value) and its_row.numerator is None
            if same and other.denominator != kpi.denominator and _alike(kpi, other):
                found.append(
                    f"{other.code}: {row.value:g}% at {end} is {_of(row)} in {kpi.code}: of which whole is "
                    f"it? ({kpi.denominator}, or {other.denominator})"
                )
    return found


def _alike(kpi: Kpi, other: Kpi) -> bool:
    """Whether two count much the same thing: two long words of what they count are the same."""
    ours, theirs = (set(re.findall(r"\w{5,}", f"{one.numerator} {one.name}".lower())) for one in (kpi, other))
    return len(ours & theirs) > 1
