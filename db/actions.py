"""Actions for answering: with all that an answer may say, now or as they stood on a day."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import selectinload
from sqlmodel import Session, col, select

from db import record
from db.models import Action, Entry, Lead, Plan, Role, Section
from db.plans import everything_of_an_action
from db.refs import Found


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last moment of a day in a zone, as aware UTC."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC) - timedelta(microseconds=1)


def load(session: Session, ids: Sequence[int]) -> list[Action]:
    """Actions by id with everything about them, in their plan's order."""
    query = select(Action).where(col(Action.id).in_(ids)).order_by(col(Action.position))
    whole = selectinload(Action.section).selectinload(Section.actions)  # type: ignore[arg-type]
    return list(session.exec(query.options(*everything_of_an_action(), whole)))


def sections_of(session: Session, found: Found) -> list[Section]:
    """The section that was asked for and those below it, in order."""
    query = select(Section).where(col(Section.id).in_(found.section_ids)).order_by(col(Section.position))
    return list(session.exec(query.options(selectinload(Section.plan))))  # type: ignore[arg-type]


def updates(session: Session, actions: Sequence[Action], until: datetime) -> dict[int, list[Entry]]:
    """The last act of a person about each action up to a moment."""
    return record.latest(session, _ids(actions), until)


def as_of(session: Session, actions: Sequence[Action], until: datetime) -> None:
    """Turn loaded actions to how they stood at a moment. For a session that never writes."""
    record.wind_back(actions, record.of_actions(session, _ids(actions), since=until))


def history(session: Session, actions: Sequence[Action]) -> list[Entry]:
    return record.of_actions(session, _ids(actions))


def _ids(actions: Sequence[Action]) -> list[int]:
    return [action.id for action in actions if action.id is not None]


def led_by(session: Session, role_ids: Sequence[int]) -> list[Action]:
    """Standing actions that any of these roles leads, plan after plan."""
    query = (
        select(Action)
        .join(Lead)
        .where(col(Lead.role_id).in_(role_ids), col(Action.removed_on).is_(None))
        .order_by(col(Action.plan_id), col(Action.position))
        .distinct()
    )
    return list(session.exec(query.options(*everything_of_an_action())))


def listed(
    session: Session, plan: Plan, *, lead: str | None = None, within: Found | None = None
) -> list[Action]:
    """A plan's standing actions, of a section and of leads whose name has these words, if given."""
    query = (
        select(Action)
        .where(Action.plan_id == plan.id, col(Action.removed_on).is_(None))
        .order_by(col(Action.position))
    )
    if within is not None:
        query = query.where(col(Action.id).in_(within.action_ids))
    if lead:
        roles = select(Lead.action_id).join(Role)
        for word in lead.split():
            roles = roles.where(col(Role.name).icontains(word, autoescape=True))
        query = query.where(col(Action.id).in_(roles))
    return list(session.exec(query.options(*everything_of_an_action())))


def by_ref(session: Session, plan: Plan, ref: str) -> Action | None:
    """One action by its own ref, removed or not, with everything about it."""
    query = select(Action).where(Action.plan_id == plan.id, Action.ref == ref)
    return session.exec(query.options(*everything_of_an_action())).first()
