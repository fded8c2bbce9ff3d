"""Nudging with manners: who hears of which late action on a day, and what asking has not moved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import joinedload
from sqlmodel import Session, col, func, select

from db import deliveries, record
from db.calendars import is_working_day
from db.models import CLOSED, Action, Delivery, DueKind, Entry, Nudge, Preference, Section
from db.plans import everything_of_an_action
from db.record import SAID, Change, Said
from db.updates import add_comment

KIND = "nudge"
EXCEPTION = "exceptions"
OPENS, CLOSES = time(9, 0), time(17, 0)
# Weekly, and not within a week of what was said last; three without an answer are enough.
WEEK = timedelta(days=7)
STRIKES = 3
# Days ahead of an action's date on which its lead hears of it.
AHEAD = (30, 7)
EVERY = {"daily": timedelta(days=1), "weekly": WEEK, "off": WEEK}
# What Slack says of a person who cannot be reached, for good.
UNREACHABLE = frozenset(
    ("account_inactive", "user_disabled", "user_not_found", "users_not_found", "cannot_dm_bot")
)
NO_LEAD = "no lead can be reached"


def is_time(now: datetime, zone: ZoneInfo) -> bool:
    """Whether people may be nudged: nine to five on a working day, by the plan's own clock."""
    local = now.astimezone(zone)
    return is_working_day(local.date()) and OPENS <= local.time() < CLOSES


@dataclass(frozen=True)
class Late:
    """A late action with what bears on nudging: when something was last said of it, and who was asked."""

    action: Action
    said_on: date | None
    nudges: tuple[Nudge, ...] = ()

    def without_ahead(self) -> "Late":
        """The same without what was said ahead of the date: that asked for no answer."""
        return replace(self, nudges=tuple(nudge for nudge in self.nudges if nudge.ahead is None))

    @property
    def unanswered(self) -> int:
        """On how many days somebody was asked since anything was said."""
        return len({one.day for one in self.nudges if self.said_on is None or one.day > self.said_on})

    def is_due(self, today: date, every: timedelta = WEEK) -> bool:
        """Whether somebody who wants to hear so often is to be asked today: a pure rule."""
        asked = max((one.day for one in self.nudges), default=None)
        lately = asked is not None and today - asked < every
        return not (lately or self._is_held(today) or self.unanswered >= STRIKES)

    def _is_held(self, today: date) -> bool:
        """Whether nobody is to be asked: something was just said, it is snoozed, or a new date waits."""
        recently = self.said_on is not None and today - self.said_on < WEEK
        snoozed = self.action.snoozed_until is not None and self.action.snoozed_until > today
        return recently or snoozed or self.action.pending_request() is not None

    def ahead(self, today: date) -> int | None:
        """How many days ahead of its date a word is due today, 30 or 7, unless it was given: a pure rule."""
        if self.action.due is None or self._is_held(today):
            return None
        left = (self.action.due - today).days
        mark = next((days for days in sorted(AHEAD) if 0 <= left <= days), None)
        since = self.action.due - timedelta(days=mark or 0)
        told = any(one.ahead == mark and one.day >= since for one in self.nudges)
        return None if mark is None or told else mark

    def whom(self, today: date, unreachable: frozenset[str]) -> list[tuple[str, str | None]]:
        """Whom to ask, each with the role they stand in for if it is not theirs: holder, else deputy.

        Joint leads each get theirs. Nobody where none can be reached: then it is the coordinators'.
        """
        out = unreachable | {one.person for one in self.nudges if one.disowned}
        people: dict[str, str | None] = {}
        for lead in self.action.leads:
            held = lead.role.held(today)
            if held is None:
                continue
            if held.slack_user not in out:
                people[held.slack_user] = None
            elif held.deputy and held.deputy not in out:
                people.setdefault(held.deputy, lead.role.name)
        return list(people.items())


def late(session: Session, today: date, zone: ZoneInfo) -> list[Late]:
    """Every late action of every plan, in the plans' order."""
    return [one for one in watched(session, today, zone) if one.action.days_overdue(today)]


def watched(session: Session, today: date, zone: ZoneInfo) -> list[Late]:
    """Every action that is late or will be due soon, in the plans' order."""
    query = (
        select(Action)
        .where(
            Action.due_kind == DueKind.BY,
            col(Action.due) <= today + timedelta(days=max(AHEAD)),
            col(Action.progress).not_in(CLOSED),
            col(Action.removed_on).is_(None),
        )
        .order_by(col(Action.plan_id), col(Action.position))
    )
    actions = session.exec(query.options(*everything_of_an_action())).all()
    ids = [action.id or 0 for action in actions]
    said, asked = _said(session, ids, zone), _asked(session, ids)
    return [Late(one, said.get(one.id or 0), tuple(asked.get(one.id or 0, ()))) for one in actions]


