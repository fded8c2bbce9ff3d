"""Agencies, the roles that lead actions, and the people who hold them over time."""

import re
from datetime import date
from typing import TYPE_CHECKING

from sqlmodel import Field, Relationship, SQLModel

if TYPE_CHECKING:
    from db.models.actions import Action


# School health is an NHS service, and its nurses work in the school holidays too.
_SCHOOL = re.compile(
    r"\b(schools?(?! health)|academ(y|ies)|colleges?|nurser(y|ies)|headteachers?)\b", re.IGNORECASE
)


class Agency(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)

    @property
    def is_school(self) -> bool:
        """Whether its staff are away in the school holidays: schools, academies, colleges, nurseries."""
        return bool(_SCHOOL.search(self.name))


class Guest(SQLModel, table=True):
    """A guest of the workspace to whom a coordinator has given read access.

    Removing the access deletes the row; the audit log still shows that the guest had it.
    """

    slack_user: str = Field(primary_key=True)
    allowed_by: str


class Signer(SQLModel, table=True):
    """A person whom a coordinator has named to sign off actions, beside the coordinators."""

    slack_user: str = Field(primary_key=True, max_length=64)
    named_by: str = Field(max_length=64)


_PLURAL_ROLE = re.compile(
    r"\b(officers|managers|educators|workers|leads|heads|directors|nurses|teachers|members|"
    r"partners|practitioners|advisers|advisors|coordinators|reviewers|teams|agencies)\b",
    re.IGNORECASE,
)


class Role(SQLModel, table=True):
    """A post that leads actions. People hold it for a time; the actions stay with the post."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    agency_id: int | None = Field(default=None, foreign_key="agency.id")

    agency: Agency | None = Relationship()
    holdings: list["Holding"] = Relationship(
        back_populates="role", sa_relationship_kwargs={"order_by": "Holding.starts"}
    )

    def holding_on(self, on: date) -> "Holding | None":
        """The holding in force on a day. Where several overlap, the one that began last."""
        current = [holding for holding in self.holdings if holding.covers(on)]
        return max(current, key=lambda holding: holding.starts or date.min, default=None)

    def next_handover(self, after: date) -> date | None:
        """The first day after this one on which somebody takes the role over, as it is planned."""
        starts = (holding.starts for holding in self.holdings if holding.starts is not None)
        return min((day for day in starts if day > after), default=None)

    @property
    def collective(self) -> bool:
        """Whether the role names a group ("CSC Area Managers"), so that no single person can be asked."""
        head = re.split(r"\b(?:of|for|in|and)\b", self.name)[0]
        return bool(_PLURAL_ROLE.search(head))


class Holding(SQLModel, table=True):
    """One person in a role from `starts` to `ends`, both inclusive. None means no limit on that side."""

    id: int | None = Field(default=None, primary_key=True)
    role_id: int | None = Field(default=None, foreign_key="role.id", index=True)
    slack_user: str = Field(index=True)
    deputy: str | None = Field(default=None, index=True)
    starts: date | None = None
    ends: date | None = None

    role: Role = Relationship(back_populates="holdings")

    def covers(self, on: date) -> bool:
        return (self.starts or date.min) <= on <= (self.ends or date.max)


class Lead(SQLModel, table=True):
    """A role that leads an action. Joint leads are several rows, in the order of the plan."""

    action_id: int | None = Field(default=None, foreign_key="action.id", primary_key=True)
    role_id: int | None = Field(default=None, foreign_key="role.id", primary_key=True, index=True)
    position: int = 0

    action: "Action" = Relationship(back_populates="leads")
    role: Role = Relationship()
