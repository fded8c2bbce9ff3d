"""Nudges: one message a day to whoever leads what is late, and the exceptions list when it grows."""

from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from db import deliveries, nudges
from db.models import CLOSED, Action, Delivery
from jobs.moment import Moment
from jobs.rounds import once_a_day
from messages import nudges as tell
from messages.limits import Answer


def notice(engine: Engine, moment: Moment) -> int:
    """Make a working day's round once: owe each person their one message. Returns how many people."""
    if not nudges.is_time(moment.at, moment.zone):
        return 0

    def make(session: Session) -> int:
        found = nudges.due(session, moment.today, moment.zone, moment.coordinators)
        nudges.owe(session, found, moment.at, moment.today)
        grown = nudges.list_new(session, moment.today, moment.zone)
        for person in sorted(moment.coordinators) if grown else ():
            deliveries.owe(session, nudges.EXCEPTION, moment.today.isoformat(), person, moment.at)
        return len(found)

    return once_a_day(engine, nudges.KIND, moment, make)


def post(session: Session, delivery: Delivery, moment: Moment) -> Answer | None:
    """What is still late and unanswered when the message goes out."""
    asked = nudges.of_delivery(session, delivery.id)
    standing = [one for one in asked if one.action.progress not in CLOSED]
    return tell.nudge(standing, {}, moment.today, moment.zone, nudges.STRIKES) if standing else None


def tell_exceptions(session: Session, delivery: Delivery, moment: Moment) -> Answer | None:
    listed = nudges.listed_on(session, date.fromisoformat(delivery.occurrence))
    return tell.grown(listed, nudges.STRIKES) if listed else None


def tell_not_mine(session: Session, delivery: Delivery, moment: Moment) -> Answer | None:
    nudge = nudges.by_id(session, int(delivery.occurrence))
    return None if nudge is None else tell.not_mine(session.get_one(Action, nudge.action_id), nudge.person)
