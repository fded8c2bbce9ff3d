"""Small counts and what would tell them: pure rules over a KPI's figures.

A count from 1 to 5 may point at a child. Outside a board's channels it is told as "fewer than 6", and
so much of what it could be worked out from is withheld that it cannot; 0 is shown. The rule is that
of the Department for Education's statistics, with its secondary suppression.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from db.models import FEWER, WITHHELD, Disclosure, Kpi, Observation, Unit

_SMALL = range(1, 6)
_KEPT = (
    *("kpi_id", "period_start", "period_end", "breakdown"),
    *("status", "source", "recorded_by", "recorded_at", "replaced_at"),
)


def disclosed(kpi: Kpi, rows: Sequence[Observation], *, board: bool) -> list[Observation]:
    """The same figures for an audience: those that it may not see are copies without a number."""
    if board or kpi.disclosure is Disclosure.OPEN:
        return list(rows)
    hidden = _hidden(kpi, rows)
    return [_without(row, hidden[at]) if at in hidden else row for at, row in enumerate(rows)]


def _hidden(kpi: Kpi, rows: Sequence[Observation]) -> dict[int, str]:
    """By place: the symbol that stands for what may not be told."""
    hidden = {at: FEWER for at, row in enumerate(rows) if _is_small(kpi, row)}
    tables: dict[tuple[date, date], list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        tables[row.period_start, row.period_end].append(at)
    for places in tables.values():
        _protect(rows, places, hidden)
    return hidden


def _is_small(kpi: Kpi, row: Observation) -> bool:
    counts = [row.value] if kpi.unit is Unit.NUMBER else []
    if row.numerator is not None:
        counts.append(row.numerator)
        # Who is not counted is a count too.
        counts += [row.denominator - row.numerator, row.denominator] if row.denominator is not None else []
    return any(count is not None and count in _SMALL for count in counts)


def _protect(rows: Sequence[Observation], places: Iterable[int], hidden: dict[int, str]) -> None:
    """Withhold one more of a table where a total and the rest would tell the one that is hidden."""
    dimensions: dict[str, list[int]] = defaultdict(list)
    for at in places:
        # What is broken down by nothing that is named is a table of its own.
        dimensions[rows[at].dimension or rows[at].breakdown].append(at)
    totals = dimensions.pop("", [])
    if any(at in hidden for at in totals):
        # A total that is small is the sum of its parts: with all of them shown it is told.
        for parts in dimensions.values():
            _withhold_one(rows, parts, hidden, 1)
        return
    for parts in dimensions.values():
        if totals and sum(at in hidden for at in parts) == 1:
            _withhold_one(rows, parts, hidden, 2)
            if sum(at in hidden for at in parts) == 1:
                # Nothing else to hide behind: then the total is not told.
                hidden.update(dict.fromkeys(totals, WITHHELD))


def _withhold_one(
    rows: Sequence[Observation], parts: Sequence[int], hidden: dict[int, str], wanted: int
) -> None:
    """Withhold the least of those still shown that is no 0, until so many are hidden."""
    shown = [at for at in parts if at not in hidden and rows[at].value]
    if sum(at in hidden for at in parts) < wanted and shown:
        hidden[min(shown, key=lambda at: rows[at].value or 0)] = WITHHELD


def _without(row: Observation, symbol: str) -> Observation:
    kept = (
        "kpi_id",
        "period_start",
        "period_end",
        "breakdown",
        "status",
        "source",
        "recorded_by",
        "recorded_at",
    )
    return Observation(**{name: getattr(row, name) for name in kept}, symbol=symbol)
