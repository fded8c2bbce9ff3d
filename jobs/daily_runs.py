"""A round a day: one of all workers makes it, in the transaction that owes its messages."""

from collections.abc import Callable

from sqlalchemy import Engine
from sqlmodel import Session

from db import audit_log, daily_runs
from db.engine import reading, writing
from jobs.tick_context import TickContext


def once_a_day(engine: Engine, kind: str, context: TickContext, make: Callable[[Session], int]) -> int:
    """What `make` returns, in a writer's turn, unless today's round of that kind was made: then 0."""
    with reading(engine) as session:
        if daily_runs.is_done(session, kind, context.today):
            return 0
    with writing(engine) as session:
        audit_log.take_write_lock(session)
        # Asked again in the turn: another worker may have had the one before.
        if daily_runs.is_done(session, kind, context.today):
            return 0
        daily_runs.mark_done(session, kind, context.today)
        return make(session)
