"""Termly reminders to schools: which school is due one and when, and a receipt for each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select as core_select
from sqlalchemy.orm import joinedload
from sqlmodel import Session, col, select

from db import audit_log, deliveries
from db.audit_log import Author, Change
from db.bulk_insert import insert_rows
from db.deliveries import DeliveryKind
from db.models import (
    MISSED,
    NO_CHANNEL,
    Action,
    Delivery,
    Receipt,
    Reminder,
    School,
    Section,
)
from db.rules.calendars import Calendar, Term, local_day
from db.school_calendars import Calendars, load_calendars

KIND = DeliveryKind.REMINDER
CHASE = DeliveryKind.REMINDER_CHASE
# The hours in which a school's office is open and reads its channel.
HOUR = time(9, 0)
CLOSING_HOUR = time(16, 0)
# For this long after its day a reminder is still sent, marked as late. After that it counts as missed.
USEFUL_FOR = timedelta(days=28)
# After this many school days without a reply a school is reminded once more.
CHASE_AFTER = 5
# A reminder that was sent longer ago than this is not chased.
CHASED_WITHIN = timedelta(days=28)


class SchoolOnRoll(NamedTuple):
    """The columns of a school that finding due reminders needs. There may be ten thousand schools."""

    id: int
    channel: str | None
    starts: date | None = None
    ends: date | None = None


def school_of_channel(session: Session, channel: str) -> School | None:
    """The school whose reminders go to a channel."""
    return session.exec(select(School).where(School.channel == channel).order_by(col(School.id))).first()


def schools_of_places(session: Session, places: Iterable[str]) -> list[School]:
    """The schools whose reminders go to one of these channels or people, by Slack ID."""
    query = select(School).where(col(School.channel).in_(sorted(places)))
    return list(session.exec(query.order_by(col(School.name))))


def receipts_of_school(session: Session, school: School) -> list[Receipt]:
    """The reminders that a school was sent, the newest first."""
    query = select(Receipt).join(Delivery, col(Receipt.delivery_id) == col(Delivery.id))
    query = query.where(Receipt.school_id == school.id, col(Delivery.ts).is_not(None))
    return list(session.exec(query.order_by(col(Receipt.due_on).desc()).options(*receipt_load_options())))


def school_on_roll(school: School) -> SchoolOnRoll:
    return SchoolOnRoll(school.id or 0, school.channel, school.starts, school.ends)


def due_on(nth: date | None, school: SchoolOnRoll, term: Term) -> date | None:
    """The day on which a school's reminder is due in a term: `nth`, the term's Nth school day.

    A school that joins the roll later is reminded on its first school day on the roll. None where the
    school is not on the roll on that day, or where the term has fewer than N school days.
    """
    day = nth
    if day is not None and school.starts is not None and school.starts > day:
        day = next(term.school_days(school.starts), None)
    return None if day is None or (school.ends is not None and school.ends < day) else day


def send_time(day: date, zone: ZoneInfo) -> datetime:
    """When a reminder that is due on a day goes out: at `HOUR` in the zone, whether clocks change or not."""
    return datetime.combine(day, HOUR, zone)


def next_reading_time(calendar: Calendar, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The next moment, from `now` on, at which a school reads its channel: a school day from nine to four.

    None where the calendar has no more school days.
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
    """A reminder that is due to a school in a term.

    `at` is when it goes out; where it does not, `at` is None and `reason` says why.
    """

    reminder_id: int
    school: SchoolOnRoll
    term: str
    day: date
    at: datetime | None
    late: bool = False
    reason: str | None = None


def decide_due_reminder(
    reminder: Reminder, school: SchoolOnRoll, term: str, day: date, opens: datetime | None, zone: ZoneInfo
) -> DueReminder:
    """Whether a reminder that is due on `day` goes out, when, and if not why.

    `opens` is the `next_reading_time` of the school's calendar.
    """
    reminder_id = reminder.id or 0
    if school.channel is None:
        return DueReminder(reminder_id, school, term, day, None, reason=NO_CHANNEL)
    if opens is None or opens > send_time(day, zone) + USEFUL_FOR:
        return DueReminder(reminder_id, school, term, day, None, reason=MISSED)
    return DueReminder(reminder_id, school, term, day, opens, late=local_day(opens, zone) > day)


def active_reminders(session: Session) -> list[Reminder]:
    """The reminders that are not paused and of no archived plan, with their action and plan."""
    return [one for one in all_reminders(session) if not one.paused and not _is_archived(one)]


def _is_archived(reminder: Reminder) -> bool:
    return reminder.action.section.plan.archived_on is not None


def all_reminders(session: Session) -> list[Reminder]:
    """Every reminder with its action and plan, in the order they were added."""
    plan = joinedload(Reminder.action).joinedload(Action.section).joinedload(Section.plan)  # type: ignore[arg-type]
    return list(session.exec(select(Reminder).options(plan).order_by(col(Reminder.id))))


def reminder_of_action(session: Session, action: Action) -> Reminder | None:
    return session.exec(select(Reminder).where(Reminder.action_id == action.id)).first()


def due_reminders(session: Session, now: datetime, zone: ZoneInfo) -> Iterator[DueReminder]:
    """The reminders that are due by now and have no receipt yet."""
    today = local_day(now, zone)
    for reminder in active_reminders(session):
        calendars = load_calendars(session, reminder.action.section.plan.terms_per_year)
        for calendar, schools in _by_calendar(session, calendars):
            opens = next_reading_time(calendar, now, zone)
            for term in calendar.terms:
                if term.starts <= today and term.ends >= reminder.since:
                    nth = term.school_day(reminder.day)
                    for school in _without_receipt(session, reminder, schools, term):
                        day = due_on(nth, school, term)
                        if day is not None and day >= reminder.since and now >= send_time(day, zone):
                            yield decide_due_reminder(reminder, school, term.name, day, opens, zone)


def _by_calendar(session: Session, calendars: Calendars) -> Iterator[tuple[Calendar, Any]]:
    """Each calendar in use, with the query condition for the schools that go by it."""
    # Reads all schools only where one has a calendar of its own.
    schools = session.exec(select(School)).all() if calendars.has_own else []
    with_own = [school for school in schools if calendars.is_own(school)]
    names = session.exec(select(School.calendar).distinct().order_by(School.calendar)).all()
    for name in names:
        others = col(School.id).not_in([school.id for school in with_own])
        yield calendars.named(name), (col(School.calendar) == name) & others
    for school in with_own:
        yield calendars.of(school), col(School.id) == school.id


def _without_receipt(
    session: Session, reminder: Reminder, schools: Any, term: Term
) -> Iterator[SchoolOnRoll]:
    """Those of the schools, a query condition, that are on the roll in the term and have no receipt."""
    receipts = select(Receipt.id).where(
        Receipt.reminder_id == reminder.id, Receipt.term == term.name, Receipt.school_id == School.id
    )
    columns = (col(column) for column in (School.id, School.channel, School.starts, School.ends))
    query = core_select(*columns).where(
        schools,
        ~receipts.exists(),
        col(School.starts).is_(None) | (col(School.starts) <= term.ends),
        col(School.ends).is_(None) | (col(School.ends) >= term.starts),
    )
    return map(SchoolOnRoll._make, session.connection().execute(query))


def enqueue(session: Session, reminders: Sequence[DueReminder]) -> None:
    """Write a receipt for each due reminder, and a delivery for each that goes out.

    For a transaction that holds the write lock.
    """
    delivery_rows, receipt_rows = [], []
    for due in reminders:
        delivery_id = None
        if due.at is not None and due.school.channel is not None:
            occurrence = f"{due.reminder_id}:{due.school.id}:{due.day.isoformat()}"
            row = deliveries.new_row(KIND, occurrence, due.school.channel, due.at)
            delivery_id = row["id"]
            delivery_rows.append(row)
        receipt_rows.append(
            {
                "reminder_id": due.reminder_id,
                "school_id": due.school.id,
                "term": due.term,
                "due_on": due.day,
                "late": due.late,
                "reason": due.reason,
                "delivery_id": delivery_id,
            }
        )
    connection = session.connection()
    insert_rows(connection, Delivery, delivery_rows)
    insert_rows(connection, Receipt, receipt_rows)


@dataclass(frozen=True)
class ReminderTerms:
    """What a reminder says and when: the fields are those of `Reminder`."""

    day: int
    message: str
    sender: str = ""
    document_url: str | None = None
    document_date: date | None = None
    referral_url: str | None = None


def set_up(session: Session, author: Author, action: Action, terms: ReminderTerms, since: date) -> Reminder:
    """Set up an action's reminder: every school gets the message on school day `day` of each term.

    Where the action has a reminder, it changes to these terms. `since` is the first day on which a new one
    can be due.
    """
    ref = action.qualified_ref
    reminder = reminder_of_action(session, action)
    assert action.id is not None
    if reminder is None:
        reminder = Reminder(action_id=action.id, since=since, **asdict(terms))
        session.add(reminder)
        change = Change("reminder", action.id, ref, "added", None, terms.day, terms.message)
        audit_log.append(session, author, [change])
        return reminder
    changes = []
    for name, value in asdict(terms).items():
        before = getattr(reminder, name)
        if before == value:
            continue
        if name == "message":
            changes.append(Change("reminder", action.id, ref, name, None, None, terms.message))
        else:
            changes.append(Change("reminder", action.id, ref, name, before, value))
        setattr(reminder, name, value)
    audit_log.append(session, author, changes)
    return reminder


def set_paused(session: Session, author: Author, reminder: Reminder, *, paused: bool) -> bool:
    """Pause or resume a reminder. Messages already in the queue go out. Returns whether anything changed."""
    if reminder.paused is paused:
        return False
    reminder.paused = paused
    ref = reminder.action.qualified_ref
    before, after = ("going out", "paused") if paused else ("paused", "going out")
    audit_log.append(session, author, [Change("reminder", reminder.action_id, ref, "state", before, after)])
    return True


def receipt_load_options() -> list[Any]:
    """Loader options, from `Receipt`, for everything that a message or an answer about it may show."""
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
    """The receipts of schools that have not replied for `CHASE_AFTER` school days and were not chased yet.

    Only during school hours and in the reminder's own term: last term's reminders are not chased.
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
            # That many school days take at least as many days, so newer receipts need not be read.
            col(Delivery.sent_at) <= now - timedelta(days=CHASE_AFTER - 1),
        )
        .order_by(col(Receipt.id))
    )
    calendars: dict[int, Calendars] = {}
    to_chase = []
    for receipt in session.exec(query.options(*receipt_load_options())).all():
        if _is_archived(receipt.reminder):
            continue
        per_year = receipt.reminder.action.section.plan.terms_per_year
        if per_year not in calendars:
            calendars[per_year] = load_calendars(session, per_year)
        if _needs_chase(receipt, calendars[per_year].of(receipt.school), now, zone):
            to_chase.append(receipt)
    return to_chase


