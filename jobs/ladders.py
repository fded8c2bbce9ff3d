"""The digest to the group at the top of a plan's ladder: what has climbed to it, in one message."""

from datetime import date, timedelta

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from db import deliveries, escalations, nudges
from db.deliveries import DeliveryKind
from db.models import Delivery, Plan
from db.overdue import watched_actions
from db.plans import ladders_of_plans
from db.rules.calendars import local_day
from db.rules.ladders import Step
from jobs.daily_runs import once_a_day
from jobs.tick_context import TickContext
from messages import nudges as render
from messages.blocks import Answer

KIND = DeliveryKind.LADDER
_WEEK = timedelta(days=7)


def enqueue_due(engine: Engine, context: TickContext) -> int:
    """Tell each group on a working day if something has climbed to it since the last digest.

    Once a week at most. Returns how many groups.
    """
    if not nudges.is_nudge_time(context.at, context.zone):
        return 0

    def run(session: Session) -> int:
        ladders = {plan: one for plan, one in ladders_of_plans(session).items() if one.group and one.channel}
        if not ladders:
            return 0
        unreachable = nudges.unreachable_people(session)
        told = 0
        for plan, ladder in ladders.items():
            last = _last_digest(session, plan, context)
            if last is not None and context.today - last < _WEEK:
                continue
            # Nothing has climbed to the group before its days have passed since a nudge.
            long_ago = context.today - timedelta(days=ladder.group or 0)
            watched = watched_actions(
                session, context.today, context.zone, session.get_one(Plan, plan), nudged_by=long_ago
            )
            climbed = [
                one.action.unanswered_since + timedelta(days=ladder.group or 0)
                for one in escalations.find_escalations(watched, context.today, unreachable, ladders)
                if one.step is Step.GROUP and one.action.unanswered_since
            ]
            if any(last is None or day > last for day in climbed):
                occurrence = f"{plan}:{context.today.isoformat()}"
                deliveries.enqueue(session, KIND, occurrence, ladder.channel, context.at)
                told += 1
        return told

    return once_a_day(engine, KIND, context, run)


def _last_digest(session: Session, plan: int, context: TickContext) -> date | None:
    """The day of the last digest of a plan that was not refused."""
    query = select(Delivery.due_at).where(
        Delivery.kind == KIND,
        col(Delivery.occurrence).startswith(f"{plan}:"),
        col(Delivery.failed_at).is_(None),
    )
    last = session.exec(query.order_by(col(Delivery.due_at).desc()).limit(1)).first()
    return local_day(last, context.zone) if last else None


def build(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    """What is with the group now; None if all of it was answered meanwhile."""
    number = delivery.occurrence.partition(":")[0]
    plan = session.get(Plan, int(number))
    if plan is None or plan.archived_on is not None:
        return None
    found = escalations.plan_escalations(session, plan, context.today, context.zone)
    at_group = [one for one in found if one.group]
    return render.climbed(plan.title, at_group, context.today) if at_group else None
