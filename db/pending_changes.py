"""Changes that wait for their author to confirm them, one row each.

A button's value is too short for them, and the author need not type them again.
"""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col

from db.audit_log import Author
from db.models import PendingChange

FIGURE, REPLY, FILE = "figure", "reply", "file"
# After this a change can no longer be confirmed.
KEEP_FOR = timedelta(days=1)


def save_pending(session: Session, author: Author, kind: str, values: Mapping[str, Any]) -> str:
    """Store values until their author confirms them. Returns the row's id.

    Raises `PersonalDataFound` for text that must not be stored, even before it is confirmed.
    """
    pending = PendingChange(
        id=uuid.uuid4().hex,
        kind=kind,
        person=author.who,
        at=author.at,
        content=json.dumps(dict(values), ensure_ascii=False),
    )
    session.add(pending)
    session.flush()
    return pending.id


def find_pending(session: Session, author: Author, kind: str, pending_id: str) -> dict[str, Any] | None:
    """The values that the author is asked to confirm. None where they expired or are another person's.

    The row stays until it expires. A repeated press is recognised by its idempotency key instead.
    """
    pending = session.get(PendingChange, pending_id)
    if pending is None or (pending.kind, pending.person) != (kind, author.who):
        return None
    values = json.loads(pending.content)
    return values if isinstance(values, dict) else None


def update_pending(
    session: Session, author: Author, kind: str, pending_id: str, values: Mapping[str, Any]
) -> None:
    """Replace the values of a row that still waits; it waits as long again. Does nothing for another's."""
    if find_pending(session, author, kind, pending_id) is not None:
        pending = session.get_one(PendingChange, pending_id)
        pending.content = json.dumps(dict(values), ensure_ascii=False)
        pending.at = author.at


def delete_pending(session: Session, pending_id: str) -> None:
    """Delete a change that is confirmed or cancelled."""
    session.connection().execute(delete(PendingChange).where(col(PendingChange.id) == pending_id))


def delete_expired(session: Session, now: datetime) -> None:
    """Delete the changes that were not confirmed within `KEEP_FOR`."""
    session.connection().execute(delete(PendingChange).where(col(PendingChange.at) < now - KEEP_FOR))
