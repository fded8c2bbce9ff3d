"""Key performance indicators: definitions, targets, and every figure ever recorded."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Optional

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, Relationship, SQLModel

from db.models.vocabulary import (
    Disclosure,
    Frequency,
    KpiKind,
    PeriodType,
    Polarity,
    TargetType,
    Unit,
    ValueStatus,
    text_enum,
)

if TYPE_CHECKING:
    from db.models.actions import Action

# Shown in place of a count from 1 to 5, and in place of a figure that would reveal one. Never stored.
FEWER, WITHHELD = "<", "-"

# The symbols that the Department for Education's statistics use in place of a number.
SYMBOLS = {
    "c": "confidential",
    "x": "not available",
    "z": "not applicable",
    "p": "provisional, not given",
    "r": "under revision",
    "b": "a break in the series",
    "e": "estimated, not given",
    "f": "a forecast, not given",
    "k": "low: it rounds to 0",
}


class Kpi(SQLModel, table=True):
    """The definition of a KPI: what it counts, how often, and which direction is good.

    `aliases` are other names that people use, separated by "; ". `lag_days` is the number of days from a
    period's end until its figure is available. `baseline` is the value that a rise is measured from.
    `note` is a caveat about the data and goes with every answer. `tolerance` is in the KPI's unit.
    """

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=200)
    aliases: str = Field(default="", sa_type=Text)
    definition: str = Field(default="", sa_type=Text)
    numerator: str = Field(default="", sa_type=Text)
    denominator: str = Field(default="", sa_type=Text)
    unit: Unit = Field(sa_type=text_enum(Unit))
    polarity: Polarity = Field(default=Polarity.NEUTRAL, sa_type=text_enum(Polarity))
    kind: KpiKind = Field(default=KpiKind.PERFORMANCE, sa_type=text_enum(KpiKind))
    frequency: Frequency = Field(default=Frequency.IRREGULAR, sa_type=text_enum(Frequency))
    period_type: PeriodType = Field(default=PeriodType.FLOW, sa_type=text_enum(PeriodType))
    lag_days: int = 0
    owner_role: str = Field(default="", max_length=200)
    tolerance: float | None = None
    baseline: float | None = None
    baseline_date: date | None = None
    disclosure: Disclosure = Field(default=Disclosure.OPEN, sa_type=text_enum(Disclosure))
    source: str = Field(default="", sa_type=Text)
    note: str = Field(default="", sa_type=Text)

    targets: list["Target"] = Relationship(
        back_populates="kpi",
        sa_relationship_kwargs={"order_by": "Target.id", "cascade": "all, delete-orphan"},
    )
    comparators: list["Comparator"] = Relationship(
        back_populates="kpi", sa_relationship_kwargs={"order_by": "Comparator.id"}
    )
    links: list["KpiLink"] = Relationship(
        back_populates="kpi",
        sa_relationship_kwargs={"order_by": "KpiLink.id", "cascade": "all, delete-orphan"},
    )

    def target(self, on: date) -> "Target | None":
        """The target that applies on a day. Where several apply, the one that began last."""
        current = [one for one in self.targets if (one.starts or date.min) <= on <= (one.ends or date.max)]
        return max(current, key=lambda one: one.starts or date.min, default=None)

    @property
    def names(self) -> list[str]:
        """The name, the code and every alias."""
        return [self.name, self.code, *(one.strip() for one in self.aliases.split(";") if one.strip())]


class Target(SQLModel, table=True):
    """The target of a KPI from `starts` to `ends`, both inclusive. None means no limit on that side.

    For a `range`, `value` is the lower bound and `upper` the upper one. For `rise_each_period`, `value` is
    the number of periods in which the figure must rise.
    """

    id: int | None = Field(default=None, primary_key=True)
    kpi_id: int | None = Field(default=None, foreign_key="kpi.id", index=True)
    type: TargetType = Field(sa_type=text_enum(TargetType))
    value: float | None = None
    upper: float | None = None
    starts: date | None = None
    ends: date | None = None

    kpi: Kpi = Relationship(back_populates="targets")


class Observation(SQLModel, table=True):
    """One figure for a period and a breakdown, or the symbol shown in its place.

    `breakdown` is empty for the total, otherwise `Dimension: category`. `published_on` is the day from which
    the figure is known, where that is not the day it was recorded. A revision is a new row. The row
    that it replaces is never deleted; `replaced_at` is the moment from which it is no longer current.
    """

    __table_args__ = (
        Index("ix_observation_series", "kpi_id", "breakdown", "period_end"),
        # Each period and breakdown has one current figure.
        Index(
            "ux_observation_standing",
            "kpi_id",
            "breakdown",
            "period_start",
            "period_end",
            unique=True,
            postgresql_where=text("replaced_at IS NULL"),
            sqlite_where=text("replaced_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    kpi_id: int = Field(foreign_key="kpi.id")
    period_start: date
    period_end: date
    breakdown: str = Field(default="", max_length=120)
    value: float | None = None
    symbol: str | None = Field(default=None, max_length=1)
    numerator: float | None = None
    denominator: float | None = None
    status: ValueStatus = Field(default=ValueStatus.FINAL, sa_type=text_enum(ValueStatus))
    source: str = Field(default="", sa_type=Text)
    note: str = Field(default="", sa_type=Text)
    published_on: date | None = None
    recorded_by: str = Field(default="", max_length=64)
    recorded_at: datetime
    replaced_at: datetime | None = None

    @property
    def place(self) -> tuple[str, date, date]:
        """The breakdown and the period, for which there is only one current figure."""
        return self.breakdown, self.period_start, self.period_end

    @property
    def dimension(self) -> str:
        """The dimension of the breakdown: the words before the colon. Empty where there is no colon.

        Of a crossed breakdown (`Area: North; Sex: Boys`) both: `Area and sex`.
        """
        names = [part.partition(":")[0].strip() for part in self.breakdown.split(";") if ":" in part]
        return " and ".join(name if at == 0 else name.lower() for at, name in enumerate(names))

    @property
    def category(self) -> str:
        return ", ".join(part.rpartition(":")[2].strip() for part in self.breakdown.split(";"))


class Comparator(SQLModel, table=True):
    """The value of a comparator in a year: statistical neighbours, the national figure, the best."""

    __table_args__ = (UniqueConstraint("kpi_id", "name", "year"),)

    id: int | None = Field(default=None, primary_key=True)
    kpi_id: int | None = Field(default=None, foreign_key="kpi.id", index=True)
    name: str = Field(max_length=80)
    year: str = Field(max_length=20)
    value: float
    source: str = Field(default="", sa_type=Text)

    kpi: Kpi = Relationship(back_populates="comparators")


class KpiLink(SQLModel, table=True):
    """A link from a KPI to an action whose progress it measures. `ref` is written as `plan:ref`.

    `action_id` is None while no action has that reference.
    """

    id: int | None = Field(default=None, primary_key=True)
    kpi_id: int | None = Field(default=None, foreign_key="kpi.id", index=True)
    ref: str = Field(max_length=80)
    action_id: int | None = Field(default=None, foreign_key="action.id", index=True)

    kpi: Kpi = Relationship(back_populates="links")
    action: Optional["Action"] = Relationship()


class BoardChannel(SQLModel, table=True):
    """A channel that a coordinator has marked as a board's, so small counts may be shown there."""

    channel: str = Field(primary_key=True, max_length=64)
    marked_by: str = Field(max_length=64)


class FigureRequest(SQLModel, table=True):
    """A message to one person about a period that has ended: its figure is due, or it missed its target.

    Each person gets one message for each reason (`why`) and period.
    """

    __table_args__ = (UniqueConstraint("kpi_id", "period_end", "person", "why"),)

    id: int | None = Field(default=None, primary_key=True)
    kpi_id: int = Field(foreign_key="kpi.id")
    period_end: date
    person: str = Field(max_length=64)
    why: str = Field(max_length=8)
    delivery_id: str | None = Field(default=None, foreign_key="delivery.id", index=True)

    kpi: Kpi = Relationship()
