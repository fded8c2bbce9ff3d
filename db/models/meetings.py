"""Meetings of the bodies that a plan is held to account by: their decisions, and who has signed the plan."""

from datetime import date

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, Relationship, SQLModel


class Meeting(SQLModel, table=True):
    """A meeting of a body about a plan. What stood at the end of its day is what the record says of then."""

    __table_args__ = (UniqueConstraint("plan_id", "day", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    day: date = Field(index=True)
    name: str = Field(max_length=120)

    decisions: list["Decision"] = Relationship(
        back_populates="meeting", sa_relationship_kwargs={"order_by": "Decision.id"}
    )
    recommendations: list["Recommendation"] = Relationship(
        back_populates="meeting", sa_relationship_kwargs={"order_by": "Recommendation.id"}
    )


class Decision(SQLModel, table=True):
    """What a meeting decided, in the coordinator's words."""

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    text: str = Field(sa_type=Text)

    meeting: Meeting = Relationship(back_populates="decisions")


class Recommendation(SQLModel, table=True):
    """What a meeting is asked to agree, in the coordinator's words; it stands in the meeting's paper."""

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    text: str = Field(sa_type=Text)

    meeting: Meeting = Relationship(back_populates="recommendations")


class SignUp(SQLModel, table=True):
    """A partner or board that signs a plan up: on a day, or not yet (None)."""

    __table_args__ = (UniqueConstraint("plan_id", "body"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    body: str = Field(max_length=160)
    day: date | None = None
