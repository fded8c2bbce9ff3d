"""Idempotency keys: a change is made once, however often Slack sends it and to however many processes."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col

from db.models import HandledRequest

KEEP_FOR = timedelta(hours=1)


def mark_handled(session: Session, key: str, now: datetime) -> bool:
    """Store the key of a change. Returns whether it is new.

    For a transaction that holds the write lock, so that two processes cannot both find it new.
    """
    if session.get(HandledRequest, key) is not None:
        return False
    session.add(HandledRequest(key=key, at=now))
    session.flush()
    return True


def was_handled(session: Session, key: str) -> bool:
    """Whether a change was recorded: its key is stored in the same transaction."""
    return session.get(HandledRequest, key) is not None


def delete_expired(session: Session, now: datetime) -> None:
    """Delete the keys that are too old for Slack to send the change again."""
    session.connection().execute(delete(HandledRequest).where(col(HandledRequest.at) < now - KEEP_FOR))
