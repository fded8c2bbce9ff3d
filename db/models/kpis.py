"""Key performance indicators: what each counts, what it should be, and every figure ever held of it."""

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

# In place of a count from 1 to 5, and of one that would tell it; neither is ever stored.
FEWER, WITHHELD = "<", "-"

# What stands in a table where no number does, as the statistics of the Department for Education have it.
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
    """What is counted, how often, and which way is good.

    `aliases` are further names that people use, separated by "; ". `lag_days` is from a period's end
    until its figure can be had. `baseline` is the value that a rise is measured from. `note` is what
    has to be known of the data and goes with every answer.
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
        """The target that holds on a day: of several the one that began last."""
        held = [one for one in self.targets if (one.starts or date.min) <= on <= (one.ends or date.max)]
        return max(held, key=lambda one: one.starts or date.min, default=None)

    @property
    def names(self) -> list[str]:
        """The name, the code and every other name it is known by."""
        return [self.name, self.code, *(one.strip() for one in self.aliases.split(";") if one.strip())]


class Target(SQLModel, table=True):
    """What a KPI should be, from a day to a day, both inclusive; open where none is given.

    Of a `range`, `value` is the least and `upper` the most. Of `rise_each_period`, `value` is in how
    many periods it must have risen.
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
    """One figure, or the symbol that stands in its place, of a period and a breakdown.

    `breakdown` is empty for the whole, else `Dimension: category`. A revision is a new row; the one
    before it is kept, and says since when it no longer stands.
    """

    __table_args__ = (
        Index("ix_observation_series", "kpi_id", "breakdown", "period_end"),
        # Of each period one figure stands.
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
    recorded_by: str = Field(default="", max_length=64)
    recorded_at: datetime
    replaced_at: datetime | None = None

    @property
    def place(self) -> tuple[str, date, date]:
        """Of what and when: one figure stands in it."""
        return self.breakdown, self.period_start, self.period_end

    @property
    def dimension(self) -> str:
        """What it is broken down by: the words before the colon."""
        return self.breakdown.partition(":")[0].strip() if ":" in self.breakdown else ""

    @property
    def category(self) -> str:
        return self.breakdown.rpartition(":")[2].strip()


class Comparator(SQLModel, table=True):
    """What others have: statistical neighbours, the country, the best, each in a year."""

    __table_args__ = (UniqueConstraint("kpi_id", "name", "year"),)

    id: int | None = Field(default=None, primary_key=True)
    kpi_id: int | None = Field(default=None, foreign_key="kpi.id", index=True)
    name: str = Field(max_length=80)
    year: str = Field(max_length=20)
    value: float
    source: str = Field(default="", sa_type=Text)

    kpi: Kpi = Relationship(back_populates="comparators")


class KpiLink(SQLModel, table=True):
    """That a KPI tells how an action fares; `ref` is as it was written, `plan:ref`."""

    id: int | None = Field(default=None, primary_key=True)
    kpi_id: int | None = Field(default=None, foreign_key="kpi.id", index=True)
    ref: str = Field(max_length=80)
    action_id: int | None = Field(default=None, foreign_key="action.id", index=True)

    kpi: Kpi = Relationship(back_populates="links")
    action: Optional["Action"] = Relationship()


class BoardChannel(SQLModel, table=True):
    """A channel in which small counts may be shown: a coordinator has said that a board meets there."""

    channel: str = Field(primary_key=True, max_length=64)
    marked_by: str = Field(max_length=64)


class FigureRequest(SQLModel, table=True):
    """That somebody was told of a period that is over, once: its figure is wanted, or missed its target."""

    __table_args__ = (UniqueConstraint("kpi_id", "period_end", "person", "why"),)

    id: int | None = Field(default=None, primary_key=True)
    kpi_id: int = Field(foreign_key="kpi.id")
    period_end: date
    person: str = Field(max_length=64)
    why: str = Field(max_length=8)
    delivery_id: str | None = Field(default=None, foreign_key="delivery.id", index=True)

    kpi: Kpi = Relationship()
