"""Termly reminders: noticing which school is due one, and what is posted."""

from sqlalchemy import Engine
from sqlmodel import Session

from db import record, reminders
from db.engine import reading, writing
from db.models import Delivery
from jobs.moment import Moment
from messages import reminders as tell
from messages.limits import Answer


def notice(engine: Engine, moment: Moment) -> int:
    """Write what is due to which school, once; returns how many. The same however often it is asked."""
    with reading(engine) as session:
        if next(reminders.due(session, moment.at, moment.zone), None) is None:
            return 0
    with writing(engine) as session:
        # Looked for again in a writer's turn: of two workers the second finds the first one's receipts.
        record.lock(session)
        found = list(reminders.due(session, moment.at, moment.zone))
        reminders.owe(session, found)
        return len(found)


def notice_chases(engine: Engine, moment: Moment) -> int:
    """Owe one more message to each school that has not answered, once."""
    with reading(engine) as session:
        if not reminders.to_chase(session, moment.at, moment.zone):
            return 0
    with writing(engine) as session:
        record.lock(session)
        found = reminders.to_chase(session, moment.at, moment.zone)
        reminders.chase(session, found)
        return len(found)


def post(session: Session, delivery: Delivery, moment: Moment) -> Answer | None:
    receipt = reminders.by_delivery(session, delivery.id)
    return None if receipt is None else tell.post(receipt, moment.today)


def post_again(session: Session, delivery: Delivery, moment: Moment) -> Answer | None:
    """A chase, unless the school answered before it went out."""
    receipt = reminders.by_chase(session, delivery.id)
    return None if receipt is None or receipt.seen_at is not None else tell.chase(receipt)


def pass_on(session: Session, delivery: Delivery, moment: Moment) -> Answer | None:
    """A school's question, to a coordinator."""
    asked = reminders.question(session, delivery.occurrence)
    return None if asked is None else tell.question(asked.ref, asked.who, asked.note)
