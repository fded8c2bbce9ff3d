"""Judging a KPI: pure rules over its series and the day. A number alone is never a verdict."""

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

# Fewer points than these say nothing of a trend, or only on trial.
_FEW, _MANY = 5, 12
# Days by which two months, quarters or years may differ.
_MONTHS_DIFFER = 4
# A later year is a slip of the hand, and its days cannot be computed.
_LAST_YEAR = 2200

_PERIODS = {
    Frequency.WEEKLY: relativedelta(weeks=1),
    Frequency.MONTHLY: relativedelta(months=1),
    Frequency.QUARTERLY: relativedelta(months=3),
    Frequency.TERMLY: relativedelta(months=4),
    Frequency.SIX_MONTHLY: relativedelta(months=6),
    Frequency.ANNUAL: relativedelta(years=1),
}


class Verdict(StrEnum):
    """What can be said of a KPI or a measure against its target."""

    MET = "met"
    WITHIN_TOLERANCE = "within tolerance"
    NOT_MET = "not met"
    CANNOT_BE_JUDGED = "cannot be judged"
    CONTEXTUAL = "contextual"

    @property
    def is_judged(self) -> bool:
        return self in (Verdict.MET, Verdict.WITHIN_TOLERANCE, Verdict.NOT_MET)


class Reason(StrEnum):
    """Why something cannot be judged."""

    NO_VALUE = "no value"
    NO_TARGET = "no target"
    NO_BASELINE = "no baseline"
    NO_PASS_MARK = "no pass mark"
    VALUE_NOT_SHOWN = "the value is hidden or missing"
    TARGET_WITHOUT_FIGURE = "the target has no figure"
    TOO_FEW_PERIODS = "too few periods after the baseline"
    NEEDS_SIGN_OFF = "needs sign-off"
    NOT_QUANTIFIED = "not quantified"
    BY_REFERENCE = "rests on another action's measure"


@dataclass(frozen=True)
class Judgement:
    """A verdict, and for one that cannot be given the reason.

    `gap` is the value less the target, in the KPI's unit (points, for a percentage); of a range, less the
    bound that it misses. Negative is below. `periods_needed` and `periods_held` go with
    `Reason.TOO_FEW_PERIODS`.
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
    """Judge the latest of a series, oldest first, against the target that holds at its period's end."""
    if kpi.kind is KpiKind.CONTEXTUAL:
        return Judgement(Verdict.CONTEXTUAL)
    if not series:
        return NO_VALUE
    latest = series[-1]
    target = kpi.target(latest.period_end)
    if target is None or target.type is TargetType.NONE:
        return _cannot(Reason.NO_TARGET)
    if latest.value is None:
        return _cannot(Reason.VALUE_NOT_SHOWN, target)
    if target.type is TargetType.RISE_EACH_PERIOD:
        return _judge_rise(kpi, series, target)
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
    """A difference as it is on paper: 90.4 less 100 is -9.6."""
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
    """Met when each period since the baseline is above the one before, for as many as are wanted."""
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
    walk = [kpi.baseline, *values][-needed - 1 :]
    rises = all(after > before for before, after in pairwise(walk))
    return Judgement(Verdict.MET if rises else Verdict.NOT_MET, None, target, _less(walk[-1], walk[0]))


def same_length(one: Observation, other: Observation) -> bool:
    """Whether two periods are as long as each other, give or take a month's days."""
    lengths = ((row.period_end - row.period_start).days for row in (one, other))
    return abs(next(lengths) - next(lengths)) <= _MONTHS_DIFFER


def is_regular(series: Sequence[Observation]) -> bool:
    """Whether the periods follow each other on one rhythm: the same number of months, or of days, apart."""
    if not all(same_length(one, series[-1]) for one in series):
        return False
    ends = [one.period_end for one in series]
    if len({(after - before).days for before, after in pairwise(ends)}) == 1:
        return True
    months = [day.year * 12 + day.month for day in ends]
    same_day = all(map(_is_last_day, ends)) or len({day.day for day in ends}) == 1
    return same_day and len({after - before for before, after in pairwise(months)}) == 1


def _is_last_day(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


class TrendKind(StrEnum):
    """What a series may be said to show, in the words of the interface."""

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
    """`rule` is the one by which the latest point is special; `trial` says that the limits are on trial."""

    kind: TrendKind
    rule: spc.Rule | None = None
    trial: bool = False

    @property
    def is_tested(self) -> bool:
        """Whether a rule set was applied."""
        untested = (
            TrendKind.NO_VALUE,
            TrendKind.ONE_VALUE,
            TrendKind.TOO_FEW_POINTS,
            TrendKind.IRREGULAR_DATES,
        )
        return self.kind not in untested

    def __str__(self) -> str:
        rule = f": {self.rule}" if self.rule else ""
        return f"{'trial limits: ' if self.trial else ''}{self.kind}{rule}"


def find_trend(kpi: Kpi, series: Sequence[Observation]) -> Trend:
    """What the series may be said to show, by the rules of `spc`."""
    known = [one for one in series if one.value is not None]
    values = [one.value for one in known if one.value is not None]
    if len(values) < 2:
        return Trend(TrendKind.ONE_VALUE if values else TrendKind.NO_VALUE)
    if len(values) < _FEW:
        return Trend(TrendKind.TOO_FEW_POINTS)
    if kpi.frequency is Frequency.IRREGULAR or not is_regular(known):
        return Trend(TrendKind.IRREGULAR_DATES)
    return _special_cause(kpi.polarity, values, trial=len(values) < _MANY)


def _special_cause(polarity: Polarity, values: Sequence[float], *, trial: bool) -> Trend:
    """Of the latest point: no special cause, or which way it is special and by which rule."""
    last = spc.signals(values)[-1]
    if not last:
        return Trend(TrendKind.NO_SPECIAL_CAUSE, trial=trial)
    rule = next(one for one in spc.Rule if one in last)
    mean = spc.limits(values).mean
    point = spc.exact(values[-1:])[0]
    # A run of rises can end on the mean: then the side is the way it went.
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
    """Which way it went, read with the polarity: `better`, `worse`, `up`, `down` or `no change`."""
    if before == after:
        return "no change"
    up = after > before
    if kpi.polarity is Polarity.NEUTRAL or kpi.kind is KpiKind.CONTEXTUAL:
        return "up" if up else "down"
    return "better" if up is (kpi.polarity is Polarity.HIGH) else "worse"


def next_end(kpi: Kpi, latest: date) -> date | None:
    """The end of the period after the latest. None: it has no rhythm."""
    period = _PERIODS.get(kpi.frequency)
    if period is None:
        return None
    if latest.year >= _LAST_YEAR:
        return None
    end = latest + period
    if _is_last_day(latest):
        # The month after 28 February ends on 31 March.
        end += relativedelta(day=31)
    return end


def next_due(kpi: Kpi, latest: date) -> date | None:
    """When the figure after the latest period is to be had: its own end and the lag. None: no rhythm."""
    end = next_end(kpi, latest)
    return None if end is None else end + timedelta(days=kpi.lag_days)


def days_late(kpi: Kpi, latest: date, today: date) -> int:
    """Days since the next figure could have been had; 0 when it is not due yet or has no rhythm."""
    due = next_due(kpi, latest)
    return max(0, (today - due).days) if due else 0


def years_old(latest: date, today: date) -> int:
    """Whole years since a period ended."""
    return max(0, relativedelta(today, latest).years) if today > latest else 0
