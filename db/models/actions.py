"""Actions, what belongs to each, and the rules about one: pure methods that are given the day."""

from datetime import date, datetime, timedelta
from typing import Any, Optional

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, Relationship, SQLModel

from db.models.plans import Section
from db.models.roles import Lead
from db.models.vocabulary import CLOSED, Assurance, DueKind, Health, MeasureKind, Outcome, Progress, text_enum

DUE_SOON = timedelta(days=30)


class Measure(SQLModel, table=True):
    """One way of knowing that an action worked. An action is met only when all of its are.

    `value` is in `unit` and concerns `of`; a trend has the operator `rise` or `fall`, and its value
    is the baseline, where there is one.
    """

    id: int | None = Field(default=None, primary_key=True)
    action_id: int | None = Field(default=None, foreign_key="action.id", index=True)
    position: int = 0
    kind: MeasureKind = Field(sa_type=text_enum(MeasureKind))
    operator: str | None = Field(default=None, max_length=8)
    value: float | None = None
    unit: str | None = None
    of: str | None = Field(default=None, sa_type=Text)
    every: str | None = None
    text: str = Field(default="", sa_type=Text)

    action: "Action" = Relationship(back_populates="measures")


class Reference(SQLModel, table=True):
    """That one action speaks of another or of a section.

    `evidence` says that this action's measure rests on the other one; `ambiguous` that the words
    fit several places, so that nothing may be concluded from the link's dates.
    """

    id: int | None = Field(default=None, primary_key=True)
    action_id: int | None = Field(default=None, foreign_key="action.id", index=True)
    position: int = 0
    as_written: str = Field(sa_type=Text)
    target_ref: str
    target_action_id: int | None = Field(default=None, foreign_key="action.id", index=True)
    evidence: bool = False
    ambiguous: bool = False

    action: "Action" = Relationship(
        back_populates="references",
        sa_relationship_kwargs={"foreign_keys": "Reference.action_id"},
    )
    target: Optional["Action"] = Relationship(
        back_populates="referred_by",
        sa_relationship_kwargs={"foreign_keys": "Reference.target_action_id"},
    )


class Doubt(SQLModel, table=True):
    """What an import could not settle about an action, in words, until a person does."""

    id: int | None = Field(default=None, primary_key=True)
    action_id: int | None = Field(default=None, foreign_key="action.id", index=True)
    position: int = 0
    text: str = Field(sa_type=Text)

    action: "Action" = Relationship(back_populates="doubts")


def _children(order: str) -> dict[str, Any]:
    """The rows that belong to one action and go with it, in their own order."""
    return {"order_by": order, "cascade": "all, delete-orphan"}


