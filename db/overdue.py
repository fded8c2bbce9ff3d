"""Actions that are overdue or due soon, and the rules on who is nudged about them and when.

The queries read only the columns that the rules need, not whole rows: a partnership may have a hundred
thousand actions, and everything else in the same pass of the clock waits for these queries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlmodel import Session, col, func

from db.audit_log import NOT_MINE, UPDATE_FIELDS, current_update_conditions
from db.models import (
    CLOSED,
    NO_ANSWER,
    Action,
    Delivery,
    DueKind,
    DueRequest,
    Entry,
    Lead,
    Nudge,
    Plan,
    Role,
)
from db.plans import archived_plan_ids
from db.rules.calendars import local_day
from db.rules.ladders import Ladder, Step
from db.school_calendars import schools_are_open

# Nudges go out weekly, and not within a week of the last update.
WEEK = timedelta(days=7)
# After this many nudges without a reply an action goes on the exceptions list instead.
UNANSWERED_LIMIT = 3
# How many days before an action's due date its leads get an early notice.
DAYS_AHEAD = (30, 7)
# A comment comes from a person who may not change the action, and who says it is not theirs gives no update.
_LEAD_UPDATE_FIELDS = tuple(name for name in UPDATE_FIELDS if name not in ("comment", NOT_MINE))


class EarlierNudge(NamedTuple):
    """A nudge that a person got about an action on a day.

    `days_ahead` marks an early notice, which asks for no reply. `disowned` means that the person said the
    action is not theirs. `listed_on` is the day on which the nudge put the action on the exceptions list.
    """

    person: str
    day: date
    days_ahead: int | None = None
    disowned: bool = False
    nudge_id: int | None = None
    listed_on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RoleOnDay:
    """A role on a day: its holder and deputy, and whether it belongs to a school that is on holiday."""

    role: str
    holder: str | None = None
    deputy: str | None = None
    on_holiday: bool = False


class WatchedAction(NamedTuple):
    """An open action with a due date: its leads, its last update and who was nudged about it.

    `earlier_nudges` are the oldest first, early notices included.
    """

    action_id: int
    due: date
    roles: tuple[RoleOnDay, ...] = ()
    last_update_on: date | None = None
    snoozed_until: date | None = None
    # Whether a request for a new date waits for a decision.
    has_pending_request: bool = False
    earlier_nudges: tuple[EarlierNudge, ...] = ()
    plan_id: int = 0

    def is_late(self, today: date) -> bool:
        return self.due < today

    @property
    def nudges(self) -> list[EarlierNudge]:
        """The earlier nudges that asked for a reply: all but the early notices."""
        return [nudge for nudge in self.earlier_nudges if nudge.days_ahead is None]

    @property
    def unanswered(self) -> int:
        """The number of days with a nudge after the last update. Joint leads nudged on one day count once."""
        since = self.last_update_on or date.min
        return len({nudge.day for nudge in self.nudges if nudge.day > since})

    @property
    def unanswered_since(self) -> date | None:
        """The day of the first nudge after the last update; None where none waits for an answer."""
        since = self.last_update_on or date.min
        asked = (nudge.day for nudge in self.earlier_nudges if nudge.days_ahead is None)
        return next((day for day in asked if day > since), None)

    def step(self, today: date, ladder: Ladder | None) -> Step:
        """How far an overdue action has climbed its plan's ladder, for want of an answer."""
        since = self.unanswered_since
        if ladder is None or since is None or self._is_quiet(today):
            return Step.LEAD
        return ladder.step_after((today - since).days)

    def is_due(self, today: date, every: timedelta = WEEK) -> bool:
        """Whether a person who chose to be nudged at this interval is nudged today."""
        recently_nudged = any(today - nudge.day < every for nudge in self.nudges)
        return not (recently_nudged or self._is_quiet(today)) and self.unanswered < UNANSWERED_LIMIT

    def _is_quiet(self, today: date) -> bool:
        """Whether no nudge may go out: there is a recent update, a snooze, or a request for a new date."""
        updated = self.last_update_on is not None and today - self.last_update_on < WEEK
        snoozed = self.snoozed_until is not None and self.snoozed_until > today
        return updated or snoozed or self.has_pending_request

    def days_ahead(self, today: date) -> int | None:
        """Which early notice is due today: that of 30 or of 7 days, or None.

        A notice that was missed on its day, over a weekend for example, is still due until the next one.
        """
        days_left = (self.due - today).days
        mark = next((days for days in sorted(DAYS_AHEAD) if 0 <= days_left <= days), None)
        if mark is None or self._is_quiet(today):
            return None
        # A notice given before that day was about an earlier due date.
        since = self.due - timedelta(days=mark)
        given = any(nudge.days_ahead == mark and nudge.day >= since for nudge in self.earlier_nudges)
        return None if given else mark

    def recipients(self, unreachable: frozenset[str]) -> list[tuple[str, str | None, bool]]:
        """The people to nudge: of each lead role the holder, else the deputy.

        Each comes as (person, role they deputise for or None, whether on holiday). A person who disowned
        the action is left out. Where the list is empty, the coordinators are nudged instead.
        """
        people: dict[str, tuple[str, str | None, bool]] = {}
        for role in self.roles:
            if role.holder is not None and self._can_be_asked(role.holder, unreachable):
                people[role.holder] = (role.holder, None, role.on_holiday)
            elif role.holder is not None and role.deputy and self._can_be_asked(role.deputy, unreachable):
                people.setdefault(role.deputy, (role.deputy, role.role, role.on_holiday))
        return list(people.values())

    def _can_be_asked(self, person: str, unreachable: frozenset[str]) -> bool:
        """Whether a person can be reached, and did not say that the action is not theirs."""
        return person not in unreachable and not any(
            nudge.disowned and nudge.person == person for nudge in self.earlier_nudges
        )

    def deputies(self, unreachable: frozenset[str]) -> list[tuple[str, str | None]]:
        """The deputies to ask where the holders give no answer, each with `NO_ANSWER` and the role."""
        return [
            (role.deputy, f"{NO_ANSWER}{role.role}"[:120])
            for role in self.roles
            if role.holder and role.deputy and not role.on_holiday
            if self._can_be_asked(role.deputy, unreachable)
        ]


