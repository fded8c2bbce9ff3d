"""The facts of a plan's paper for a board, as they stood at the end of a day.

Everything is taken from the record as it was then, so that the same paper for the same day says the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from db import actions, board_requests, coverage, disclosure, kpis, meetings, rounds
from db.actions import end_of_day
from db.audit_log import current_entries
from db.board_changes import board_changes_since
from db.errors import Refused
from db.models import CLOSED, Action, Entry, Meeting, Plan, Progress
from db.rules.calendars import local_day
from db.rules.coverage import Coverage
from db.rules.dates import day_text
from db.rules.plan_figures import PlanFigures, count_actions
from db.rules.readings import Reading
from db.rules.rounds import Series


@dataclass(frozen=True)
class LastWord:
    """What was last recorded of an action: on which day, and the note that came with it."""

    day: date
    note: str


@dataclass(frozen=True)
class Standing:
    """How a plan stood at the end of a day: what its paper says first.

    `meeting` is the one that the paper is for, `meetings` are all of the plan.
    """

    plan: Plan
    day: date
    meeting: Meeting | None
    meetings: Sequence[Meeting]
    changes: Sequence[Entry]
    actions: Sequence[Action]

    @property
    def last_meeting(self) -> Meeting | None:
        """The one before the day, after which `changes` came."""
        return meetings.last_before(self.meetings, self.day)

    @property
    def counts(self) -> PlanFigures:
        return count_actions(self.actions, self.day)

    @property
    def overdue(self) -> list[Action]:
        """The overdue actions, the longest overdue first."""
        late = [one for one in self.actions if one.days_overdue(self.day)]
        return sorted(late, key=lambda one: (-one.days_overdue(self.day), one.position))

    @property
    def exceptions(self) -> list[Action]:
        """What needs the board: blocked, or complete with something left."""
        wanted = (Progress.BLOCKED, Progress.COMPLETE_WITH_EXCEPTION)
        return [one for one in self.actions if one.progress in wanted]


@dataclass(frozen=True)
class Paper(Standing):
    """A plan for its board on a day.

    `words`, `evidence`, `series` and `coverage` are by action. `decisions` are those of each meeting until
    the day.
    """

    words: Mapping[int, LastWord]
    evidence: Mapping[int, Sequence[str]]
    series: Mapping[int, Sequence[Series]]
    coverage: Mapping[int, Coverage]
    kpis: Sequence[Reading]
    decisions: Sequence[tuple[Meeting, Sequence[str]]]
    requests: Sequence[Action]
    request_words: Mapping[int, LastWord]
    sign_ups: Sequence[tuple[str, date | None]]
    recommendations: Sequence[str]


def load_standing(
    session: Session, plan: Plan, day: date, zone: ZoneInfo, *, meeting: Meeting | None
) -> Standing:
    """How a plan stood at the end of a day. For a session that never writes.

    Raises `Refused` for a day before the plan was approved.
    """
    if plan.approved is not None and day < plan.approved:
        raise Refused(f"{plan.title} was approved on {day_text(plan.approved)}, so there is no paper before.")
    # The record is read before any row is set back.
    held = meetings.meetings_of(session, plan)
    changes = _changes(session, plan, meetings.last_before(held, day), end_of_day(day, zone), zone)
    return Standing(plan, day, meeting, held, changes, actions.plan_actions_at(session, plan, day, zone))


def load_paper(
    session: Session, plan: Plan, day: date, zone: ZoneInfo, *, meeting: Meeting | None, board: bool
) -> Paper:
    """The facts of a plan's paper at the end of a day; `board` shows small counts too.

    For a session that never writes. Raises `Refused` for a day before the plan was approved.
    """
    until = end_of_day(day, zone)
    then = load_standing(session, plan, day, zone, meeting=meeting)
    ids = [one.id or 0 for one in then.actions]
    own = board_requests.requests_plan(session, plan)
    asked = _requests_at(session, own, day, zone) if own is not None else []
    return Paper(
        **vars(then),
        words=last_words(session, then.actions, until, zone),
        evidence=_evidence(session, ids, until),
        series=_series(session, then.actions, until),
        coverage=_coverage(session, then.actions, day, zone, until),
        kpis=_readings(session, ids, day, zone, board=board),
        decisions=_decisions(session, then.meetings, until),
        requests=asked,
        request_words=last_words(session, asked, until, zone),
        sign_ups=meetings.sign_ups_at(session, plan, until),
        recommendations=_recommendations(session, meeting, until),
    )


def _changes(
    session: Session, plan: Plan, last: Meeting | None, until: datetime, zone: ZoneInfo
) -> list[Entry]:
    if last is None:
        return []
    found = board_changes_since(session, plan, end_of_day(last.day, zone))
    entries = [one for one in found if one.at <= until]
    return [one for one in current_entries(entries) if one.ref.startswith(f"{plan.code}:")]


def last_words(
    session: Session, rows: Sequence[Action], until: datetime, zone: ZoneInfo
) -> dict[int, LastWord]:
    """What was last recorded of each of these actions by a moment, by action."""
    return {
        action: LastWord(local_day(act[0].at, zone), "; ".join(one.note for one in act if one.note))
        for action, act in actions.last_updates(session, rows, until).items()
        if act
    }


def _evidence(session: Session, ids: Sequence[int], until: datetime) -> dict[int, list[str]]:
    links = actions.evidence_of(session, ids, until)
    return {action: [one.after or "" for one in found] for action, found in links.items()}


def _series(session: Session, rows: Sequence[Action], until: datetime) -> dict[int, list[Series]]:
    found = rounds.series_of_actions(session, rows, until)
    return {action: [each for each in series if each.results] for action, series in found.items()}


def _coverage(
    session: Session, rows: Sequence[Action], day: date, zone: ZoneInfo, until: datetime
) -> dict[int, Coverage]:
    found = {}
    for one in rows:
        known = coverage.load_coverage(session, one, day, zone, until)
        if known is not None and known.has_begun:
            found[one.id or 0] = known
    return found


def _readings(
    session: Session, ids: Sequence[int], day: date, zone: ZoneInfo, *, board: bool
) -> list[Reading]:
    linked = {kpi.id: kpi for of_action in kpis.kpis_of_actions(session, ids).values() for kpi in of_action}
    wanted = kpis.kpis_by_id(session, [key for key in sorted(linked, key=lambda one: one or 0) if key])
    found = disclosure.read_kpis_on(session, wanted, day, zone, board=board)
    return [one for one in found if one.has_number]


def _decisions(
    session: Session, held: Sequence[Meeting], until: datetime
) -> list[tuple[Meeting, Sequence[str]]]:
    """The decisions that were recorded by a moment, by meeting."""
    known = _added(session, "decision", until)
    found = [(one, [each.text for each in one.decisions if each.id in known]) for one in held]
    return [(one, texts) for one, texts in found if texts]


def _recommendations(session: Session, meeting: Meeting | None, until: datetime) -> list[str]:
    """What the meeting is asked to agree, as recorded by a moment."""
    if meeting is None:
        return []
    known = _added(session, "recommendation", until)
    return [one.text for one in meeting.recommendations if one.id in known]


def _added(session: Session, subject: str, until: datetime) -> set[int | None]:
    """The ids of the rows of a subject that were added by a moment."""
    query = select(Entry.subject_id).where(
        Entry.subject == subject, Entry.field == "added", Entry.at <= until, col(Entry.undoes).is_(None)
    )
    return set(session.exec(query))


def _requests_at(session: Session, own: Plan, day: date, zone: ZoneInfo) -> list[Action]:
    rows = actions.plan_actions_at(session, own, day, zone)
    return sorted(rows, key=lambda one: (one.progress in CLOSED, one.position))
