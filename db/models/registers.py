"""Registers that coverage is counted against, and who of them is covered by an action."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

# The schools are a register of their own, with more columns: `School`.
SCHOOLS = "schools"


class Member(SQLModel, table=True):
    """One on a register from `starts` to `ends`, both inclusive. None means no limit on that side.

    `kind` is the register: `teams`, `managers`, any word. `contact` is whom the bot asks about the member:
    the Slack ID of a person or a channel, or an email address. Without one it can't be asked.
    """

    __table_args__ = (UniqueConstraint("kind", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=40, index=True)
    name: str = Field(max_length=120)
    agency: str | None = Field(default=None, max_length=120)
    contact: str | None = Field(default=None, max_length=200)
    starts: date | None = None
    ends: date | None = None


class Covered(SQLModel, table=True):
    """A member of a register, or a school, that an action has reached: trained, briefed, asked.

    Exactly one of `member_id` and `school_id` is set. `act` is the act of the audit log that recorded it,
    `withdrawn_act` the one that took it back; the row stays.
    """

    id: int | None = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="action.id", index=True)
    member_id: int | None = Field(default=None, foreign_key="member.id", index=True)
    school_id: int | None = Field(default=None, foreign_key="school.id", index=True)
    covered_on: date
    act: str = Field(max_length=32)
    recorded_by: str = Field(max_length=64)
    recorded_at: datetime
    withdrawn_act: str | None = Field(default=None, max_length=32)
