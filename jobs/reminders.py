"""Termly reminders: notice which schools are due one, and build what is posted."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from sqlalchemy import Engine
from sqlmodel import Session

from db import audit_log, reminders
from db.engine import garbage_collection_paused, reading, writing
from db.models import Delivery
from jobs.tick_context import TickContext
from messages import reminders as render
from messages.blocks import Answer

T = TypeVar("T")


def _enqueue_once(
    engine: Engine,
    find: Callable[[Session], Iterable[T]],
    enqueue: Callable[[Session, Sequence[T]], None],
) -> int:
    """Enqueue everything that `find` finds, once; returns how many. Takes no lock if there is nothing."""
    with reading(engine) as session:
        if next(iter(find(session)), None) is None:
            return 0
    with garbage_collection_paused(), writing(engine) as session:
        audit_log.take_write_lock(session)
        # Read again under the lock: the second of two workers must see what the first one wrote.
        found = list(find(session))
        enqueue(session, found)
        return len(found)


def enqueue_due(engine: Engine, context: TickContext) -> int:
    """Enqueue each reminder that is due to a school, once; returns how many. Safe to call at any time."""
    return _enqueue_once(
        engine, lambda session: reminders.due_reminders(session, context.at, context.zone), reminders.enqueue
    )


def enqueue_due_chases(engine: Engine, context: TickContext) -> int:
    """Enqueue one more message, once, to each school that has not answered."""
    return _enqueue_once(
        engine,
        lambda session: reminders.receipts_to_chase(session, context.at, context.zone),
        reminders.enqueue_chases,
    )


def build(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    receipt = reminders.receipt_by_delivery(session, delivery.id)
    return None if receipt is None else render.post(receipt, context.today)


def build_chase(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    """A chase; None if the school answered before it went out."""
    receipt = reminders.receipt_by_chase(session, delivery.id)
    return None if receipt is None or receipt.seen_at is not None else render.chase(receipt)
