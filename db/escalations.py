"""What asking has not moved: late actions that somebody has to look at, and leads who say nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import Session, col, select

from db.engine import in_batches
from db.models import CLOSED, NO_LEAD, Action, Nudge, Plan
from db.nudges import unreachable_people
from db.overdue import UNANSWERED_LIMIT, WEEK, EarlierNudge, WatchedAction, last_update_days, watched_actions
from db.plans import action_load_options, actions_by_id

KIND = "exceptions"


@dataclass(frozen=True)
class Escalation:
    """A late action that asking has not moved, and why it is on the list."""

    late: WatchedAction
    why: str
    # The nudge that was the last of those in vain.
    last: EarlierNudge | None = None


def find_escalations(seen: Iterable[WatchedAction], today: date, out: frozenset[str]) -> Iterator[Escalation]:
    """No reachable lead, said not to be theirs, or asked in vain: a pure rule."""
    for one in seen:
        if not one.is_late(today):
            continue
        if not one.recipients(out):
            disowned = any(nudge.disowned for nudge in one.nudges)
            yield Escalation(one, "the lead says it is not theirs" if disowned else NO_LEAD)
        elif one.unanswered >= UNANSWERED_LIMIT and today - one.nudges[-1].day >= WEEK:
            yield Escalation(one, f"no reply after {one.unanswered} reminders", one.nudges[-1])


def plan_escalations(
    session: Session, plan: Plan, today: date, zone: ZoneInfo
) -> list[tuple[Action, str, date | None]]:
    """A plan's exceptions in its order, each with the reason and the day of the last word."""
    seen = watched_actions(session, today, zone, plan)
    found = {one.late.number: one for one in find_escalations(seen, today, unreachable_people(session))}
    actions = actions_by_id(session, list(found))
    listed = [(found[number], actions[number]) for number in found]
    return [(action, one.why, one.late.last_update_on) for one, action in listed]


def mark_escalated(session: Session, found: Iterable[Escalation], today: date) -> int:
    """Note what is on the list since today for want of an answer; how many. For a writer whose turn it is."""
    fresh = [one.last.number for one in found if one.last is not None and one.last.listed_on is None]
    for part in in_batches(fresh):
        session.connection().execute(update(Nudge).where(col(Nudge.id).in_(part)).values(listed_on=today))
    return len(fresh)


def escalated_on(session: Session, day: date) -> Sequence[Action]:
    """The actions that came onto the list on a day."""
    listed = select(Nudge.action_id).where(Nudge.listed_on == day)
    query = (
        select(Action).where(col(Action.id).in_(listed)).order_by(col(Action.plan_id), col(Action.position))
    )
    return session.exec(query.options(*action_load_options())).all()


@dataclass(frozen=True)
class SilentLead:
    """A role that leads open actions and has said nothing for long."""

    role: str
    person: str | None
    actions: int
    last_update_on: date | None


def silent_leads(
    session: Session, plan_id: int | None, today: date, zone: ZoneInfo, days: int
) -> list[SilentLead]:
    """The leads of a plan's open actions who have said nothing for so many days, the longest silent first."""
    query = (
        select(Action)
        .where(
            Action.plan_id == plan_id, col(Action.removed_on).is_(None), col(Action.progress).not_in(CLOSED)
        )
        .order_by(col(Action.position))
    )
    actions = session.exec(query.options(*action_load_options())).all()
    open_ones = select(Action.id).where(Action.plan_id == plan_id, col(Action.progress).not_in(CLOSED))
    said = last_update_days(session, open_ones, zone)
    roles: dict[str, SilentLead] = {}
    for action in actions:
        for lead in action.leads:
            held = lead.role.held(today)
            before = roles.get(lead.role.name)
            days_said = [
                one for one in (before.last_update_on if before else None, said.get(action.id or 0)) if one
            ]
            roles[lead.role.name] = SilentLead(
                lead.role.name,
                held.slack_user if held else None,
                (before.actions if before else 0) + 1,
                max(days_said, default=None),
            )
    quiet = [
        one
        for one in roles.values()
        if one.last_update_on is None or (today - one.last_update_on).days >= days
    ]
    return sorted(quiet, key=lambda one: (one.last_update_on or date.min, -one.actions, one.role))
