"""What the clock watches: each action that is late or due soon, and what bears on asking about it.

Read as columns, as many as the rules need: a partnership may have a hundred thousand actions, and
this is read while everything else waits for the same pass.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, selectinload
from sqlmodel import Session, col, func

from db.audit_log import UPDATE_FIELDS
from db.models import (
    CLOSED,
    SCHOOL_SEPARATOR,
    Action,
    Delivery,
    DueKind,
    DueRequest,
    Entry,
    Lead,
    Nudge,
    Plan,
    Role,
    TermDate,
)
from db.rules.calendars import calendar_of

# Weekly, and not within a week of what was said last; three without an answer are enough.
WEEK = timedelta(days=7)
UNANSWERED_LIMIT = 3
# Days ahead of an action's date on which its lead hears of it.
DAYS_AHEAD = (30, 7)


@dataclass(frozen=True, slots=True)
class EarlierNudge:
    """That somebody was asked about an action on a day; `number` is the nudge's."""

    person: str
    day: date
    days_ahead: int | None = None
    disowned: bool = False
    number: int | None = None
    listed_on: date | None = None


@dataclass(frozen=True, slots=True)
class RoleOnDay:
    """A role on a day: who holds it, who deputises, and whether it is a school's in the holidays."""

    role: str
    holder: str | None = None
    deputy: str | None = None
    on_holiday: bool = False


@dataclass(frozen=True, slots=True)
class WatchedAction:
    """An open action with a date: when something was last said of it, and who was asked."""

    number: int
    due: date
    roles: tuple[RoleOnDay, ...] = ()
    last_update_on: date | None = None
    snoozed_until: date | None = None
    # Whether a new date was asked for and nobody has decided.
    requested: bool = False
    asked: tuple[EarlierNudge, ...] = ()

    def is_late(self, today: date) -> bool:
        return self.due < today

    @property
    def nudges(self) -> list[EarlierNudge]:
        """Those that asked for an answer: what was said ahead of the date did not."""
        return [one for one in self.asked if one.days_ahead is None]

    @property
    def unanswered(self) -> int:
        """On how many days somebody was asked since anything was said."""
        return len(
            {one.day for one in self.nudges if self.last_update_on is None or one.day > self.last_update_on}
        )

    def is_due(self, today: date, every: timedelta = WEEK) -> bool:
        """Whether somebody who wants to hear so often is to be asked today: a pure rule."""
        lately = any(one.days_ahead is None and today - one.day < every for one in self.asked)
        return not (lately or self._is_held(today)) and self.unanswered < UNANSWERED_LIMIT

    def _is_held(self, today: date) -> bool:
        """Whether nobody is to be asked: something was just said, it is snoozed, or a new date waits."""
        recently = self.last_update_on is not None and today - self.last_update_on < WEEK
        snoozed = self.snoozed_until is not None and self.snoozed_until > today
        return recently or snoozed or self.requested

    def days_ahead(self, today: date) -> int | None:
        """How many days ahead of its date a word is due today, 30 or 7, unless it was given: a pure rule."""
        left = (self.due - today).days
        mark = next((days for days in sorted(DAYS_AHEAD) if 0 <= left <= days), None)
        if mark is None or self._is_held(today):
            return None
        since = self.due - timedelta(days=mark)
        return None if any(one.days_ahead == mark and one.day >= since for one in self.asked) else mark

    def recipients(self, unreachable: frozenset[str]) -> list[tuple[str, str | None, bool]]:
        """Whom to ask: holder, else deputy, then with the role they stand in for; joint leads each theirs.

        With each, whether they are on holiday. Nobody where none can be reached: then it is the
        coordinators'.
        """
        out = unreachable | {one.person for one in self.asked if one.disowned}
        people: dict[str, tuple[str, str | None, bool]] = {}
        for post in self.roles:
            if post.holder is not None and post.holder not in out:
                people[post.holder] = (post.holder, None, post.on_holiday)
            elif post.holder is not None and post.deputy and post.deputy not in out:
                people.setdefault(post.deputy, (post.deputy, post.role, post.on_holiday))
        return list(people.values())


def overdue_conditions(day: date) -> tuple[Any, ...]:
    """The rule of `Action.days_overdue` as conditions of a query."""
    return (
        Action.due_kind == DueKind.BY,
        col(Action.due) < day,
        col(Action.progress).not_in(CLOSED),
        col(Action.removed_on).is_(None),
    )


def _rows(session: Session, query: Any) -> Any:
    # All at once: a row at a time takes twice as long.
    return session.connection().execute(query).all()


def any_overdue(session: Session, plan: Plan, day: date) -> bool:
    query = select(col(Action.id)).where(*overdue_conditions(day), col(Action.plan_id) == plan.id)
    return bool(_rows(session, query.limit(1)))


