"""Measures in words: the figure first, then the plan's own sentence."""

from datetime import date
from typing import assert_never

from db.models import Ledger, Measure, MeasureKind
from db.rules.dates import day_text
from db.rules.judging import Reason, Verdict
from db.rules.measure_verdicts import CombinedVerdict
from messages.blocks import escape, words


def measure_text(measure: Measure) -> str:
    """A measure's figure in bold or its kind, and the plan's own words for it."""
    figure = figure_text(measure)
    lead = f"*{escape(figure)}*" if figure else _kind_text(measure.kind)
    return f"{lead}: {words(measure.text, 300)}"


def _kind_text(kind: MeasureKind) -> str:
    match kind:
        case MeasureKind.MILESTONE:
            return "milestone, needs a coordinator's sign-off"
        case MeasureKind.PROCESS:
            return "process, needs a coordinator's sign-off"
        case MeasureKind.BY_REFERENCE:
            return "measured elsewhere"
        case MeasureKind.UNQUANTIFIED:
            return "not quantified"
        case MeasureKind.THRESHOLD | MeasureKind.SAMPLE | MeasureKind.TREND:
            return kind.value
        case _:
            assert_never(kind)


def figure_text(measure: Measure) -> str:
    """`at least 70% of managers`, `rise in timeliness`, or nothing where there is no figure."""
    if measure.kind is MeasureKind.TREND:
        rise = f"{measure.operator} in {measure.of}" if measure.of else f"{measure.operator}"
        return rise if measure.value is not None else f"{rise} (the plan gives no baseline)"
    if measure.value is None:
        return ""
    number = f"{measure.value:g}"
    if measure.kind is MeasureKind.SAMPLE:
        return f"a sample of {number} {measure.of or ''}".strip()
    bound = {">=": "at least ", "<=": "at most "}.get(measure.operator or "", "")
    if measure.unit == "%":
        return f"{bound}{number}%{f' of {measure.of}' if measure.of else ''}"
    return f"{bound}{number} {measure.unit or ''}".strip()


def counts_text(number: int | None, total: int | None, of: str) -> str:
    """`16 of 20 cases`, `62 of 100 (survey response rate)`."""
    # What is counted is several things; anything else is a name for the share.
    named = f" {escape(of)}" if of.endswith("s") else f" ({escape(of)})" if of else ""
    return f"{number} of {total}{named}"


def combined_text(combined: CombinedVerdict) -> str:
    """All of an action's measures as one line: `All 2 measures: *not met* (1 missed)`."""
    what = "The measure" if combined.total == 1 else f"All {combined.total} measures"
    text = f"{what}: *{combined.verdict}*"
    if combined.verdict is Verdict.NOT_MET:
        return f"{text} ({combined.missed} of {combined.total} missed)."
    if combined.reason is Reason.NEEDS_SIGN_OFF and not combined.met:
        return f"{what}: *{combined.reason}*."
    if combined.reason is not None:
        met = f"; {combined.met} of {combined.total} met" if combined.met else ""
        return f"{text} ({combined.reason}{met})."
    return f"{text}."


def ledger_text(ledger: Ledger, today: date) -> str:
    """The measure that the bot's own reminders make up, with its term, its day and its gaps."""
    schools = len(ledger.lines)
    if not schools:
        return f"No school is on the register for {escape(ledger.term)}, so there is no value."
    gaps = f", {len(ledger.gaps)} not reached" if ledger.gaps else ""
    return (
        f"Reminders: *{ledger.share:.0f}%* ({ledger.delivered} of {schools} schools{gaps}), "
        f"{escape(ledger.term)}, at {day_text(today)}. `/reminder status {ledger.reminder.action.ref}`"
    )
