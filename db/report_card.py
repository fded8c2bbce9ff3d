"""The facts of a report card: a theme's figures, what was said of them, and what is still to be done.

As known at the end of a day, like a plan's paper: `db/board_paper.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlmodel import Session

from db import actions, board_paper, disclosure, explanations, findings
from db.actions import end_of_day
from db.board_paper import LastWord
from db.explanations import Explanation
from db.models import CLOSED, Action, Kpi, Plan
from db.rules.findings import Thread
from db.rules.readings import Reading


@dataclass(frozen=True)
class ReportCard:
    """A theme on a day.

    `explanations` are by KPI, the newest first. `actions` are those that the figures measure, `words` what
    was last recorded of each by its id. `threads` are the findings of inspections that the figures would
    show to be answered.
    """

    theme: str
    day: date
    readings: Sequence[Reading]
    explanations: Mapping[int, Sequence[Explanation]]
    threads: Sequence[Thread]
    actions: Sequence[Action]
    words: Mapping[int, LastWord]

    @property
    def open_actions(self) -> list[Action]:
        return [one for one in self.actions if one.progress not in CLOSED]


def load_report_card(
    session: Session, theme: str, wanted: Sequence[Kpi], day: date, zone: ZoneInfo, *, board: bool
) -> ReportCard:
    """The report card of these KPIs, in their order. For a session that never writes."""
    readings = disclosure.read_kpis_on(session, wanted, day, zone, board=board)
    codes = {kpi.code for kpi in wanted}
    threads = [one for one in findings.load_threads(session, None, day) if codes & set(one.kpis)]
    measured = _measured_actions(session, wanted, day, zone)
    until = end_of_day(day, zone)
    words = board_paper.last_words(session, measured, until, zone)
    given = explanations.load_explanations(session, wanted, until, zone, board=board)
    return ReportCard(theme, day, readings, given, threads, measured, words)


def _measured_actions(session: Session, wanted: Sequence[Kpi], day: date, zone: ZoneInfo) -> list[Action]:
    """The actions that the KPIs are linked to, as they were at the end of a day, plan by plan."""
    linked = [link.action for kpi in wanted for link in kpi.links if link.action is not None]
    ids = {one.id for one in linked}
    plans: dict[int | None, Plan] = {one.plan_id: one.section.plan for one in linked}
    current = [plan for plan in plans.values() if _is_current(plan, day)]
    found = [one for plan in current for one in actions.plan_actions_at(session, plan, day, zone)]
    return [one for one in found if one.id in ids]


def _is_current(plan: Plan, day: date) -> bool:
    """Whether a plan had been approved by a day, and not archived."""
    return (plan.approved is None or plan.approved <= day) and (
        plan.archived_on is None or plan.archived_on > day
    )
