"""Check the record once a night, when nobody waits for an answer."""

from datetime import time

from sqlalchemy import Engine

from db import audit_checks, daily_runs
from db.engine import reading, writing
from jobs.tick_context import TickContext

BEGINS, ENDS = time(2), time(6)


def check_due(engine: Engine, context: TickContext) -> None:
    """Do the night's check unless a worker has begun it."""
    if not BEGINS <= context.at.astimezone(context.zone).time() < ENDS:
        return
    with writing(engine) as session:
        if daily_runs.is_done(session, audit_checks.KIND, context.today):
            return
        daily_runs.mark_done(session, audit_checks.KIND, context.today)
    # It reads everything, so it holds no lock: people may write meanwhile.
    try:
        with reading(engine) as session:
            entries, fault = audit_checks.find_fault(session)
    except Exception as failed:
        with writing(engine) as session:
            audit_checks.save_result(session, context.at, 0, f"could not be checked: {type(failed).__name__}")
        raise
    with writing(engine) as session:
        audit_checks.save_result(session, context.at, entries, fault)
