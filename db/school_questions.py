"""Questions that schools ask about a reminder, and their answers."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import joinedload
from sqlmodel import Session, col, select

from db import audit_log, deliveries
from db.audit_log import Author, Change
from db.deliveries import DeliveryKind
from db.errors import Refused
from db.models import Delivery, Receipt, School, SchoolQuestion
from db.rules.calendars import Calendar, local_day
from db.school_calendars import load_calendars

QUESTION, ANSWER = DeliveryKind.SCHOOL_QUESTION, DeliveryKind.SCHOOL_ANSWER
# After this many school days without an answer the coordinators are reminded of a question, once.
CHASE_AFTER = 2


def _with_school() -> object:
    return joinedload(SchoolQuestion.school)  # type: ignore[arg-type]


def ask(
    session: Session,
    author: Author,
    receipt: Receipt,
    text: str,
    coordinators: Iterable[str],
    thread: tuple[str, str] | None = None,
) -> SchoolQuestion:
    """Record a school's question about its reminder, and send it to each coordinator.

    `thread` is the channel and the thread it was asked in, where its answer goes; else the reminder's.
    """
    school = receipt.school
    delivery = receipt.delivery
    question = SchoolQuestion(
        school_id=school.id or 0,
        receipt_id=receipt.id,
        text=text,
        asked_by=author.who,
        asked_at=author.at,
        channel=thread[0] if thread else delivery.channel if delivery else school.channel,
        thread_ts=thread[1] if thread else delivery.ts if delivery else None,
    )
    session.add(question)
    session.flush()
    audit_log.append(session, author, [Change("school", school.id, school.name, "question", note=text)])
    _enqueue(session, question, "asked", coordinators, author.at)
    return question


def _enqueue(
    session: Session, question: SchoolQuestion, why: str, coordinators: Iterable[str], when: datetime
) -> None:
    for person in coordinators:
        deliveries.enqueue(session, QUESTION, f"{question.id}:{why}", person, when)


def question_by_id(session: Session, number: int) -> SchoolQuestion | None:
    query = select(SchoolQuestion).where(SchoolQuestion.id == number)
    return session.exec(query.options(_with_school())).first()  # type: ignore[arg-type]


def open_questions(session: Session) -> list[SchoolQuestion]:
    """The questions without an answer, the oldest first."""
    query = select(SchoolQuestion).where(col(SchoolQuestion.answered_at).is_(None))
    return list(session.exec(query.order_by(col(SchoolQuestion.asked_at)).options(_with_school())))  # type: ignore[arg-type]


def questions_of_school(session: Session, school: School) -> list[SchoolQuestion]:
    """The questions of a school, the newest first."""
    query = select(SchoolQuestion).where(SchoolQuestion.school_id == school.id)
    return list(session.exec(query.order_by(col(SchoolQuestion.asked_at).desc())))


def receipt_in_thread(session: Session, channel: str, ts: str) -> Receipt | None:
    """The receipt of the reminder, or of the second message about it, that a thread begins with."""
    found = select(Delivery.id).where(Delivery.channel == channel, Delivery.ts == ts)
    query = select(Receipt).where(col(Receipt.delivery_id).in_(found) | col(Receipt.chase_id).in_(found))
    loads = (joinedload(Receipt.school), joinedload(Receipt.delivery))  # type: ignore[arg-type]
    return session.exec(query.options(*loads)).first()


def question_in_thread(session: Session, channel: str, ts: str) -> SchoolQuestion | None:
    """The question whose message to a coordinator a thread begins with."""
    query = select(Delivery).where(Delivery.channel == channel, Delivery.ts == ts, Delivery.kind == QUESTION)
    delivery = session.exec(query).first()
    return None if delivery is None else _question_of(session, delivery)


def answer(session: Session, author: Author, question: SchoolQuestion, text: str) -> None:
    """Record the answer and send it to the school's thread. Raises `Refused` for one that has an answer.

    Once Slack has refused that place for good, it goes to the person who asked.
    """
    take_as_answer(session, author, question, text)
    refused = len(_answers_sent(session, question))
    recipient = question.channel or question.school.channel or question.asked_by
    if refused:
        recipient = question.asked_by
    deliveries.enqueue(session, ANSWER, f"{question.id}:{refused + 1}", recipient, author.at)


def question_of_answer(session: Session, delivery: Delivery) -> SchoolQuestion | None:
    """The question that a message of the kind `ANSWER` answers."""
    return _question_of(session, delivery)


def _question_of(session: Session, delivery: Delivery) -> SchoolQuestion | None:
    number = delivery.occurrence.partition(":")[0]
    return question_by_id(session, int(number)) if number.isdigit() else None


def is_private(delivery: Delivery, question: SchoolQuestion) -> bool:
    """Whether an answer goes to the person who asked, and not into the thread."""
    return delivery.recipient == question.asked_by != question.channel


def _answers_sent(session: Session, question: SchoolQuestion) -> list[Delivery]:
    """The answers to a question so far. Before there could be several, the only one had no number."""
    occurrence = col(Delivery.occurrence)
    is_of = (occurrence == str(question.id)) | occurrence.startswith(f"{question.id}:")
    return list(session.exec(select(Delivery).where(Delivery.kind == ANSWER, is_of)))


def undelivered(session: Session) -> list[tuple[SchoolQuestion, str]]:
    """The answered questions whose answer Slack refused for good, with its reason, the oldest first."""
    failed = select(Delivery).where(Delivery.kind == ANSWER, col(Delivery.failed_at).is_not(None))
    found = []
    for delivery in session.exec(failed.order_by(col(Delivery.failed_at))):
        question = question_of_answer(session, delivery)
        if question is None or question.answered_at is None or not question.answer:
            continue
        if delivery.due_at is not None and delivery.due_at >= question.answered_at:
            found.append((question, delivery.reason or ""))
    return found


def reopen(
    session: Session, question: SchoolQuestion, reason: str, coordinators: Iterable[str], now: datetime
) -> None:
    """Open a question again whose answer could not be sent, and tell the coordinators why.

    The answer stays, for the form of the next. For a transaction that holds the write lock.
    """
    question.answered_at = None
    school = question.school
    change = Change("school", school.id, school.name, "answer_not_sent", after=reason)
    audit_log.append(session, Author(str(ANSWER), now), [change])
    _enqueue(session, question, f"undelivered{len(_answers_sent(session, question))}", coordinators, now)


def close(session: Session, author: Author, question: SchoolQuestion) -> None:
    """Record that a question needs no answer; the school is sent nothing. Raises `Refused`."""
    _settle(session, author, question, "")


def open_questions_in_thread(session: Session, receipt: Receipt) -> list[SchoolQuestion]:
    """The questions without an answer about a school's reminder, the oldest first."""
    return [one for one in open_questions(session) if one.receipt_id == receipt.id]


