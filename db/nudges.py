"""Nudges: who is reminded of which overdue actions on a day, in one message a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy.orm import joinedload
from sqlmodel import Session, col, func, select

from db import audit_log, deliveries
from db.actions import end_of_day, last_updates
from db.audit_log import Author, Change
from db.bulk_insert import insert_rows
from db.deliveries import DeliveryKind
from db.models import NO_LEAD, Action, Delivery, Entry, Lead, Nudge, NudgePreference, Role, Section
from db.overdue import WEEK, WatchedAction
from db.plans import ladders_of_plans
from db.rules.calendars import is_working_day
from db.rules.ladders import Ladder, Step

KIND = DeliveryKind.NUDGE
# The direct messages to people: a person whom one kind cannot reach, the other cannot reach either.
_DIRECT_KINDS = (KIND, DeliveryKind.KPI)
# What the occurrence of a message ends with that corrects an earlier one.
UNDONE = ":undone"
OPENS, CLOSES = time(9, 0), time(17, 0)
# A person who turned nudges off is still counted weekly, so that the exceptions list works the same.
INTERVALS = {"daily": timedelta(days=1), "weekly": WEEK, "off": WEEK}
# Slack's error codes for a person who can no longer be reached at all.
UNREACHABLE = frozenset(
    ("account_inactive", "user_disabled", "user_not_found", "users_not_found", "cannot_dm_bot", "not_allowed")
)


def is_nudge_time(now: datetime, zone: ZoneInfo) -> bool:
    """Whether people may be nudged: from nine to five on a working day in the plan's zone."""
    local = now.astimezone(zone)
    return is_working_day(local.date()) and OPENS <= local.time() < CLOSES


