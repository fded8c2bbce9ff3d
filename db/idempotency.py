"""Each change once, however often Slack sends it and to however many processes."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col

from db.models import Heard

KEPT = timedelta(hours=1)


def first(session: Session, key: str, now: datetime) -> bool:
    """Whether a change is heard for the first time. For a transaction that has the record to itself."""
    if session.get(Heard, key) is not None:
        return False
    session.add(Heard(key=key, at=now))
    session.flush()
    return True


def heard(session: Session, key: str) -> bool:
    """Whether a change was recorded: its key is written with it or not at all."""
    return session.get(Heard, key) is not None


def sweep(session: Session, now: datetime) -> None:
    """Forget what is older than Slack would send again."""
    session.connection().execute(delete(Heard).where(col(Heard.at) < now - KEPT))
