"""The board of KPIs: a line or a table row for each, those that miss their target first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from db.models import Action, Unit
from db.rules.dates import day_text
from db.rules.figure_texts import figure_text, gap_text, period_text, target_text
from db.rules.judging import Verdict
from db.rules.readings import Reading
from db.rules.rounds import Series
from messages.blocks import Answer, button, buttons, escape, section, shorten
from messages.kpis import age_text, newest_first
from messages.rounds import last_result_text


def board(
    readings: Sequence[Reading], today: date, line: str, held: Sequence[tuple[Action, Series]] = ()
) -> Answer:
    """A line for each KPI, those that miss their target first and those that cannot be judged last.

    Of one kind the newest figures come first. Above them are the last results of the rounds that were `held`.
    """
    rows = [f"*Last results of rounds* ({len(held)})"] if held else []
    rows += [f"• {last_result_text(action, one)}" for action, one in held]
    groups = {name: group for name, group in _board_groups(newest_first(readings)).items() if group}
    for name, group in groups.items():
        rows.append(f"*{name}* ({len(group)})")
        rows += [f"• {_board_line(one)}" for one in group]
    offered = [button("Table", "kpi_board_table", "all"), button("Share in channel", "share", line)]
    counts = " · ".join(f"{name} ({len(group)})" for name, group in groups.items())
    head = f"*KPIs at {day_text(today)}*: {len(readings)}\n{counts}"
    return Answer([section(head)], buttons(offered), more="`/kpi NAME`", rows=rows)


def _board_line(reading: Reading) -> str:
    """A KPI in one line: name, value, target, gap and which way it went."""
    cells = board_cells(reading)
    return f"{escape(shorten(cells.name, 80))} · " + " · ".join(
        filter(
            None,
            (
                f"*{cells.value}* ({cells.period})" if cells.period else cells.value,
                f"target {cells.target}" if cells.target else "",
                cells.gap,
                cells.trend,
                cells.age,
            ),
        )
    )


@dataclass(frozen=True)
class BoardCells:
    """A KPI as a row of the board: its texts, empty where there is nothing to say."""

    name: str
    value: str
    period: str
    target: str
    gap: str
    trend: str
    age: str


def board_cells(reading: Reading) -> BoardCells:
    kpi, latest, judgement = reading.kpi, reading.latest, reading.judgement
    if latest is None:
        return BoardCells(kpi.name, "no figure recorded", "", "", "", "", "")
    value = figure_text(kpi, latest)
    if not reading.main:
        value = ", ".join(f"{escape(row.category)} {figure_text(kpi, row)}" for row in reading.parts[:4])
    return BoardCells(
        kpi.name,
        value,
        period_text(kpi, latest).removeprefix("at "),
        target_text(kpi, judgement.target) if judgement.target else "",
        gap_text(kpi, judgement) if judgement.is_judged else "",
        _way(reading),
        age_text(reading).strip("*").rstrip("."),
    )


def _way(reading: Reading) -> str:
    """Which way a figure went since the one before: `up, better`, `down`, `no change`, or nothing."""
    before = reading.previous
    if before is None or not reading.direction or reading.kpi.unit is Unit.YES_NO:
        return ""
    if reading.direction == "no change":
        return "no change"
    way = "up" if (reading.main[-1].value or 0) > (before.value or 0) else "down"
    return f"{way}, {reading.direction}" if reading.direction in ("better", "worse") else way


def in_board_order(readings: Sequence[Reading]) -> list[Reading]:
    return [one for group in _board_groups(newest_first(readings)).values() for one in group]


def _board_groups(readings: Sequence[Reading]) -> Mapping[str, list[Reading]]:
    def with_verdict(verdict: Verdict) -> list[Reading]:
        return [one for one in readings if one.judgement.verdict is verdict]

    unjudged = with_verdict(Verdict.CANNOT_BE_JUDGED)
    return {
        "Not met": with_verdict(Verdict.NOT_MET),
        "Within tolerance": with_verdict(Verdict.WITHIN_TOLERANCE),
        "Met": with_verdict(Verdict.MET),
        "Has a target but cannot be judged": [one for one in unjudged if one.judgement.target],
        "For information; no target": with_verdict(Verdict.CONTEXTUAL),
        "No target set": [one for one in unjudged if not one.judgement.target],
    }
