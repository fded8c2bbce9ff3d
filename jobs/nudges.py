"""Nudges: one message a day to whoever leads what is late, and the exceptions list when it grows."""

from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from db import deliveries, escalations, nudges
from db.engine import unpaused
from db.models import CLOSED, Action, Delivery
from db.overdue import STRIKES, watched
from jobs.daily_runs import once_a_day
from jobs.tick_context import Moment
from messages import nudges as tell
from messages.limits import Answer


def notice(engine: Engine, moment: Moment) -> int:
    """Make a working day's round once: owe each person their one message. Returns how many people."""
    if not nudges.is_time(moment.at, moment.zone):
        return 0

    def make(session: Session) -> int:
        wishes = nudges.wishes(session, moment.coordinators)
        seen = watched(session, moment.today, moment.zone)
        found = nudges.round_of(seen, moment.today, wishes)
        nudges.owe(session, found, moment.at, moment.today)
        listed = escalations.exceptional(seen, moment.today, wishes.unreachable)
        grown = escalations.list_new(session, listed, moment.today)
        for person in wishes.coordinators if grown else ():
            deliveries.owe(session, escalations.KIND, moment.today.isoformat(), person, moment.at)
        return len(found)

    with unpaused():
        return once_a_day(engine, nudges.KIND, moment, make)


def post(session: Session, delivery: Delivery, moment: Moment) -> Answer | None:
    """What is still late and unanswered when the message goes out."""
    asked = nudges.of_delivery(session, delivery.id)
    standing = [one for one in asked if one.action.progress not in CLOSED]
    return tell.nudge(standing, {}, moment.today, moment.zone, STRIKES) if standing else None


def tell_exceptions(session: Session, delivery: Delivery, moment: Moment) -> Answer | None:
    listed = escalations.listed_on(session, date.fromisoformat(delivery.occurrence))
    return tell.grown(listed, STRIKES) if listed else None


def tell_not_mine(session: Session, delivery: Delivery, moment: Moment) -> Answer | None:
    nudge = nudges.by_id(session, int(delivery.occurrence))
    return None if nudge is None else tell.not_mine(session.get_one(Action, nudge.action_id), nudge.person)
