"""Before a meeting the coordinators are told that its paper is due, with what is still missing."""

from datetime import date, timedelta

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from db import deliveries, escalations, meetings, nudges, plans
from db.deliveries import DeliveryKind
from db.engine import reading
from db.models import CLOSED, Delivery, Meeting, Plan
from db.rules.calendars import is_working_day
from db.waiting import find_waiting
from jobs.daily_runs import once_a_day
from jobs.tick_context import TickContext
from messages import meetings as render
from messages.blocks import Answer
from messages.waiting import counts as waiting_counts

KIND = DeliveryKind.MEETING
# Papers are due so many working days before a meeting.
_AHEAD = 10
_SILENT_DAYS = 30
_LONGEST = timedelta(days=30)


def enqueue_due(engine: Engine, context: TickContext) -> int:
    """Tell the coordinators of each meeting ten working days before it, and again on its day.

    One that was missed, over a stop of the bot, is told while the meeting is still to come. Returns how many
    messages are new.
    """
    if not nudges.is_nudge_time(context.at, context.zone):
        return 0
    with reading(engine) as session:
        if not _due(session, context.today):
            return 0

    def run(session: Session) -> int:
        told = 0
        for meeting, which in _due(session, context.today):
            for person in sorted(context.coordinators):
                occurrence = f"{meeting.id}:{which}"
                told += deliveries.enqueue(session, KIND, occurrence, person, context.at)
        return told

    return once_a_day(engine, KIND, context, run)


def _due(session: Session, today: date) -> list[tuple[Meeting, str]]:
    """The meetings whose paper is due by today, or that are today, each with which message it is."""
    query = (
        select(Meeting)
        .join(Plan)
        .where(
            col(Meeting.day) >= today, col(Meeting.day) <= today + _LONGEST, col(Plan.archived_on).is_(None)
        )
    )
    found = session.exec(query.order_by(col(Meeting.day))).all()
    return [
        (one, "today" if one.day == today else "ahead")
        for one in found
        if one.day == today or paper_due_on(one.day) <= today
    ]


def paper_due_on(day: date) -> date:
    """Ten working days before a meeting."""
    left = _AHEAD
    while left:
        day -= timedelta(days=1)
        left -= is_working_day(day)
    return day


def build(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    """What the paper still lacks; None where the meeting is gone."""
    number = delivery.occurrence.partition(":")[0]
    meeting = session.get(Meeting, int(number))
    plan = session.get(Plan, meeting.plan_id) if meeting is not None else None
    if meeting is None or plan is None or meeting.day < context.today:
        return None
    rows = [one for one in plans.actions_of(session, plan, in_full=False) if one.progress not in CLOSED]
    late = [one for one in rows if one.days_overdue(context.today)]
    silent = escalations.silent_leads(session, plan.id, context.today, context.zone, _SILENT_DAYS)
    waiting = waiting_counts(find_waiting(session, plan, context.today))
    last = meetings.last_meeting(session, plan, meeting.day)
    missing = render.Missing(len(late), [one.role for one in silent], _SILENT_DAYS, waiting)
    return render.paper_due(plan, meeting, last, missing, context.today)
