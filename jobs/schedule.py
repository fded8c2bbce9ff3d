"""What the clock does: one visible table, and one pass over it.

The database is the schedule: a pass decides from rows and `now` alone, so it is the same whether it
runs every few seconds, twice at once, or after a week of downtime.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from slack_sdk import WebClient
from sqlalchemy import Engine

from db import once, watch
from db.engine import writing
from jobs import dues
from jobs.outbox import Build, deliver

BUILDERS: Mapping[str, Build] = {
    "due_request": dues.ask_to_decide,
    "due_decision": dues.tell_decision,
}


@dataclass(frozen=True)
class Scheduled:
    """A job's name, how often it runs, and what a person reads about it."""

    name: str
    every_seconds: int
    about: str


SCHEDULE = (Scheduled("tick", 5, "deliver what is owed"),)


def tick(engine: Engine, client: WebClient, now: datetime) -> dict[str, int]:
    """One pass of the clock. Counts what was noticed, sent, deferred, failed and skipped."""
    with writing(engine) as session:
        once.sweep(session, now)
        watch.beat(session, now)
    done = deliver(engine, client, BUILDERS, now)
    return {"noticed": 0, **{name: done[name] for name in ("sent", "deferred", "failed", "skipped")}}
