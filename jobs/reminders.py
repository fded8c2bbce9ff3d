"""Termly reminders: noticing which school is due one, and what is posted."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from sqlalchemy import Engine
from sqlmodel import Session

from db import audit_log, reminders
from db.engine import garbage_collection_paused, reading, writing
from db.models import Delivery
from jobs.tick_context import TickContext
from messages import reminders as render
from messages.limits import Answer

T = TypeVar("T")


def _noticed(
    engine: Engine,
    look: Callable[[Session], Iterable[T]],
    owe: Callable[[Session, Sequence[T]], None],
) -> int:
    """Owe what there is, once; returns how much. Nothing is locked where there is nothing."""
    with reading(engine) as session:
        if next(iter(look(session)), None) is None:
            return 0
    with garbage_collection_paused(), writing(engine) as session:
        # Looked for again in a writer's turn: of two workers the second finds what the first wrote.
        audit_log.take_write_lock(session)
        found = list(look(session))
        owe(session, found)
        return len(found)


def notice(engine: Engine, context: TickContext) -> int:
    """Write what is due to which school, once; returns how many. The same however often it is asked."""
    return _noticed(
        engine, lambda session: reminders.due_reminders(session, context.at, context.zone), reminders.enqueue
    )


def notice_chases(engine: Engine, context: TickContext) -> int:
    """Owe one more message to each school that has not answered, once."""
    return _noticed(
        engine,
        lambda session: reminders.receipts_to_chase(session, context.at, context.zone),
        reminders.enqueue_chases,
    )


def post(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    receipt = reminders.receipt_by_delivery(session, delivery.id)
    return None if receipt is None else render.post(receipt, context.today)


def post_again(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    """A chase, unless the school answered before it went out."""
    receipt = reminders.receipt_by_chase(session, delivery.id)
    return None if receipt is None or receipt.seen_at is not None else render.chase(receipt)


def pass_on(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    """A school's question, to a coordinator."""
    asked = reminders.question_entry(session, delivery.occurrence)
    return None if asked is None else render.question(asked.ref, asked.who, asked.note)
