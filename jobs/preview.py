"""What would be posted in a span of days, if nobody said anything more: read, and never written."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from db import daily_runs, nudges, reminders
from db.models import Nudge, Receipt, Reminder, School
from db.overdue import STRIKES, Asked, watched
from db.plans import actions_by_id
from db.rules.calendars import Term, is_working_day
from db.updates import qualified
from jobs.tick_context import Moment
from messages import nudges as tell_nudges
from messages import reminders as tell_reminders

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Planned:
    """One message to come: its kind, its moment in the plan's zone, where to, what about, and why then."""

    kind: str
    at: datetime
    to: str | None
    about: tuple[str, ...]
    why: str
    text: str


def preview(session: Session, first: date, last: date, moment: Moment) -> list[Planned]:
    """All that would go out from one day to another, both inclusive, the earliest first."""
    planned = [*_reminders(session, first, last, moment.zone), *_nudges(session, first, last, moment)]
    return sorted(planned, key=lambda one: (one.at, one.kind, one.to or ""))


def _reminders(session: Session, first: date, last: date, zone: ZoneInfo) -> Iterator[Planned]:
    for reminder in reminders.active(session):
        held = reminders.calendars(session, reminder.action.section.plan.terms_per_year)
        sent = set(
            session.exec(select(Receipt.school_id, Receipt.term).where(Receipt.reminder_id == reminder.id))
        )
        for school in session.exec(select(School).order_by(School.name)):
            calendar = held.of(school)
            for term in calendar.terms:
                day = reminders.due_on(term.school_day(reminder.day), reminders.rolled(school), term)
                waits = day is not None and day >= reminder.since and (school.id, term.name) not in sent
                if day is not None and waits and first <= day <= last:
                    yield _reminder(reminder, school, term, calendar.name, day, zone)


def _reminder(
    reminder: Reminder, school: School, term: Term, calendar: str, day: date, zone: ZoneInfo
) -> Planned:
    receipt = Receipt(reminder_id=reminder.id or 0, school_id=school.id or 0, term=term.name, due_on=day)
    receipt.reminder, receipt.school = reminder, school
    why = f"school day {reminder.day} of {term.name} ({calendar}), not a bank holiday"
    if school.starts is not None and school.starts == day:
        why = f"the first school day on the roll, in {term.name} ({calendar})"
    if school.channel is None:
        why += "; cannot be sent: no channel"
    text = str(tell_reminders.post(receipt, day).body()["text"])
    return Planned(reminders.KIND, reminders.moment_of(day, zone), school.channel, (school.name,), why, text)


def _nudges(session: Session, first: date, last: date, moment: Moment) -> Iterator[Planned]:
    """From today on, the clock's rounds day by day, each seeing what those before it would have asked."""
    asked: dict[int, tuple[Asked, ...]] = {}
    wishes = nudges.wishes(session, moment.coordinators)
    day = moment.today
    if daily_runs.made(session, nudges.KIND, day):
        day += _DAY
    while day <= last:
        if is_working_day(day):
            seen = [
                replace(one, asked=(*one.asked, *asked.get(one.number, ())))
                for one in watched(session, day, moment.zone)
            ]
            found = nudges.round_of(seen, day, wishes)
            for one in found:
                for asking in one.asking:
                    now = Asked(one.person, day, asking.ahead)
                    asked[asking.action] = (*asked.get(asking.action, ()), now)
            if day >= first:
                yield from (_nudge(session, one, day, moment.zone) for one in found if not one.silent)
        day += _DAY


def _nudge(session: Session, due: nudges.Due, day: date, zone: ZoneInfo) -> Planned:
    actions = actions_by_id(session, [one.action for one in due.asking])
    listed = []
    for one in due.asking:
        asked = Nudge(action_id=one.action, person=due.person, day=day, instead=one.instead, ahead=one.ahead)
        asked.action = actions[one.action]
        listed.append(asked)
    text = str(tell_nudges.nudge(listed, {}, day, zone, STRIKES).body()["text"])
    about = tuple(qualified(one.action) for one in listed)
    at = datetime.combine(day, nudges.OPENS, zone)
    return Planned(nudges.KIND, at, due.person, about, "late or due soon, and not asked about lately", text)
