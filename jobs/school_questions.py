"""Schools' questions to the coordinators, the answers to the schools, and the one reminder."""

from sqlalchemy import Engine
from sqlmodel import Session

from db import audit_log, school_questions
from db.engine import reading, writing
from db.models import Delivery
from db.reminders import CLOSING_HOUR, HOUR
from jobs.tick_context import TickContext
from messages import school_questions as render
from messages.blocks import Answer


def build_question(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    """A question; None for a second message about one that was answered before it went out."""
    number, _, why = delivery.occurrence.partition(":")
    found = school_questions.question_by_id(session, int(number)) if number.isdigit() else None
    if found is None or (why != "asked" and found.answered_at is not None):
        return None
    return render.question(found, context.zone, again=why == "chased")


def build_answer(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    found = school_questions.question_of_answer(session, delivery)
    if found is None:
        return None
    return render.answer(found, private=school_questions.is_private(delivery, found))


def enqueue_due(engine: Engine, context: TickContext) -> int:
    """Tell the coordinators, once each, of questions that wait too long and of answers that Slack refused.

    Returns how many questions.
    """
    if not HOUR <= context.at.astimezone(context.zone).time() < CLOSING_HOUR:
        return 0
    with reading(engine) as session:
        waits = school_questions.questions_to_chase(session, context.at, context.zone)
        if not waits and not school_questions.undelivered(session):
            return 0
    with writing(engine) as session:
        audit_log.take_write_lock(session)
        refused = school_questions.undelivered(session)
        for question, reason in refused:
            school_questions.reopen(session, question, reason, sorted(context.coordinators), context.at)
        waiting = school_questions.questions_to_chase(session, context.at, context.zone)
        school_questions.chase(session, waiting, context.coordinators, context.at)
        return len(refused) + len(waiting)
