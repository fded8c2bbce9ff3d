"""A term's ledger of reminders: every school on the roll, and what became of its own."""

from datetime import date

from sqlmodel import Session, col, func, select

from db import audit_log
from db.audit_log import Author, Change
from db.errors import Refused
from db.models import SCHOOL_SEPARATOR, Action, Ledger, LedgerLine, Receipt, Reminder, School
from db.reminders import (
    DueReminder,
    due_on,
    enqueue,
    load_calendars,
    receipt_load_options,
    reminder_of_action,
    school_on_roll,
)
from db.rules.calendars import Term, season_of


def load_ledger(session: Session, reminder: Reminder, term: str) -> Ledger:
    """What became of a term's reminder, school by school in the order of their names."""
    per_year = reminder.action.section.plan.terms_per_year
    held = load_calendars(session, per_year)
    query = select(Receipt).where(Receipt.reminder_id == reminder.id, Receipt.term == term)
    receipts = {one.school_id: one for one in session.exec(query.options(*receipt_load_options()))}
    lines = []
    for school in session.exec(select(School).order_by(School.name)):
        known = held.of(school).named(term)
        receipt = receipts.get(school.id or 0)
        on_roll = known is None or school.on_roll(known.starts, known.ends)
        if receipt is None and not on_roll:
            continue
        lines.append(
            LedgerLine(
                school,
                receipt,
                due_on(known.school_day(reminder.day), school_on_roll(school), known) if known else None,
            )
        )
    return Ledger(reminder, term, per_year, tuple(lines))


def terms_of_reminder(session: Session, reminder: Reminder) -> list[Term]:
    """The terms of the calendar that most schools go by, in order."""
    held = load_calendars(session, reminder.action.section.plan.terms_per_year)
    names = session.exec(
        select(School.calendar).group_by(School.calendar).order_by(func.count(col(School.id)).desc())
    ).all()
    return list(held.named(names[0]).terms) if names else []


def resolve_term(session: Session, reminder: Reminder, named: str | None, today: date) -> str:
    """The name of the term that is meant: "autumn 25", or without one that which runs, ran last or comes.

    Raises `Refused`, naming those that are known.
    """
    known = terms_of_reminder(session, reminder)
    if not known:
        raise Refused("No term dates are held, and none are guessed: `partnership-bot terms import FILE`.")
    if named is None:
        begun = [term for term in known if term.starts <= today]
        return (begun[-1] if begun else known[0]).name
    wanted = named.strip().strip('"').strip()
    season = season_of(wanted)
    if season is not None:
        wanted = f"{season[0]} {season[1]}"
    found = next((term for term in known if term.name.lower() == wanted.lower()), None)
    if found is None:
        near = [term.name for term in known if abs((term.starts - today).days) < 400]
        raise Refused(f"No dates are held for “{wanted[:40]}”. Known: {', '.join(near or [known[-1].name])}.")
    return found.name


def known_until(session: Session) -> date | None:
    """The last day of the first calendar in use to run out."""
    held = load_calendars(session, 3)
    names = session.exec(select(School.calendar).distinct()).all() or [
        name for name in held.held if SCHOOL_SEPARATOR not in name
    ]
    ends = [held.named(name).known_until for name in names]
    return None if not ends or None in ends else min(one for one in ends if one is not None)


def count_schools_on_roll(session: Session, day: date) -> int:
    """How many schools are on the roll on a day."""
    query = select(func.count(col(School.id))).where(
        col(School.starts).is_(None) | (col(School.starts) <= day),
        col(School.ends).is_(None) | (col(School.ends) >= day),
    )
    return session.exec(query).one()


def next_term(session: Session, reminder: Reminder, today: date) -> Term | None:
    """The next term in which the reminder's day is today or still to come."""
    for term in terms_of_reminder(session, reminder):
        day = term.school_day(reminder.day)
        if day is not None and day >= max(today, reminder.since):
            return term
    return None


def current_term(session: Session, reminder: Reminder, today: date) -> Term | None:
    """The term that a day is in."""
    return next(
        (term for term in terms_of_reminder(session, reminder) if term.starts <= today <= term.ends), None
    )


def send_now(session: Session, author: Author, reminder: Reminder, term: str, today: date) -> int:
    """Owe a term's reminder at once to each school that can be reached and has no receipt; how many."""
    book = load_ledger(session, reminder, term)
    found = [
        DueReminder(reminder.id or 0, school_on_roll(line.school), term, line.due_on or today, author.at)
        for line in book.lines
        if line.receipt is None and line.school.channel is not None
    ]
    enqueue(session, found)
    change = Change("reminder", reminder.action_id, reminder.action.qualified_ref, "sent now", None, term)
    audit_log.append(session, author, [change])
    return len(found)


def last_ledger(session: Session, action: Action, today: date) -> Ledger | None:
    """The ledger of the last term in which an action's reminder was due; None where there is none."""
    reminder = reminder_of_action(session, action)
    if reminder is None:
        return None
    begun = select(Receipt.term).where(Receipt.reminder_id == reminder.id, col(Receipt.due_on) <= today)
    term = session.exec(begun.order_by(col(Receipt.due_on).desc()).limit(1)).first()
    return None if term is None else load_ledger(session, reminder, term)
