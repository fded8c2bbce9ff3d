"""KPI figures that are due and not recorded, and targets missed twice running: one message a person."""

from sqlalchemy import Engine
from sqlmodel import Session

from db import disclosure, nudges, overdue_figures
from db.models import Delivery
from jobs.daily_runs import once_a_day
from jobs.tick_context import TickContext
from messages import figures as render
from messages.blocks import Answer


def enqueue_due(engine: Engine, context: TickContext) -> int:
    """Do a working day's run once, in the hours in which people are nudged. Returns how many people."""
    if not nudges.is_nudge_time(context.at, context.zone):
        return 0

    def run(session: Session) -> int:
        alerts = overdue_figures.plan_alerts(
            session, context.as_at, nudges.load_nudge_settings(session, context.coordinators)
        )
        overdue_figures.enqueue(session, alerts, context.at, context.today)
        return len(alerts)

    return once_a_day(engine, overdue_figures.KIND, context, run)


def build(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    """The figures still missing when the message goes out. Small numbers are hidden in a direct message."""
    alerts = overdue_figures.alerts_of_delivery(session, delivery.id, context.today)
    if not alerts:
        return None
    readings = disclosure.read_kpis(session, [alert.kpi for alert in alerts], context.as_at, board=False)
    pairs = list(zip(alerts, readings, strict=True))
    missing = [
        (alert.period_end, reading) for alert, reading in pairs if alert.why == overdue_figures.MISSING
    ]
    missed_target = [reading for alert, reading in pairs if alert.why == overdue_figures.BREACH]
    return render.overdue_figures(missing, missed_target)