def overdue_conditions(day: date) -> tuple[Any, ...]:
    """Query conditions for actions overdue on a day: the rule of `Action.days_overdue`."""
    return (
        Action.due_kind == DueKind.BY,
        col(Action.due) < day,
        col(Action.progress).not_in(CLOSED),
        col(Action.removed_on).is_(None),
    )


def _rows(session: Session, query: Any) -> Any:
    # Fetching all rows at once takes half as long as one at a time.
    return session.connection().execute(query).all()


def any_overdue(session: Session, plan: Plan, day: date) -> bool:
    """Whether any action of the plan is overdue on a day."""
    query = select(col(Action.id)).where(*overdue_conditions(day), col(Action.plan_id) == plan.id)
    return bool(_rows(session, query.limit(1)))


def watched_actions(
    session: Session,
    today: date,
    zone: ZoneInfo,
    plan: Plan | None = None,
    *,
    nudged_by: date | None = None,
) -> list[WatchedAction]:
    """The actions of a plan, or of all plans, that are overdue or due soon, in the plans' order.

    With `nudged_by` only those about which somebody was nudged on that day or before.
    """
    conditions = overdue_conditions(today + timedelta(days=max(DAYS_AHEAD) + 1))
    # How far these are is not known, so they are nobody's to answer for yet.
    conditions = (*conditions, col(Action.status_unsettled).is_(False))
    if plan is not None:
        conditions = (*conditions, Action.plan_id == plan.id)
    else:
        conditions = (*conditions, col(Action.plan_id).not_in(archived_plan_ids()))
    if nudged_by is not None:
        # By another name, as the queries below read the nudges too.
        old = aliased(Nudge)
        long_ago = select(col(old.action_id)).where(col(old.day) <= nudged_by)
        conditions = (*conditions, col(Action.id).in_(long_ago))
    pending = exists().where(
        col(DueRequest.action_id) == col(Action.id),
        col(DueRequest.decision).is_(None),
        col(DueRequest.current_due) == col(Action.due),
    )
    query = (
        select(col(Action.id), col(Action.due), col(Action.snoozed_until), pending, col(Action.plan_id))
        .where(*conditions)
        .order_by(col(Action.plan_id), col(Action.position))
    )
    roles = _roles_of_actions(session, conditions, today)
    updates = last_update_days(session, select(col(Action.id)).where(*conditions), zone)
    nudges = _earlier_nudges(session, conditions)
    return [
        WatchedAction(
            action,
            due,
            roles.get(action, ()),
            updates.get(action),
            snoozed,
            pending,
            nudges.get(action, ()),
            plan_id,
        )
        for action, due, snoozed, pending, plan_id in _rows(session, query)
    ]


