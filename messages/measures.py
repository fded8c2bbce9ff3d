"""Measures in words: the figure first, then the plan's own sentence."""

from datetime import date

from db.models import Ledger, Measure, MeasureKind
from messages.limits import escape, words
from messages.times import day_text


def measure_text(measure: Measure) -> str:
    """A measure's figure in bold, its kind, and the plan's own words for it."""
    figure = figure_text(measure)
    kind = measure.kind.value.replace("_", " ")
    lead = f"*{escape(figure)}*" if figure else kind
    return f"{lead}: {words(measure.text, 300)}"


def ledger_text(ledger: Ledger, today: date) -> str:
    """The value of a measure that the bot's own reminders make, with its term, its day and its gaps."""
    many = len(ledger.lines)
    if not many:
        return f"No school is on the register for {escape(ledger.term)}: no value."
    gaps = f", {len(ledger.gaps)} not reached" if ledger.gaps else ""
    return (
        f"Reminders: *{ledger.share:.0f}%* ({ledger.delivered} of {many} schools{gaps}), "
        f"{escape(ledger.term)}, at {day_text(today)}. `/reminder status {ledger.reminder.action.ref}`"
    )


def figure_text(measure: Measure) -> str:
    """`at least 70% of managers`, `rise in timeliness`, or nothing where there is no figure."""
    if measure.kind is MeasureKind.TREND:
        return f"{measure.operator} in {measure.of}" if measure.of else f"{measure.operator}"
    if measure.value is None:
        return ""
    number = f"{measure.value:g}"
    if measure.kind is MeasureKind.SAMPLE:
        return f"a sample of {number} {measure.of or ''}".strip()
    bound = {">=": "at least ", "<=": "at most "}.get(measure.operator or "", "")
    if measure.unit == "%":
        return f"{bound}{number}%{f' of {measure.of}' if measure.of else ''}"
    return f"{bound}{number} {measure.unit or ''}".strip()
