"""Termly reminders to schools: what is due to whom and when, and a receipt for each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy import select as core_select
from sqlalchemy.orm import joinedload
from sqlmodel import Session, col, select

from db import audit_log, deliveries
from db.audit_log import Author, Change
from db.models import (
    MISSED,
    NO_CHANNEL,
    SCHOOL_SEPARATOR,
    Action,
    Delivery,
    Entry,
    Receipt,
    Reminder,
    School,
    Section,
    TermDate,
)
from db.rules.calendars import Calendar, Term, calendar_of

KIND = "reminder"
CHASE = "reminder_chase"
# In the morning, when a school's office is in and its channel is read.
HOUR = time(9, 0)
# After its day a reminder is still worth sending, marked as late, for so long; then it was missed.
CLOSING_HOUR = time(16, 0)
USEFUL_FOR = timedelta(days=28)
# A school that says nothing for this many school days is asked once more, while it is of any use.
CHASE_AFTER = 5
CHASED_WITHIN = timedelta(days=28)


@dataclass(frozen=True)
class Calendars:
    """Every school's own calendar, as three terms or six."""

    held: Mapping[str, Sequence[TermDate]]
    per_year: int
    # An authority's is made once, for all of its schools.
    made: dict[str, Calendar] = field(default_factory=dict)

    def of(self, school: School) -> Calendar:
        own = f"{school.calendar}{SCHOOL_SEPARATOR}{school.name}"
        if own not in self.held:
            return self.named(school.calendar)
        made = calendar_of(own, self.held.get(school.calendar, ()), self.held[own])
        return made.per_year(self.per_year)

    @property
    def has_own(self) -> bool:
        return any(SCHOOL_SEPARATOR in name for name in self.held)

    def is_own(self, school: School) -> bool:
        """Whether a school has days that differ from its authority's."""
        return f"{school.calendar}{SCHOOL_SEPARATOR}{school.name}" in self.held

    def named(self, name: str) -> Calendar:
        if name not in self.made:
            self.made[name] = calendar_of(name, self.held.get(name, ())).per_year(self.per_year)
        return self.made[name]


def load_calendars(session: Session, per_year: int) -> Calendars:
    held: dict[str, list[TermDate]] = {}
    for row in session.exec(select(TermDate)):
        held.setdefault(row.calendar, []).append(row)
    return Calendars(held, per_year)


class SchoolOnRoll(NamedTuple):
    """A school of the register: as much of it as noticing needs, as there may be ten thousand."""

    id: int
    channel: str | None
    starts: date | None = None
    ends: date | None = None


def school_on_roll(school: School) -> SchoolOnRoll:
    return SchoolOnRoll(school.id or 0, school.channel, school.starts, school.ends)


def due_on(nth: date | None, school: SchoolOnRoll, term: Term) -> date | None:
    """The day on which a school is to be reminded in a term: `nth`, the term's Nth school day.

    A school that joins later is reminded on its first school day on the roll. None where the school
    is not on the roll on that day, or the term is too short.
    """
    day = nth
    if day is not None and school.starts is not None and school.starts > day:
        day = next(term.school_days(school.starts), None)
    return None if day is None or (school.ends is not None and school.ends < day) else day


def send_time(day: date, zone: ZoneInfo) -> datetime:
    """When a reminder of a day goes out: in the zone's own morning, on either side of a clock change."""
    return datetime.combine(day, HOUR, zone)