def _said(session: Session, ids: Sequence[int], zone: ZoneInfo) -> Mapping[int, date]:
    """When something was last said of each action, by whoever may; undone acts and comments say nothing."""
    undone = select(Entry.undoes).where(col(Entry.undoes).is_not(None))
    query = (
        select(Entry.subject_id, func.max(Entry.at))
        .where(
            Entry.subject == "action",
            col(Entry.subject_id).in_(ids),
            col(Entry.field).in_([name for name in SAID if name != "comment"]),
            col(Entry.undoes).is_(None),
            col(Entry.act).not_in(undone),
            ~col(Entry.who).startswith("import:"),
        )
        .group_by(col(Entry.subject_id))
    )
    found = session.exec(query).all()
    return {subject: at.astimezone(zone).date() for subject, at in found if subject is not None}


def _asked(session: Session, ids: Sequence[int]) -> dict[int, list[Nudge]]:
    """Who was asked about each action, the earliest first; a message that never got there asked nobody."""
    query = (
        select(Nudge)
        .join(Delivery, isouter=True)
        .where(col(Nudge.action_id).in_(ids), col(Delivery.failed_at).is_(None))
        .order_by(col(Nudge.day), col(Nudge.id))
    )
    asked: dict[int, list[Nudge]] = {}
    for nudge in session.exec(query):
        asked.setdefault(nudge.action_id, []).append(nudge)
    return asked


def unreachable(session: Session) -> frozenset[str]:
    """The people whom Slack would not let the bot write to when it last tried."""
    last = (
        select(Delivery.recipient, func.max(Delivery.failed_at), func.max(Delivery.sent_at))
        .where(
            Delivery.kind == KIND, col(Delivery.reason).in_(UNREACHABLE) | col(Delivery.sent_at).is_not(None)
        )
        .group_by(col(Delivery.recipient))
    )
    return frozenset(
        person
        for person, failed, sent in session.exec(last)
        if failed is not None and (sent is None or sent < failed)
    )


@dataclass
class Due:
    """What one person hears on a day. Somebody who wants to hear nothing is still counted as asked."""

    person: str
    nudges: list[Nudge] = field(default_factory=list)
    silent: bool = False


def preferences(session: Session) -> Mapping[str, str]:
    """How often those who chose want to hear."""
    return {one.person: one.every for one in session.exec(select(Preference))}


def prefer(session: Session, said: Said, every: str) -> None:
    """Note how often somebody wants to be nudged: `daily`, `weekly` or `off`."""
    held = session.get(Preference, said.who)
    before = held.every if held else "weekly"
    if held is None:
        session.add(Preference(person=said.who, every=every))
    else:
        held.every = every
    record.append(session, said, [Change("person", None, said.who, "nudges", before, every)])


def due(session: Session, today: date, zone: ZoneInfo, coordinators: Iterable[str]) -> list[Due]:
    """Who is to hear of what today, one message each."""
    seen = watched(session, today, zone)
    return round_of(seen, today, unreachable(session), sorted(coordinators), preferences(session))


def round_of(
    seen: Sequence[Late],
    today: date,
    out: frozenset[str],
    coordinators: Sequence[str],
    wanted: Mapping[str, str],
) -> list[Due]:
    """A day's round: a pure rule over what is late or due soon, and over who wants to hear how often."""
    people: dict[str, Due] = {}
    for one in seen:
        for nudge in _of_one(one, today, out, coordinators, wanted):
            nudge.action = one.action
            off = wanted.get(nudge.person) == "off"
            if not (off and nudge.ahead):
                people.setdefault(nudge.person, Due(nudge.person, silent=off)).nudges.append(nudge)
    return list(people.values())


def _of_one(
    one: Late, today: date, out: frozenset[str], coordinators: Sequence[str], wanted: Mapping[str, str]
) -> list[Nudge]:
    number, whom = one.action.id or 0, one.whom(today, out)
    if not one.action.days_overdue(today):
        mark = one.ahead(today)
        told = whom if mark else []
        return [Nudge(action_id=number, person=who, day=today, instead=why, ahead=mark) for who, why in told]
    asked = one.without_ahead()
    whom = whom or [(person, NO_LEAD) for person in coordinators]
    return [
        Nudge(action_id=number, person=who, day=today, instead=why)
        for who, why in whom
        if asked.is_due(today, EVERY[wanted.get(who, "weekly")])
    ]


