"""What would be posted in a span of days, if nobody said anything more: read, and never written."""

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
from jobs.tick_context import TickContext
from messages import nudges as render_nudges
from messages import reminders as render_reminders

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PlannedMessage:
    """One message to come: its kind, its moment in the plan's zone, where to, what about, and why then."""

    kind: str
    at: datetime
    to: str | None
    about: tuple[str, ...]
    why: str
    text: str


def preview(session: Session, first: date, last: date, context: TickContext) -> list[PlannedMessage]:
    """All that would go out from one day to another, both inclusive, the earliest first."""
    planned = [*_reminders(session, first, last, context.zone), *_nudges(session, first, last, context)]
    return sorted(planned, key=lambda one: (one.at, one.kind, one.to or ""))


def _reminders(session: Session, first: date, last: date, zone: ZoneInfo) -> Iterator[PlannedMessage]:
    for reminder in reminders.active_reminders(session):
        held = reminders.load_calendars(session, reminder.action.section.plan.terms_per_year)
        sent = set(
            session.exec(select(Receipt.school_id, Receipt.term).where(Receipt.reminder_id == reminder.id))
        )
        for school in session.exec(select(School).order_by(School.name)):
            calendar = held.of(school)
            for term in calendar.terms:
                day = reminders.due_on(term.school_day(reminder.day), reminders.school_on_roll(school), term)
                waits = day is not None and day >= reminder.since and (school.id, term.name) not in sent
                if day is not None and waits and first <= day <= last:
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
    """From today on, the clock's rounds day by day, each seeing what those before it would have asked."""
    asked: dict[int, tuple[EarlierNudge, ...]] = {}
    wishes = nudges.load_nudge_settings(session, context.coordinators)
    day = context.today
    if daily_runs.is_done(session, nudges.KIND, day):
        day += _DAY
    while day <= last:
        if is_working_day(day):
            seen = [
                replace(one, asked=(*one.asked, *asked.get(one.number, ())))
                for one in watched_actions(session, day, context.zone)
            ]
            found = nudges.plan_nudges(seen, day, wishes)
            for one in found:
                for asking in one.items:
                    now = EarlierNudge(one.person, day, asking.days_ahead)
                    asked[asking.action] = (*asked.get(asking.action, ()), now)
            if day >= first:
                yield from (_nudge(session, one, day, context.zone) for one in found if not one.silent)
        day += _DAY


def _nudge(session: Session, due: nudges.PersonalNudge, day: date, zone: ZoneInfo) -> PlannedMessage:
    actions = actions_by_id(session, [one.action for one in due.items])
    listed = []
    for one in due.items:
        asked = Nudge(
            action_id=one.action,
            person=due.person,
            day=day,
            asked_because=one.asked_because,
            days_ahead=one.days_ahead,
        )
        asked.action = actions[one.action]
        listed.append(asked)
    text = str(render_nudges.nudge(listed, {}, day, zone, UNANSWERED_LIMIT).body()["text"])
    about = tuple(one.action.qualified_ref for one in listed)
    at = datetime.combine(day, nudges.OPENS, zone)
    return PlannedMessage(
        nudges.KIND, at, due.person, about, "late or due soon, and not asked about lately", text
    )
