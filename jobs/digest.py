"""The board's digest: on Mondays, to its channel, and only when something changed or is late."""

from datetime import date, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from db import audit_log, deliveries, nudges, plans
from db.actions import end_of
from db.models import Action, Delivery, Entry, Plan
from db.overdue import any_late
from jobs.daily_runs import once_a_day
from jobs.tick_context import Moment
from messages import plans as tell
from messages.actions import Known
from messages.limits import Answer

KIND = "digest"
_MONDAY = 0
_WEEK = timedelta(days=7)


def notice(engine: Engine, moment: Moment) -> int:
    """Owe the board its digest, once a week; on a Monday that is a bank holiday nobody meets, so none."""
    board, monday = moment.board, moment.today.weekday() == _MONDAY
    if board is None or not monday or not nudges.is_time(moment.at, moment.zone):
        return 0

    def make(session: Session) -> int:
        since = _since(moment.today, moment)
        if not any(_has_news(session, plan, moment.today, since) for plan in plans.every(session)):
            return 0
        deliveries.owe(session, KIND, moment.today.isoformat(), board, moment.at)
        return 1

    return once_a_day(engine, KIND, moment, make)


def _worth_telling(
    session: Session, day: date, moment: Moment
) -> list[tuple[Plan, list[Action], list[Entry]]]:
    """The plans of which something changed in the week before, or is late."""
    since = _since(day, moment)
    return [
        (plan, plans.actions_of(session, plan), audit_log.for_boards(session, plan, since))
        for plan in plans.every(session)
        if _has_news(session, plan, day, since)
    ]


def _since(day: date, moment: Moment) -> datetime:
    return end_of(day - _WEEK - timedelta(days=1), moment.zone)


def _has_news(session: Session, plan: Plan, day: date, since: datetime) -> bool:
    return any_late(session, plan, day) or bool(audit_log.for_boards(session, plan, since))


def post(session: Session, delivery: Delivery, moment: Moment) -> Answer | None:
    day = date.fromisoformat(delivery.occurrence)
    told = _worth_telling(session, day, moment)
    known = Known(moment.today, moment.zone)
    return tell.digest(told, day - _WEEK, known) if told else None
