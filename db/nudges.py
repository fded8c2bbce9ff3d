"""Nudging with manners: who hears of which late action on a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import joinedload
from sqlmodel import Session, col, func, select

from db import audit_log, deliveries
from db.audit_log import Author, Change
from db.models import NO_LEAD, Action, Delivery, Nudge, NudgePreference, Section
from db.overdue import WEEK, WatchedAction
from db.rules.calendars import is_working_day
from db.updates import add_comment

KIND = "nudge"
# Every kind of message that asks somebody: who cannot be reached by one is not by the other.
_NUDGING_KINDS = (KIND, "kpi")
OPENS, CLOSES = time(9, 0), time(17, 0)
INTERVALS = {"daily": timedelta(days=1), "weekly": WEEK, "off": WEEK}
# What Slack says of a person who cannot be reached, for good.
UNREACHABLE = frozenset(
    ("account_inactive", "user_disabled", "user_not_found", "users_not_found", "cannot_dm_bot")
)


def is_nudge_time(now: datetime, zone: ZoneInfo) -> bool:
    """Whether people may be nudged: nine to five on a working day, by the plan's own clock."""
    local = now.astimezone(zone)
    return is_working_day(local.date()) and OPENS <= local.time() < CLOSES


def unreachable_people(session: Session) -> frozenset[str]:
    """The people whom Slack would not let the bot write to when it last tried."""
    last = (
        select(Delivery.recipient, func.max(Delivery.failed_at), func.max(Delivery.sent_at))
        .where(
            col(Delivery.kind).in_(_NUDGING_KINDS),
            col(Delivery.reason).in_(UNREACHABLE) | col(Delivery.sent_at).is_not(None),
        )
        .group_by(col(Delivery.recipient))
    )
    return frozenset(
        person
        for person, failed, sent in session.exec(last)
        if failed is not None and (sent is None or sent < failed)
    )


@dataclass(frozen=True, slots=True)
class NudgeItem:
    """That somebody is to hear of an action: as whose stand-in, or how many days ahead of its date."""

    action: int
    asked_because: str | None = None
    days_ahead: int | None = None


@dataclass
class PersonalNudge:
    """What one person hears on a day. Somebody who wants to hear nothing is still counted as asked."""

    person: str
    items: list[NudgeItem] = field(default_factory=list)
    silent: bool = False


def preferences(session: Session) -> Mapping[str, str]:
    """How often those who chose want to hear."""
    return {one.person: one.every for one in session.exec(select(NudgePreference))}


def save_preference(session: Session, author: Author, every: str) -> None:
    """Note how often somebody wants to be nudged: `daily`, `weekly` or `off`."""
    held = session.get(NudgePreference, author.who)
    before = held.every if held else "weekly"
    if held is None:
        session.add(NudgePreference(person=author.who, every=every))
    else:
        held.every = every
    audit_log.append(session, author, [Change("person", None, author.who, "nudges", before, every)])


@dataclass(frozen=True)
class NudgeSettings:
    """Who cannot be reached, who coordinates, and who wants to hear how often."""

    unreachable: frozenset[str] = frozenset()
    coordinators: Sequence[str] = ()
    every: Mapping[str, str] = field(default_factory=dict)


def load_nudge_settings(session: Session, coordinators: Iterable[str]) -> NudgeSettings:
    return NudgeSettings(unreachable_people(session), sorted(coordinators), preferences(session))


def plan_nudges(seen: Iterable[WatchedAction], today: date, wishes: NudgeSettings) -> list[PersonalNudge]:
    """A day's round: a pure rule over what is late or due soon. One message to each person."""
    people: dict[str, PersonalNudge] = {}
    for one in seen:
        for person, asking in _recipients_of(one, today, wishes):
            off = wishes.every.get(person) == "off"
            if not (off and asking.days_ahead):
                people.setdefault(person, PersonalNudge(person, silent=off)).items.append(asking)
    return list(people.values())


def _recipients_of(one: WatchedAction, today: date, wishes: NudgeSettings) -> list[tuple[str, NudgeItem]]:
    whom = one.recipients(wishes.unreachable)
    # A school's lead is left alone in the holidays: neither asked, nor taken for out of reach.
    there = [(person, why) for person, why, on_holiday in whom if not on_holiday]
    if not one.is_late(today):
        mark = one.days_ahead(today)
        return [(person, NudgeItem(one.number, why, mark)) for person, why in there] if mark else []
    if not whom:
        there = [(person, NO_LEAD) for person in wishes.coordinators]
    return [
        (person, NudgeItem(one.number, why))
        for person, why in there
        if one.is_due(today, INTERVALS[wishes.every.get(person, "weekly")])
    ]


def enqueue(session: Session, found: Sequence[PersonalNudge], now: datetime, today: date) -> None:
    """Owe each person their one message, and note what it is about. For a writer whose turn it is."""
    heard = [one.person for one in found if not one.silent]
    owed = deliveries.enqueue_each(session, KIND, today.isoformat(), heard, now)
    nudges = [
        {
            "action_id": asking.action,
            "instead": asking.asked_because,
            "ahead": asking.days_ahead,
            "person": one.person,
            "day": today,
            "disowned": False,
            "delivery_id": owed.get(one.person),
        }
        for one in found
        for asking in one.items
    ]
    if nudges:
        session.connection().execute(insert(Nudge), nudges)


def nudges_of_delivery(session: Session, delivery: str) -> list[Nudge]:
    """What one message is about, in the plans' order."""
    place = joinedload(Nudge.action).joinedload(Action.section).joinedload(Section.plan)  # type: ignore[arg-type]
    query = select(Nudge).where(Nudge.delivery_id == delivery).order_by(col(Nudge.id))
    return list(session.exec(query.options(place, joinedload(Nudge.delivery))))  # type: ignore[arg-type]


def nudges_in_thread(session: Session, channel: str, ts: str) -> list[Nudge]:
    """What the message at the head of a thread asks about, in the plans' order; nothing for another's."""
    query = select(Delivery.id).where(Delivery.kind == KIND, Delivery.channel == channel, Delivery.ts == ts)
    found = session.exec(query).first()
    return (
        [] if found is None else [one for one in nudges_of_delivery(session, found) if one.days_ahead is None]
    )


def nudge_by_id(session: Session, nudge: int) -> Nudge | None:
    return session.get(Nudge, nudge)


def disown(session: Session, author: Author, nudge: Nudge) -> None:
    """Record that somebody says an action is not theirs: they are not asked about it again."""
    nudge.disowned = True
    add_comment(session, author, nudge.action, "says this is not theirs")
