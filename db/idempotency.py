"""Each change once, however often Slack sends it and to however many processes."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col

from db.models import HandledRequest

KEEP_FOR = timedelta(hours=1)


def mark_handled(session: Session, key: str, now: datetime) -> bool:
    """Whether a change is heard for the first time. For a transaction that has the record to itself."""
    if session.get(HandledRequest, key) is not None:
        return False
    session.add(HandledRequest(key=key, at=now))
    session.flush()
    return True


def was_handled(session: Session, key: str) -> bool:
    """Whether a change was recorded: its key is written with it or not at all."""
    return session.get(HandledRequest, key) is not None


def delete_expired(session: Session, now: datetime) -> None:
    """Forget what is older than Slack would send again."""
    session.connection().execute(delete(HandledRequest).where(col(HandledRequest.at) < now - KEEP_FOR))
