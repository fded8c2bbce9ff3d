"""Messages that wait to be sent: one row for each occurrence and recipient."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, select

from db.bulk_insert import insert_rows
from db.models import Delivery


class DeliveryKind(StrEnum):
    """The kinds of message that the outbox sends. `jobs/schedule.py` holds the builder of each."""

    DUE_REQUEST = "due_request"
    DUE_DECISION = "due_decision"
    EDIT_REQUEST = "edit_request"
    EDIT_DECISION = "edit_decision"
    REMINDER = "reminder"
    REMINDER_CHASE = "reminder_chase"
    SCHOOL_QUESTION = "school_question"
    SCHOOL_ANSWER = "school_answer"
    SIGN_OFF = "sign_off"
    NUDGE = "nudge"
    EXCEPTIONS = "exceptions"
    NOT_MINE = "not_mine"
    BLOCKED = "blocked"
    DIGEST = "digest"
    KPI = "kpi"
    COVERAGE = "coverage"
    LADDER = "ladder"
    MEETING = "meeting"
    # Not a message: a posted one is searched for a text that was erased, and taken down if it quotes it.
    ERASURE = "erasure"


def enqueue(session: Session, kind: DeliveryKind, occurrence: str, recipient: str, when: datetime) -> bool:
    """Add a message to send from `when` on, unless it is there already. Returns whether it is new."""
    existing = select(Delivery.id).where(
        Delivery.kind == kind, Delivery.occurrence == occurrence, Delivery.recipient == recipient
    )
    if session.exec(existing).first() is not None:
        return False
    session.add(Delivery(**new_row(kind, occurrence, recipient, when)))
    return True


def enqueue_each(
    session: Session, kind: DeliveryKind, occurrence: str, recipients: Iterable[str], when: datetime
) -> dict[str, str]:
    """Add a message for each of these people. Returns the deliveries' ids by person.

    The caller makes sure that none of these messages is there already.
    """
    rows = {person: new_row(kind, occurrence, person, when) for person in recipients}
    insert_rows(session.connection(), Delivery, list(rows.values()))
    return {person: str(row["id"]) for person, row in rows.items()}


def new_row(kind: DeliveryKind, occurrence: str, recipient: str, when: datetime) -> dict[str, Any]:
    """The columns of a message to send from `when` on, for callers that insert many at once."""
    return {
        "id": uuid.uuid4().hex,
        "kind": kind,
        "occurrence": occurrence,
        "recipient": recipient,
        "due_at": when,
        "next_try": when,
        "attempts": 0,
    }
