"""Judging a KPI: pure rules over its series and the day. A number without a target gives no verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import assert_never

from dateutil.relativedelta import relativedelta

from db.models import (
    Frequency,
    Kpi,
    KpiKind,
    Observation,
    Polarity,
    Target,
    TargetType,
)
from db.rules import spc
from db.rules.dates import is_month_end

# A trend needs at least 5 points; with fewer than 12, its limits are trial limits.
_MIN_POINTS, _MIN_SETTLED_POINTS = 5, 12
# Two months, quarters or years may differ by this number of days.
_LENGTH_TOLERANCE_DAYS = 4
# A later year is a typing mistake, and the dates after it cannot be computed.
_LAST_YEAR = 2200


class Verdict(StrEnum):
    """The result of comparing a KPI or a measure with its target."""

    MET = "met"
    WITHIN_TOLERANCE = "within tolerance"
    NOT_MET = "not met"
    CANNOT_BE_JUDGED = "cannot be judged"
    CONTEXTUAL = "contextual"

    @property
    def is_judged(self) -> bool:
        """Whether the figure was compared with a target."""
        match self:
            case Verdict.MET | Verdict.WITHIN_TOLERANCE | Verdict.NOT_MET:
                return True
            case Verdict.CANNOT_BE_JUDGED | Verdict.CONTEXTUAL:
                return False
            case _:
                assert_never(self)


class Reason(StrEnum):
    """Why a KPI or a measure cannot be judged."""

    NO_VALUE = "no value"
    NO_TARGET = "no target"
    NO_BASELINE = "no baseline"
    NO_PASS_MARK = "no pass mark"
    VALUE_NOT_SHOWN = "the value is hidden or missing"
    TARGET_WITHOUT_FIGURE = "the target has no figure"
    TOO_FEW_PERIODS = "too few periods after the baseline"
    TOO_FEW_ROUNDS = "too few rounds"
    NEEDS_SIGN_OFF = "needs a coordinator's sign-off"
    NOT_QUANTIFIED = "not quantified"
    BY_REFERENCE = "rests on another action's measure"


@dataclass(frozen=True)
class Judgement:
    """A verdict, with the reason where the KPI cannot be judged.

    `gap` is the value minus the target, in the KPI's unit (percentage points for a percentage); for a range,
    the value minus the bound that it misses. It is negative below the target. `periods_needed` and
    `periods_held` go with `Reason.TOO_FEW_PERIODS`.
    """

    verdict: Verdict
    reason: Reason | None = None
    target: Target | None = None
    gap: float | None = None
    periods_needed: int = 0
    periods_held: int = 0

    @property
    def is_judged(self) -> bool:
        return self.verdict.is_judged


def _cannot(reason: Reason, target: Target | None = None) -> Judgement:
    return Judgement(Verdict.CANNOT_BE_JUDGED, reason, target)


NO_VALUE = _cannot(Reason.NO_VALUE)


def judge(kpi: Kpi, series: Sequence[Observation]) -> Judgement:
    """Judge the latest figure of a series, oldest first, against the target on the last day of its period."""
    if kpi.kind is KpiKind.CONTEXTUAL:
        return Judgement(Verdict.CONTEXTUAL)
    if not series:
        return NO_VALUE
    latest = series[-1]
    target = kpi.target(latest.period_end)
    if target is None or target.type is TargetType.NONE:
        return _cannot(Reason.NO_TARGET)
    if target.type is TargetType.RISE_EACH_PERIOD:
        return _judge_rise(kpi, series, target)
    if latest.value is None:
        return _cannot(Reason.VALUE_NOT_SHOWN, target)
    gap = _gap(target, latest.value)
    if gap is None:
        return _cannot(Reason.TARGET_WITHOUT_FIGURE, target)
    if _meets(target.type, gap):
        return Judgement(Verdict.MET, None, target, gap)
    near = kpi.tolerance is not None and abs(gap) <= kpi.tolerance
    return Judgement(Verdict.WITHIN_TOLERANCE if near else Verdict.NOT_MET, None, target, gap)


def _gap(target: Target, value: float) -> float | None:
    if target.value is None:
        return None
    if target.type is not TargetType.RANGE:
        return _less(value, target.value)
    if target.upper is None:
        return None
    if value < target.value:
        return _less(value, target.value)
    return _less(value, target.upper) if value > target.upper else 0.0


def _less(value: float, other: float) -> float:
    """The exact decimal difference: 90.4 less 100 is -9.6, which floating point does not give."""
    exact = spc.exact([value, other])
    return float(exact[0] - exact[1])


def _meets(kind: TargetType, gap: float) -> bool:
    match kind:
        case TargetType.AT_LEAST:
            return gap >= 0
        case TargetType.AT_MOST:
            return gap <= 0
        case TargetType.EQUAL | TargetType.RANGE:
            return gap == 0
        case TargetType.RISE_EACH_PERIOD | TargetType.NONE:
            raise ValueError(f"{kind} is not judged by a gap")
        case _:
            assert_never(kind)


def _judge_rise(kpi: Kpi, series: Sequence[Observation], target: Target) -> Judgement:
    """Met where each of the needed number of periods is above the one before; the baseline comes first."""
    if kpi.baseline is None:
        return _cannot(Reason.NO_BASELINE, target)
    needed = int(target.value or 1)
    after = [one for one in series if kpi.baseline_date is None or one.period_end > kpi.baseline_date]
    if any(one.value is None for one in after[-needed:]):
        return _cannot(Reason.VALUE_NOT_SHOWN, target)
    values = [one.value for one in after if one.value is not None]
    if len(values) < needed:
        return Judgement(
            Verdict.CANNOT_BE_JUDGED,
            Reason.TOO_FEW_PERIODS,
            target,
            periods_needed=needed,
            periods_held=len(values),
        )
    compared = [kpi.baseline, *values][-needed - 1 :]
    rises = all(after > before for before, after in pairwise(compared))
    gap = _less(compared[-1], compared[0])
    return Judgement(Verdict.MET if rises else Verdict.NOT_MET, None, target, gap)


def same_length(one: Observation, other: Observation) -> bool:
    """Whether two periods have the same length, allowing for months of different lengths."""
    length, other_length = ((row.period_end - row.period_start).days for row in (one, other))
    return abs(length - other_length) <= _LENGTH_TOLERANCE_DAYS


def is_regular(series: Sequence[Observation]) -> bool:
    """Whether the periods end at equal intervals: the same number of months, or of days, apart."""
    if not all(same_length(one, series[-1]) for one in series):
        return False
    ends = [one.period_end for one in series]
    if len({(after - before).days for before, after in pairwise(ends)}) == 1:
        return True
    months = [day.year * 12 + day.month for day in ends]
    same_day = all(map(is_month_end, ends)) or len({day.day for day in ends}) == 1
    return same_day and len({after - before for before, after in pairwise(months)}) == 1


class TrendKind(StrEnum):
    """What a series shows, in words for people."""

    NO_VALUE = "no value"
    ONE_VALUE = "one value"
    TOO_FEW_POINTS = "too few points"
    IRREGULAR_DATES = "irregular dates"
    NO_SPECIAL_CAUSE = "no special cause"
    IMPROVEMENT = "improvement"
    CONCERN = "concern"
    SPECIAL_CAUSE_HIGH = "special cause high"
    SPECIAL_CAUSE_LOW = "special cause low"


@dataclass(frozen=True)
class Trend:
    """The trend of a series. `rule` is the rule that makes the latest point a special cause.

    `trial` is True where the series is so short that the limits are trial limits.
    """

    kind: TrendKind
    rule: spc.Rule | None = None
    trial: bool = False

    def __str__(self) -> str:
        rule = f": {self.rule}" if self.rule else ""
        return f"{'trial limits: ' if self.trial else ''}{self.kind}{rule}"


def find_trend(kpi: Kpi, series: Sequence[Observation]) -> Trend:
    """What the series shows, by the rules of `spc`. `series` is oldest first."""
    with_value = [one for one in series if one.value is not None]
    values = [one.value for one in with_value if one.value is not None]
    if len(values) < 2:
        return Trend(TrendKind.ONE_VALUE if values else TrendKind.NO_VALUE)
    if len(values) < _MIN_POINTS:
        return Trend(TrendKind.TOO_FEW_POINTS)
    if kpi.frequency is Frequency.IRREGULAR or not is_regular(with_value):
        return Trend(TrendKind.IRREGULAR_DATES)
    return _special_cause(kpi.polarity, values, trial=len(values) < _MIN_SETTLED_POINTS)


def _special_cause(polarity: Polarity, values: Sequence[float], *, trial: bool) -> Trend:
    """Whether the latest point is a special cause, in which direction and by which rule."""
    signals = spc.signals(values)[-1]
    if not signals:
        return Trend(TrendKind.NO_SPECIAL_CAUSE, trial=trial)
    rule = next(one for one in spc.Rule if one in signals)
    mean = spc.limits(values).mean
    point = spc.exact(values[-1:])[0]
    # A run of rises can end on the mean. Then the direction of the last step counts.
    high = point > mean if point != mean else values[-1] > values[-2]
    return Trend(_cause_kind(polarity, high=high), rule, trial)


def _cause_kind(polarity: Polarity, *, high: bool) -> TrendKind:
    match polarity:
        case Polarity.NEUTRAL:
            return TrendKind.SPECIAL_CAUSE_HIGH if high else TrendKind.SPECIAL_CAUSE_LOW
        case Polarity.HIGH:
            return TrendKind.IMPROVEMENT if high else TrendKind.CONCERN
        case Polarity.LOW:
            return TrendKind.CONCERN if high else TrendKind.IMPROVEMENT
        case _:
            assert_never(polarity)


def direction(kpi: Kpi, before: float, after: float) -> str:
    """The direction of a change: `better` or `worse`, `up` or `down` without a polarity, or `no change`."""
    if before == after:
        return "no change"
    up = after > before
    if kpi.kind is KpiKind.CONTEXTUAL:
        return "up" if up else "down"
    match kpi.polarity:
        case Polarity.NEUTRAL:
            return "up" if up else "down"
        case Polarity.HIGH:
            return "better" if up else "worse"
        case Polarity.LOW:
            return "worse" if up else "better"
        case _:
            assert_never(kpi.polarity)


def _interval(frequency: Frequency) -> relativedelta | None:
    match frequency:
        case Frequency.WEEKLY:
            return relativedelta(weeks=1)
        case Frequency.MONTHLY:
            return relativedelta(months=1)
        case Frequency.QUARTERLY:
            return relativedelta(months=3)
        case Frequency.TERMLY:
            return relativedelta(months=4)
        case Frequency.SIX_MONTHLY:
            return relativedelta(months=6)
        case Frequency.ANNUAL:
            return relativedelta(years=1)
        case Frequency.IRREGULAR:
            return None
        case _:
            assert_never(frequency)


def next_end(kpi: Kpi, latest: date) -> date | None:
    """The end of the period after the latest one. None for a KPI with an irregular frequency."""
    interval = _interval(kpi.frequency)
    if interval is None or latest.year >= _LAST_YEAR:
        return None
    end = latest + interval
    if is_month_end(latest):
        # The month after 28 February ends on 31 March.
        end += relativedelta(day=31)
    return end


def next_due(kpi: Kpi, latest: date) -> date | None:
    """The day on which the next figure is due: the end of its period and the lag. None: irregular."""
    end = next_end(kpi, latest)
    return None if end is None else end + timedelta(days=kpi.lag_days)


def days_late(kpi: Kpi, latest: date, today: date) -> int:
    """Days since the next figure was due. 0 if it is not due yet, or if the KPI is irregular."""
    due = next_due(kpi, latest)
    return max(0, (today - due).days) if due else 0


def years_old(latest: date, today: date) -> int:
    """Whole years since a period ended."""
    return max(0, relativedelta(today, latest).years) if today > latest else 0
