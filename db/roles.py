"""Roles and who holds them. Actions belong to roles: a handover moves no action."""

from datetime import date, timedelta

from sqlalchemy.orm import selectinload
from sqlmodel import Session, col, select

from db import audit_log
from db.audit_log import Author, Change
from db.models import Action, Holding, Lead, Plan, Role
from db.rules.role_names import role_key


def all_roles(session: Session) -> list[tuple[Role, int]]:
    """Every role with the number of standing actions it leads, those with most first."""
    query = select(Role).options(selectinload(Role.holdings), selectinload(Role.agency))  # type: ignore[arg-type]
    counts: dict[int | None, int] = {}
    led = select(Lead.role_id).join(Action).where(col(Action.removed_on).is_(None))
    for role_id in session.exec(led):
        counts[role_id] = counts.get(role_id, 0) + 1
    roles = [(role, counts.get(role.id, 0)) for role in session.exec(query)]
    return sorted(roles, key=lambda pair: (-pair[1], pair[0].name))


def role_by_name(session: Session, name: str) -> Role | None:
    """The role of that name, whatever its case and small words."""
    wanted = role_key(name)
    roles = session.exec(select(Role).options(selectinload(Role.holdings)))  # type: ignore[arg-type]
    return next((role for role in roles if role_key(role.name) == wanted), None)


def holder_of(session: Session, name: str, on: date) -> Holding | None:
    """Who holds the role of that name on a day."""
    role = role_by_name(session, name) if name else None
    return role.held(on) if role is not None else None


def roles_with_words(session: Session, words: str) -> list[int]:
    """The ids of the roles whose names have all these words, in any case."""
    query = select(Role.id)
    for word in words.split():
        query = query.where(col(Role.name).icontains(word, autoescape=True))
    return [one for one in session.exec(query) if one is not None]


def role_names(session: Session) -> list[str]:
    return list(session.exec(select(Role.name).order_by(Role.name)))


def holders_snapshot(role: Role) -> list[list[str | None]]:
    """Everybody who holds, held or will hold a role, as the record keeps it."""
    rows = [
        [one.slack_user, one.deputy, audit_log.encode(one.starts), audit_log.encode(one.ends)]
        for one in role.holdings
    ]
    return sorted(rows, key=lambda row: (row[2] or "", row[0] or ""))


def record_holders(session: Session, author: Author, role: Role, before: list[list[str | None]]) -> bool:
    """Record that a role's holders changed, if they did; the entry can put all of them back."""
    session.flush()
    after = holders_snapshot(role)
    if after == before:
        return False
    change = Change("role", role.id, role.name, "holder", before or None, after)
    audit_log.append(session, author, [change])
    return True


def assign_role(
    session: Session, author: Author, role: Role, person: str, deputy: str | None, starts: date
) -> None:
    """Give a role to somebody from a day on; whoever held it holds it until the day before."""
    before = holders_snapshot(role)
    for earlier in role.holdings:
        if earlier.ends is None and (earlier.starts or date.min) < starts:
            earlier.ends = starts - timedelta(days=1)
    again = next((h for h in role.holdings if h.starts == starts), None)
    if again is not None:
        again.slack_user, again.deputy, again.ends = person, deputy, None
    else:
        role.holdings.append(Holding(role_id=role.id, slack_user=person, deputy=deputy, starts=starts))
    record_holders(session, author, role, before)


def restore_holders(session: Session, role: Role, holders: list[list[str | None]]) -> None:
    """Make a role's holders those of an earlier `snapshot`."""
    for holding in list(role.holdings):
        role.holdings.remove(holding)
        session.delete(holding)
    for user, deputy, starts, ends in holders:
        days = [None if one is None else date.fromisoformat(one) for one in (starts, ends)]
        role.holdings.append(
            Holding(role_id=role.id, slack_user=user or "", deputy=deputy, starts=days[0], ends=days[1])
        )
    session.flush()


def actions_led_by(session: Session, role: Role) -> list[tuple[Action, Plan]]:
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