def _roles_of_actions(
    session: Session, conditions: tuple[Any, ...], today: date
) -> Mapping[int, tuple[RoleOnDay, ...]]:
    """The lead roles of each action, by its id, in the plan's order."""
    query = (
        select(col(Lead.action_id), col(Lead.role_id))
        .join(Action, onclause=col(Action.id) == col(Lead.action_id))
        .where(*conditions)
        .order_by(col(Lead.action_id), col(Lead.position))
    )
    roles = roles_on(session, today)
    by_action: dict[int, tuple[RoleOnDay, ...]] = {}
    for action, role in _rows(session, query):
        by_action[action] = (*by_action.get(action, ()), roles[role])
    return by_action


def roles_on(session: Session, today: date) -> Mapping[int, RoleOnDay]:
    """Every role as it is on a day, by its id."""
    with_people = select(Role).options(selectinload(Role.holdings), joinedload(Role.agency))  # type: ignore[arg-type]
    schools_closed = not schools_are_open(session, today)
    roles = {}
    for role in session.scalars(with_people):
        on_holiday = schools_closed and role.agency is not None and role.agency.is_school
        holding = role.holding_on(today)
        if holding is None:
            roles[role.id or 0] = RoleOnDay(role.name, on_holiday=on_holiday)
        else:
            roles[role.id or 0] = RoleOnDay(role.name, holding.slack_user, holding.deputy, on_holiday)
    return roles


def last_update_days(session: Session, actions: Any, zone: ZoneInfo) -> Mapping[int, date]:
    """The day, in the zone, of the last current update on each of these actions, by action.

    `actions` is a query or a list of ids. Comments do not count.
    """
    query = (
        select(col(Entry.subject_id), func.max(col(Entry.at)))
        .where(col(Entry.subject_id).in_(actions), *current_update_conditions(_LEAD_UPDATE_FIELDS))
        .group_by(col(Entry.subject_id))
    )
    return {action: local_day(at, zone) for action, at in _rows(session, query)}


def _earlier_nudges(session: Session, conditions: tuple[Any, ...]) -> Mapping[int, tuple[EarlierNudge, ...]]:
    """The nudges about each action, the earliest first, without those that were not delivered."""
    columns = (
        Nudge.person,
        Nudge.day,
        Nudge.days_ahead,
        Nudge.disowned,
        Nudge.id,
        Nudge.listed_on,
        Nudge.reason,
    )
    query = (
        select(col(Nudge.action_id), *(col(column) for column in columns))
        .join(Action, onclause=col(Action.id) == col(Nudge.action_id))
        .outerjoin(Delivery, onclause=col(Delivery.id) == col(Nudge.delivery_id))
        .where(*conditions, col(Delivery.failed_at).is_(None))
        .order_by(col(Nudge.day), col(Nudge.id))
    )
    by_action: dict[int, tuple[EarlierNudge, ...]] = {}
    for action, *values in _rows(session, query):
        by_action[action] = (*by_action.get(action, ()), EarlierNudge(*values))
    return by_action
