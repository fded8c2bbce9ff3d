"""Figures that are due and not there, targets missed twice running: one message to whom it concerns."""

from sqlalchemy import Engine
from sqlmodel import Session

from db import kpis, nudges, overdue_figures
from db.models import Delivery
from jobs.daily_runs import once_a_day
from jobs.tick_context import TickContext
from messages import figures as render
from messages.limits import Answer


def notice(engine: Engine, context: TickContext) -> int:
    """Make a working day's round once, in the hours in which people are nudged; returns how many people."""
    if not nudges.is_nudge_time(context.at, context.zone):
        return 0

    def make(session: Session) -> int:
        found = overdue_figures.plan_alerts(
            session, context.today, nudges.load_nudge_settings(session, context.coordinators)
        )
        overdue_figures.enqueue(session, found, context.at, context.today)
        return len(found)

    return once_a_day(engine, overdue_figures.KIND, context, make)


def post(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    """What is still missing when the message goes out. In a direct message small counts stay back."""
    asked = overdue_figures.alerts_of_delivery(session, delivery.id)
    readings = kpis.read_kpis(session, [one.kpi for one in asked], context.today, board=False)
    told = list(zip(asked, readings, strict=True))
    missing = [(one.period_end, reading) for one, reading in told if one.why == overdue_figures.MISSING]
    breached = [reading for one, reading in told if one.why == overdue_figures.BREACH]
    return render.overdue_figures(missing, breached) if told else None
