"""Roles and who holds them. Actions belong to roles, so a handover moves no action."""

from datetime import date, timedelta

from sqlalchemy.orm import selectinload
from sqlmodel import Session, col, func, select

from db import audit_log
from db.audit_log import Author, Change
from db.models import Action, Agency, Holding, Lead, Plan, Role
from db.rules.role_names import role_key


def all_roles(session: Session, plan: Plan | None = None) -> list[tuple[Role, int]]:
    """Every role with the number of current actions that it leads, the role with most first.

    Of a plan, the roles that lead one of its actions.
    """
    led = select(Lead.role_id, func.count()).join(Action).where(col(Action.removed_on).is_(None))
    if plan is not None:
        led = led.where(Action.plan_id == plan.id)
    counts = dict(session.exec(led.group_by(col(Lead.role_id))).all())
    query = select(Role).options(selectinload(Role.holdings), selectinload(Role.agency))  # type: ignore[arg-type]
    if plan is not None:
        query = query.where(col(Role.id).in_(counts))
    roles = [(role, counts.get(role.id, 0)) for role in session.exec(query)]
    return sorted(roles, key=lambda pair: (-pair[1], pair[0].name))


def role_by_name(session: Session, name: str) -> Role | None:
    """The role with that name. Case and small words such as "of" do not matter."""
    wanted = role_key(name)
    roles = session.exec(select(Role).options(selectinload(Role.holdings)))  # type: ignore[arg-type]
    return next((role for role in roles if role_key(role.name) == wanted), None)


def holder_of(session: Session, name: str, on: date) -> Holding | None:
    """The holding of the role with that name on a day, or None."""
    role = role_by_name(session, name) if name else None
    return role.holding_on(on) if role is not None else None


def roles_with_words(session: Session, words: str) -> list[int]:
    """The ids of the roles whose names contain all these words, in any case."""
    query = select(Role.id)
    for word in words.split():
        query = query.where(col(Role.name).icontains(word, autoescape=True))
    return [role_id for role_id in session.exec(query) if role_id is not None]


def roles_of_agency(session: Session, words: str) -> list[int]:
    """The ids of the roles whose agency has all these words in its name, in any case.

    A role without an agency counts by its own name: "Thames Valley Police lead" is of the police.
    """
    query = select(Role.id).outerjoin(Agency)
    for word in words.split():
        of_agency = col(Agency.name).icontains(word, autoescape=True)
        by_name = col(Role.agency_id).is_(None) & col(Role.name).icontains(word, autoescape=True)
        query = query.where(of_agency | by_name)
    return [role_id for role_id in session.exec(query) if role_id is not None]


def agency_names(session: Session) -> list[str]:
    """The agencies that hold a role, by name."""
    query = select(Agency.name).where(col(Agency.id).in_(select(Role.agency_id)))
    return list(session.exec(query.order_by(Agency.name)))


def role_names(session: Session) -> list[str]:
    return list(session.exec(select(Role.name).order_by(Role.name)))


class RoleIds:
    """The ids of roles, by what the spellings of a name share. A role that is new is added."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ids = {role_key(role.name): role.id for role in session.exec(select(Role))}

    def id(self, name: str) -> int:
        role_id = self._ids.get(role_key(name))
        if role_id is None:
            role = Role(name=name)
            self._session.add(role)
            self._session.flush()
            assert role.id is not None
            role_id = self._ids[role_key(name)] = role.id
        return role_id


def holders_snapshot(role: Role) -> list[list[str | None]]:
    """Everybody who held, holds or will hold a role, in the form that the audit log stores.

    Each row is (holder, deputy, first day, last day), the days as ISO 8601 text.
    """
    rows = [
        [
            holding.slack_user,
            holding.deputy,
            audit_log.encode(holding.starts),
            audit_log.encode(holding.ends),
        ]
        for holding in role.holdings
    ]
    return sorted(rows, key=lambda row: (row[2] or "", row[0] or ""))


def record_holders(session: Session, author: Author, role: Role, before: list[list[str | None]]) -> bool:
    """Record a change of a role's holders. Returns whether there is one.

    `before` is the `holders_snapshot` from before it, so that an undo can restore all holders.
    """
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
    """Give a role to a person from a day on, until the next handover that is planned.

    The holder before them holds it until the day before.
    """
    before = holders_snapshot(role)
    for holding in role.holdings:
        if (holding.starts or date.min) < starts <= (holding.ends or date.max):
            holding.ends = starts - timedelta(days=1)
    later = role.next_handover(starts)
    ends = None if later is None else later - timedelta(days=1)
    same_start = next((holding for holding in role.holdings if holding.starts == starts), None)
    if same_start is not None:
        same_start.slack_user, same_start.deputy, same_start.ends = person, deputy, ends
    else:
        role.holdings.append(
            Holding(role_id=role.id, slack_user=person, deputy=deputy, starts=starts, ends=ends)
        )
    record_holders(session, author, role, before)


def restore_holders(session: Session, role: Role, holders: list[list[str | None]]) -> None:
    """Make a role's holders those of an earlier `holders_snapshot`."""
    for holding in list(role.holdings):
        role.holdings.remove(holding)
        session.delete(holding)
    for user, deputy, starts, ends in holders:
        days = [date.fromisoformat(day) if day is not None else None for day in (starts, ends)]
        role.holdings.append(
            Holding(role_id=role.id, slack_user=user or "", deputy=deputy, starts=days[0], ends=days[1])
        )
    session.flush()


def actions_led_by(session: Session, role: Role) -> list[tuple[Action, Plan]]:
    """The current actions that a role leads, with their leads loaded."""
    query = (
        select(Action, Plan)
        .join(Lead)
        .join(Plan, onclause=Action.plan_id == Plan.id)  # type: ignore[arg-type]
        .where(Lead.role_id == role.id, col(Action.removed_on).is_(None))
        .order_by(col(Action.plan_id), col(Action.position))
    )
    loads = selectinload(Action.leads).selectinload(Lead.role).selectinload(Role.holdings)  # type: ignore[arg-type]
    return [(action, plan) for action, plan in session.exec(query.options(loads))]
