"""Nudges: one message a day to each lead of overdue actions, and the exceptions list when it grows."""

from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from db import audit_log, deliveries, escalations, nudges
from db.engine import garbage_collection_paused
from db.models import CLOSED, Action, Delivery, Progress
from db.overdue import UNANSWERED_LIMIT, watched_actions
from jobs.daily_runs import once_a_day
from jobs.tick_context import TickContext
from messages import nudges as render
from messages.blocks import Answer


def enqueue_due(engine: Engine, context: TickContext) -> int:
    """Do a working day's run once: enqueue one message for each person. Returns how many people."""
    if not nudges.is_nudge_time(context.at, context.zone):
        return 0

    def run(session: Session) -> int:
        settings = nudges.load_nudge_settings(session, context.coordinators)
        actions = watched_actions(session, context.today, context.zone)
        planned = nudges.plan_nudges(actions, context.today, settings)
        nudges.enqueue(session, planned, context.at, context.today)
        escalated = escalations.find_escalations(
            actions, context.today, settings.unreachable, settings.ladders
        )
        list_grew = escalations.mark_escalated(session, escalated, context.today)
        for person in settings.coordinators if list_grew else ():
            deliveries.enqueue(session, escalations.KIND, context.today.isoformat(), person, context.at)
        return len(planned)

    with garbage_collection_paused():
        return once_a_day(engine, nudges.KIND, context, run)


def build(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    """The actions that are still open when the message goes out; None if there are none."""
    found = nudges.nudges_of_delivery(session, delivery.id)
    # One whose round was completed may have no date for the next.
    still_open = [one for one in found if one.action.progress not in CLOSED and one.action.due is not None]
    if not still_open:
        return None
    return render.nudge(still_open, render.NudgeState({}, context.today, context.zone, UNANSWERED_LIMIT))


def build_exceptions(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    escalated = escalations.escalated_on(session, date.fromisoformat(delivery.occurrence))
    return render.newly_listed(escalated, UNANSWERED_LIMIT) if escalated else None


def build_not_mine(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    """Who says that an action is not theirs and why, or that they took it back; None if they did before."""
    nudge = nudges.nudge_by_id(session, int(delivery.occurrence.partition(":")[0]))
    if nudge is not None and delivery.occurrence.endswith(nudges.UNDONE):
        return render.theirs_after_all(session.get_one(Action, nudge.action_id), nudge.person)
    if nudge is None or not nudge.disowned:
        return None
    return render.not_mine(session.get_one(Action, nudge.action_id), nudge.person, nudge.reason)


def build_blocked(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    """Who is stuck and why, or that they took it back; None if they are not stuck any more."""
    number, act, *undone = delivery.occurrence.split(":")
    action = session.get(Action, int(number))
    entries = audit_log.entries_of_actions(session, [int(number)])
    if undone:
        who = next((entry.who for entry in entries if entry.act == act), None)
        return render.not_stuck_after_all(action, who) if action and who else None
    entries = audit_log.current_entries(entries)
    entry_of_act = next(
        (entry for entry in entries if entry.act == act and entry.field in ("progress", "note")), None
    )
    if action is None or entry_of_act is None or action.progress is not Progress.BLOCKED:
        return None
    return render.blocked(action, entry_of_act.who, entry_of_act.note)
