"""Partners: people from outside whom a coordinator allows by name to work on the actions that they lead."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import or_
from sqlmodel import Session, col, select

from db import audit_log
from db.audit_log import Author, Change
from db.models import Action, Guest, Holding, Lead, Role


def is_allowed(session: Session, person: str) -> bool:
    return session.get(Guest, person) is not None


def actions_of_partner(
    session: Session, person: str, ids: Collection[str], today: date
) -> frozenset[int] | None:
    """The actions led by the roles that a partner holds or deputises for on a day.

    `ids` are what the register may have for them: Slack ID and email address. None for somebody who is not
    allowed by name or holds no role.
    """
    if not is_allowed(session, person):
        return None
    mine = or_(col(Holding.slack_user).in_(ids), col(Holding.deputy).in_(ids))
    query = select(Role).where(col(Role.id).in_(select(Holding.role_id).where(mine)))
    held = [
        role.id
        for role in session.exec(query)
        for holding in [role.holding_on(today)]
        if holding is not None and {holding.slack_user, holding.deputy} & set(ids)
    ]
    if not held:
        return None
    led = select(Lead.action_id).join(Action).where(col(Lead.role_id).in_(held))
    return frozenset(
        one for one in session.exec(led.where(col(Action.removed_on).is_(None))) if one is not None
    )


def allow(session: Session, author: Author, person: str) -> bool:
    """Allow somebody from outside by name, and record it. Returns whether anything changed."""
    if is_allowed(session, person):
        return False
    session.add(Guest(slack_user=person, allowed_by=author.who))
    audit_log.append(session, author, [Change("guest", None, person, "may_read", "no", "yes")])
    return True


def disallow(session: Session, author: Author, person: str) -> bool:
    """Stop allowing somebody from outside, and record it. Returns whether anything changed."""
    guest = session.get(Guest, person)
    if guest is None:
        return False
    session.delete(guest)
    audit_log.append(session, author, [Change("guest", None, person, "may_read", "yes", "no")])
    return True
