"""Coverage of a register by an action: recorded by name, asked of each member, confirmed by them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from db import audit_log, reminder_ledgers
from db.audit_log import Author, Change
from db.deliveries import DeliveryKind, enqueue
from db.models import SCHOOLS, Action, Covered, Delivery, Entry, Ledger, Member, Progress, School
from db.registers import Registered, of_member, of_school, on_register, registers
from db.reminders import reminder_of_action
from db.rules.calendars import local_day
from db.rules.coverage import Coverage, CoverageLine, register_of
from db.rules.dates import day_text
from db.rules.rounds import Counted, counted_measures


def covering_measure(session: Session, action: Action) -> tuple[Counted | None, str | None]:
    """The measure of an action that counts a register which is held, and the register.

    Where none is held, the first measure that has a pass mark, with None.
    """
    counted = [one for one in counted_measures(action.measures) if one.pass_mark is not None]
    held = registers(session)
    for one in counted:
        register = register_of(one, held)
        if register is not None:
            return one, register
    return next(iter(counted), None), None


def load_coverage(
    session: Session, action: Action, day: date, zone: ZoneInfo, until: datetime | None = None
) -> Coverage | None:
    """The coverage of an action on a day: of its reminder's last term, else of the register it counts.

    The days on which something was sent are those in the `zone`. With `until`, as it was recorded by that
    moment. None where no register is held for it. The action has to have its measures loaded.
    """
    counted, register = covering_measure(session, action)
    reminder = reminder_of_action(session, action)
    if reminder is not None:
        last = reminder_ledgers.last_ledger(session, action, day)
        coming = None if last else reminder_ledgers.next_term(session, reminder, day)
        ledger = reminder_ledgers.load_ledger(session, reminder, coming.name) if coming else last
        return of_ledger(ledger, day, zone, counted, is_to_come=last is None) if ledger else None
    if counted is None or register is None:
        return None
    held = _current(session, action, until)
    asked = _asked(session, action)
    lines = []
    for one in on_register(session, register, day):
        row = held.get((one.is_school, one.id))
        gap = "" if row else _gap(one, asked, zone)
        by = row.recorded_by if row else ""
        lines.append(CoverageLine(one.name, one.agency, row.covered_on if row else None, by, gap))
    return Coverage(register, tuple(lines), day, counted)


def of_ledger(
    ledger: Ledger, day: date, zone: ZoneInfo, counted: Counted | None, *, is_to_come: bool = False
) -> Coverage:
    """A term's reminders as coverage: a school is covered when its message was delivered."""
    lines = []
    for line in ledger.lines:
        sent = line.receipt.delivery.sent_at if line.receipt and line.receipt.delivery else None
        on = local_day(sent, zone) if line.delivered and sent else None
        by = (line.receipt.seen_by or "") if line.receipt else ""
        lines.append(CoverageLine(line.school.name, "", on, by, "" if on else line.gap or "not sent yet"))
    return Coverage(SCHOOLS, tuple(lines), day, counted, ledger.term, is_to_come)


def is_counted_by_reminders(session: Session, action: Action) -> bool:
    """Whether an action covers schools by a reminder, whose receipts say who got it."""
    return reminder_of_action(session, action) is not None


def _current(
    session: Session, action: Action, until: datetime | None = None
) -> Mapping[tuple[bool, int], Covered]:
    query = select(Covered).where(Covered.action_id == action.id)
    if until is None:
        query = query.where(col(Covered.withdrawn_act).is_(None))
    else:
        query = query.where(Covered.recorded_at <= until, ~_withdrawn_by(until))
    return {
        (one.school_id is not None, one.school_id or one.member_id or 0): one
        for one in session.exec(query.order_by(col(Covered.id)))
    }


def _withdrawn_by(until: datetime) -> Any:
    gone = select(Entry.act).where(Entry.field == "uncovered", Entry.at <= until)
    return col(Covered.withdrawn_act).is_not(None) & col(Covered.withdrawn_act).in_(gone)


def _gap(one: Registered, asked: Mapping[str, Delivery], zone: ZoneInfo) -> str:
    """Why a member is not covered, as far as it is known."""
    sent = asked.get(_key(one))
    if sent is not None and sent.failed_at is not None:
        return f"could not be asked ({sent.reason})"
    if sent is not None:
        on = f" on {day_text(local_day(sent.sent_at, zone))}" if sent.sent_at else ""
        return f"asked{on}, no answer yet"
    return "" if one.place else ("no channel" if one.is_school else "no contact")


def _key(one: Registered) -> str:
    return f"{'school' if one.is_school else 'member'}:{one.id}"


