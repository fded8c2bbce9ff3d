"""Schools, the reminders that they get each term, and a receipt for each reminder and school."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, Relationship, SQLModel

from db.models.audit_log import Delivery

# Reasons why nothing was sent, in addition to the ones that Slack gives.
NO_CHANNEL = "no channel"
MISSED = "missed: past its use"
NO_DATES = "no term dates"

if TYPE_CHECKING:
    from db.models.actions import Action


class School(SQLModel, table=True):
    """A school on the register from `starts` to `ends`, both inclusive. None means no limit on that side.

    `channel` is the Slack ID of a channel or a person. Without one the school cannot be reached: it is
    reported as a gap and never counted as delivered. `contact` is the person that the school asks about
    thresholds, and `telephone` that person's number at work.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, max_length=120)
    channel: str | None = Field(default=None, max_length=64)
    contact: str | None = Field(default=None, max_length=200)
    telephone: str | None = Field(default=None, max_length=40)
    calendar: str = Field(max_length=80, index=True)
    starts: date | None = None
    ends: date | None = None

    def on_roll(self, first: date, last: date) -> bool:
        """Whether the school is on the register on any day from `first` to `last`."""
        return (self.starts or date.min) <= last and (self.ends or date.max) >= first


class Reminder(SQLModel, table=True):
    """A message that an action promises to every school each term, on the `day`-th school day of the term.

    `sender` is who sends it, by name. `document_url` is the thresholds document, of `document_date`;
    `referral_url` is the form with which a school refers a child.
    """

    id: int | None = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="action.id", unique=True)
    day: int
    message: str = Field(sa_type=Text)
    sender: str = Field(default="", max_length=120)
    document_url: str | None = Field(default=None, max_length=500)
    document_date: date | None = None
    referral_url: str | None = Field(default=None, max_length=500)
    # In a term whose reminder day is before this date, no reminder is sent.
    since: date
    paused: bool = False

    action: "Action" = Relationship()


class Receipt(SQLModel, table=True):
    """A school's reminder in a term, and its result.

    A receipt without a delivery has the reason why nothing was sent. `late` is True for a reminder that
    was sent after its day.
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


class SchoolQuestion(SQLModel, table=True):
    """A question that somebody at a school has asked, and its answer.

    `receipt_id` is the reminder under which it was asked. `thread_ts` is the first message of its thread in
    `channel`, where the answer goes. `chased_at` is when the coordinators were reminded of it, once.
    """

    id: int | None = Field(default=None, primary_key=True)
    school_id: int = Field(foreign_key="school.id", index=True)
    receipt_id: int | None = Field(default=None, foreign_key="receipt.id")
    text: str = Field(sa_type=Text)
    asked_by: str = Field(max_length=64)
    asked_at: datetime = Field(index=True)
    channel: str | None = Field(default=None, max_length=64)
    thread_ts: str | None = Field(default=None, max_length=32)
    answer: str | None = Field(default=None, sa_type=Text)
    answered_by: str | None = Field(default=None, max_length=64)
    answered_at: datetime | None = None
    chased_at: datetime | None = None

    school: School = Relationship()


@dataclass(frozen=True)
class LedgerLine:
    """One school in a term's ledger.

    `due_on` is the day of its reminder; None where the term dates are missing.
    """

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
        """Why the reminder did not reach the school, as recorded; None for no known failure."""
        if self.receipt is None:
            return None if self.due_on is not None else NO_DATES
        if self.receipt.reason is not None:
            return self.receipt.reason
        delivery = self.receipt.delivery
        return delivery.reason if delivery is not None and delivery.failed_at is not None else None


@dataclass(frozen=True)
class Ledger:
    """Every school on the register in a term, with the result of its reminder."""

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
        """The percentage of the schools on the register that got the reminder; None without any school."""
        return 100 * self.delivered / len(self.lines) if self.lines else None
