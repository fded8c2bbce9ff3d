"""Roles and who holds them. Actions belong to roles: a handover moves no action."""

from datetime import date, timedelta

from sqlalchemy.orm import selectinload
from sqlmodel import Session, col, select

from db import record
from db.imports.leads import role_key
from db.models import Action, Holding, Lead, Plan, Role
from db.record import Change, Said


def everybody(session: Session) -> list[tuple[Role, int]]:
    """Every role with the number of standing actions it leads, those with most first."""
    query = select(Role).options(selectinload(Role.holdings), selectinload(Role.agency))  # type: ignore[arg-type]
    counts: dict[int | None, int] = {}
    led = select(Lead.role_id).join(Action).where(col(Action.removed_on).is_(None))
    for role_id in session.exec(led):
        counts[role_id] = counts.get(role_id, 0) + 1
    roles = [(role, counts.get(role.id, 0)) for role in session.exec(query)]
    return sorted(roles, key=lambda pair: (-pair[1], pair[0].name))


def named(session: Session, name: str) -> Role | None:
    """The role of that name, whatever its case and small words."""
    wanted = role_key(name)
    roles = session.exec(select(Role).options(selectinload(Role.holdings)))  # type: ignore[arg-type]
    return next((role for role in roles if role_key(role.name) == wanted), None)


def names(session: Session) -> list[str]:
    return list(session.exec(select(Role.name).order_by(Role.name)))


def give(session: Session, said: Said, role: Role, person: str, deputy: str | None, starts: date) -> None:
    """Give a role to somebody from a day on; whoever held it holds it until the day before."""
    current = role.held(starts)
    before = [current.slack_user, current.deputy] if current else None
    for earlier in role.holdings:
        if earlier.ends is None and (earlier.starts or date.min) < starts:
            earlier.ends = starts - timedelta(days=1)
    again = next((h for h in role.holdings if h.starts == starts), None)
    if again is not None:
        again.slack_user, again.deputy, again.ends = person, deputy, None
    else:
        role.holdings.append(Holding(role_id=role.id, slack_user=person, deputy=deputy, starts=starts))
    after = [person, deputy, starts.isoformat()]
    record.append(session, said, [Change("role", role.id, role.name, "holder", before, after)])


def reopen_before(session: Session, holding: Holding) -> None:
    """Take a holding away; the one that ended the day before it goes on."""
    starts = holding.starts
    if starts is not None:
        earlier = session.exec(
            select(Holding).where(
                Holding.role_id == holding.role_id, Holding.ends == starts - timedelta(days=1)
            )
        ).first()
        if earlier is not None:
            earlier.ends = None
    session.delete(holding)


def led(session: Session, role: Role) -> list[tuple[Action, Plan]]:
    """The standing actions that a role leads, with their leads loaded."""
    query = (
        select(Action, Plan)
        .join(Lead)
        .join(Plan, onclause=Action.plan_id == Plan.id)  # type: ignore[arg-type]
        .where(Lead.role_id == role.id, col(Action.removed_on).is_(None))
        .order_by(col(Action.plan_id), col(Action.position))
    )
    loads = selectinload(Action.leads).selectinload(Lead.role).selectinload(Role.holdings)  # type: ignore[arg-type]
    return [(action, plan) for action, plan in session.exec(query.options(loads))]
