"""Run a job once a day: one of all workers does it, in the transaction that enqueues its messages."""

from collections.abc import Callable

from sqlalchemy import Engine
from sqlmodel import Session

from db import audit_log, daily_runs
from db.engine import reading, writing
from jobs.tick_context import TickContext


def once_a_day(engine: Engine, kind: str, context: TickContext, run: Callable[[Session], int]) -> int:
    """Return what `run` returns, or 0 if the daily run of that kind is done for today.

    `run` is called with the write lock held.
    """
    with reading(engine) as session:
        if daily_runs.is_done(session, kind, context.today):
            return 0
    with writing(engine) as session:
        audit_log.take_write_lock(session)
        # Another worker may have done the run while this one waited for the lock.
        if daily_runs.is_done(session, kind, context.today):
            return 0
        daily_runs.mark_done(session, kind, context.today)
        return run(session)
