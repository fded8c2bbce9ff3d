"""Guests whom a coordinator lets read."""

from sqlmodel import Session

from db import audit_log
from db.audit_log import Change, Said
from db.models import Guest


def may_read(session: Session, person: str) -> bool:
    return session.get(Guest, person) is not None


def allow(session: Session, said: Said, person: str) -> bool:
    """Let a guest read, and record it. Returns whether that is new."""
    if may_read(session, person):
        return False
    session.add(Guest(slack_user=person, allowed_by=said.who))
    audit_log.append(session, said, [Change("guest", None, person, "may_read", "no", "yes")])
    return True


def disallow(session: Session, said: Said, person: str) -> bool:
    """Let a guest read no more, and record it. Returns whether they could."""
    guest = session.get(Guest, person)
    if guest is None:
        return False
    session.delete(guest)
    audit_log.append(session, said, [Change("guest", None, person, "may_read", "yes", "no")])
    return True
