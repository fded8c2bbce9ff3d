"""Judging a KPI honestly: pure rules over its series and the day. A number alone is never a verdict."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from dateutil.relativedelta import relativedelta

from db.models import (
    CONTEXTUAL,
    MET,
    NOT_MET,
    WITHIN,
    Frequency,
    Judgement,
    Kpi,
    KpiKind,
    Observation,
    Polarity,
    Target,
    TargetType,
)
from db.rules import spc

NO_TARGET, NO_BASELINE = "no target", "no baseline"
# Fewer points than these say nothing of a trend, or only on trial.
_FEW, _MANY = 5, 12
# Days by which two months, quarters or years may differ.
_MONTHS_DIFFER = 4

# Beyond it no period is meant, and no day can be computed.
_LAST_YEAR = 2200

_PERIODS = {
    Frequency.WEEKLY: relativedelta(weeks=1),
    Frequency.MONTHLY: relativedelta(months=1),
    Frequency.QUARTERLY: relativedelta(months=3),
    Frequency.TERMLY: relativedelta(months=4),
    Frequency.SIX_MONTHLY: relativedelta(months=6),
    Frequency.ANNUAL: relativedelta(years=1),
}


def _cannot(why: str, target: Target | None = None) -> Judgement:
    return Judgement(f"cannot be judged: {why}", target)


def judge(kpi: Kpi, series: Sequence[Observation]) -> Judgement:
    """Judge the latest of a series, oldest first, against the target that holds at its period's end."""
    if kpi.kind is KpiKind.CONTEXTUAL:
        return Judgement(CONTEXTUAL)
    if not series:
        return _cannot("no value")
    latest = series[-1]
    target = kpi.target(latest.period_end)
    if target is None or target.type is TargetType.NONE:
        return _cannot(NO_TARGET)
    if latest.value is None:
        return _cannot("the latest value is withheld or missing", target)
    if target.type is TargetType.RISE_EACH_PERIOD:
        return _rising(kpi, series, target)
    gap = _gap(target, latest.value)
    if gap is None:
        return _cannot("the target has no figure", target)
    if _meets(target, gap):
        return Judgement(MET, target, gap)
    near = kpi.tolerance is not None and abs(gap) <= kpi.tolerance
    return Judgement(WITHIN if near else NOT_MET, target, gap)


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


def _meets(target: Target, gap: float) -> bool:
    if target.type is TargetType.AT_LEAST:
        return gap >= 0
    return gap <= 0 if target.type is TargetType.AT_MOST else gap == 0


def _rising(kpi: Kpi, series: Sequence[Observation], target: Target) -> Judgement:
    """Met when each period since the baseline is above the one before, for as many as are wanted."""
    if kpi.baseline is None:
        return _cannot(NO_BASELINE, target)
    wanted = int(target.value or 1)
    after = [one for one in series if kpi.baseline_date is None or one.period_end > kpi.baseline_date]
    if any(one.value is None for one in after[-wanted:]):
        return _cannot("a value is withheld or missing", target)
    since = [one.value for one in after if one.value is not None]
    if len(since) < wanted:
        held = f"{len(since)} held" if since else "none held"
        return _cannot(f"{wanted} periods after the baseline are needed, {held}", target)
    walk = [kpi.baseline, *since][-wanted - 1 :]
    rises = all(after > before for before, after in pairwise(walk))
    return Judgement(MET if rises else NOT_MET, target, _less(walk[-1], walk[0]))


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


def trend(kpi: Kpi, series: Sequence[Observation]) -> str:
    """What the series may be said to show, in the contract's words; a rule set is named beside it."""
    known = [one for one in series if one.value is not None]
    values = [one.value for one in known if one.value is not None]
    if len(values) < 2:
        return "one value" if values else "no value"
    if len(values) < _FEW:
        return "too few points"
    if kpi.frequency is Frequency.IRREGULAR or not is_regular(known):
        return "irregular dates"
    shown = _special(kpi.polarity, values)
    return shown if len(values) >= _MANY else f"trial limits: {shown}"


def _special(polarity: Polarity, values: Sequence[float]) -> str:
    """Of the latest point: no special cause, or which way it is special and by which rule."""
    last = spc.signals(values)[-1]
    if not last:
        return "no special cause"
    rule = next(one for one in spc.Rule if one in last)
    mean = spc.limits(values).mean
    point = spc.exact(values[-1:])[0]
    # On the mean, as the end of a run of rises can be, the way it went is the side it is on.
    high = point > mean if point != mean else values[-1] > values[-2]
    if polarity is Polarity.NEUTRAL:
        return f"special cause {'high' if high else 'low'}: {rule}"
    return f"{'improvement' if high is (polarity is Polarity.HIGH) else 'concern'}: {rule}"


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
