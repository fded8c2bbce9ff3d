"""The reminders sent to people about their actions, and how often each person wants them."""

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, Relationship, SQLModel

from db.models.audit_log import Delivery

# The reason recorded when the coordinators are asked in place of the lead.
NO_LEAD = "no lead can be reached"
# What the reason begins with where a deputy is asked because the holder of a role gave no answer.
NO_ANSWER = "no answer: "

if TYPE_CHECKING:
    from db.models.actions import Action


class Nudge(SQLModel, table=True):
    """A reminder to one person about one action on one day. Their reply is in the audit log.

    `asked_because` says why a deputy or a coordinator was asked in place of the lead. A person who replied
    that the action is not theirs (`disowned`) is not asked about it again.
    """

    __table_args__ = (UniqueConstraint("action_id", "person", "day"),)

    id: int | None = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="action.id", index=True)
    person: str = Field(max_length=64, index=True)
    day: date = Field(index=True)
    asked_because: str | None = Field(default=None, max_length=120)
    # Days left before the due date; None for an overdue action.
    days_ahead: int | None = None
    disowned: bool = False
    # Why they say that.
    reason: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    # The day on which the action went onto the exceptions list because this reminder had no reply.
    listed_on: date | None = None
    delivery_id: str | None = Field(default=None, foreign_key="delivery.id", index=True)

    action: "Action" = Relationship()
    delivery: Delivery | None = Relationship()


class Escalated(NamedTuple):
    """An action on the exceptions list, why it is there, and the day of the last update.

    `said_by` is the person who said that it is not theirs or blocked, with their `reason`. `group` is the
    body to which it climbed on the day `climbed_on`, by its plan's ladder.
    """

    action: "Action"
    why: str
    last_update_on: date | None = None
    said_by: str | None = None
    reason: str = ""
    group: str = ""
    climbed_on: date | None = None


class DailyRun(SQLModel, table=True):
    """The last day on which the clock made the daily run of a kind, so that it runs once a day."""

    kind: str = Field(primary_key=True, max_length=32)
    day: date


class NudgePreference(SQLModel, table=True):
    """How often a person wants reminders: `daily`, `weekly` or `off`. Without a row it is weekly."""

    person: str = Field(primary_key=True, max_length=64)
    every: str = Field(max_length=8)
