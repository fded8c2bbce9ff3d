"""The board's digest: on Mondays, to its channel, and only if something changed or is overdue."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from db import deliveries, escalations, nudges, plans
from db.actions import end_of_day
from db.board_changes import board_changes_since
from db.deliveries import DeliveryKind
from db.models import Action, Delivery, Plan
from db.overdue import any_overdue
from db.rules.weekly_news import News, weekly_news
from db.waiting import find_waiting
from jobs.daily_runs import once_a_day
from jobs.tick_context import TickContext
from messages import plans as render
from messages.actions import RenderContext
from messages.blocks import Answer
from messages.waiting import counts as waiting_counts

KIND = DeliveryKind.DIGEST
_MONDAY = 0
_WEEK = timedelta(days=7)


def enqueue_due(engine: Engine, context: TickContext) -> int:
    """Enqueue the board's digest once a week; not on a bank holiday, when the board does not meet."""
    board, is_monday = context.board, context.today.weekday() == _MONDAY
    if board is None or not is_monday or not nudges.is_nudge_time(context.at, context.zone):
        return 0

    def run(session: Session) -> int:
        since = _since(context.today, context)
        if not any(_has_news(session, plan, context.today, since) for plan in plans.all_plans(session)):
            return 0
        deliveries.enqueue(session, KIND, context.today.isoformat(), board, context.at)
        return 1

    return once_a_day(engine, KIND, context, run)


def _plans_with_news(
    session: Session, day: date, context: TickContext
) -> list[tuple[Plan, list[Action], News]]:
    """The plans in which something changed in the week before, or is overdue."""
    since, found = _since(day, context), []
    for plan in plans.all_plans(session):
        if _has_news(session, plan, day, since):
            actions = plans.actions_of(session, plan)
            entries = board_changes_since(session, plan, since)
            found.append((plan, actions, weekly_news(actions, entries, day - _WEEK, day)))
    return found


def _since(day: date, context: TickContext) -> datetime:
    return end_of_day(day - _WEEK - timedelta(days=1), context.zone)


def _has_news(session: Session, plan: Plan, day: date, since: datetime) -> bool:
    return any_overdue(session, plan, day) or bool(board_changes_since(session, plan, since))


def build(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    day = date.fromisoformat(delivery.occurrence)
    news = _plans_with_news(session, day, context)
    if not news:
        return None
    # Roles without a person and doubts of an import are a coordinator's, not a board's.
    waiting = replace(find_waiting(session, None, context.today), vacant=(), doubts=())
    render_context = RenderContext(context.today, context.zone)
    exceptions = [
        one.action.qualified_ref
        for plan, _, _ in news
        for one in escalations.plan_escalations(session, plan, context.today, context.zone)
    ]
    return render.digest(news, waiting_counts(waiting), exceptions, day - _WEEK, render_context)