def next_reading_time(calendar: Calendar, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The next moment at which a school reads its channel: a school day from nine to four.

    None where no school day is known of.
    """
    local = now.astimezone(zone)
    day = local.date() if local.time() < CLOSING_HOUR else local.date() + timedelta(days=1)
    known_until = calendar.known_until
    while known_until is not None and day <= known_until:
        if calendar.is_school_day(day):
            return max(now, send_time(day, zone))
        day += timedelta(days=1)
    return None


@dataclass(frozen=True)
class DueReminder:
    """That a school is due a reminder in a term, and when it goes out; without a moment, why it does not."""

    reminder: int
    school: SchoolOnRoll
    term: str
    day: date
    at: datetime | None
    late: bool = False
    reason: str | None = None


def decide_due_reminder(
    reminder: Reminder, school: SchoolOnRoll, term: str, day: date, opens: datetime | None, zone: ZoneInfo
) -> DueReminder:
    """What becomes of a reminder whose day has come: a pure rule.

    `opens` is the next moment at which the school reads its channel, if one is known of.
    """
    number = reminder.id or 0
    if school.channel is None:
        return DueReminder(number, school, term, day, None, reason=NO_CHANNEL)
    if opens is None or opens > send_time(day, zone) + USEFUL_FOR:
        return DueReminder(number, school, term, day, None, reason=MISSED)
    return DueReminder(number, school, term, day, opens, late=opens.astimezone(zone).date() > day)


def active_reminders(session: Session) -> list[Reminder]:
    """The reminders that go out, with their action and plan."""
    return [one for one in all_reminders(session) if not one.paused]


def all_reminders(session: Session) -> list[Reminder]:
    plan = joinedload(Reminder.action).joinedload(Action.section).joinedload(Section.plan)  # type: ignore[arg-type]
    return list(session.exec(select(Reminder).options(plan).order_by(col(Reminder.id))))


def reminder_of_action(session: Session, action: Action) -> Reminder | None:
    return session.exec(select(Reminder).where(Reminder.action_id == action.id)).first()


def due_reminders(session: Session, now: datetime, zone: ZoneInfo) -> Iterator[DueReminder]:
    """All that is due by now and has no receipt yet."""
    today = now.astimezone(zone).date()
    for reminder in active_reminders(session):
        held = load_calendars(session, reminder.action.section.plan.terms_per_year)
        for calendar, schools in _by_calendar(session, held):
            opens = next_reading_time(calendar, now, zone)
            for term in calendar.terms:
                if term.starts <= today and term.ends >= reminder.since:
                    nth = term.school_day(reminder.day)
                    for school in _without_receipt(session, reminder, schools, term):
                        day = due_on(nth, school, term)
                        if day is not None and day >= reminder.since and now >= send_time(day, zone):
                            yield decide_due_reminder(reminder, school, term.name, day, opens, zone)


def _by_calendar(session: Session, held: Calendars) -> Iterator[tuple[Calendar, Any]]:
    """Each calendar in use with the condition for its schools; a school with days of its own by itself."""
    own = [school for school in session.exec(select(School)) if held.is_own(school)] if held.has_own else []
    names = session.exec(select(School.calendar).distinct().order_by(School.calendar)).all()
    for name in names:
        usual = col(School.id).not_in([school.id for school in own])
        yield held.named(name), (col(School.calendar) == name) & usual
    for school in own:
        yield held.of(school), col(School.id) == school.id


def _without_receipt(
    session: Session, reminder: Reminder, schools: Any, term: Term
) -> Iterator[SchoolOnRoll]:
    """Of these schools those on the roll in the term that have no receipt for it."""
    has = select(Receipt.id).where(
        Receipt.reminder_id == reminder.id, Receipt.term == term.name, Receipt.school_id == School.id
    )
    columns = (col(column) for column in (School.id, School.channel, School.starts, School.ends))
    query = core_select(*columns).where(
        schools,
        ~has.exists(),
        col(School.starts).is_(None) | (col(School.starts) <= term.ends),
        col(School.ends).is_(None) | (col(School.ends) >= term.starts),
    )
    return map(SchoolOnRoll._make, session.connection().execute(query))


def enqueue(session: Session, occurrences: Sequence[DueReminder]) -> None:
    """Write a receipt for each, and a delivery for each that goes out. For a writer whose turn it is."""
    rows, receipts = [], []
    for one in occurrences:
        delivery = None
        if one.at is not None and one.school.channel is not None:
            when = f"{one.reminder}:{one.school.id}:{one.day.isoformat()}"
            owed = deliveries.new_row(KIND, when, one.school.channel, one.at)
            delivery = owed["id"]
            rows.append(owed)
        receipts.append(
            {
                "reminder_id": one.reminder,
                "school_id": one.school.id,
                "term": one.term,
                "due_on": one.day,
                "late": one.late,
                "reason": one.reason,
                "delivery_id": delivery,
            }
        )
    connection = session.connection()
    if rows:
        connection.execute(insert(Delivery), rows)
    if receipts:
        connection.execute(insert(Receipt), receipts)


def set_up(session: Session, author: Author, action: Action, day: int, message: str, since: date) -> Reminder:
    """Have every school reminded each term because of an action; a second time changes what is said."""
    ref = action.qualified_ref
    held = reminder_of_action(session, action)
    assert action.id is not None
    if held is None:
        held = Reminder(action_id=action.id, day=day, message=message, since=since)
        session.add(held)
        audit_log.append(session, author, [Change("reminder", action.id, ref, "added", None, day, message)])
        return held
    changes = []
    if held.day != day:
        changes.append(Change("reminder", action.id, ref, "day", held.day, day))
    if held.message != message:
        changes.append(Change("reminder", action.id, ref, "message", None, None, message))
    held.day, held.message = day, message
    audit_log.append(session, author, changes)
    return held


def set_paused(session: Session, author: Author, reminder: Reminder, *, paused: bool) -> bool:
    """Stop or go on; what is queued already goes out. Returns whether that changed anything."""
    if reminder.paused is paused:
        return False
    reminder.paused = paused
    ref = reminder.action.qualified_ref
    words = ("paused", "going out") if paused else ("going out", "paused")
    audit_log.append(
        session, author, [Change("reminder", reminder.action_id, ref, "state", words[1], words[0])]
    )
    return True


def receipt_load_options() -> list[Any]:
    """Loader options from `Receipt`: all that a message or an answer about it may have to say."""
    action = joinedload(Receipt.reminder).joinedload(Reminder.action)  # type: ignore[arg-type]
    return [
        joinedload(Receipt.school),  # type: ignore[arg-type]
        joinedload(Receipt.delivery),  # type: ignore[arg-type]
        action.joinedload(Action.section).joinedload(Section.plan),  # type: ignore[arg-type]
    ]


def receipt_by_id(session: Session, receipt: int) -> Receipt | None:
    query = select(Receipt).where(Receipt.id == receipt)
    return session.exec(query.options(*receipt_load_options())).first()


def receipt_by_delivery(session: Session, delivery: str) -> Receipt | None:
    query = select(Receipt).where(Receipt.delivery_id == delivery)
    return session.exec(query.options(*receipt_load_options())).first()


def receipt_by_chase(session: Session, delivery: str) -> Receipt | None:
    query = select(Receipt).where(Receipt.chase_id == delivery)
    return session.exec(query.options(*receipt_load_options())).first()


def receipts_to_chase(session: Session, now: datetime, zone: ZoneInfo) -> list[Receipt]:
    """The receipts of schools that have not answered for a week of school days, and were not asked twice.

    Only while the term still runs: a reminder of last term is chased no more.
    """
    if not HOUR <= now.astimezone(zone).time() < CLOSING_HOUR:
        return []
    query = (
        select(Receipt)
        .join(Delivery, onclause=col(Receipt.delivery_id) == col(Delivery.id))
        .join(Reminder)
        .where(
            col(Delivery.sent_at).is_not(None),
            col(Receipt.seen_at).is_(None),
            col(Receipt.chase_id).is_(None),
            col(Reminder.paused).is_(False),
            col(Delivery.sent_at) >= now - CHASED_WITHIN,
            # So many school days are at least as many days: fresh receipts are not read at each pass.
            col(Delivery.sent_at) <= now - timedelta(days=CHASE_AFTER - 1),
        )
        .order_by(col(Receipt.id))
    )
    waiting = session.exec(query.options(*receipt_load_options())).all()
    made: dict[int, Calendars] = {}
    chased = []
    for receipt in waiting:
        per_year = receipt.reminder.action.section.plan.terms_per_year
        if per_year not in made:
            made[per_year] = load_calendars(session, per_year)
        if _is_to_chase(receipt, made[per_year].of(receipt.school), now, zone):
            chased.append(receipt)
    return chased


def _is_to_chase(receipt: Receipt, calendar: Calendar, now: datetime, zone: ZoneInfo) -> bool:
    term, local = calendar.named(receipt.term), now.astimezone(zone)
    assert receipt.delivery is not None
    assert receipt.delivery.sent_at is not None
    if term is None or not calendar.is_school_day(local.date()):
        return False
    sent = receipt.delivery.sent_at.astimezone(zone).date()
    days = (day for day in term.school_days(sent) if day > sent)
    return sum(1 for day in days if day <= local.date()) >= CHASE_AFTER


def enqueue_chases(session: Session, receipts: Sequence[Receipt]) -> None:
    """Owe each of these schools one more message. For a writer whose turn it is."""
    for receipt in receipts:
        assert receipt.delivery is not None
        assert receipt.delivery.sent_at is not None
        recipient = receipt.school.channel or receipt.delivery.recipient
        owed = deliveries.new_row(CHASE, str(receipt.id), recipient, receipt.delivery.sent_at)
        delivery = Delivery(**owed)
        session.add(delivery)
        session.flush()
        receipt.chase_id = delivery.id


def mark_seen(session: Session, author: Author, receipt: Receipt) -> bool:
    """Record that a school has seen its reminder, and who said so. Returns whether it is the first to."""
    if receipt.seen_at is not None:
        return False
    receipt.seen_by, receipt.seen_at = author.who, author.at
    name = f"{receipt.school.name}: {receipt.term}"
    audit_log.append(session, author, [Change("receipt", receipt.id, name, "seen", None, author.who)])
    return True


QUESTION = "school_question"


def enqueue_question(session: Session, author: Author, coordinators: Sequence[str]) -> None:
    """Owe a question to each coordinator; it is read off the record when it is sent."""
    for person in coordinators:
        deliveries.enqueue(session, QUESTION, author.act, person, author.at)


def question_entry(session: Session, act: str) -> Entry | None:
    return session.exec(select(Entry).where(Entry.act == act, Entry.field == "question")).first()
