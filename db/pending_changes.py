"""Changes that wait for their author's confirmation: a row each, so that nothing is cut or typed again."""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col

from db import audit_log
from db.audit_log import Author
from db.models import PendingChange

FIGURE, REPLY = "figure", "reply"
# Nobody confirms later than this what they wrote.
KEEP_FOR = timedelta(days=1)


def save_pending(session: Session, author: Author, kind: str, values: Mapping[str, Any]) -> str:
    """Keep values until their author confirms them; returns the row's id.

    Raises `PersonalDataFound` for text that must not be stored, confirmed or not.
    """
    audit_log.refuse_personal_data(session, (one for one in values.values() if isinstance(one, str)))
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
    """The values that a person is asked to confirm; None for what is gone or another person's.

    The row stays until it expires: a press that Slack repeats is recognised by its own key.
    """
    pending = session.get(PendingChange, pending_id)
    if pending is None or (pending.kind, pending.person) != (kind, author.who):
        return None
    found = json.loads(pending.content)
    return found if isinstance(found, dict) else None


def delete_expired(session: Session, now: datetime) -> None:
    """Delete what nobody confirmed within `KEEP_FOR`."""
    session.connection().execute(delete(PendingChange).where(col(PendingChange.at) < now - KEEP_FOR))
