"""Termly reminders: noticing which school is due one, and what is posted."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from sqlalchemy import Engine
from sqlmodel import Session

from db import audit_log, reminders
from db.engine import reading, unpaused, writing
from db.models import Delivery
from jobs.tick_context import Moment
from messages import reminders as tell
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
    with unpaused(), writing(engine) as session:
        # Looked for again in a writer's turn: of two workers the second finds what the first wrote.
        audit_log.lock(session)
        found = list(look(session))
        owe(session, found)
        return len(found)


def notice(engine: Engine, moment: Moment) -> int:
    """Write what is due to which school, once; returns how many. The same however often it is asked."""
    return _noticed(engine, lambda session: reminders.due(session, moment.at, moment.zone), reminders.owe)


def notice_chases(engine: Engine, moment: Moment) -> int:
    """Owe one more message to each school that has not answered, once."""
    return _noticed(
        engine, lambda session: reminders.to_chase(session, moment.at, moment.zone), reminders.chase
    )


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
