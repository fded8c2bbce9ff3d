"""The closed vocabularies: files, chat and the database all use the same few words for a status."""

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
OPEN = frozenset({Progress.NOT_STARTED, Progress.IN_PROGRESS, Progress.BLOCKED})
if set(Progress) != OPEN | CLOSED:
    # Reminders, lists and the overdue count depend on it, and none of them names every status.
    raise ValueError(f"neither open nor closed: {', '.join(sorted(set(Progress) - OPEN - CLOSED))}")


class Outcome(StrEnum):
    NOT_ASSESSED = "not assessed"
    ONGOING = "ongoing"
    ON_TRACK = "on track"
    ACHIEVED = "achieved"
    NOT_ACHIEVED = "not achieved"


class DueState(StrEnum):
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
    """How a due date applies: `by` a day, `from` a day on, `ongoing`, or `unclear`: not known yet."""

    BY = "by"
    FROM = "from"
    ONGOING = "ongoing"
    UNCLEAR = "unclear"


class DoubtAbout(StrEnum):
    """What of an action a doubt of an import is about. A doubt about anything else is only looked at."""

    DUE = "due"
    STATUS = "status"
    LEADS = "leads"
    OTHER = "other"


class MeasureKind(StrEnum):
    THRESHOLD = "threshold"
    SAMPLE = "sample"
    TREND = "trend"
    MILESTONE = "milestone"
    PROCESS = "process"
    BY_REFERENCE = "by_reference"
    UNQUANTIFIED = "unquantified"


def text_enum(vocabulary: type[StrEnum]) -> Any:
    """The column type for a closed vocabulary: text with a check constraint.

    The column holds the members' values; SQLAlchemy's default would store their Python names.
    """
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
    """Which direction is good. `neutral`: neither, or not known."""

    HIGH = "high"
    LOW = "low"
    NEUTRAL = "neutral"


class KpiKind(StrEnum):
    """A `contextual` KPI is for information and is never judged, such as the number of referrals."""

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
    """How the figure is counted: on one day, within a period, or over the 12 months to a day."""

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
