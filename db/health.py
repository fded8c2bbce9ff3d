"""What whoever watches the bot asks: does the clock go, is anything stuck, what could not be sent and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from db.models import Delivery, Entry, Heartbeat

# The clock makes a pass every few seconds; after this it has stopped.
STALLED_AFTER = timedelta(minutes=10)


def record_heartbeat(session: Session, now: datetime) -> None:
    """Note that the clock makes a pass."""
    held = session.get(Heartbeat, 1)
    if held is None:
        session.add(Heartbeat(id=1, at=now))
    else:
        held.at = now


@dataclass(frozen=True)
class Health:
    """The state at a moment."""

    last_tick: datetime | None
    oldest_unsent: datetime | None
    unsent: int

    def wrong(self, now: datetime) -> str | None:
        """What is wrong in one sentence, or None. A clock that never went is wrong once it is needed."""
        if self.last_tick is not None and now - self.last_tick > STALLED_AFTER:
            return f"clock: last pass at {self.last_tick.isoformat(timespec='seconds')}"
        if self.oldest_unsent is not None and now - self.oldest_unsent > STALLED_AFTER:
            return f"outbox: a message waits since {self.oldest_unsent.isoformat(timespec='seconds')}"
        return None


@dataclass(frozen=True)
class Totals:
    """All there ever was. `failures` counts messages that were given up, by reason."""

    sent: int
    failures: dict[str, int]
    entries: int


def read_health(session: Session) -> Health:
    held = session.get(Heartbeat, 1)
    waiting = (col(Delivery.sent_at).is_(None), col(Delivery.failed_at).is_(None))
    oldest, unsent = session.exec(
        select(func.min(Delivery.next_try), func.count(col(Delivery.id))).where(*waiting)
    ).one()
    return Health(held.at if held else None, oldest, unsent)


def count_totals(session: Session) -> Totals:
    """Counts whole tables: for a scrape, not for every probe of readiness."""
    sent = session.exec(select(func.count(col(Delivery.sent_at)))).one()
    failed = (
        select(Delivery.reason, func.count(col(Delivery.id)))
        .where(col(Delivery.failed_at).is_not(None))
        .group_by(col(Delivery.reason))
    )
    failures = {reason or "unknown": number for reason, number in session.exec(failed)}
    entries = session.exec(select(func.count(col(Entry.seq)))).one()
    return Totals(sent, failures, entries)
