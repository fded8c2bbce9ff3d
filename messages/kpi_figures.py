"""What is said of a KPI in Slack: its verdict, and where a figure comes from."""

from db.models import Kpi, Observation
from db.rules.dates import day_text
from db.rules.figure_texts import gap_text, judgement_text
from db.rules.judging import Judgement
from messages.blocks import escape, mention, words


def verdict_text(kpi: Kpi, judgement: Judgement) -> str:
    gap = gap_text(kpi, judgement)
    return f"*{judgement_text(judgement)}*{f', {gap}' if gap else ''}"


def source_text(row: Observation) -> str:
    """Where a figure comes from: its own source, or who recorded it when. Never its definition's."""
    if row.source and row.published_on is not None:
        return f"{words(row.source, 200)}, published {day_text(row.published_on)}"
    by = ""
    if row.recorded_by.startswith("import:"):
        by = f" from {escape(row.recorded_by.removeprefix('import:'))}"
    elif row.recorded_by:
        by = f" by {mention(row.recorded_by)}"
    recorded = f"recorded{by} on {day_text(row.recorded_at.date())}"
    return f"{words(row.source, 200)} ({recorded})" if row.source else recorded


def plain_source(row: Observation) -> str:
    """The same without Slack's marks and without a name, for tables and pictures."""
    return row.source or f"recorded on {day_text(row.recorded_at.date())}"
