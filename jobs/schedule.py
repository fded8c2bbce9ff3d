"""What the clock does: one visible table, and one pass over it.

The database is the schedule: a pass decides from rows and `now` alone, so it is the same whether it
runs every few seconds, twice at once, or after a week of downtime.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from slack_sdk import WebClient
from sqlalchemy import Engine

from db import health, idempotency
from db.engine import writing
from jobs import digest, extension_requests, nudges, overdue_figures, reminders
from jobs.outbox import Build, deliver
from jobs.tick_context import TickContext

# Each decides from the database and the moment alone what is due, and writes it down once.
NOTICES: tuple[Callable[[Engine, TickContext], int], ...] = (
    reminders.notice,
    reminders.notice_chases,
    nudges.notice,
    overdue_figures.notice,
    digest.notice,
)

BUILDERS: Mapping[str, Build] = {
    "due_request": extension_requests.ask_to_decide,
    "due_decision": extension_requests.tell_decision,
    "reminder": reminders.post,
    "reminder_chase": reminders.post_again,
    "school_question": reminders.pass_on,
    "nudge": nudges.post,
    "exceptions": nudges.tell_exceptions,
    "not_mine": nudges.tell_not_mine,
    "digest": digest.post,
    "kpi": overdue_figures.post,
}


@dataclass(frozen=True)
class Scheduled:
    """A job's name, how often it runs, and what a person reads about it."""

    name: str
    every_seconds: int
    about: str


SCHEDULE = (Scheduled("tick", 5, "deliver what is owed"),)


def tick(engine: Engine, client: WebClient, context: TickContext) -> dict[str, int]:
    """One pass of the clock. Counts what was noticed, sent, deferred, failed and skipped."""
    with writing(engine) as session:
        idempotency.delete_expired(session, context.at)
        health.record_heartbeat(session, context.at)
    noticed, failed = 0, None
    for notice in NOTICES:
        try:
            noticed += notice(engine, context)
        except Exception as error:
            # What one kind stumbles over must not keep the others, or what is owed, from going out.
            failed = failed or error
    done = deliver(engine, client, BUILDERS, context)
    if failed is not None:
        raise failed
    return {"noticed": noticed, **{name: done[name] for name in ("sent", "deferred", "failed", "skipped")}}
