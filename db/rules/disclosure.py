"""Suppression of small counts: pure rules over a KPI's figures.

A count from 1 to 5 may identify a child. Outside a board's channels it is shown as "fewer than 6", and
other figures are withheld until nobody can work it out from them; 0 is shown. The rule is the one of the
Department for Education's statistics, with its secondary suppression.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from db.models import FEWER, WITHHELD, Disclosure, Kpi, Observation, Unit

_SMALL = range(1, 6)
_LARGEST_SMALL = max(_SMALL)
_SHOWN_COLUMNS = (
    "id",
    "kpi_id",
    "period_start",
    "period_end",
    "breakdown",
    "status",
    "source",
    "recorded_by",
    "recorded_at",
    "replaced_at",
)
_FIGURE_COLUMNS = ("value", "symbol", "numerator", "denominator")


def disclosed(kpi: Kpi, rows: Sequence[Observation], *, board: bool) -> list[Observation]:
    """The figures as an audience may see them, in the same order.

    For a board and for an open KPI they are the rows themselves. Otherwise they are copies without notes,
    because a note may quote a hidden figure; a hidden figure has a symbol in place of its numbers.
    """
    if board or not _has_small_counts(kpi):
        return list(rows)
    hidden = _find_hidden(kpi, rows)
    return [
        _without_figure(row, hidden[at]) if at in hidden else _without_note(row)
        for at, row in enumerate(rows)
    ]


def disclosed_history(kpi: Kpi, rows: Sequence[Observation], *, board: bool) -> list[Observation]:
    """Every figure ever recorded, current and replaced, as an audience may see it, in the same order.

    A replaced figure is withheld where any figure of its period was ever small: an old total less the new
    parts would reveal an old part.
    """
    if board or not _has_small_counts(kpi):
        return list(rows)
    current = [row for row in rows if row.replaced_at is None]
    shown_current = disclosed(kpi, current, board=False)
    shown_by_row = {id(row): shown for row, shown in zip(current, shown_current, strict=True)}
    small_periods = {row.period_end for row in rows if _is_small(kpi, row)}
    return [
        shown_by_row.get(id(row))
        or (_without_figure(row, WITHHELD) if row.period_end in small_periods else _without_note(row))
        for row in rows
    ]


def disclosed_baseline(kpi: Kpi, *, board: bool) -> float | None:
    """The baseline as an audience may see it: None for a small count that it may not see."""
    is_hidden = not board and _has_small_counts(kpi) and kpi.unit is Unit.NUMBER
    return None if is_hidden and kpi.baseline is not None and kpi.baseline in _SMALL else kpi.baseline


def _has_small_counts(kpi: Kpi) -> bool:
    match kpi.disclosure:
        case Disclosure.OPEN:
            return False
        case Disclosure.SMALL_COUNTS:
            return True
        case _:
            assert_never(kpi.disclosure)


@dataclass(frozen=True)
class _Table:
    """Totals and the parts that add up to them, as indexes into the rows."""

    totals: tuple[int, ...]
    parts: tuple[int, ...]


def _find_hidden(kpi: Kpi, rows: Sequence[Observation]) -> dict[int, str]:
    """The indexes of the rows to hide, each with the symbol shown in place of the figure."""
    hidden = {at: FEWER for at, row in enumerate(rows) if _is_small(kpi, row)}
    if not hidden:
        return hidden
    counts = [_count(kpi, row) for row in rows]
    tables = [*_breakdown_tables(rows), *_time_tables(rows)]
    # A figure that is withheld in one table may need protection in another.
    previous = -1
    while previous != len(hidden):
        previous = len(hidden)
        for table in tables:
            _protect(table, counts, hidden)
    _unify_symbols(tables, hidden)
    return hidden


def _count(kpi: Kpi, row: Observation) -> float | None:
    """The number counted: the numerator, or the number that the value and the denominator give."""
    if row.numerator is not None:
        return row.numerator
    if kpi.unit is Unit.NUMBER:
        return row.value
    if row.value is None or row.denominator is None:
        return None
    return round(row.value * row.denominator / 100)


def _is_small(kpi: Kpi, row: Observation) -> bool:
    counts = [row.value] if kpi.unit is Unit.NUMBER else []
    count = _count(kpi, row)
    counts += [count, row.denominator]
    if count is not None and row.denominator is not None:
        # The number of people who are not counted is a count too.
        counts.append(row.denominator - count)
    return any(count is not None and count in _SMALL for count in counts)


def _breakdown_tables(rows: Sequence[Observation]) -> Iterator[_Table]:
    """The total of a period and its parts, one table for each dimension."""
    by_end: dict[object, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for at, row in enumerate(rows):
        # A breakdown without a dimension is a table of its own.
        by_end[row.period_end][row.dimension or row.breakdown].append(at)
    for dimensions in by_end.values():
        totals = tuple(dimensions.pop("", ()))
        yield from (_Table(totals, tuple(parts)) for parts in dimensions.values())


def _time_tables(rows: Sequence[Observation]) -> Iterator[_Table]:
    """A period and the shorter ones of the same breakdown that fill it, such as a year and its quarters."""
    series: dict[str, list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        series[row.breakdown].append(at)
    for indexes in series.values():
        for total in indexes:
            inside = tuple(at for at in indexes if at != total and _is_inside(rows[at], rows[total]))
            if inside and sum(_days(rows[at]) for at in inside) == _days(rows[total]):
                yield _Table((total,), inside)


def _is_inside(row: Observation, longer: Observation) -> bool:
    """Whether a period of more than one day is inside another period."""
    is_span = row.period_start < row.period_end
    return is_span and longer.period_start <= row.period_start and row.period_end <= longer.period_end


def _days(row: Observation) -> int:
    return (row.period_end - row.period_start).days + 1


def _protect(table: _Table, counts: Sequence[float | None], hidden: dict[int, str]) -> None:
    """Withhold more of a table until the figures shown no longer reveal a hidden one."""
    shown_totals = [at for at in table.totals if at not in hidden]
    if table.totals and not shown_totals:
        # A hidden total can be added up if all its parts are shown.
        if not any(at in hidden for at in table.parts):
            _hide_smallest(table, counts, hidden)
        return
    while shown_totals and _is_revealed(table, counts, hidden):
        if not _hide_smallest(table, counts, hidden):
            # No other part can be withheld, so the totals are.
            hidden.update(dict.fromkeys(shown_totals, WITHHELD))
            return


def _is_revealed(table: _Table, counts: Sequence[float | None], hidden: Mapping[int, str]) -> bool:
    """Whether the sum of the hidden parts, which the total gives away, fits only one set of values."""
    parts = [at for at in table.parts if at in hidden]
    if not parts:
        return False
    hidden_sum = sum(counts[at] or 0 for at in parts)
    only_small = all(hidden[at] == FEWER for at in parts)
    all_largest = only_small and hidden_sum == _LARGEST_SMALL * len(parts)
    return len(parts) == 1 or hidden_sum == len(parts) or all_largest


def _hide_smallest(table: _Table, counts: Sequence[float | None], hidden: dict[int, str]) -> bool:
    """Withhold the smallest part that is shown and is not 0. False where there is no such part."""
    shown = [at for at in table.parts if at not in hidden and counts[at]]
    if not shown:
        return False
    hidden[min(shown, key=lambda at: counts[at] or 0)] = WITHHELD
    return True


def _unify_symbols(tables: Sequence[_Table], hidden: dict[int, str]) -> None:
    """Give the hidden parts of a table the same symbol, so that it does not show which of them is small."""
    changed = True
    while changed:
        changed = False
        for table in tables:
            parts = [at for at in table.parts if at in hidden]
            if len({hidden[at] for at in parts}) > 1:
                hidden.update(dict.fromkeys(parts, WITHHELD))
                changed = True


def _without_figure(row: Observation, symbol: str) -> Observation:
    return Observation(**{name: getattr(row, name) for name in _SHOWN_COLUMNS}, symbol=symbol)


def _without_note(row: Observation) -> Observation:
    return Observation(**{name: getattr(row, name) for name in (*_SHOWN_COLUMNS, *_FIGURE_COLUMNS)})
