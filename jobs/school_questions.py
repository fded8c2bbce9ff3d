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
    """A question; None for a reminder of one that was answered before it went out."""
    number, _, why = delivery.occurrence.partition(":")
    found = school_questions.question_by_id(session, int(number)) if number.isdigit() else None
    if found is None or (why == "chased" and found.answered_at is not None):
        return None
    return render.question(found, context.zone, again=why == "chased")


def build_answer(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    found = school_questions.question_by_id(session, int(delivery.occurrence))
    return None if found is None else render.answer(found)


def enqueue_due(engine: Engine, context: TickContext) -> int:
    """Remind the coordinators, once, of questions that wait too long. Returns how many questions."""
    if not HOUR <= context.at.astimezone(context.zone).time() < CLOSING_HOUR:
        return 0
    with reading(engine) as session:
        if not school_questions.questions_to_chase(session, context.at, context.zone):
            return 0
    with writing(engine) as session:
        audit_log.take_write_lock(session)
        found = school_questions.questions_to_chase(session, context.at, context.zone)
        school_questions.chase(session, found, context.coordinators, context.at)
        return len(found)
