"""A round a day: one of all workers makes it, in the transaction that owes its messages."""

from collections.abc import Callable

from sqlalchemy import Engine
from sqlmodel import Session

from db import record, rounds
from db.engine import reading, writing
from jobs.moment import Moment


def once_a_day(engine: Engine, kind: str, moment: Moment, make: Callable[[Session], int]) -> int:
    """What `make` returns, in a writer's turn, unless today's round of that kind was made: then 0."""
    with reading(engine) as session:
        if rounds.made(session, kind, moment.today):
            return 0
    with writing(engine) as session:
        record.lock(session)
        # Asked again in the turn: another worker may have had the one before.
        if rounds.made(session, kind, moment.today):
            return 0
        rounds.make(session, kind, moment.today)
        return make(session)
