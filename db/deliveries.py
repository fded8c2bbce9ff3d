"""Messages owed: rows that wait to be sent, one for each occurrence and recipient."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, select

from db.models import Delivery


def enqueue(session: Session, kind: str, occurrence: str, recipient: str, when: datetime) -> bool:
    """Owe a message from a moment on. Owing the same one twice owes it once; returns whether new."""
    known = select(Delivery.id).where(
        Delivery.kind == kind, Delivery.occurrence == occurrence, Delivery.recipient == recipient
    )
    if session.exec(known).first() is not None:
        return False
    session.add(Delivery(**new_row(kind, occurrence, recipient, when)))
    return True


def enqueue_each(
    session: Session, kind: str, occurrence: str, recipients: Iterable[str], when: datetime
) -> dict[str, str]:
    """Owe each of these people a message that nobody has been owed yet; the messages' numbers by person."""
    rows = {person: new_row(kind, occurrence, person, when) for person in recipients}
    if rows:
        session.connection().execute(insert(Delivery), list(rows.values()))
    return {person: str(owed["id"]) for person, owed in rows.items()}


def new_row(kind: str, occurrence: str, recipient: str, when: datetime) -> dict[str, Any]:
    """The columns of a message that is owed from a moment on, for whoever writes many at once."""
    return {
        "id": uuid.uuid4().hex,
        "kind": kind,
        "occurrence": occurrence,
        "recipient": recipient,
        "next_try": when,
        "attempts": 0,
    }
