"""What would be posted in a span of days, if nobody said anything more: read, and never written."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from db import nudges, reminders, rounds
from db.calendars import Term, is_working_day
from db.models import Nudge, Receipt, Reminder, School
from db.updates import qualified
from jobs.moment import Moment
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
                day = reminders.due_on(reminder, school, term)
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
    asked: dict[int, list[Nudge]] = {}
    out = nudges.unreachable(session)
    day = moment.today
    if rounds.made(session, nudges.KIND, day):
        day += _DAY
    while day <= last:
        if is_working_day(day):
            due = _round(session, day, moment, out, asked)
            yield from (one for one in due if day >= first)
        day += _DAY


def _round(
    session: Session, day: date, moment: Moment, out: frozenset[str], asked: dict[int, list[Nudge]]
) -> list[Planned]:
    seen = [
        replace(one, nudges=(*one.nudges, *asked.get(one.action.id or 0, ())))
        for one in nudges.watched(session, day, moment.zone)
    ]
    wanted = nudges.preferences(session)
    found = nudges.round_of(seen, day, out, sorted(moment.coordinators), wanted)
    for nudge in (nudge for one in found for nudge in one.nudges):
        asked.setdefault(nudge.action_id, []).append(nudge)
    planned = [_nudge(one.person, one.nudges, day, moment.zone) for one in found if not one.silent]
    # What was made up must not be taken for rows, and the next day is read anew.
    session.expunge_all()
    return planned


def _nudge(person: str, listed: list[Nudge], day: date, zone: ZoneInfo) -> Planned:
    text = str(tell_nudges.nudge(listed, {}, day, zone, nudges.STRIKES).body()["text"])
    about = tuple(qualified(one.action) for one in listed)
    at = datetime.combine(day, nudges.OPENS, zone)
    return Planned(nudges.KIND, at, person, about, "late or due soon, and not asked about lately", text)
