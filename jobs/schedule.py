"""What the clock does: the table of scheduled messages, and one pass over it.

The database is the schedule: a pass decides from rows and `now` alone, so it does the same whether it
runs every few seconds, twice at once, or after a week of downtime.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import Engine

from db import health, idempotency, pending_changes
from db.deliveries import DeliveryKind
from db.engine import writing
from jobs import (
    audit_checks,
    coverage,
    digest,
    edit_requests,
    erasure,
    extension_requests,
    ladders,
    meetings,
    nudges,
    overdue_figures,
    reminders,
    school_questions,
    sign_offs,
)
from jobs.clock_check import clock_fault
from jobs.outbox import Build, deliver
from jobs.slack_client import SlackClient
from jobs.tick_context import TickContext

TICK_SECONDS = 5
_OUTCOMES = ("sent", "deferred", "failed", "skipped")

log = structlog.get_logger(__name__)

EnqueueDue = Callable[[Engine, TickContext], int]


@dataclass(frozen=True)
class ScheduledKind:
    """A kind of message, the function that builds it, and the function that enqueues it when it is due.

    `enqueue_due` enqueues everything that is due at a moment, each message once, and returns how many it
    found. It is None for a kind that a person's act or another kind of message enqueues.
    """

    kind: DeliveryKind
    build: Build
    enqueue_due: EnqueueDue | None


SCHEDULED_KINDS: Sequence[ScheduledKind] = (
    ScheduledKind(DeliveryKind.REMINDER, reminders.build, reminders.enqueue_due),
    ScheduledKind(DeliveryKind.REMINDER_CHASE, reminders.build_chase, reminders.enqueue_due_chases),
    ScheduledKind(
        DeliveryKind.SCHOOL_QUESTION, school_questions.build_question, school_questions.enqueue_due
    ),
    ScheduledKind(DeliveryKind.SCHOOL_ANSWER, school_questions.build_answer, None),
    ScheduledKind(DeliveryKind.COVERAGE, coverage.build, None),
    ScheduledKind(DeliveryKind.SIGN_OFF, sign_offs.build, None),
    ScheduledKind(DeliveryKind.NUDGE, nudges.build, nudges.enqueue_due),
    ScheduledKind(DeliveryKind.EXCEPTIONS, nudges.build_exceptions, None),
    ScheduledKind(DeliveryKind.LADDER, ladders.build, ladders.enqueue_due),
    ScheduledKind(DeliveryKind.MEETING, meetings.build, meetings.enqueue_due),
    ScheduledKind(DeliveryKind.NOT_MINE, nudges.build_not_mine, None),
    ScheduledKind(DeliveryKind.BLOCKED, nudges.build_blocked, None),
    ScheduledKind(DeliveryKind.KPI, overdue_figures.build, overdue_figures.enqueue_due),
    ScheduledKind(DeliveryKind.DIGEST, digest.build, digest.enqueue_due),
    ScheduledKind(DeliveryKind.DUE_REQUEST, extension_requests.build_request, None),
    ScheduledKind(DeliveryKind.DUE_DECISION, extension_requests.build_decision, None),
    ScheduledKind(DeliveryKind.EDIT_REQUEST, edit_requests.build_request, None),
    ScheduledKind(DeliveryKind.EDIT_DECISION, edit_requests.build_decision, None),
    ScheduledKind(DeliveryKind.ERASURE, erasure.build, erasure.enqueue_due),
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


def tick(engine: Engine, client: SlackClient, context: TickContext) -> dict[str, int]:
    """One pass of the clock. Counts the messages `noticed`, `sent`, `deferred`, `failed` and `skipped`.

    Does nothing while this machine's clock is not Slack's, and stores why. Raises the first error of a kind
    that could not be noticed, after everything else is done.
    """
    fault = clock_fault(client, context.at)
    if fault is not None:
        log.error("no pass", reason=fault)
        with writing(engine) as session:
            health.record_fault(session, client.slack_time() or context.at, fault)
        return {"noticed": 0, **dict.fromkeys(_OUTCOMES, 0)}
    with writing(engine) as session:
        idempotency.delete_expired(session, context.at)
        pending_changes.delete_expired(session, context.at)
    noticed, errors = _notice(engine, context)
    outcomes = deliver(engine, client, BUILDERS, context)
    # After the work: a pass that does not get here has not been one.
    with writing(engine) as session:
        failed = ", ".join(f"{name} ({type(error).__name__})" for name, error in errors.items())
        health.record_heartbeat(
            session, context.now(), f"these can't be noticed: {failed}" if failed else None
        )
    if errors:
        raise next(iter(errors.values()))
    return {"noticed": noticed, **{name: outcomes[name] for name in _OUTCOMES}}


def _notice(engine: Engine, context: TickContext) -> tuple[int, dict[str, Exception]]:
    """Enqueue what is due: how many messages, and the errors by kind.

    An error in one kind must not stop the other kinds, or the messages that already wait.
    """
    noticed, errors = 0, {}
    for scheduled in SCHEDULED_KINDS:
        if scheduled.enqueue_due is None:
            continue
        try:
            noticed += scheduled.enqueue_due(engine, context)
        except Exception as error:
            errors[str(scheduled.kind)] = error
    try:
        audit_checks.check_due(engine, context)
    except Exception as error:
        errors["audit check"] = error
    return noticed, errors
