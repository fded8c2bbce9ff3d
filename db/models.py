"""The tables, and the rules that are about one row: pure methods that are given the day.

Four things about an action are kept apart, because confusing them is how a plan starts to lie:

* **progress** is recorded by a person, never derived;
* **health** is derived from dates, never typed;
* **outcome** is whether it made the difference that was promised; nobody saying so is
  `not assessed`, which is a value of its own and not a polite `achieved`;
* **assurance** is what backs the progress up: nothing, somebody's word, evidence, a sign-off.

Days are calendar days in the plan's zone, moments are aware and stored as UTC.
"""

import re
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Optional

from sqlalchemy import Enum, Index, Text, UniqueConstraint
from sqlmodel import Field, Relationship, SQLModel

DUE_SOON = timedelta(days=30)


class Progress(StrEnum):
    NOT_STARTED = "not started"
    IN_PROGRESS = "in progress"
    BLOCKED = "blocked"
    COMPLETE = "complete"
    COMPLETE_WITH_EXCEPTION = "complete with exception"
    SUPERSEDED = "superseded"


COMPLETED = frozenset({Progress.COMPLETE, Progress.COMPLETE_WITH_EXCEPTION})
CLOSED = COMPLETED | {Progress.SUPERSEDED}


class Outcome(StrEnum):
    NOT_ASSESSED = "not assessed"
    ONGOING = "ongoing"
    ON_TRACK = "on track"
    ACHIEVED = "achieved"
    NOT_ACHIEVED = "not achieved"


class Health(StrEnum):
    OVERDUE = "overdue"
    DUE_SOON = "due soon"
    NOT_YET_DUE = "not yet due"
    RECURRING = "recurring"
    NO_DATE = "no settled date"
    CLOSED = "closed"


class Assurance(StrEnum):
    NONE = "nothing recorded"
    SELF_REPORTED = "self-reported"
    EVIDENCED = "evidence linked"
    SIGNED_OFF = "signed off"


class DueKind(StrEnum):
    """How a due date binds: `by` a day, `from` a day on, `ongoing`, or not settled yet."""

    BY = "by"
    FROM = "from"
    ONGOING = "ongoing"
    UNCLEAR = "unclear"


class MeasureKind(StrEnum):
    THRESHOLD = "threshold"
    SAMPLE = "sample"
    TREND = "trend"
    MILESTONE = "milestone"
    PROCESS = "process"
    BY_REFERENCE = "by_reference"
    UNQUANTIFIED = "unquantified"


