"""Small counts and what would tell them: pure rules over a KPI's figures.

A count from 1 to 5 may point at a child. Outside a board's channels it is told as "fewer than 6", and
so much of what it could be worked out from is withheld that it cannot; 0 is shown. The rule is that
of the Department for Education's statistics, with its secondary suppression.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from db.models import FEWER, WITHHELD, Disclosure, Kpi, Observation, Unit

_SMALL = range(1, 6)
_MOST = max(_SMALL)
_KEPT = (
    *("id", "kpi_id", "period_start", "period_end", "breakdown"),
    *("status", "source", "recorded_by", "recorded_at", "replaced_at"),
)


def disclosed(kpi: Kpi, rows: Sequence[Observation], *, board: bool) -> list[Observation]:
    """The same figures for an audience: those that it may not see are copies without a number or a note."""
    if board or kpi.disclosure is Disclosure.OPEN:
        return list(rows)
    hidden = _hidden(kpi, rows)
    # A note may quote the figures beside it.
    return [_without(row, hidden[at]) if at in hidden else _copy(row, note="") for at, row in enumerate(rows)]


def disclosed_history(kpi: Kpi, rows: Sequence[Observation], *, board: bool) -> list[Observation]:
    """All that was ever held, for an audience: what was replaced goes by a harder rule.

    What was replaced is withheld wherever any figure of its period ever was small: an old whole less new
    parts would tell an old part.
    """
    if board or kpi.disclosure is Disclosure.OPEN:
        return list(rows)
    standing = [row for row in rows if row.replaced_at is None]
    told = {
        id(row): shown for row, shown in zip(standing, disclosed(kpi, standing, board=False), strict=True)
    }
    small = {row.period_end for row in rows if _is_small(kpi, row)}
    return [
        told.get(id(row)) or (_without(row, WITHHELD) if row.period_end in small else _copy(row, note=""))
        for row in rows
    ]


def disclosed_baseline(kpi: Kpi, *, board: bool) -> float | None:
    """The baseline as an audience may see it."""
    hidden = not board and kpi.disclosure is Disclosure.SMALL_COUNTS and kpi.unit is Unit.NUMBER
    return None if hidden and kpi.baseline is not None and kpi.baseline in _SMALL else kpi.baseline


@dataclass(frozen=True)
class _Table:
    """Figures of which some are the sum of others, by their places."""

    totals: tuple[int, ...]
    parts: tuple[int, ...]


def _hidden(kpi: Kpi, rows: Sequence[Observation]) -> dict[int, str]:
    """By place: the symbol that stands for what may not be told."""
    hidden = {at: FEWER for at, row in enumerate(rows) if _is_small(kpi, row)}
    if not hidden:
        return hidden
    counts = [_count(kpi, row) for row in rows]
    tables = [*_broken_down(rows), *_in_time(rows)]
    # What is withheld in one table may have to be protected in another.
    before = -1
    while before != len(hidden):
        before = len(hidden)
        for table in tables:
            _protect(table, counts, hidden)
    _hide_which_is_small(tables, hidden)
    return hidden


def _count(kpi: Kpi, row: Observation) -> float | None:
    """How many it is: the numerator where there is one, or can be worked out."""
    if row.numerator is not None:
        return row.numerator
    if kpi.unit is Unit.NUMBER:
        return row.value
    if row.value is None or row.denominator is None:
        return None
    return round(row.value * row.denominator / 100)


def _is_small(kpi: Kpi, row: Observation) -> bool:
    counts = [row.value] if kpi.unit is Unit.NUMBER else []
    counted = _count(kpi, row)
    counts += [counted, row.denominator]
    if counted is not None and row.denominator is not None:
        # Who is not counted is a count too.
        counts.append(row.denominator - counted)
    return any(count is not None and count in _SMALL for count in counts)


def _broken_down(rows: Sequence[Observation]) -> Iterator[_Table]:
    """The whole of a period and its parts, one table for each dimension."""
    ends: dict[object, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for at, row in enumerate(rows):
        # What is broken down by nothing that is named is a table of its own.
        ends[row.period_end][row.dimension or row.breakdown].append(at)
    for dimensions in ends.values():
        totals = tuple(dimensions.pop("", ()))
        yield from (_Table(totals, tuple(parts)) for parts in dimensions.values())


def _in_time(rows: Sequence[Observation]) -> Iterator[_Table]:
    """A longer period and the shorter ones of the same breakdown that fill it: a year and its quarters."""
    series: dict[str, list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        series[row.breakdown].append(at)
    for places in series.values():
        for whole in places:
            long = rows[whole]
            inside = tuple(
                at
                for at in places
                if at != whole
                and long.period_start <= rows[at].period_start
                and rows[at].period_end <= long.period_end
                and rows[at].period_start < rows[at].period_end
            )
            days = sum((rows[at].period_end - rows[at].period_start).days + 1 for at in inside)
            if inside and days == (long.period_end - long.period_start).days + 1:
                yield _Table((whole,), inside)


def _protect(table: _Table, counts: Sequence[float | None], hidden: dict[int, str]) -> None:
    """Withhold more of a table while its total and the rest would tell what is hidden."""
    told = [at for at in table.totals if at not in hidden]
    if table.totals and not told:
        # A hidden total is the sum of its parts: with all of them shown it is told.
        if not any(at in hidden for at in table.parts):
            _hide_least(table, counts, hidden)
        return
    while told and _is_told(table, counts, hidden):
        if not _hide_least(table, counts, hidden):
            # Nothing else to hide behind: then the total is not told.
            hidden.update(dict.fromkeys(told, WITHHELD))
            return


def _is_told(table: _Table, counts: Sequence[float | None], hidden: Mapping[int, str]) -> bool:
    """Whether what the hidden parts come to leaves only one way to have it."""
    parts = [at for at in table.parts if at in hidden]
    if not parts:
        return False
    left = sum(counts[at] or 0 for at in parts)
    only_small = all(hidden[at] == FEWER for at in parts)
    return len(parts) == 1 or left == len(parts) or (only_small and left == _MOST * len(parts))


def _hide_least(table: _Table, counts: Sequence[float | None], hidden: dict[int, str]) -> bool:
    """Withhold the least of the parts still shown that is no 0. Whether there was one."""
    shown = [at for at in table.parts if at not in hidden and counts[at]]
    if not shown:
        return False
    hidden[min(shown, key=lambda at: counts[at] or 0)] = WITHHELD
    return True


def _hide_which_is_small(tables: Sequence[_Table], hidden: dict[int, str]) -> None:
    """Tell the hidden parts of a table in the same words: which of them is the small one is not told."""
    changed = True
    while changed:
        changed = False
        for table in tables:
            parts = [at for at in table.parts if at in hidden]
            if len({hidden[at] for at in parts}) > 1:
                hidden.update(dict.fromkeys(parts, WITHHELD))
                changed = True


def _without(row: Observation, symbol: str) -> Observation:
    return Observation(**{name: getattr(row, name) for name in _KEPT}, symbol=symbol)


def _copy(row: Observation, *, note: str) -> Observation:
    """The same figure with another note."""
    figure = ("value", "symbol", "numerator", "denominator")
    return Observation(**{name: getattr(row, name) for name in (*_KEPT, *figure)}, note=note)
