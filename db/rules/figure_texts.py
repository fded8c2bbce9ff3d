"""A KPI in words: its figures, periods, targets, gaps and judgements. Without Slack's marks."""

from typing import assert_never

from db.models import (
    FEWER,
    SYMBOLS,
    WITHHELD,
    Kpi,
    Observation,
    PeriodType,
    Target,
    TargetType,
    Unit,
)
from db.rules.dates import day_text, is_month_end, month_count
from db.rules.judging import Judgement, Reason

_SYMBOL_WORDS = {
    **SYMBOLS,
    FEWER: "fewer than 6",
    WITHHELD: "hidden: fewer than 6, or hidden to protect a number that is",
}


def number_text(unit: Unit, value: float) -> str:
    """A number in its unit: `34%`, `2,805`, `£1,200`, `4.5 per 10,000`, `yes`."""
    plain = f"{value:,.0f}" if value == int(value) else f"{value:,.4f}".rstrip("0")
    match unit:
        case Unit.YES_NO:
            return "yes" if value else "no"
        case Unit.PERCENT:
            return f"{plain}%"
        case Unit.POUNDS:
            return f"£{plain}"
        case Unit.NUMBER:
            return plain
        case Unit.DAYS | Unit.WEEKS | Unit.MONTHS | Unit.PER_10_000:
            return f"{plain} {unit.value}"
        case _:
            assert_never(unit)


def figure_text(kpi: Kpi, row: Observation) -> str:
    """The number, or in words why there is none."""
    if row.value is None:
        return _SYMBOL_WORDS.get(row.symbol or "", "not given")
    return number_text(kpi.unit, row.value)


def period_text(kpi: Kpi, row: Observation) -> str:
    """`at 31 Mar 2019`, `2018/19`, `Apr to Sep 2015`, `Jul 2015`, or from day to day."""
    starts, ends = row.period_start, row.period_end
    if starts == ends:
        return f"at {day_text(ends)}"
    months = month_count(starts, ends)
    if starts.day != 1 or not is_month_end(ends):
        text = f"{day_text(starts)} to {day_text(ends)}"
    elif months == 1:
        text = f"{ends:%b %Y}"
    elif months == 12 and starts.month == 4:
        text = f"{starts.year}/{ends.year % 100:02d}"
    elif starts.year == ends.year:
        text = f"{starts:%b} to {ends:%b %Y}"
    else:
        text = f"{starts:%b %Y} to {ends:%b %Y}"
    return f"12 months to {day_text(ends)}" if kpi.period_type is PeriodType.ROLLING else text


def target_text(kpi: Kpi, target: Target) -> str:
    """`at least 75%`, `10 to 20`, `a rise in each of 4 periods`."""
    figure = number_text(kpi.unit, target.value) if target.value is not None else "no figure"
    match target.type:
        case TargetType.RISE_EACH_PERIOD:
            periods = int(target.value or 1)
            return "a rise each period" if periods == 1 else f"a rise in each of {periods} periods"
        case TargetType.RANGE:
            return (
                f"{figure} to {number_text(kpi.unit, target.upper)}" if target.upper is not None else figure
            )
        case TargetType.AT_LEAST:
            return f"at least {figure}"
        case TargetType.AT_MOST:
            return f"at most {figure}"
        case TargetType.EQUAL:
            return figure
        case TargetType.NONE:
            return "none"
        case _:
            assert_never(target.type)


def gap_text(kpi: Kpi, judgement: Judgement) -> str:
    """`41 points below`, `8 above`, or nothing where there is no gap, as between yes and no."""
    if not judgement.gap or kpi.unit is Unit.YES_NO:
        return ""
    return f"{difference_text(kpi, abs(judgement.gap))} {'above' if judgement.gap > 0 else 'below'}"


def difference_text(kpi: Kpi, size: float) -> str:
    """A difference in the KPI's unit; of two percentages it is in points."""
    if kpi.unit is Unit.PERCENT:
        return f"{number_text(Unit.NUMBER, round(size, 4))} {'point' if size == 1 else 'points'}"
    return number_text(kpi.unit, size)


def judgement_text(judgement: Judgement) -> str:
    """`met`, `within tolerance`, `not met`, `contextual` or `cannot be judged: why`."""
    if judgement.reason is None:
        return judgement.verdict.value
    why = judgement.reason.value
    if judgement.reason is Reason.TOO_FEW_PERIODS:
        held = f"{judgement.periods_held} held" if judgement.periods_held else "none held"
        why = f"needs {judgement.periods_needed} periods after the baseline, {held}"
    return f"{judgement.verdict}: {why}"
