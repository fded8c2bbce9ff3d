"""Whom the bot has reminded of which late action, and when."""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Relationship, SQLModel

from db.models.audit_log import Delivery

# Why the coordinators are asked about an action.
NO_LEAD = "no lead can be reached"

if TYPE_CHECKING:
    from db.models.actions import Action


class Nudge(SQLModel, table=True):
    """That somebody was reminded of a late action on a day. What they answered stands in the record.

    `instead` says for whom a deputy or a coordinator was asked. Somebody who said that the action is
    not theirs is not asked about it again.
    """

    __table_args__ = (UniqueConstraint("action_id", "person", "day"),)

    id: int | None = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="action.id", index=True)
    person: str = Field(max_length=64, index=True)
    day: date = Field(index=True)
    asked_because: str | None = Field(default=None, max_length=120)
    # Days before the date, for a word ahead of it; none for what is late.
    days_ahead: int | None = None
    disowned: bool = False
    # The day on which the action came onto the exceptions list for want of an answer to this one.
    listed_on: date | None = None
    delivery_id: str | None = Field(default=None, foreign_key="delivery.id", index=True)

    action: "Action" = Relationship()
    delivery: Delivery | None = Relationship()


class DailyRun(SQLModel, table=True):
    """That the clock has made its round of a kind on a day, so that it is made once."""

    kind: str = Field(primary_key=True, max_length=32)
    day: date


class NudgePreference(SQLModel, table=True):
    """How often somebody wants to be nudged: `daily`, `weekly` or `off`. Who never chose is asked weekly."""

    person: str = Field(primary_key=True, max_length=64)
    every: str = Field(max_length=8)
