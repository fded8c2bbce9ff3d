"""Messages owed: rows that wait to be sent, one for each occurrence and recipient."""

import uuid
from datetime import datetime

from sqlmodel import Session, select

from db.models import Delivery


def owe(session: Session, kind: str, occurrence: str, recipient: str, when: datetime) -> bool:
    """Owe a message from a moment on. Owing the same one twice owes it once; returns whether new."""
    known = select(Delivery.id).where(
        Delivery.kind == kind, Delivery.occurrence == occurrence, Delivery.recipient == recipient
    )
    if session.exec(known).first() is not None:
        return False
    session.add(
        Delivery(id=uuid.uuid4().hex, kind=kind, occurrence=occurrence, recipient=recipient, next_try=when)
    )
    return True
