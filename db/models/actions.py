"""Actions, the rows that belong to each, and the rules about one action: pure methods that take the day."""

from datetime import date, datetime, timedelta
from typing import Any, Optional, assert_never

from sqlalchemy import Text, UniqueConstraint, false
from sqlmodel import Field, Relationship, SQLModel

from db.models.plans import Plan, Section
from db.models.roles import Lead
from db.models.vocabulary import (
    CLOSED,
    Assurance,
    DoubtAbout,
    DueKind,
    DueState,
    MeasureKind,
    Outcome,
    Progress,
    text_enum,
)

DUE_SOON = timedelta(days=30)


class Measure(SQLModel, table=True):
    """One success measure of an action. An action is met only when all its measures are met.

    `value` is in `unit`, and `of` names what it counts. A trend has the operator `rise` or `fall`, and
    its `value` is the baseline; it is None where the plan gives no baseline.
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
    """A mention of another action or of a section in an action's text.

    `evidence` is True where this action's measure depends on the action mentioned. `ambiguous` is True
    where the words fit several actions or sections, so that the dates of the link prove nothing.
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
    """Something that an import could not decide, as a sentence. A person has to decide it.

    It is about an action, or about the file of a plan: then it has `plan_id` in place of `action_id`, and
    `place` says where in words, or nothing for the file as a whole. `cell` is what the file says there, where
    the doubt is about one field.
    """

    id: int | None = Field(default=None, primary_key=True)
    action_id: int | None = Field(default=None, foreign_key="action.id", index=True)
    plan_id: int | None = Field(default=None, foreign_key="plan.id", index=True)
    place: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    position: int = 0
    text: str = Field(sa_type=Text)
    about: DoubtAbout = Field(
        default=DoubtAbout.OTHER, sa_type=text_enum(DoubtAbout), sa_column_kwargs={"server_default": "other"}
    )
    cell: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})

    action: Optional["Action"] = Relationship(back_populates="doubts")
    plan: Plan | None = Relationship()


class SettledDoubt(SQLModel, table=True):
    """A person's answer to a doubt, so that the next import of the plan does not ask again.

    It answers what one cell of an action says (`cell`); for a doubt about no field `cell` is its sentence.
    The ref is empty for a doubt about the file. `value` is as `db.rules.doubts` writes it.
    """

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    ref: str = ""
    about: DoubtAbout = Field(sa_type=text_enum(DoubtAbout))
    cell: str = Field(sa_type=Text)
    value: str = Field(sa_type=Text)
    settled_by: str = Field(max_length=64)
    settled_at: datetime


def _children(order: str) -> dict[str, Any]:
    """Relationship options for rows that belong to one action: ordered, and deleted with it."""
    return {"order_by": order, "cascade": "all, delete-orphan"}


class Action(SQLModel, table=True):
    """A numbered action. `ref` is unique in its plan and is never reused for another action."""

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
    finding: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    # What the columns of the file say that have no place of their own, each line with its heading.
    notes: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    # Who supports the lead, separated by semicolons. They are asked nothing.
    supporters: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    due: date | None = Field(default=None, index=True)
    due_kind: DueKind = Field(default=DueKind.UNCLEAR, sa_type=text_enum(DueKind))
    due_as_written: str = ""
    original_due: date | None = None
    original_due_as_written: str = ""
    recurrence: str | None = None
    # The day the last round of an action that recurs was recorded as complete.
    last_round_on: date | None = None
    rating_as_written: str | None = Field(default=None, max_length=40)
    source_row: int | None = None
    removed_on: date | None = None

    progress: Progress = Field(default=Progress.NOT_STARTED, sa_type=text_enum(Progress))
    # Its file says something of the status that could not be read. Until a person says how far it is, nobody
    # is chased about it.
    status_unsettled: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
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
        """The reference with its plan's code, which is valid in every channel: `jtai2016:2.3.5`."""
        return f"{self.section.plan.code}:{self.ref}"

    def days_overdue(self, today: date) -> int:
        """Days since the due date; 0 when the action is not overdue.

        An action due in a month is due on its last day, so it is overdue from the 1st of the next month.
        An action that runs `from` a date or is ongoing has no end date to miss, and a closed action is no
        longer late. While a new date is only requested, the current one counts.
        """
        if self.due_kind is not DueKind.BY or self.due is None or self.progress in CLOSED:
            return 0
        return max(0, (today - self.due).days)

    def due_state(self, today: date) -> DueState:
        """The action's state as its dates show it on a day."""
        if self.progress in CLOSED:
            return DueState.CLOSED
        match self.due_kind:
            case DueKind.FROM | DueKind.ONGOING:
                return DueState.RECURRING
            case DueKind.UNCLEAR:
                return DueState.NO_DATE
            case DueKind.BY:
                return self._due_state_by_date(today)
            case _:
                assert_never(self.due_kind)

    def _due_state_by_date(self, today: date) -> DueState:
        if self.due is None:
            return DueState.NO_DATE
        if self.days_overdue(today):
            return DueState.OVERDUE
        return DueState.DUE_SOON if self.due - today <= DUE_SOON else DueState.NOT_YET_DUE

    def assurance(self) -> Assurance:
        """The strongest thing that supports the progress."""
        if self.signed_off_by:
            return Assurance.SIGNED_OFF
        if self.evidence:
            return Assurance.EVIDENCED
        match self.progress:
            case Progress.NOT_STARTED:
                return Assurance.NONE
            case (
                Progress.IN_PROGRESS
                | Progress.BLOCKED
                | Progress.COMPLETE
                | Progress.COMPLETE_WITH_EXCEPTION
                | Progress.SUPERSEDED
            ):
                return Assurance.SELF_REPORTED
            case _:
                assert_never(self.progress)

    def days_late(self) -> int:
        """Days from the due date to the day a completed action was recorded complete; 0 when not late."""
        if self.completed_on is None or self.due is None or self.due_kind is not DueKind.BY:
            return 0
        return max(0, (self.completed_on - self.due).days)

    def pending_request(self) -> "DueRequest | None":
        """The request for a new date that no coordinator has decided yet."""
        return next((request for request in self.due_requests if request.is_open), None)

    def lead_user_ids(self, on: date) -> set[str]:
        """Slack user IDs of the people who may report on this action on a day, deputies included."""
        holdings = [lead.role.holding_on(on) for lead in self.leads]
        return {
            user
            for holding in holdings
            if holding is not None
            for user in (holding.slack_user, holding.deputy)
            if user
        }

    def evidence_after_due(self) -> list["Action"]:
        """The actions that this action's measure depends on and that are due later than this action.

        An ambiguous reference never counts, because it may mean an action with another date.
        """
        return [
            link.target
            for link in self.references
            if link.evidence
            and not link.ambiguous
            and link.target is not None
            # One whose round is complete has its evidence.
            and link.target.last_round_on is None
            and link.target.due_kind is DueKind.BY
            and self.due_kind is DueKind.BY
            and (link.target.due or date.min) > (self.due or date.max)
        ]


class DueRequest(SQLModel, table=True):
    """A request for a new due date. The action keeps its date until a coordinator approves the request."""

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
    # Why it was refused.
    decision_reason: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})

    action: Action = Relationship(back_populates="due_requests")

    @property
    def pending(self) -> bool:
        return self.decision is None

    @property
    def is_open(self) -> bool:
        """Whether a coordinator can still decide it.

        One that was made for an earlier date is over: a round was completed, or the plan changed.
        """
        return self.pending and self.current_due == self.action.due
