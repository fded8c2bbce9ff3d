"""Nudges: one message a day to whoever leads what is late, and the exceptions list when it grows."""

from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from db import deliveries, escalations, nudges
from db.engine import garbage_collection_paused
from db.models import CLOSED, Action, Delivery
from db.overdue import UNANSWERED_LIMIT, watched_actions
from jobs.daily_runs import once_a_day
from jobs.tick_context import TickContext
from messages import nudges as render
from messages.limits import Answer


def notice(engine: Engine, context: TickContext) -> int:
    """Make a working day's round once: owe each person their one message. Returns how many people."""
    if not nudges.is_nudge_time(context.at, context.zone):
        return 0

    def make(session: Session) -> int:
        wishes = nudges.load_nudge_settings(session, context.coordinators)
        seen = watched_actions(session, context.today, context.zone)
        found = nudges.plan_nudges(seen, context.today, wishes)
        nudges.enqueue(session, found, context.at, context.today)
        listed = escalations.find_escalations(seen, context.today, wishes.unreachable)
        grown = escalations.mark_escalated(session, listed, context.today)
        for person in wishes.coordinators if grown else ():
            deliveries.enqueue(session, escalations.KIND, context.today.isoformat(), person, context.at)
        return len(found)

    with garbage_collection_paused():
        return once_a_day(engine, nudges.KIND, context, make)


def post(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    """What is still late and unanswered when the message goes out."""
    asked = nudges.nudges_of_delivery(session, delivery.id)
    standing = [one for one in asked if one.action.progress not in CLOSED]
    return render.nudge(standing, {}, context.today, context.zone, UNANSWERED_LIMIT) if standing else None


def tell_exceptions(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    listed = escalations.escalated_on(session, date.fromisoformat(delivery.occurrence))
    return render.newly_listed(listed, UNANSWERED_LIMIT) if listed else None


def tell_not_mine(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    nudge = nudges.nudge_by_id(session, int(delivery.occurrence))
    return None if nudge is None else render.not_mine(session.get_one(Action, nudge.action_id), nudge.person)
