"""Guests of the workspace whom a coordinator allows to read the plans."""

from sqlmodel import Session

from db import audit_log
from db.audit_log import Author, Change
from db.models import Guest


def may_read(session: Session, person: str) -> bool:
    return session.get(Guest, person) is not None


def allow(session: Session, author: Author, person: str) -> bool:
    """Allow a guest to read, and record it. Returns whether anything changed."""
    if may_read(session, person):
        return False
    session.add(Guest(slack_user=person, allowed_by=author.who))
    audit_log.append(session, author, [Change("guest", None, person, "may_read", "no", "yes")])
    return True


def disallow(session: Session, author: Author, person: str) -> bool:
    """Stop a guest from reading, and record it. Returns whether anything changed."""
    guest = session.get(Guest, person)
    if guest is None:
        return False
    session.delete(guest)
    audit_log.append(session, author, [Change("guest", None, person, "may_read", "yes", "no")])
    return True
