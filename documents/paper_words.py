"""What the papers for a board have in common: their tables, and how they say counts and figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from db.models import Observation, TargetType, Unit
from db.rules.dates import day_text
from db.rules.figure_texts import figure_text
from db.rules.judging import Verdict
from db.rules.readings import Reading


@dataclass(frozen=True)
class Table:
    """A table of the paper: its title, its headings and its rows; `widths` are its columns', in cm."""

    title: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    widths: tuple[float, ...]


def count_words(number: int, one: str, many: str, none: str = "") -> str:
    if not number and none:
        return none
    return f"{number} {one if number == 1 else many}"


def in_words(items: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return f" {last} ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


# How a target is said before its figure.
_BOUNDS = {TargetType.AT_LEAST: "at least ", TargetType.AT_MOST: "at most "}


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
    lines = [f"Latest: {figure}, {period_words(latest)}."]
    if reading.main and reading.parts:
        # The chart may show the parts, which need not surround the whole.
        parts = "; ".join(f"{row.category} {figure_text(kpi, row)}" for row in reading.parts)
        lines.append(f"By group: {parts}, {period_words(reading.parts[0])}.")
    judgement = reading.judgement
    if judgement.target and judgement.is_judged:
        gap = f", {abs(judgement.gap):g} {'below' if judgement.gap < 0 else 'above'}" if judgement.gap else ""
        figure = f"{judgement.target.value:g}{'%' if kpi.unit is Unit.PERCENT else ''}"
        bound = _BOUNDS.get(judgement.target.type, "")
        lines.append(f"Target: {bound}{figure}; {judgement.verdict}{gap}.")
    elif judgement.verdict is Verdict.CONTEXTUAL:
        lines.append("For information: it has no target.")
    else:
        lines.append("It cannot be judged" + (f": {judgement.reason}." if judgement.reason else "."))
    lines += [f"{one.name}, {one.year}: {one.value:g}." for one in kpi.comparators]
    return [*lines, f"Source: {latest.source}." if latest.source else "Source: not recorded."]


def period_words(row: Observation) -> str:
    """`at 31 Mar 2016`, or the two days from which to which a figure goes."""
    if row.period_start == row.period_end:
        return f"at {day_text(row.period_end)}"
    return f"{day_text(row.period_start)} to {day_text(row.period_end)}"
