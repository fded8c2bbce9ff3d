"""What inspections found, which actions answer it, and what later documents say of it."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, Relationship, SQLModel

from db.models.vocabulary import text_enum


class StatementKind(StrEnum):
    """What a document says of a finding. Only an inspection or a review says `held` or `came back`."""

    FOUND = "found"
    # What those who do the work reported of it themselves.
    REPORTED = "reported"
    HELD = "held"
    CAME_BACK = "came back"


class FindingAction(SQLModel, table=True):
    """An action that answers a finding."""

    finding_id: int = Field(foreign_key="finding.id", primary_key=True)
    action_id: int = Field(foreign_key="action.id", primary_key=True, index=True)


class FindingKpi(SQLModel, table=True):
    """A KPI that would show whether a finding's answer holds."""

    finding_id: int = Field(foreign_key="finding.id", primary_key=True)
    kpi_id: int = Field(foreign_key="kpi.id", primary_key=True)


class Finding(SQLModel, table=True):
    """A finding, by its `ref`: F1. `plan_id` is the plan that answers it, None where no plan does yet."""

    id: int | None = Field(default=None, primary_key=True)
    ref: str = Field(max_length=20, unique=True)
    title: str = Field(max_length=200)
    plan_id: int | None = Field(default=None, foreign_key="plan.id", index=True)

    statements: list["Statement"] = Relationship(
        back_populates="finding", sa_relationship_kwargs={"order_by": "(Statement.day, Statement.id)"}
    )


class Statement(SQLModel, table=True):
    """What a document says of a finding, in our own short words, with where it stands: `paragraph 26`."""

    __table_args__ = (UniqueConstraint("finding_id", "document", "paragraph"),)

    id: int | None = Field(default=None, primary_key=True)
    finding_id: int = Field(foreign_key="finding.id", index=True)
    kind: StatementKind = Field(sa_type=text_enum(StatementKind))
    document: str = Field(max_length=200)
    day: date
    paragraph: str = Field(max_length=120)
    text: str = Field(sa_type=Text)

    finding: Finding = Relationship(back_populates="statements")

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands: of a finding a place says one thing."""
        return self.document, self.paragraph
