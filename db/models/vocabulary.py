"""The closed vocabularies: a status is one of a few words, on paper, in chat and in the store."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Enum


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


def text_enum(vocabulary: type[StrEnum]) -> Any:
    """A closed vocabulary as a checked text column: its words, not Python's names for them."""
    return Enum(
        vocabulary,
        native_enum=False,
        length=32,
        create_constraint=True,
        name=vocabulary.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Unit(StrEnum):
    PERCENT = "%"
    NUMBER = "number"
    PER_10_000 = "per 10,000"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    POUNDS = "pounds"
    YES_NO = "yes/no"


class Polarity(StrEnum):
    """Which way is good: `neutral` where neither is, or nobody has said."""

    HIGH = "high"
    LOW = "low"
    NEUTRAL = "neutral"


class KpiKind(StrEnum):
    """`contextual` is told and never judged: how many plans, children or referrals there are."""

    PERFORMANCE = "performance"
    CONTEXTUAL = "contextual"


class Frequency(StrEnum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    TERMLY = "termly"
    SIX_MONTHLY = "six-monthly"
    ANNUAL = "annual"
    IRREGULAR = "irregular"


class PeriodType(StrEnum):
    """Counted on a day, within a period, or over the twelve months to a day."""

    SNAPSHOT = "snapshot"
    FLOW = "flow"
    ROLLING = "rolling"


class TargetType(StrEnum):
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EQUAL = "equal"
    RANGE = "range"
    RISE_EACH_PERIOD = "rise_each_period"
    NONE = "none"


class Disclosure(StrEnum):
    OPEN = "open"
    SMALL_COUNTS = "small_counts"


class ValueStatus(StrEnum):
    FINAL = "final"
    PROVISIONAL = "provisional"
    REVISED = "revised"