def _occurrence(action: Action, one: Registered) -> str:
    return f"{action.id}:{_key(one)}"


def _asked(session: Session, action: Action) -> Mapping[str, Delivery]:
    """The last question to each member of a register, by member."""
    query = select(Delivery).where(
        Delivery.kind == DeliveryKind.COVERAGE, col(Delivery.occurrence).startswith(f"{action.id}:")
    )
    found = session.exec(query.order_by(col(Delivery.due_at)))
    return {":".join(one.occurrence.split(":")[1:3]): one for one in found}


def record_covered(
    session: Session,
    author: Author,
    action: Action,
    register: str,
    members: Sequence[Registered],
    day: date,
    note: str = "",
) -> list[Registered]:
    """Record that an action has reached these members on a day. Returns those that were not covered yet."""
    held = _current(session, action)
    new = [one for one in members if (one.is_school, one.id) not in held]
    if not new:
        return []
    for one in new:
        session.add(
            Covered(
                action_id=action.id or 0,
                member_id=None if one.is_school else one.id,
                school_id=one.id if one.is_school else None,
                covered_on=day,
                act=author.act,
                recorded_by=author.who,
                recorded_at=author.at,
            )
        )
    session.flush()
    after = {"register": register, "names": [one.name for one in new], "on": day.isoformat()}
    change = Change("action", action.id, action.qualified_ref, "covered", None, after, note)
    audit_log.append(session, author, [change])
    return new


def mark_begun(session: Session, author: Author, action: Action) -> None:
    """An action of which somebody records coverage is in progress, if nothing was recorded of it before."""
    if action.progress is Progress.NOT_STARTED:
        values = {"progress": Progress.IN_PROGRESS, "status_unsettled": False}
        audit_log.set_fields(session, author, action, action.qualified_ref, values)


def withdraw_covered(
    session: Session,
    author: Author,
    action: Action,
    register: str,
    members: Sequence[Registered],
    note: str = "",
) -> list[Registered]:
    """Record that these members are not covered after all. Returns those that were thought to be."""
    held = _current(session, action)
    gone = [one for one in members if (one.is_school, one.id) in held]
    if not gone:
        return []
    for one in gone:
        held[one.is_school, one.id].withdrawn_act = author.act
    session.flush()
    after = {"register": register, "names": [one.name for one in gone]}
    change = Change("action", action.id, action.qualified_ref, "uncovered", None, after, note)
    audit_log.append(session, author, [change])
    return gone


def undo_covered(session: Session, entry_act: str, field: str) -> None:
    """Take back what an act said of coverage."""
    column = Covered.act if field == "covered" else Covered.withdrawn_act
    for row in session.exec(select(Covered).where(column == entry_act)):
        if field == "covered":
            session.delete(row)
        else:
            row.withdrawn_act = None
    session.flush()


def ask_members(
    session: Session, author: Author, action: Action, register: str, day: date
) -> tuple[int, int]:
    """Ask each member that is not covered, and was not asked before, whether they are.

    Returns how many are asked, and how many have nobody to ask.
    """
    held, asked = _current(session, action), _asked(session, action)
    asking = unreachable = 0
    for one in on_register(session, register, day):
        if (one.is_school, one.id) in held or _key(one) in asked:
            continue
        if one.place is None:
            unreachable += 1
            continue
        enqueue(session, DeliveryKind.COVERAGE, _occurrence(action, one), one.place, author.at)
        asking += 1
    if asking:
        note = f"asked {asking} of the register of {register} whether they are covered"
        audit_log.append(
            session, author, [Change("action", action.id, action.qualified_ref, "asked_coverage", None, note)]
        )
    return asking, unreachable


@dataclass(frozen=True)
class Question:
    """A question to a member: the action, the register, the member, and the row where they are covered."""

    action: Action
    register: str
    member: Registered
    covered: Covered | None


def question_of(session: Session, delivery: Delivery) -> Question | None:
    """What a message asked; None where the action or the member is gone."""
    action_id, _, rest = delivery.occurrence.partition(":")
    kind, _, number = rest.partition(":")
    action = session.get(Action, int(action_id)) if action_id.isdigit() else None
    school = session.get(School, int(number)) if kind == "school" and number.isdigit() else None
    member = session.get(Member, int(number)) if kind == "member" and number.isdigit() else None
    asked = of_school(school) if school else of_member(member) if member else None
    if action is None or action.removed_on is not None or asked is None:
        return None
    held = _current(session, action).get((asked.is_school, asked.id))
    return Question(action, member.kind if member else SCHOOLS, asked, held)