def _needs_chase(receipt: Receipt, calendar: Calendar, now: datetime, zone: ZoneInfo) -> bool:
    term, today = calendar.named(receipt.term), local_day(now, zone)
    assert receipt.delivery is not None
    assert receipt.delivery.sent_at is not None
    if term is None or not calendar.is_school_day(today):
        return False
    sent = local_day(receipt.delivery.sent_at, zone)
    days = (day for day in term.school_days(sent) if day > sent)
    return sum(1 for day in days if day <= today) >= CHASE_AFTER


def enqueue_chases(session: Session, receipts: Sequence[Receipt]) -> None:
    """Add one more message for each of these schools. For a transaction that holds the write lock."""
    for receipt in receipts:
        assert receipt.delivery is not None
        assert receipt.delivery.sent_at is not None
        recipient = receipt.school.channel or receipt.delivery.recipient
        row = deliveries.new_row(CHASE, str(receipt.id), recipient, receipt.delivery.sent_at)
        delivery = Delivery(**row)
        session.add(delivery)
        session.flush()
        receipt.chase_id = delivery.id


def mark_seen(session: Session, author: Author, receipt: Receipt) -> bool:
    """Record that a school has seen its reminder, and who said so. Returns whether that is new."""
    if receipt.seen_at is not None:
        return False
    receipt.seen_by, receipt.seen_at = author.who, author.at
    name = f"{receipt.school.name}: {receipt.term}"
    audit_log.append(session, author, [Change("receipt", receipt.id, name, "seen", None, author.who)])
    return True
