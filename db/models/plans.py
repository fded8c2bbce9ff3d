"""Plans, their sections, and the default plan of each channel."""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, Relationship, SQLModel

if TYPE_CHECKING:
    from db.models.actions import Action


# The answer to any question about a plan while no plan is held.
NO_PLAN_YET = (
    "There is no plan yet. A coordinator sends me one as a file, or begins one with `/plan new CODE: title`."
)


class Plan(SQLModel, table=True):
    """An action plan as approved. `as_at` is the date of the progress report that was imported with it.

    One that is archived answers only by its code, and nobody is asked about its actions.
    """

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=40)
    title: str
    approved: date | None = None
    as_at: date | None = None
    archived_on: date | None = None
    # Three or six: how many terms its schools have in a year.
    terms_per_year: int = Field(default=3, sa_column_kwargs={"server_default": "3"})
    source: str | None = None
    # What a person said of its file, as JSON: meanings by heading (`map`), the sheets to read (`sheets`).
    import_options: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    # The plan whose board's requests this one holds.
    requests_of: int | None = None
    # To whom its overdue actions climb and when, as `db.rules.ladders` writes it.
    ladder: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})

    sections: list["Section"] = Relationship(
        back_populates="plan", sa_relationship_kwargs={"order_by": "Section.position"}
    )


class Section(SQLModel, table=True):
    """A titled part of a plan. A section that only groups other sections has no actions."""

    __table_args__ = (UniqueConstraint("plan_id", "ref"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int | None = Field(default=None, foreign_key="plan.id", index=True)
    ref: str
    title: str = Field(sa_type=Text)
    position: int = 0
    findings: str = Field(default="", sa_type=Text)

    plan: Plan = Relationship(back_populates="sections")
    actions: list["Action"] = Relationship(
        back_populates="section", sa_relationship_kwargs={"order_by": "Action.position"}
    )

    def current_actions(self) -> list["Action"]:
        """The actions that are still in the plan, in the plan's order."""
        return [action for action in self.actions if action.removed_on is None]


class ChannelPlan(SQLModel, table=True):
    """The plan that a reference without a plan code belongs to in a channel."""

    channel: str = Field(primary_key=True, max_length=64)
    plan_id: int = Field(foreign_key="plan.id")

    plan: Plan = Relationship()
