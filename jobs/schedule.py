"""What the clock does: the table of scheduled messages, and one pass over it.

The database is the schedule: a pass decides from rows and `now` alone, so it does the same whether it
runs every few seconds, twice at once, or after a week of downtime.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from slack_sdk import WebClient
from sqlalchemy import Engine

from db import health, idempotency, pending_changes
from db.deliveries import DeliveryKind
from db.engine import writing
from jobs import digest, extension_requests, nudges, overdue_figures, reminders
from jobs.outbox import Build, deliver
from jobs.tick_context import TickContext

TICK_SECONDS = 5

Notice = Callable[[Engine, TickContext], int]


@dataclass(frozen=True)
class ScheduledKind:
    """A kind of message, the function that builds it, and the one by which the clock notices that it is due.

    `notice` enqueues everything that is due at a moment, each message once, and returns how many it found.
    It is None for a kind that a person's act or the notice of another kind enqueues.
    """

    kind: DeliveryKind
    build: Build
    notice: Notice | None = None


SCHEDULED_KINDS: Sequence[ScheduledKind] = (
    ScheduledKind(DeliveryKind.REMINDER, reminders.post, reminders.notice),
    ScheduledKind(DeliveryKind.REMINDER_CHASE, reminders.post_again, reminders.notice_chases),
    ScheduledKind(DeliveryKind.SCHOOL_QUESTION, reminders.post_question),
    ScheduledKind(DeliveryKind.NUDGE, nudges.post, nudges.notice),
    ScheduledKind(DeliveryKind.EXCEPTIONS, nudges.report_exceptions),
    ScheduledKind(DeliveryKind.NOT_MINE, nudges.report_not_mine),
    ScheduledKind(DeliveryKind.KPI, overdue_figures.post, overdue_figures.notice),
    ScheduledKind(DeliveryKind.DIGEST, digest.post, digest.notice),
    ScheduledKind(DeliveryKind.DUE_REQUEST, extension_requests.ask_to_decide),
    ScheduledKind(DeliveryKind.DUE_DECISION, extension_requests.report_decision),
)


def builders_by_kind(scheduled: Sequence[ScheduledKind]) -> dict[str, Build]:
    """The builder of each kind. Raises `ValueError` if a kind is there twice or is missing."""
    kinds = [one.kind for one in scheduled]
    repeated = {kind for kind in kinds if kinds.count(kind) > 1}
    if repeated:
        raise ValueError(f"scheduled twice: {', '.join(sorted(repeated))}")
    missing = set(DeliveryKind) - set(kinds)
    if missing:
        raise ValueError(f"no builder for: {', '.join(sorted(missing))}")
    return {one.kind: one.build for one in scheduled}


# Built at import, so that a kind without a builder stops the start and not somebody's message.
BUILDERS = builders_by_kind(SCHEDULED_KINDS)


def tick(engine: Engine, client: WebClient, context: TickContext) -> dict[str, int]:
    """One pass of the clock. Counts the messages `noticed`, `sent`, `deferred`, `failed` and `skipped`."""
    with writing(engine) as session:
        idempotency.delete_expired(session, context.at)
        pending_changes.delete_expired(session, context.at)
        health.record_heartbeat(session, context.at)
    noticed, first_error = 0, None
    for scheduled in SCHEDULED_KINDS:
        if scheduled.notice is None:
            continue
        try:
            noticed += scheduled.notice(engine, context)
        except Exception as error:
            # An error in one kind must not stop the other kinds, or the messages that already wait.
            first_error = first_error or error
    outcomes = deliver(engine, client, BUILDERS, context)
    if first_error is not None:
        raise first_error
    counted = {name: outcomes[name] for name in ("sent", "deferred", "failed", "skipped")}
    return {"noticed": noticed, **counted}