def unreachable_people(session: Session) -> frozenset[str]:
    """The people whom the bot could not reach when it last tried, by Slack ID."""
    last = (
        select(Delivery.recipient, func.max(Delivery.failed_at), func.max(Delivery.sent_at))
        .where(
            col(Delivery.kind).in_(_DIRECT_KINDS),
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
    """An action to nudge a person about.

    `asked_because` is the role that the person deputises for, or `NO_LEAD` for a coordinator. `days_ahead`
    marks an early notice, that many days before the due date.
    """

    action_id: int
    asked_because: str | None = None
    days_ahead: int | None = None


@dataclass
class PersonalNudge:
    """One person's nudge on a day. A `silent` one is counted but not sent: the person turned nudges off."""

    person: str
    items: list[NudgeItem] = field(default_factory=list)
    silent: bool = False


def preferences(session: Session) -> Mapping[str, str]:
    """The interval (a key of `INTERVALS`) of each person who chose one."""
    return {preference.person: preference.every for preference in session.exec(select(NudgePreference))}


def save_preference(session: Session, author: Author, every: str) -> None:
    """Set and record how often the author is nudged: `daily`, `weekly` or `off`."""
    preference = session.get(NudgePreference, author.who)
    before = preference.every if preference else "weekly"
    if preference is None:
        session.add(NudgePreference(person=author.who, every=every))
    else:
        preference.every = every
    audit_log.append(session, author, [Change("person", None, author.who, "nudges", before, every)])


@dataclass(frozen=True)
class NudgeSettings:
    """Who cannot be reached, who the coordinators are, each person's interval and each plan's ladder."""

    unreachable: frozenset[str] = frozenset()
    coordinators: Sequence[str] = ()
    every: Mapping[str, str] = field(default_factory=dict)
    ladders: Mapping[int, Ladder] = field(default_factory=dict)

    @cached_property
    def shortest_interval(self) -> timedelta:
        """The interval of the people who are nudged most often."""
        return min((INTERVALS[every] for every in self.every.values()), default=WEEK)


def load_nudge_settings(session: Session, coordinators: Iterable[str]) -> NudgeSettings:
    ladders = ladders_of_plans(session)
    return NudgeSettings(unreachable_people(session), sorted(coordinators), preferences(session), ladders)


def plan_nudges(
    actions: Iterable[WatchedAction], today: date, settings: NudgeSettings
) -> list[PersonalNudge]:
    """The nudges of a day: one for each person, about all of their actions that are overdue or due soon."""
    people: dict[str, PersonalNudge] = {}
    for action in actions:
        for person, item in _items_for(action, today, settings):
            silent = settings.every.get(person) == "off"
            if not (silent and item.days_ahead):
                people.setdefault(person, PersonalNudge(person, silent=silent)).items.append(item)
    return list(people.values())


def unreached_actions(
    actions: Iterable[WatchedAction], today: date, settings: NudgeSettings
) -> list[WatchedAction]:
    """The actions to be nudged about today, about which not even a coordinator can be reached."""
    if settings.coordinators:
        return []
    return [
        action
        for action in actions
        if not action.recipients(settings.unreachable)
        and (action.is_due(today) if action.is_late(today) else action.days_ahead(today) is not None)
    ]


def _items_for(action: WatchedAction, today: date, settings: NudgeSettings) -> list[tuple[str, NudgeItem]]:
    """Each person to nudge about an action today, with the item of their message."""
    # Of most actions nobody is asked today, so this comes before the question whom.
    if action.is_late(today) and not action.is_due(today, settings.shortest_interval):
        return []
    recipients = action.recipients(settings.unreachable)
    # A school's lead on holiday is not nudged, and still counts as reachable.
    present = [(person, why) for person, why, on_holiday in recipients if not on_holiday]
    if not action.is_late(today):
        mark = action.days_ahead(today)
        return [(person, NudgeItem(action.action_id, why, mark)) for person, why in present] if mark else []
    if action.step(today, settings.ladders.get(action.plan_id)) is not Step.LEAD:
        asked = {person for person, _ in present}
        present += [one for one in action.deputies(settings.unreachable) if one[0] not in asked]
    if not recipients:
        present = [(person, NO_LEAD) for person in settings.coordinators]
    return [
        (person, NudgeItem(action.action_id, why))
        for person, why in present
        if action.is_due(today, INTERVALS[settings.every.get(person, "weekly")])
    ]


def enqueue(session: Session, planned: Sequence[PersonalNudge], now: datetime, today: date) -> None:
    """Add one message for each person, and a `Nudge` row for each action in it.

    For a transaction that holds the write lock.
    """
    recipients = [nudge.person for nudge in planned if not nudge.silent]
    delivery_ids = deliveries.enqueue_each(session, KIND, today.isoformat(), recipients, now)
    rows = [
        {
            "action_id": item.action_id,
            "asked_because": item.asked_because,
            "days_ahead": item.days_ahead,
            "person": nudge.person,
            "day": today,
            "disowned": False,
            "delivery_id": delivery_ids.get(nudge.person),
        }
        for nudge in planned
        for item in nudge.items
    ]
    insert_rows(session.connection(), Nudge, rows)


def nudges_of_delivery(session: Session, delivery: str) -> list[Nudge]:
    """The nudges in one message, in the plans' order, each with its action and plan."""
    place = joinedload(Nudge.action).joinedload(Action.section).joinedload(Section.plan)  # type: ignore[arg-type]
    leads = joinedload(Nudge.action).selectinload(Action.leads).joinedload(Lead.role)  # type: ignore[arg-type]
    holders = leads.selectinload(Role.holdings)  # type: ignore[arg-type]
    query = select(Nudge).where(Nudge.delivery_id == delivery).order_by(col(Nudge.id))
    return list(session.exec(query.options(place, holders, joinedload(Nudge.delivery))))  # type: ignore[arg-type]


def nudges_in_thread(session: Session, channel: str, ts: str) -> list[Nudge]:
    """The nudges that the first message of a thread asks a reply to; empty where that is not a nudge."""
    query = select(Delivery.id).where(Delivery.kind == KIND, Delivery.channel == channel, Delivery.ts == ts)
    delivery = session.exec(query).first()
    if delivery is None:
        return []
    return [nudge for nudge in nudges_of_delivery(session, delivery) if nudge.days_ahead is None]


def nudge_by_id(session: Session, nudge: int) -> Nudge | None:
    return session.get(Nudge, nudge)


def latest_nudge(session: Session, action: Action, person: str, today: date) -> Nudge:
    """The last nudge of a person about an action; where they had none, a new one that is not sent."""
    query = select(Nudge).where(Nudge.action_id == action.id, Nudge.person == person)
    found = session.exec(query.order_by(col(Nudge.day).desc())).first()
    if found is None:
        assert action.id is not None
        found = Nudge(action_id=action.id, person=person, day=today)
        session.add(found)
        session.flush()
    return found


def answers_to(
    session: Session, sent: Sequence[Nudge], today: date, zone: ZoneInfo
) -> dict[int, list[Entry]]:
    """What was recorded about the actions of one message since it was sent, by action: its last act each."""
    acts = last_updates(session, [one.action for one in sent], end_of_day(today, zone))
    sent_at = sent[0].delivery.sent_at if sent and sent[0].delivery else None
    return {
        action: act
        for action, act in acts.items()
        if (sent_at is None or act[0].at >= sent_at) and not _is_refusal(act)
    }


def _is_refusal(act: Sequence[Entry]) -> bool:
    """Whether an act refuses a new date: after it the lead has still to say how the action stands."""
    return all(entry.field == "due_decision" and entry.after == "refused" for entry in act)


def correct_alerts(session: Session, author: Author, entries: Sequence[Entry]) -> None:
    """Correct what the coordinators were told by an act that is undone: "stuck", or "not mine".

    `entries` are those that were undone. Where the message has not gone out yet, none goes out: its builder
    finds that the act is undone.
    """
    acts: dict[str, list[int]] = {}
    for entry in entries:
        if entry.subject == "action" and entry.subject_id is not None:
            acts.setdefault(entry.act, []).append(entry.subject_id)
    for act, actions in acts.items():
        own_nudges = select(Nudge.id).where(col(Nudge.action_id).in_(actions), Nudge.person == author.who)
        occurrences_by_kind = {
            DeliveryKind.BLOCKED: [f"{action}:{act}" for action in actions],
            DeliveryKind.NOT_MINE: [f"{nudge}:{act}" for nudge in session.exec(own_nudges)],
        }
        for kind, occurrences in occurrences_by_kind.items():
            begun = select(Delivery).where(
                Delivery.kind == kind,
                col(Delivery.occurrence).in_(occurrences),
                col(Delivery.begun_at).is_not(None),
                col(Delivery.failed_at).is_(None),
            )
            for one in session.exec(begun).all():
                deliveries.enqueue(session, kind, f"{one.occurrence}{UNDONE}", one.recipient, author.at)


def enqueue_blocked(session: Session, author: Author, action: Action, coordinators: Iterable[str]) -> None:
    """Tell the coordinators that somebody is stuck, once for each act of the author."""
    for person in coordinators:
        if person != author.who:
            occurrence = f"{action.id}:{author.act}"
            deliveries.enqueue(session, DeliveryKind.BLOCKED, occurrence, person, author.at)
