"""How a plan stands, for its chair: counts against a month ago, what matters most, who is silent."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from slackblocks import AxisConfig, BarChart, DataPoint, DataSeries, DataVisualizationBlock

from db.models import Action, Plan
from db.rules.dates import day_text
from db.rules.plan_figures import PlanFigures, SectionFigures, Slippage
from messages.blocks import (
    Answer,
    button,
    buttons,
    buttons_of,
    escape,
    shorten,
    text_sections,
    words,
)
from messages.due_dates import due_state_text
from messages.times import days_text
from messages.wording import count_text

_SILENT = 3
_CHART_TITLE, _CHART_LABEL, _CHART_SECTIONS = 50, 20, 20
_NAMES = {
    "complete": "complete",
    "overdue": "overdue",
    "due_soon": "due soon",
    "blocked": "blocked",
    "not_assessed": "not assessed",
    "signed_off": "signed off",
}


@dataclass(frozen=True)
class SummaryFigures:
    """What the summary of a plan is made from, as at a day.

    `before` are the figures of the day `since`; None where the plan is younger. `silent` are the roles
    without an update for `silent_days`, each with the number of its open actions; None where the plan is
    too young for that.
    """

    now: PlanFigures
    before: PlanFigures | None
    since: date
    slippage: Slippage
    pressing: Sequence[Action]
    sections: Sequence[SectionFigures]
    silent: Sequence[tuple[str, int]] | None
    silent_days: int


def with_figures(answer: Answer, plan: Plan, figures: SummaryFigures, today: date) -> Answer:
    """The summary with what a chair asks next."""
    lines = [
        _against_before(figures),
        _moved(figures.slippage),
        *_pressing(figures.pressing, today),
        *_silent(figures),
        *_sections(figures.sections),
    ]
    chart = [button("Chart by section", "plan_chart", plan.code)] if len(figures.sections) > 1 else []
    footer = buttons([*chart, *buttons_of(answer.footer)])
    return Answer([*answer.blocks, *text_sections(lines)], footer)


def _against_before(figures: SummaryFigures) -> str:
    now = asdict(figures.now)
    if figures.before is None:
        counts = ", ".join(f"{now[name]} {label}" for name, label in _NAMES.items())
        return f"*Counts*: {counts}. The plan is too young to compare with {day_text(figures.since)}."
    before = asdict(figures.before)
    counts = ", ".join(
        f"{now[name]} {label} ({_difference(now[name] - before[name])})" for name, label in _NAMES.items()
    )
    return f"*Since {day_text(figures.since)}*: {counts}."


def _difference(more: int) -> str:
    if not more:
        return "no change"
    return f"{abs(more)} {'more' if more > 0 else 'fewer'}"


def _moved(slipped: Slippage) -> str:
    if not slipped.moved:
        return "*Dates moved*: none."
    average = round(abs(slipped.average_days))
    by = f", by {days_text(average)} {'later' if slipped.average_days > 0 else 'earlier'} on average"
    return f"*Dates moved*: {count_text(slipped.moved, 'action')}{by if average else ''}."


def _pressing(actions: Sequence[Action], today: date) -> list[str]:
    if not actions:
        return []
    lines = [
        f"• *{action.ref}* {words(action.title, 100)}: {due_state_text(action, today)}, {action.progress} · "
        f"{escape(' / '.join(lead.role.name for lead in action.leads) or 'no lead')}"
        for action in actions
    ]
    return ["*What matters most*", *lines]


def _silent(figures: SummaryFigures) -> list[str]:
    if not figures.silent:
        return []
    named = [f"{escape(role)} ({count_text(led, 'open action')})" for role, led in figures.silent[:_SILENT]]
    rest = len(figures.silent) - len(named)
    more = f" and {rest} more" if rest else ""
    return [f"*No update for {days_text(figures.silent_days)}*: {', '.join(named)}{more}. `/plan silent`"]


def _sections(sections: Sequence[SectionFigures]) -> list[str]:
    if len(sections) < 2:
        return []
    return [f"*By section*: {'; '.join(map(_of_section, sections))}."]


def _of_section(one: SectionFigures) -> str:
    late = f", {one.overdue} overdue" if one.overdue else ""
    return f"{escape(one.ref)}: {one.complete} of {one.actions} complete{late}"


def section_chart(plan: Plan, sections: Sequence[SectionFigures], today: date) -> Answer:
    """Each section's actions as Slack's own chart, with the same in words."""
    shown = sections[:_CHART_SECTIONS]
    labels = [shorten(one.ref, _CHART_LABEL) for one in shown]
    series = [
        ("Complete", [one.complete for one in shown]),
        ("Overdue", [one.overdue for one in shown]),
        ("Other", [one.actions - one.complete - one.overdue for one in shown]),
    ]
    data = [
        DataSeries(name, [DataPoint(label, value) for label, value in zip(labels, values, strict=True)])
        for name, values in series
    ]
    drawn = BarChart(data, AxisConfig(labels, "Section", "Actions"))
    title = shorten(f"{plan.title} by section", _CHART_TITLE)
    return Answer([DataVisualizationBlock(title, drawn), *section_words(plan, sections, today).blocks])


def section_words(plan: Plan, sections: Sequence[SectionFigures], today: date) -> Answer:
    """The same without the chart."""
    head = f"*{escape(plan.title)}* by section at {day_text(today)}:"
    lines = [f"• {_of_section(one)}: {words(one.title, 100)}" for one in sections]
    rest = len(sections) - _CHART_SECTIONS
    more = [f"The chart leaves out the last {count_text(rest, 'section')}."] if rest > 0 else []
    return Answer(text_sections([head, *lines, *more]))
