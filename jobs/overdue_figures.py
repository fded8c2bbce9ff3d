"""Figures that are due and not there, targets missed twice running: one message to whom it concerns."""

from sqlalchemy import Engine
from sqlmodel import Session

from db import kpis, nudges, overdue_figures
from db.models import Delivery
from jobs.daily_runs import once_a_day
from jobs.tick_context import Moment
from messages import figures as tell
from messages.limits import Answer


def notice(engine: Engine, moment: Moment) -> int:
    """Make a working day's round once, in the hours in which people are nudged; returns how many people."""
    if not nudges.is_time(moment.at, moment.zone):
        return 0

    def make(session: Session) -> int:
        found = overdue_figures.round_of(session, moment.today, nudges.wishes(session, moment.coordinators))
        overdue_figures.owe(session, found, moment.at, moment.today)
        return len(found)

    return once_a_day(engine, overdue_figures.KIND, moment, make)


def post(session: Session, delivery: Delivery, moment: Moment) -> Answer | None:
    """What is still missing when the message goes out. In a direct message small counts stay back."""
    asked = overdue_figures.of_delivery(session, delivery.id)
    readings = kpis.readings(session, [one.kpi for one in asked], moment.today, board=False)
    told = list(zip(asked, readings, strict=True))
    missing = [(one.period_end, reading) for one, reading in told if one.why == overdue_figures.MISSING]
    breached = [reading for one, reading in told if one.why == overdue_figures.BREACH]
    return tell.closed(missing, breached, moment.today) if told else None
