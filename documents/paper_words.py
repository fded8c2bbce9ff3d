"""What the papers for a board have in common: their tables, and how they say counts and figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.models import Kpi
from db.rules.figure_texts import figure_text, gap_text, number_text, period_text, target_text
from db.rules.judging import Verdict
from db.rules.readings import Reading


@dataclass(frozen=True)
class Table:
    """A table of the paper: its title, its headings and its rows; `widths` are its columns', in cm."""

    title: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    widths: tuple[float, ...]


def columns_used(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[int]:
    """The places of the columns in which something stands."""
    rows = list(rows)
    return [at for at in range(len(headings)) if any(row[at] for row in rows)]


def with_columns_used(
    title: str,
    headings: tuple[str, ...],
    rows: Sequence[Sequence[str]],
    widths: tuple[float, ...],
    *,
    used: Sequence[int] | None = None,
) -> Table:
    """A table without the columns in which nothing stands; their width goes to all but the first.

    `used` are those to keep, where other tables have to have the same.
    """
    columns = columns_used(headings, rows) if used is None else used
    spare = (sum(widths) - sum(widths[at] for at in columns)) / max(len(columns) - 1, 1)
    return Table(
        title,
        tuple(headings[at] for at in columns),
        [[row[at] for at in columns] for row in rows],
        tuple(widths[at] + (spare if at else 0) for at in columns),
    )


def count_words(number: int, one: str, many: str, none: str = "") -> str:
    if not number and none:
        return none
    return f"{number} {one if number == 1 else many}"


def in_words(items: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return f" {last} ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


def kpi_lines(reading: Reading) -> list[str]:
    """A KPI's card: value with its date, target and gap, comparators, source."""
    kpi, latest = reading.kpi, reading.latest
    if latest is None:
        return []
    figure = (
        figure_text(kpi, latest)
        if reading.main
        else "; ".join(f"{row.category} {figure_text(kpi, row)}" for row in reading.parts)
    )
    lines = [f"Latest: {figure}, {period_text(kpi, latest)}."]
    if reading.main and reading.parts:
        # The chart may show the parts, which need not surround the whole.
        parts = "; ".join(f"{row.category} {figure_text(kpi, row)}" for row in reading.parts)
        lines.append(f"By group: {parts}, {period_text(kpi, reading.parts[0])}.")
    lines.append(target_line(reading))
    lines += [f"{one}." for one in comparator_lines(kpi)]
    return [*lines, f"Source: {latest.source}." if latest.source else "Source: not recorded."]


def comparator_lines(kpi: Kpi) -> list[str]:
    """`Statistical neighbours, 2013/14: 47%`, one for each."""
    lines = [
        # "not stated" stands where a document gives no year.
        f"{one.name}, {'' if any(map(str.isdigit, one.year)) else 'year '}{one.year}: "
        f"{number_text(kpi.unit, one.value)}"
        for one in kpi.comparators
    ]
    return [line[:1].upper() + line[1:] for line in lines]


def target_line(reading: Reading) -> str:
    """The target and how far it is met, or why that cannot be said."""
    kpi, judgement = reading.kpi, reading.judgement
    if judgement.verdict is Verdict.CONTEXTUAL:
        return "For information: it has no target."
    if judgement.target is None or not judgement.is_judged:
        why = f": {judgement.reason}" if judgement.reason else ""
        return f"It cannot be judged{why}."
    gap = gap_text(kpi, judgement)
    return f"Target: {target_text(kpi, judgement.target)}; {judgement.verdict}{f', {gap}' if gap else ''}."