class Action(SQLModel, table=True):
    """A numbered action. `ref` is unique in its plan and never given to another action."""

    __table_args__ = (UniqueConstraint("plan_id", "ref"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int | None = Field(default=None, foreign_key="plan.id", index=True)
    section_id: int | None = Field(default=None, foreign_key="section.id", index=True)
    ref: str
    position: int = 0
    recommendation: str | None = None
    title: str = Field(sa_type=Text)
    text: str = Field(default="", sa_type=Text)
    outcome_text: str = Field(default="", sa_type=Text)
    measure_text: str = Field(default="", sa_type=Text)
    progress_text: str = Field(default="", sa_type=Text)
    due: date | None = Field(default=None, index=True)
    due_kind: DueKind = Field(default=DueKind.UNCLEAR, sa_type=text_enum(DueKind))
    due_as_written: str = ""
    original_due: date | None = None
    original_due_as_written: str = ""
    recurrence: str | None = None
    rating_as_written: str | None = Field(default=None, max_length=40)
    source_row: int | None = None
    removed_on: date | None = None

    progress: Progress = Field(default=Progress.NOT_STARTED, sa_type=text_enum(Progress))
    completed_on: date | None = None
    exception: str = Field(default="", sa_type=Text)
    outstanding_due: str = ""
    outcome: Outcome = Field(default=Outcome.NOT_ASSESSED, sa_type=text_enum(Outcome))
    outcome_due: str = ""
    evidence: str | None = Field(default=None, sa_type=Text)
    signed_off_by: str | None = Field(default=None, max_length=64)
    signed_off_on: date | None = None
    snoozed_until: date | None = None

    section: Section = Relationship(back_populates="actions")
    leads: list[Lead] = Relationship(
        back_populates="action", sa_relationship_kwargs=_children("Lead.position")
    )
    measures: list[Measure] = Relationship(
        back_populates="action", sa_relationship_kwargs=_children("Measure.position")
    )
    doubts: list[Doubt] = Relationship(
        back_populates="action", sa_relationship_kwargs=_children("Doubt.position")
    )
    references: list[Reference] = Relationship(
        back_populates="action",
        sa_relationship_kwargs={
            "foreign_keys": "Reference.action_id",
            **_children("Reference.position"),
        },
    )
    referred_by: list[Reference] = Relationship(
        back_populates="target",
        sa_relationship_kwargs={"foreign_keys": "Reference.target_action_id"},
    )
    due_requests: list["DueRequest"] = Relationship(
        back_populates="action", sa_relationship_kwargs=_children("DueRequest.id")
    )

    @property
    def qualified_ref(self) -> str:
        """The reference that means this action in every channel: `jtai2016:2.3.5`."""
        return f"{self.section.plan.code}:{self.ref}"

    def days_overdue(self, today: date) -> int:
        """Days since the due day, 0 when not overdue.

        Due in a month means due on its last day, so the first day overdue is the 1st of the next.
        What runs `from` a date or is ongoing has no end to miss; what is closed is not late any
        more; a date under negotiation counts as it stands until a coordinator changes it.
        """
        if self.due_kind is not DueKind.BY or self.due is None or self.progress in CLOSED:
            return 0
        return max(0, (today - self.due).days)

    def health(self, today: date) -> Health:
        if self.progress in CLOSED:
            return Health.CLOSED
        if self.due_kind in (DueKind.FROM, DueKind.ONGOING):
            return Health.RECURRING
        if self.due_kind is DueKind.UNCLEAR or self.due is None:
            return Health.NO_DATE
        if self.days_overdue(today):
            return Health.OVERDUE
        return Health.DUE_SOON if self.due - today <= DUE_SOON else Health.NOT_YET_DUE

    def assurance(self) -> Assurance:
        if self.signed_off_by:
            return Assurance.SIGNED_OFF
        if self.evidence:
            return Assurance.EVIDENCED
        return Assurance.NONE if self.progress is Progress.NOT_STARTED else Assurance.SELF_REPORTED

    def days_late(self) -> int:
        """How many days after its due day a completed action was recorded complete, else 0."""
        if self.completed_on is None or self.due is None or self.due_kind is not DueKind.BY:
            return 0
        return max(0, (self.completed_on - self.due).days)

    def pending_request(self) -> "DueRequest | None":
        return next((asked for asked in self.due_requests if asked.pending), None)

    def leads_people(self, on: date) -> set[str]:
        """Slack IDs of everybody who may speak for this action on that day, deputies included."""
        holdings = [lead.role.held(on) for lead in self.leads]
        return {person for h in holdings if h is not None for person in (h.slack_user, h.deputy) if person}

    def evidence_after_due(self) -> list["Action"]:
        """Actions that this one's measure rests on and that are due later than this one is.

        A link whose words fit several places proves nothing, so it never counts.
        """
        return [
            link.target
            for link in self.references
            if link.evidence
            and not link.ambiguous
            and link.target is not None
            and link.target.due_kind is DueKind.BY
            and self.due_kind is DueKind.BY
            and (link.target.due or date.min) > (self.due or date.max)
        ]


class DueRequest(SQLModel, table=True):
    """A new date asked for. The action's date stands until a coordinator has approved it."""

    id: int | None = Field(default=None, primary_key=True)
    action_id: int | None = Field(default=None, foreign_key="action.id", index=True)
    current_due: date | None = None
    current_as_written: str = ""
    asked_due: date
    asked_as_written: str
    reason: str = Field(default="", sa_type=Text)
    asked_by: str = Field(max_length=64)
    asked_at: datetime
    decision: str | None = Field(default=None, max_length=16)
    decided_by: str | None = Field(default=None, max_length=64)
    decided_at: datetime | None = None

    action: Action = Relationship(back_populates="due_requests")

    @property
    def pending(self) -> bool:
        return self.decision is None
