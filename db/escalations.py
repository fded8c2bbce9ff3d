"""The exceptions list: overdue actions that need a decision, and leads who give no updates."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import Session, col, select

from db.deliveries import DeliveryKind
from db.engine import in_batches
from db.models import CLOSED, NO_LEAD, Action, Escalated, Nudge, Plan
from db.nudges import unreachable_people
from db.overdue import UNANSWERED_LIMIT, WEEK, EarlierNudge, WatchedAction, last_update_days, watched_actions
from db.plans import action_load_options, actions_by_id, line_load_options
from db.rules.ladders import Ladder, Step, read_ladder

KIND = DeliveryKind.EXCEPTIONS
NOT_MINE = "says it is not theirs"


@dataclass(frozen=True)
class Escalation:
    """An overdue action on the exceptions list, and why it is there."""

    action: WatchedAction
    why: str
    # The last nudge without a reply. None where the action has no lead who can be nudged.
    last_nudge: EarlierNudge | None = None
    # The nudge to which somebody replied that the action is not theirs.
    disowned: EarlierNudge | None = None
    # How far it has climbed its plan's ladder.
    step: Step = Step.COORDINATOR


def find_escalations(
    actions: Iterable[WatchedAction],
    today: date,
    unreachable: frozenset[str],
    ladders: Mapping[int, Ladder] | None = None,
) -> Iterator[Escalation]:
    """The overdue actions with no lead who can be nudged, or with no reply for too long.

    That is a week after the last nudge, or as the plan's ladder has it.
    """
    for action in actions:
        if not action.is_late(today):
            continue
        ladder = (ladders or {}).get(action.plan_id)
        step = action.step(today, ladder)
        is_high = step in (Step.COORDINATOR, Step.GROUP)
        disowned = _disowned_by_a_lead(action)
        # A deputy who can be asked does not settle whose it is.
        if disowned or not action.recipients(unreachable):
            reached = step if is_high else Step.COORDINATOR
            yield Escalation(action, NOT_MINE if disowned else NO_LEAD, disowned=disowned, step=reached)
        elif ladder is not None:
            if is_high and action.unanswered_since is not None:
                days = (today - action.unanswered_since).days
                yield Escalation(action, f"no reply for {days} days", action.nudges[-1], step=step)
        elif action.unanswered >= UNANSWERED_LIMIT and today - action.nudges[-1].day >= WEEK:
            yield Escalation(action, f"no reply after {action.unanswered} reminders", action.nudges[-1])


def _disowned_by_a_lead(action: WatchedAction) -> EarlierNudge | None:
    """The last nudge to which somebody who still holds the action said that it is not theirs."""
    disowned = [nudge for nudge in action.nudges if nudge.disowned]
    holders = {person for role in action.roles for person in (role.holder, role.deputy)} if disowned else ()
    return next((nudge for nudge in reversed(disowned) if nudge.person in holders), None)


def plan_escalations(session: Session, plan: Plan, today: date, zone: ZoneInfo) -> list[Escalated]:
    """A plan's exceptions in its order, each with the reason and the date of the last update."""
    watched = watched_actions(session, today, zone, plan)
    ladder = read_ladder(plan.ladder)
    ladders = {plan.id or 0: ladder} if ladder else {}
    escalations = list(find_escalations(watched, today, unreachable_people(session), ladders))
    rows = actions_by_id(session, [escalation.action.action_id for escalation in escalations])
    return [_escalated(rows[one.action.action_id], one, ladder) for one in escalations]


def _escalated(action: Action, escalation: Escalation, ladder: Ladder | None) -> Escalated:
    disowned = escalation.disowned
    at_group = ladder is not None and escalation.step is Step.GROUP
    since = escalation.action.unanswered_since
    climbed = since + timedelta(days=ladder.group) if ladder and ladder.group and since and at_group else None
    return Escalated(
        action,
        escalation.why,
        escalation.action.last_update_on,
        disowned.person if disowned else None,
        disowned.reason if disowned else "",
        ladder.name if ladder and at_group else "",
        climbed,
    )


def mark_escalated(session: Session, escalations: Iterable[Escalation], today: date) -> int:
    """Record which actions come onto the list today because no reply came. Returns how many.

    For a transaction that holds the write lock.
    """
    last_nudges = [escalation.last_nudge for escalation in escalations]
    new = [nudge.nudge_id for nudge in last_nudges if nudge is not None and nudge.listed_on is None]
    for batch in in_batches(new):
        session.connection().execute(update(Nudge).where(col(Nudge.id).in_(batch)).values(listed_on=today))
    return len(new)


def escalated_on(session: Session, day: date) -> Sequence[Action]:
    """The actions that came onto the list on a day because no reply came, in the plans' order."""
    ids = select(Nudge.action_id).where(Nudge.listed_on == day)
    query = select(Action).where(col(Action.id).in_(ids)).order_by(col(Action.plan_id), col(Action.position))
    return session.exec(query.options(*action_load_options())).all()


@dataclass(frozen=True)
class SilentLead:
    """A role that leads open actions and has given no update for a long time.

    `person` is its holder and `actions` the number of open actions that it leads.
    """

    role: str
    person: str | None
    actions: int
    last_update_on: date | None


def silent_leads(
    session: Session, plan_id: int | None, today: date, zone: ZoneInfo, days: int
) -> list[SilentLead]:
    """The leads of a plan's open actions with no update for that many days, the longest silent first."""
    query = (
        select(Action)
        .where(
            Action.plan_id == plan_id, col(Action.removed_on).is_(None), col(Action.progress).not_in(CLOSED)
        )
        .order_by(col(Action.position))
    )
    actions = session.exec(query.options(*line_load_options(holders=True))).all()
    return silent_among(session, actions, today, zone, days)


def silent_among(
    session: Session, actions: Sequence[Action], today: date, zone: ZoneInfo, days: int
) -> list[SilentLead]:
    """The same of open actions that are loaded with their leads and who holds these roles."""
    updates: dict[int, date] = {}
    for batch in in_batches([action.id for action in actions]):
        updates |= last_update_days(session, batch, zone)
    leads = leads_with_last_update(actions, updates, today)
    silent = [
        lead for lead in leads if lead.last_update_on is None or (today - lead.last_update_on).days >= days
    ]
    return sorted(silent, key=lambda lead: (lead.last_update_on or date.min, -lead.actions, lead.role))


def leads_with_last_update(
    actions: Iterable[Action], updates: Mapping[int, date], today: date
) -> list[SilentLead]:
    """Each lead role of the actions, with the latest of the updates on any of its actions."""
    by_role: dict[str, list[Action]] = {}
    people: dict[str, str | None] = {}
    for action in actions:
        for role in (lead.role for lead in action.leads):
            by_role.setdefault(role.name, []).append(action)
            holding = role.holding_on(today)
            people[role.name] = holding.slack_user if holding else None
    return [
        SilentLead(
            role,
            people[role],
            len(led),
            max(filter(None, (updates.get(action.id or 0) for action in led)), default=None),
        )
        for role, led in by_role.items()
    ]