def take_as_answer(session: Session, author: Author, question: SchoolQuestion, text: str) -> None:
    """Record as the answer what a coordinator wrote in the thread: there the school reads it already."""
    _settle(session, author, question, text)


def check_open(question: SchoolQuestion) -> None:
    """Raise `Refused` for a question that has an answer, or was closed without one."""
    if question.answered_at is None:
        return
    if not question.answer:
        raise Refused("Somebody has closed that question since, without an answer.")
    raise Refused("Somebody has answered that question since. Their answer went to the school.")


def _settle(session: Session, author: Author, question: SchoolQuestion, text: str) -> None:
    """Record an answer, or by an empty one that none is needed."""
    check_open(question)
    question.answer, question.answered_by, question.answered_at = text, author.who, author.at
    school, what = question.school, "answer" if text else "question_closed"
    audit_log.append(session, author, [Change("school", school.id, school.name, what, note=text)])


def questions_to_chase(session: Session, now: datetime, zone: ZoneInfo) -> list[SchoolQuestion]:
    """The open questions that have waited `CHASE_AFTER` school days and were not chased yet.

    One whose answer could not be sent is sent to the coordinators for that reason instead.
    """
    waiting = [one for one in open_questions(session) if one.chased_at is None and one.answer is None]
    calendars = load_calendars(session, 3) if waiting else None
    return [
        one
        for one in waiting
        if calendars is not None and _has_waited(one, calendars.of(one.school), now, zone)
    ]


def _has_waited(question: SchoolQuestion, calendar: Calendar, now: datetime, zone: ZoneInfo) -> bool:
    today, asked = local_day(now, zone), local_day(question.asked_at, zone)
    if not calendar.is_school_day(today):
        return False
    term = calendar.term_on(today)
    days = [day for day in (term.school_days(asked) if term else ()) if asked < day <= today]
    return len(days) >= CHASE_AFTER


def chase(
    session: Session, questions: Sequence[SchoolQuestion], coordinators: Iterable[str], now: datetime
) -> None:
    """Remind the coordinators of these questions, once. For a transaction that holds the write lock."""
    people = sorted(coordinators)
    for question in questions:
        question.chased_at = now
        _enqueue(session, question, "chased", people, now)
