"""Health for monitoring: is the clock running, is a message stuck, what was not delivered and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from db import audit_checks
from db.models import Delivery, Entry, Heartbeat

# The clock makes a pass every few seconds, so after this long without one it has stopped.
STALLED_AFTER = timedelta(minutes=10)


def record_heartbeat(session: Session, now: datetime, fault: str | None = None) -> None:
    """Store when the clock's last pass ended, and what it could not do."""
    heartbeat = _heartbeat(session, now)
    heartbeat.at, heartbeat.fault = now, fault


def record_fault(session: Session, now: datetime, fault: str) -> None:
    """Store why a pass did nothing at all. The last one that did something keeps its time."""
    _heartbeat(session, now).fault = fault


def _heartbeat(session: Session, now: datetime) -> Heartbeat:
    """The one row, added where there is none yet."""
    heartbeat = session.get(Heartbeat, 1)
    if heartbeat is None:
        heartbeat = Heartbeat(id=1, at=now)
        session.add(heartbeat)
    return heartbeat


def sender_error(session: Session) -> str | None:
    """Slack's error code for why the bot may send nothing at all, or None while it may."""
    heartbeat = session.get(Heartbeat, 1)
    return heartbeat.sender_error if heartbeat is not None else None


def set_sender_error(session: Session, error: str | None) -> None:
    """Store why Slack lets the bot send nothing, or that it does again. The clock has run before."""
    heartbeat = session.get(Heartbeat, 1)
    if heartbeat is not None:
        heartbeat.sender_error = error


@dataclass(frozen=True)
class Health:
    """The clock's last pass, the messages that wait, why none may be sent, and the nightly check."""

    last_tick: datetime | None
    oldest_unsent: datetime | None
    unsent: int
    sender_error: str | None = None
    clock_fault: str | None = None
    record_checked: datetime | None = None
    record_fault: str | None = None

    def wrong(self, now: datetime) -> str | None:
        """What is wrong, in one sentence, or None.

        A clock that never ran is not wrong in itself: the first message that waits too long shows it.
        """
        if self.sender_error is not None:
            return f"sender: Slack refuses the bot ({self.sender_error}), so nothing is sent"
        if self.clock_fault is not None:
            return f"clock: {self.clock_fault}"
        if self.last_tick is not None and now - self.last_tick > STALLED_AFTER:
            return f"clock: last pass at {self.last_tick.isoformat(timespec='seconds')}"
        if self.oldest_unsent is not None and now - self.oldest_unsent > STALLED_AFTER:
            return f"outbox: a message has waited since {self.oldest_unsent.isoformat(timespec='seconds')}"
        if self.record_fault is not None:
            return f"record: {self.record_fault}"
        return None


@dataclass(frozen=True)
class Totals:
    """Counts since the beginning. `failures` counts the messages that were not delivered, by reason."""

    sent: int
    failures: dict[str, int]
    entries: int


def read_health(session: Session, now: datetime) -> Health:
    """How things stand. A message that is due later does not wait yet."""
    heartbeat = session.get(Heartbeat, 1)
    waiting = (
        col(Delivery.sent_at).is_(None),
        col(Delivery.failed_at).is_(None),
        col(Delivery.due_at) <= now,
    )
    oldest, unsent = session.exec(
        select(func.min(Delivery.due_at), func.count(col(Delivery.id))).where(*waiting)
    ).one()
    errors = (heartbeat.sender_error, heartbeat.fault) if heartbeat else (None, None)
    check = audit_checks.last_result(session)
    checked = (check.at, check.fault) if check else (None, None)
    return Health(heartbeat.at if heartbeat else None, oldest, unsent, *errors, *checked)


def count_totals(session: Session) -> Totals:
    """Count whole tables. Too slow for a readiness probe; meant for a scrape of the metrics."""
    sent = session.exec(select(func.count(col(Delivery.sent_at)))).one()
    failed = (
        select(Delivery.reason, func.count(col(Delivery.id)))
        .where(col(Delivery.failed_at).is_not(None))
        .group_by(col(Delivery.reason))
    )
    failures = {reason or "unknown": count for reason, count in session.exec(failed)}
    entries = session.exec(select(func.count(col(Entry.seq)))).one()
    return Totals(sent, failures, entries)
