"""The reminders and nudges of a span of days, if no update comes in. Reads only, never writes.

The board's digest and requests for overdue figures are not in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from db import daily_runs, nudges, reminders
from db.models import Nudge, Receipt, Reminder, School
from db.overdue import UNANSWERED_LIMIT, EarlierNudge, watched_actions
from db.plans import actions_by_id
from db.rules.calendars import Term, is_working_day
from db.school_calendars import load_calendars
from jobs.tick_context import TickContext
from messages import nudges as render_nudges
from messages import reminders as render_reminders

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PlannedMessage:
    """One message to come.

    `at` is in the plan's zone. `to` is a Slack ID, or None if the message cannot be sent. `about` names
    schools or actions; `why` says why it goes out then.
    """

    kind: str
    at: datetime
    to: str | None
    about: tuple[str, ...]
    why: str
    text: str


def preview(session: Session, first: date, last: date, context: TickContext) -> list[PlannedMessage]:
    """Every reminder and nudge from the first day to the last, both inclusive, the earliest first."""
    planned = [*_reminders(session, first, last, context.zone), *_nudges(session, first, last, context)]
    return sorted(planned, key=lambda message: (message.at, message.kind, message.to or ""))


def _reminders(session: Session, first: date, last: date, zone: ZoneInfo) -> Iterator[PlannedMessage]:
    for reminder in reminders.active_reminders(session):
        calendars = load_calendars(session, reminder.action.section.plan.terms_per_year)
        sent = set(
            session.exec(select(Receipt.school_id, Receipt.term).where(Receipt.reminder_id == reminder.id))
        )
        for school in session.exec(select(School).order_by(School.name)):
            calendar = calendars.of(school)
            for term in calendar.terms:
                day = reminders.due_on(term.school_day(reminder.day), reminders.school_on_roll(school), term)
                unsent = day is not None and day >= reminder.since and (school.id, term.name) not in sent
                if day is not None and unsent and first <= day <= last:
                    yield _reminder(reminder, school, term, calendar.name, day, zone)


def _reminder(
    reminder: Reminder, school: School, term: Term, calendar: str, day: date, zone: ZoneInfo
) -> PlannedMessage:
    receipt = Receipt(reminder_id=reminder.id or 0, school_id=school.id or 0, term=term.name, due_on=day)
    receipt.reminder, receipt.school = reminder, school
    why = f"school day {reminder.day} of {term.name} ({calendar}), not a bank holiday"
    if school.starts is not None and school.starts == day:
        why = f"the first school day on the roll, in {term.name} ({calendar})"
    if school.channel is None:
        why += "; cannot be sent: no channel"
    text = str(render_reminders.post(receipt, day).body()["text"])
    return PlannedMessage(
        reminders.KIND, reminders.send_time(day, zone), school.channel, (school.name,), why, text
    )


def _nudges(session: Session, first: date, last: date, context: TickContext) -> Iterator[PlannedMessage]:
    """The daily runs from today on. Each counts the nudges that the runs before it would have sent."""
    planned: dict[int, tuple[EarlierNudge, ...]] = {}
    settings = nudges.load_nudge_settings(session, context.coordinators)
    day = context.today
    if daily_runs.is_done(session, nudges.KIND, day):
        day += _DAY
    while day <= last:
        if is_working_day(day):
            actions = [
                replace(action, earlier_nudges=(*action.earlier_nudges, *planned.get(action.action_id, ())))
                for action in watched_actions(session, day, context.zone)
            ]
            due = nudges.plan_nudges(actions, day, settings)
            for nudge in due:
                for item in nudge.items:
                    earlier = EarlierNudge(nudge.person, day, item.days_ahead)
                    planned[item.action_id] = (*planned.get(item.action_id, ()), earlier)
            if day >= first:
                yield from (_nudge(session, nudge, day, context.zone) for nudge in due if not nudge.silent)
        day += _DAY


def _nudge(session: Session, due: nudges.PersonalNudge, day: date, zone: ZoneInfo) -> PlannedMessage:
    actions = actions_by_id(session, [item.action_id for item in due.items])
    rows = []
    for item in due.items:
        row = Nudge(
            action_id=item.action_id,
            person=due.person,
            day=day,
            asked_because=item.asked_because,
            days_ahead=item.days_ahead,
        )
        row.action = actions[item.action_id]
        rows.append(row)
    text = str(render_nudges.nudge(rows, {}, day, zone, UNANSWERED_LIMIT).body()["text"])
    about = tuple(row.action.qualified_ref for row in rows)
    at = datetime.combine(day, nudges.OPENS, zone)
    return PlannedMessage(
        nudges.KIND, at, due.person, about, "overdue or due soon, and not nudged lately", text
    )
