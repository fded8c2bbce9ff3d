"""Schools, the reminders they are due each term, and a receipt for every one of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, Relationship, SQLModel

from db.models.audit_log import Delivery

# Why nothing was sent, beside the reasons that Slack gives.
NO_CHANNEL = "no channel"
MISSED = "missed: past its use"
NO_DATES = "no term dates"

if TYPE_CHECKING:
    from db.models.actions import Action


class School(SQLModel, table=True):
    """A school of the register, on the roll from a day to a day, both inclusive; open where none is given.

    `channel` is the Slack ID of a channel or a person; without one the school cannot be reached, and
    that is told, never counted as reached. `contact` is whom it asks about thresholds.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, max_length=120)
    channel: str | None = Field(default=None, max_length=64)
    contact: str | None = Field(default=None, max_length=200)
    calendar: str = Field(max_length=80, index=True)
    starts: date | None = None
    ends: date | None = None

    def on_roll(self, first: date, last: date) -> bool:
        """Whether it is on the roll on any day of these."""
        return (self.starts or date.min) <= last and (self.ends or date.max) >= first


class Reminder(SQLModel, table=True):
    """What every school hears in each term, on its Nth school day, because an action promised it."""

    id: int | None = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="action.id", unique=True)
    day: int
    message: str = Field(sa_type=Text)
    # Terms whose day was before this were nobody's to remind in.
    since: date
    paused: bool = False

    action: "Action" = Relationship()


class Receipt(SQLModel, table=True):
    """That a school was due a reminder in a term, and what became of it.

    Without a delivery there is a reason why none was sent. `late` is one that went out after its day.
    """

    __table_args__ = (UniqueConstraint("reminder_id", "term", "school_id"),)

    id: int | None = Field(default=None, primary_key=True)
    reminder_id: int = Field(foreign_key="reminder.id")
    school_id: int = Field(foreign_key="school.id", index=True)
    term: str = Field(max_length=80)
    due_on: date
    late: bool = False
    reason: str | None = Field(default=None, max_length=80)
    delivery_id: str | None = Field(default=None, foreign_key="delivery.id", index=True)
    chase_id: str | None = Field(default=None, foreign_key="delivery.id")
    seen_by: str | None = Field(default=None, max_length=64)
    seen_at: datetime | None = None

    reminder: Reminder = Relationship()
    school: School = Relationship()
    delivery: Delivery | None = Relationship(sa_relationship_kwargs={"foreign_keys": "Receipt.delivery_id"})


@dataclass(frozen=True)
class LedgerLine:
    """One school in a term's ledger: its receipt if there is one, else the day it is due, if known."""

    school: School
    receipt: Receipt | None
    due_on: date | None

    @property
    def delivered(self) -> bool:
        return (
            self.receipt is not None
            and self.receipt.delivery is not None
            and self.receipt.delivery.ts is not None
        )

    @property
    def seen(self) -> bool:
        return self.receipt is not None and self.receipt.seen_at is not None

    @property
    def gap(self) -> str | None:
        """Why the school was not reached, in the outbox's or the noticing's own word."""
        if self.receipt is None:
            return None if self.due_on is not None else NO_DATES
        if self.receipt.reason is not None:
            return self.receipt.reason
        delivery = self.receipt.delivery
        return delivery.reason if delivery is not None and delivery.failed_at is not None else None


@dataclass(frozen=True)
class Ledger:
    """Every school on the roll in a term, and what became of its reminder."""

    reminder: Reminder
    term: str
    per_year: int
    lines: tuple[LedgerLine, ...]

    @property
    def delivered(self) -> int:
        return sum(line.delivered for line in self.lines)

    @property
    def seen(self) -> int:
        return sum(line.seen for line in self.lines)

    @property
    def chased(self) -> int:
        return sum(line.receipt is not None and line.receipt.chase_id is not None for line in self.lines)

    @property
    def gaps(self) -> list[LedgerLine]:
        return [line for line in self.lines if line.gap is not None]

    @property
    def to_come(self) -> list[LedgerLine]:
        return [line for line in self.lines if line.gap is None and not line.delivered]

    @property
    def share(self) -> float | None:
        """The percentage of the schools on the roll that got it; None where there are none."""
        return 100 * self.delivered / len(self.lines) if self.lines else None