def owe(session: Session, found: Sequence[Due], now: datetime, today: date) -> None:
    """Owe each person their one message, and note what it is about. For a writer whose turn it is."""
    rows: list[dict[str, Any]] = []
    nudges: list[dict[str, Any]] = []
    for one in found:
        delivery = None
        if not one.silent:
            owed = deliveries.row(KIND, today.isoformat(), one.person, now)
            delivery = owed["id"]
            rows.append(owed)
        for nudge in one.nudges:
            told = {name: getattr(nudge, name) for name in ("action_id", "person", "day", "instead", "ahead")}
            nudges.append({**told, "disowned": False, "delivery_id": delivery})
    if rows:
        session.connection().execute(insert(Delivery), rows)
    if nudges:
        session.connection().execute(insert(Nudge), nudges)


def of_delivery(session: Session, delivery: str) -> list[Nudge]:
    """What one message is about, in the plans' order."""
    place = joinedload(Nudge.action).joinedload(Action.section).joinedload(Section.plan)  # type: ignore[arg-type]
    query = select(Nudge).where(Nudge.delivery_id == delivery).order_by(col(Nudge.id))
    return list(session.exec(query.options(place, joinedload(Nudge.delivery))))  # type: ignore[arg-type]


def by_id(session: Session, nudge: int) -> Nudge | None:
    return session.get(Nudge, nudge)


def disown(session: Session, said: Said, nudge: Nudge) -> None:
    """Record that somebody says an action is not theirs: they are not asked about it again."""
    nudge.disowned = True
    add_comment(session, said, nudge.action, "says this is not theirs")


@dataclass(frozen=True)
class Exceptional:
    """A late action that asking has not moved, and why it is on the list."""

    action: Action
    why: str
    said_on: date | None
    # The nudge that was the last of those in vain.
    last: Nudge | None = None


def exceptions(session: Session, today: date, zone: ZoneInfo) -> list[Exceptional]:
    """What somebody has to look at: no reachable lead, said not to be theirs, or asked in vain."""
    out = unreachable(session)
    listed = []
    for one in (each.without_ahead() for each in late(session, today, zone)):
        if not one.whom(today, out):
            disowned = any(nudge.disowned for nudge in one.nudges)
            why = "the lead says it is not theirs" if disowned else NO_LEAD
            listed.append(Exceptional(one.action, why, one.said_on))
        elif one.unanswered >= STRIKES and today - one.nudges[-1].day >= WEEK:
            why = f"{one.unanswered} nudges unanswered"
            listed.append(Exceptional(one.action, why, one.said_on, one.nudges[-1]))
    return listed


def list_new(session: Session, today: date, zone: ZoneInfo) -> int:
    """Note what is on the list since today for want of an answer; how many. For a writer whose turn it is."""
    last = [one.last for one in exceptions(session, today, zone)]
    fresh = [nudge for nudge in last if nudge is not None and nudge.listed_on is None]
    for nudge in fresh:
        nudge.listed_on = today
    return len(fresh)


def listed_on(session: Session, day: date) -> list[Action]:
    """The actions that came onto the list on a day."""
    listed = select(Nudge.action_id).where(Nudge.listed_on == day)
    query = (
        select(Action).where(col(Action.id).in_(listed)).order_by(col(Action.plan_id), col(Action.position))
    )
    return list(session.exec(query.options(*everything_of_an_action())))


@dataclass(frozen=True)
class Silent:
    """A role that leads open actions and has said nothing for long."""

    role: str
    person: str | None
    actions: int
    said_on: date | None


def silent(session: Session, plan_id: int | None, today: date, zone: ZoneInfo, days: int) -> list[Silent]:
    """The leads of a plan's open actions who have said nothing for so many days, the longest silent first."""
    query = (
        select(Action)
        .where(
            Action.plan_id == plan_id, col(Action.removed_on).is_(None), col(Action.progress).not_in(CLOSED)
        )
        .order_by(col(Action.position))
    )
    actions = session.exec(query.options(*everything_of_an_action())).all()
    said = _said(session, [one.id or 0 for one in actions], zone)
    roles: dict[str, Silent] = {}
    for action in actions:
        for lead in action.leads:
            held = lead.role.held(today)
            before = roles.get(lead.role.name)
            days_said = [one for one in (before.said_on if before else None, said.get(action.id or 0)) if one]
            roles[lead.role.name] = Silent(
                lead.role.name,
                held.slack_user if held else None,
                (before.actions if before else 0) + 1,
                max(days_said, default=None),
            )
    quiet = [one for one in roles.values() if one.said_on is None or (today - one.said_on).days >= days]
    return sorted(quiet, key=lambda one: (one.said_on or date.min, -one.actions, one.role))
