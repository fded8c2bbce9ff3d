"""A term's ledger of a reminder: every school on the roll, and whether its message was delivered and seen."""

from datetime import date

from sqlmodel import Session, col, func, select

from db import audit_log
from db.audit_log import Author, Change
from db.errors import Refused
from db.models import NO_CHANNEL, Action, Ledger, LedgerLine, Receipt, Reminder, School
from db.reminders import (
    DueReminder,
    due_on,
    enqueue,
    receipt_load_options,
    reminder_of_action,
    school_on_roll,
)
from db.rules.calendars import Term, read_season
from db.school_calendars import load_calendars


def load_ledger(session: Session, reminder: Reminder, term: str) -> Ledger:
    """A reminder's ledger of a term, with a line for each school in the order of their names."""
    per_year = reminder.action.section.plan.terms_per_year
    calendars = load_calendars(session, per_year)
    query = select(Receipt).where(Receipt.reminder_id == reminder.id, Receipt.term == term)
    receipts = {
        receipt.school_id: receipt for receipt in session.exec(query.options(*receipt_load_options()))
    }
    lines = []
    for school in session.exec(select(School).order_by(School.name)):
        dates = calendars.of(school).named(term)
        receipt = receipts.get(school.id or 0)
        on_roll = dates is None or school.on_roll(dates.starts, dates.ends)
        if receipt is not None or on_roll:
            nth = dates.school_day(reminder.day) if dates else None
            due = due_on(nth, school_on_roll(school), dates) if dates else None
            lines.append(LedgerLine(school, receipt, due))
    return Ledger(reminder, term, per_year, tuple(lines))


def terms_of_reminder(session: Session, reminder: Reminder) -> list[Term]:
    """The terms of the calendar that most schools go by, in order."""
    calendars = load_calendars(session, reminder.action.section.plan.terms_per_year)
    most_used = session.exec(
        select(School.calendar).group_by(School.calendar).order_by(func.count(col(School.id)).desc()).limit(1)
    ).first()
    return [] if most_used is None else list(calendars.named(most_used).terms)


def resolve_term(session: Session, reminder: Reminder, named: str | None, today: date) -> Term:
    """The term that a person names, such as "autumn 25".

    Without a name it is the current term, else the last one that began, else the first to come. Raises
    `Refused`, naming the terms near today.
    """
    terms = terms_of_reminder(session, reminder)
    if not terms:
        raise Refused("I have no term dates. Import them: `partnership-bot terms import FILE`.")
    if named is None:
        begun = [term for term in terms if term.starts <= today]
        return begun[-1] if begun else terms[0]
    wanted = named.strip().strip('"').strip()
    season = read_season(wanted)
    if season is not None:
        wanted = f"{season[0]} {season[1]}"
    found = next((term for term in terms if term.name.lower() == wanted.lower()), None)
    if found is None:
        near = [term.name for term in terms if abs((term.starts - today).days) < 400]
        names = ", ".join(near or [terms[-1].name])
        raise Refused(f"There are no dates for “{wanted[:40]}”. Terms with dates: {names}.")
    return found


def known_until(session: Session, today: date) -> date | None:
    """The last day, without a gap from today, of the calendar in use that runs out first.

    None where one has no dates near today.
    """
    calendars = load_calendars(session, 3)
    names = session.exec(select(School.calendar).distinct()).all()
    used = [calendars.named(name) for name in names] or calendars.of_authorities()
    ends = [calendar.covered_until(today) for calendar in used]
    return None if not ends or None in ends else min(day for day in ends if day is not None)


def count_schools_on_roll(session: Session, day: date) -> int:
    """The number of schools on the roll on a day."""
    query = select(func.count(col(School.id))).where(
        col(School.starts).is_(None) | (col(School.starts) <= day),
        col(School.ends).is_(None) | (col(School.ends) >= day),
    )
    return session.exec(query).one()


def next_term(session: Session, reminder: Reminder, today: date) -> Term | None:
    """The next term in which the reminder is due today or later; None where the dates to it have a gap."""
    until = known_until(session, today)
    for term in terms_of_reminder(session, reminder):
        if until is None or term.starts > until:
            return None
        day = term.school_day(reminder.day)
        if day is not None and day >= max(today, reminder.since):
            return term
    return None


def current_term(session: Session, reminder: Reminder, today: date) -> Term | None:
    """The term that today is in, or None in the holidays."""
    return next(
        (term for term in terms_of_reminder(session, reminder) if term.starts <= today <= term.ends), None
    )


def send_now(session: Session, author: Author, reminder: Reminder, term: str, today: date) -> int:
    """Send a term's reminder at once to each school without a receipt. Returns how many are sent.

    A school without a channel gets a receipt that says so.
    """
    ledger = load_ledger(session, reminder, term)
    due = [
        DueReminder(
            reminder.id or 0,
            school_on_roll(line.school),
            term,
            line.due_on or today,
            at=author.at if line.school.channel else None,
            reason=None if line.school.channel else NO_CHANNEL,
        )
        for line in ledger.lines
        if line.receipt is None
    ]
    enqueue(session, due)
    change = Change("reminder", reminder.action_id, reminder.action.qualified_ref, "sent now", None, term)
    audit_log.append(session, author, [change])
    return sum(1 for one in due if one.school.channel is not None)


def last_ledger(session: Session, action: Action, today: date) -> Ledger | None:
    """The ledger of the last term in which an action's reminder was due, or None."""
    return next(iter(ledgers_until(session, action, today, most=1)), None)


def ledgers_until(session: Session, action: Action, today: date, *, most: int = 12) -> list[Ledger]:
    """The ledgers of the last terms in which an action's reminder was due, the newest first."""
    reminder = reminder_of_action(session, action)
    if reminder is None:
        return []
    first_due = func.min(col(Receipt.due_on))
    terms = (
        select(Receipt.term)
        .where(Receipt.reminder_id == reminder.id, col(Receipt.due_on) <= today)
        .group_by(Receipt.term)
        .order_by(first_due.desc())
        .limit(most)
    )
    return [load_ledger(session, reminder, term) for term in session.exec(terms).all()]