def watched_actions(
    session: Session, today: date, zone: ZoneInfo, plan: Plan | None = None
) -> list[WatchedAction]:
    """Every action, of a plan or of all, that is late or will be due soon, in the plans' order."""
    these = overdue_conditions(today + timedelta(days=max(DAYS_AHEAD) + 1))
    if plan is not None:
        these = (*these, Action.plan_id == plan.id)
    pending = exists().where(col(DueRequest.action_id) == col(Action.id), col(DueRequest.decision).is_(None))
    query = (
        select(col(Action.id), col(Action.due), col(Action.snoozed_until), pending)
        .where(*these)
        .order_by(col(Action.plan_id), col(Action.position))
    )
    posts, said, asked = (
        _roles_of_actions(session, these, today),
        _last_updates(session, these, zone),
        _earlier_nudges(session, these),
    )
    return [
        WatchedAction(
            number, due, posts.get(number, ()), said.get(number), snoozed, requested, asked.get(number, ())
        )
        for number, due, snoozed, requested in _rows(session, query)
    ]


def _roles_of_actions(
    session: Session, these: tuple[Any, ...], today: date
) -> Mapping[int, tuple[RoleOnDay, ...]]:
    query = (
        select(col(Lead.action_id), col(Lead.role_id))
        .join(Action, onclause=col(Action.id) == col(Lead.action_id))
        .where(*these)
        .order_by(col(Lead.action_id), col(Lead.position))
    )
    roles = roles_on(session, today)
    led: dict[int, tuple[RoleOnDay, ...]] = {}
    for action, role in _rows(session, query):
        led[action] = (*led.get(action, ()), roles[role])
    return led


def roles_on(session: Session, today: date) -> Mapping[int, RoleOnDay]:
    """Every role as it is held on a day, by its number."""
    with_people = select(Role).options(selectinload(Role.holdings), joinedload(Role.agency))  # type: ignore[arg-type]
    closed = not schools_are_open(session, today)
    roles = {}
    for role in session.scalars(with_people):
        held, away = role.held(today), closed and role.agency is not None and role.agency.is_school
        post = RoleOnDay(role.name, on_holiday=away)
        if held is not None:
            post = RoleOnDay(role.name, held.slack_user, held.deputy, away)
        roles[role.id or 0] = post
    return roles


def schools_are_open(session: Session, day: date) -> bool:
    """Whether the authorities' schools are in on a day; a day that no calendar knows counts as one."""
    rows = [one for one in session.scalars(select(TermDate)) if SCHOOL_SEPARATOR not in one.calendar]
    made = [calendar_of(name, [one for one in rows if one.calendar == name]) for name in _names(rows)]
    known = [one for one in made if one.terms and one.terms[0].starts <= day <= (one.known_until or day)]
    return not known or any(one.is_school_day(day) for one in known)


def _names(rows: Iterable[TermDate]) -> list[str]:
    return sorted({one.calendar for one in rows})


def _last_updates(session: Session, these: tuple[Any, ...], zone: ZoneInfo) -> Mapping[int, date]:
    return last_update_days(session, select(col(Action.id)).where(*these), zone)


def last_update_days(session: Session, actions: Any, zone: ZoneInfo) -> Mapping[int, date]:
    """When something was last said of each of these actions; undone acts and comments say nothing."""
    undone = select(col(Entry.undoes)).where(col(Entry.undoes).is_not(None))
    query = (
        select(col(Entry.subject_id), func.max(col(Entry.at)))
        .where(
            col(Entry.subject) == "action",
            col(Entry.subject_id).in_(actions),
            col(Entry.field).in_([name for name in UPDATE_FIELDS if name != "comment"]),
            col(Entry.undoes).is_(None),
            col(Entry.act).not_in(undone),
            ~col(Entry.who).startswith("import:"),
        )
        .group_by(col(Entry.subject_id))
    )
    return {number: at.astimezone(zone).date() for number, at in _rows(session, query)}


def _earlier_nudges(session: Session, these: tuple[Any, ...]) -> Mapping[int, tuple[EarlierNudge, ...]]:
    """Who was asked about each action, the earliest first; a message that never got there asked nobody."""
    columns = (Nudge.person, Nudge.day, Nudge.days_ahead, Nudge.disowned, Nudge.id, Nudge.listed_on)
    query = (
        select(col(Nudge.action_id), *(col(column) for column in columns))
        .join(Action, onclause=col(Action.id) == col(Nudge.action_id))
        .outerjoin(Delivery, onclause=col(Delivery.id) == col(Nudge.delivery_id))
        .where(*these, col(Delivery.failed_at).is_(None))
        .order_by(col(Nudge.day), col(Nudge.id))
    )
    asked: dict[int, tuple[EarlierNudge, ...]] = {}
    for action, *told in _rows(session, query):
        asked[action] = (*asked.get(action, ()), EarlierNudge(*told))
    return asked