def _words(vocabulary: type[StrEnum]) -> Any:
    """A closed vocabulary as a checked text column: its words, not Python's names for them."""
    return Enum(
        vocabulary,
        native_enum=False,
        length=32,
        create_constraint=True,
        name=vocabulary.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Plan(SQLModel, table=True):
    """An action plan as approved; `as_at` is the day its imported progress was reported."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=40)
    title: str
    approved: date | None = None
    as_at: date | None = None
    source: str | None = None

    sections: list["Section"] = Relationship(
        back_populates="plan", sa_relationship_kwargs={"order_by": "Section.position"}
    )


class Section(SQLModel, table=True):
    """A titled part of a plan. One that only stands above others (`heading`) has no actions."""

    __table_args__ = (UniqueConstraint("plan_id", "ref"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int | None = Field(default=None, foreign_key="plan.id", index=True)
    ref: str = Field(max_length=40)
    title: str = Field(sa_type=Text)
    position: int = 0
    findings: str = Field(default="", sa_type=Text)

    plan: Plan = Relationship(back_populates="sections")
    actions: list["Action"] = Relationship(
        back_populates="section", sa_relationship_kwargs={"order_by": "Action.position"}
    )

    def standing(self) -> list["Action"]:
        """The actions that are still in the plan, in its order."""
        return [action for action in self.actions if action.removed_on is None]


class Agency(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)


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

    def held(self, on: date) -> "Holding | None":
        """Who holds the role on that day: of overlapping holdings the one that began last."""
        current = [holding for holding in self.holdings if holding.covers(on)]
        return max(current, key=lambda holding: holding.starts or date.min, default=None)

    @property
    def collective(self) -> bool:
        """A role that names a group ("CSC Area Managers") has no one person to ask."""
        head = re.split(r"\b(?:of|for|in|and)\b", self.name)[0]
        return bool(_PLURAL_ROLE.search(head))


class Holding(SQLModel, table=True):
    """One person in a role from a day to a day, both inclusive; open where none is given."""

    id: int | None = Field(default=None, primary_key=True)
    role_id: int | None = Field(default=None, foreign_key="role.id", index=True)
    slack_user: str = Field(max_length=64, index=True)
    deputy: str | None = Field(default=None, max_length=64, index=True)
    starts: date | None = None
    ends: date | None = None

    role: Role = Relationship(back_populates="holdings")

    def covers(self, on: date) -> bool:
        return (self.starts or date.min) <= on <= (self.ends or date.max)


class Lead(SQLModel, table=True):
    """That a role leads an action. Joint leads are several rows, in the order of the plan."""

    action_id: int | None = Field(default=None, foreign_key="action.id", primary_key=True)
    role_id: int | None = Field(default=None, foreign_key="role.id", primary_key=True, index=True)
    position: int = 0

    action: "Action" = Relationship(back_populates="leads")
    role: Role = Relationship()


class Measure(SQLModel, table=True):
    """One way of knowing that an action worked. An action is met only when all of its are.

    `value` is in `unit` and concerns `of`; a trend has the operator `rise` or `fall`, and its value
    is the baseline, where there is one.
    """

    id: int | None = Field(default=None, primary_key=True)
    action_id: int | None = Field(default=None, foreign_key="action.id", index=True)
    position: int = 0
    kind: MeasureKind = Field(sa_type=_words(MeasureKind))
    operator: str | None = Field(default=None, max_length=8)
    value: float | None = None
    unit: str | None = Field(default=None, max_length=40)
    of: str | None = Field(default=None, sa_type=Text)
    every: str | None = Field(default=None, max_length=40)
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
    target_ref: str = Field(max_length=40)
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
    ref: str = Field(max_length=40)
    position: int = 0
    recommendation: str | None = Field(default=None, max_length=20)
    title: str = Field(sa_type=Text)
    text: str = Field(default="", sa_type=Text)
    outcome_text: str = Field(default="", sa_type=Text)
    measure_text: str = Field(default="", sa_type=Text)
    progress_text: str = Field(default="", sa_type=Text)
    due: date | None = Field(default=None, index=True)
    due_kind: DueKind = Field(default=DueKind.UNCLEAR, sa_type=_words(DueKind))
    due_as_written: str = ""
    original_due: date | None = None
    original_due_as_written: str = ""
    recurrence: str | None = None
    rating_as_written: str | None = Field(default=None, max_length=40)
    source_row: int | None = None
    removed_on: date | None = None

    progress: Progress = Field(default=Progress.NOT_STARTED, sa_type=_words(Progress))
    completed_on: date | None = None
    exception: str = Field(default="", sa_type=Text)
    outstanding_due: str = ""
    outcome: Outcome = Field(default=Outcome.NOT_ASSESSED, sa_type=_words(Outcome))
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
    """A new date asked for. The action's date stands until a coordinator has granted it."""

    id: int | None = Field(default=None, primary_key=True)
    action_id: int | None = Field(default=None, foreign_key="action.id", index=True)
    current_due: date | None = None
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


class ChannelPlan(SQLModel, table=True):
    """Which plan a bare reference means in a channel."""

    channel: str = Field(primary_key=True, max_length=64)
    plan_id: int = Field(foreign_key="plan.id")

    plan: Plan = Relationship()


class Entry(SQLModel, table=True):
    """One change, never edited or deleted: who, when, what from, what to, where it was said.

    An update *is* an entry: there is no second copy that could disagree with the record. Entries
    of one act (a status and its evidence, an import) share `act`. `hash` covers every other column
    and the hash before it, so removing, changing or reordering an entry breaks the chain there.
    """

    __table_args__ = (Index("ix_entry_subject", "subject", "subject_id", "seq"),)

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(index=True)
    who: str = Field(max_length=64, index=True)
    channel: str | None = Field(default=None, max_length=64)
    act: str = Field(max_length=32, index=True)
    subject: str = Field(max_length=16)
    subject_id: int | None = None
    ref: str = Field(max_length=90)
    field: str = Field(max_length=40)
    before: str | None = Field(default=None, sa_type=Text)
    after: str | None = Field(default=None, sa_type=Text)
    note: str = Field(default="", sa_type=Text)
    undoes: str | None = Field(default=None, max_length=32)
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class Head(SQLModel, table=True):
    """The end of the record's chain, one row: whoever appends locks it first."""

    id: int = Field(primary_key=True)
    seq: int
    hash: str = Field(max_length=64)


class Delivery(SQLModel, table=True):
    """One message the bot owes one person or channel, and what became of it.

    `occurrence` with kind and recipient is unique: noticing the same thing twice owes it once.
    """

    __table_args__ = (UniqueConstraint("kind", "occurrence", "recipient"),)

    id: str = Field(primary_key=True, max_length=32)
    kind: str = Field(max_length=32)
    occurrence: str = Field(max_length=80)
    recipient: str = Field(max_length=64)
    next_try: datetime | None = Field(default=None, index=True)
    attempts: int = 0
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    channel: str | None = Field(default=None, max_length=64)
    ts: str | None = Field(default=None, max_length=32)
    failed_at: datetime | None = None
    reason: str | None = Field(default=None, max_length=80)
