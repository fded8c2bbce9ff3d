"""Judging a figure: every type of target, every length of series, and its age."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from db.models import (
    Frequency,
    Kpi,
    KpiKind,
    Observation,
    PeriodType,
    Polarity,
    Target,
    TargetType,
    Unit,
)
from db.rules.judging import (
    Reason,
    TrendKind,
    Verdict,
    days_late,
    direction,
    find_trend,
    is_regular,
    judge,
    next_due,
    years_old,
)

_WHEN = datetime(2020, 1, 1, tzinfo=UTC)


def _kpi(target: Target | None = None, **values: Any) -> Kpi:
    defaults = {
        "unit": Unit.PERCENT,
        "polarity": Polarity.HIGH,
        "frequency": Frequency.MONTHLY,
        "lag_days": 0,
    }
    kpi = Kpi(code="x", name="X", **{**defaults, **values})
    kpi.targets = [target] if target else []
    return kpi


def _series(values: Sequence[float | None], *, ends: Sequence[date] | None = None) -> list[Observation]:
    days = ends or [date(2015 + at // 12, at % 12 + 1, 28) for at in range(len(values))]
    return [
        Observation(
            kpi_id=1,
            period_start=day,
            period_end=day,
            value=value,
            symbol=None if value is not None else "x",
            recorded_at=_WHEN,
        )
        for value, day in zip(values, days, strict=True)
    ]


def _target(kind: TargetType, value: float | None = None, upper: float | None = None) -> Target:
    return Target(type=kind, value=value, upper=upper)


@pytest.mark.parametrize(
    ("target", "value", "tolerance", "verdict", "gap"),
    [
        (_target(TargetType.AT_LEAST, 75), 34, None, "not met", -41),
        (_target(TargetType.AT_LEAST, 75), 75, None, "met", 0),
        (_target(TargetType.AT_LEAST, 75), 73.5, 2, "within tolerance", -1.5),
        (_target(TargetType.AT_LEAST, 75), 72.9, 2, "not met", -2.1),
        (_target(TargetType.AT_MOST, 14), 20, None, "not met", 6),
        (_target(TargetType.AT_MOST, 14), 13.9, None, "met", -0.1),
        (_target(TargetType.EQUAL, 100), 99.9, None, "not met", -0.1),
        (_target(TargetType.EQUAL, 100), 99.9, 0.5, "within tolerance", -0.1),
        (_target(TargetType.RANGE, 10, 20), 15, None, "met", 0),
        (_target(TargetType.RANGE, 10, 20), 9, None, "not met", -1),
        (_target(TargetType.RANGE, 10, 20), 22, 2, "within tolerance", 2),
    ],
)
def test_a_figure_is_judged_by_the_gap_to_its_target(
    target: Target, value: float, tolerance: float | None, verdict: str, gap: float
) -> None:
    judgement = judge(_kpi(target, tolerance=tolerance), _series([value]))

    assert (judgement.verdict, judgement.gap) == (verdict, gap)


@pytest.mark.parametrize(
    ("periods", "baseline", "values", "expected"),
    [
        (1, None, [50, 60], Reason.NO_BASELINE),
        (1, 40, [], Reason.NO_VALUE),
        (1, 40, [50], Verdict.MET),
        (3, 40, [50, 60], Reason.TOO_FEW_PERIODS),
        (3, 40, [50, None, 70], Reason.VALUE_NOT_SHOWN),
        (3, 40, [50, 60, 70], Verdict.MET),
        (3, 40, [50, 60, 60], Verdict.NOT_MET),
        (3, 40, [30, 50, 60, 70], Verdict.MET),
        (4, 40, [30, 50, 60, 70], Verdict.NOT_MET),
    ],
)
def test_a_rise_each_period_needs_a_baseline_and_as_many_periods(
    periods: int, baseline: float | None, values: list[float | None], expected: Verdict | Reason
) -> None:
    target = _target(TargetType.RISE_EACH_PERIOD, periods)

    judgement = judge(_kpi(target, baseline=baseline), _series(values))

    assert expected in (judgement.verdict, judgement.reason)
    if expected is Reason.TOO_FEW_PERIODS:
        assert (judgement.periods_needed, judgement.periods_held) == (3, 2)


def test_a_contextual_kpi_is_never_judged_and_one_without_a_target_cannot_be() -> None:
    target = _target(TargetType.AT_LEAST, 1)
    assert judge(_kpi(target, kind=KpiKind.CONTEXTUAL), _series([50])).verdict is Verdict.CONTEXTUAL
    assert judge(_kpi(), _series([50])).reason is Reason.NO_TARGET
    assert judge(_kpi(target), []).reason is Reason.NO_VALUE
    assert judge(_kpi(target), _series([None])).reason is Reason.VALUE_NOT_SHOWN


def test_a_figure_is_judged_by_the_target_of_its_own_period() -> None:
    kpi = _kpi()
    kpi.targets = [
        Target(type=TargetType.AT_LEAST, value=50, ends=date(2015, 12, 31)),
        Target(type=TargetType.AT_LEAST, value=80, starts=date(2016, 1, 1)),
    ]

    assert judge(kpi, _series([60], ends=[date(2015, 6, 30)])).verdict is Verdict.MET
    assert judge(kpi, _series([60], ends=[date(2016, 6, 30)])).verdict is Verdict.NOT_MET


_FLAT = [50.0, 52, 49, 51, 50, 52, 49, 51, 50, 52, 49]


@pytest.mark.parametrize(
    ("values", "polarity", "trend"),
    [
        ([], Polarity.HIGH, "no value"),
        ([50], Polarity.HIGH, "one value"),
        ([50, 51, 52, 53], Polarity.HIGH, "too few points"),
        (_FLAT[:5], Polarity.HIGH, "trial limits: no special cause"),
        (_FLAT, Polarity.HIGH, "trial limits: no special cause"),
        ([*_FLAT, 51], Polarity.HIGH, "no special cause"),
        ([*_FLAT, 80], Polarity.HIGH, "improvement: a point outside the limits"),
        ([*_FLAT, 80], Polarity.LOW, "concern: a point outside the limits"),
        ([*_FLAT, 20], Polarity.HIGH, "concern: a point outside the limits"),
        ([*_FLAT, 20], Polarity.NEUTRAL, "special cause low: a point outside the limits"),
        ([*_FLAT, 80], Polarity.NEUTRAL, "special cause high: a point outside the limits"),
    ],
)
def test_a_series_shows_a_trend_only_by_the_rules(
    values: list[float], polarity: Polarity, trend: str
) -> None:
    assert str(find_trend(_kpi(polarity=polarity), _series(values))) == trend


def test_a_series_with_irregular_dates_has_no_trend() -> None:
    ends = [date(2015, 1, 31), date(2015, 2, 28), date(2015, 3, 31), date(2015, 5, 31), date(2015, 6, 30)]

    assert not is_regular(_series([1] * 5, ends=ends))
    assert find_trend(_kpi(), _series([50, 51, 52, 53, 54], ends=ends)).kind is TrendKind.IRREGULAR_DATES
    irregular = _kpi(frequency=Frequency.IRREGULAR)
    assert find_trend(irregular, _series(_FLAT)).kind is TrendKind.IRREGULAR_DATES


@pytest.mark.parametrize(
    "ends",
    [
        [date(2015, 1, 31), date(2015, 2, 28), date(2015, 3, 31)],
        [date(2015, 3, 31), date(2015, 6, 30), date(2015, 9, 30), date(2015, 12, 31)],
        [date(2015, 3, 31), date(2016, 3, 31), date(2017, 3, 31)],
        [date(2015, 1, 4), date(2015, 1, 11), date(2015, 1, 18)],
    ],
)
def test_months_quarters_years_and_weeks_are_regular(ends: list[date]) -> None:
    assert is_regular(_series([1] * len(ends), ends=ends))


@pytest.mark.parametrize(
    ("polarity", "kind", "after", "word"),
    [
        (Polarity.HIGH, KpiKind.PERFORMANCE, 60, "better"),
        (Polarity.LOW, KpiKind.PERFORMANCE, 60, "worse"),
        (Polarity.LOW, KpiKind.PERFORMANCE, 40, "better"),
        (Polarity.NEUTRAL, KpiKind.PERFORMANCE, 60, "up"),
        (Polarity.NEUTRAL, KpiKind.PERFORMANCE, 40, "down"),
        (Polarity.HIGH, KpiKind.PERFORMANCE, 40, "worse"),
        (Polarity.HIGH, KpiKind.CONTEXTUAL, 40, "down"),
        (Polarity.HIGH, KpiKind.CONTEXTUAL, 60, "up"),
        (Polarity.HIGH, KpiKind.PERFORMANCE, 50, "no change"),
    ],
)
def test_the_direction_of_a_change_depends_on_the_polarity(
    polarity: Polarity, kind: KpiKind, after: float, word: str
) -> None:
    assert direction(_kpi(polarity=polarity, kind=kind), 50, after) == word


@pytest.mark.parametrize(
    ("frequency", "latest", "due"),
    [
        (Frequency.MONTHLY, date(2015, 1, 31), date(2015, 2, 28)),
        (Frequency.MONTHLY, date(2015, 2, 28), date(2015, 3, 31)),
        (Frequency.QUARTERLY, date(2015, 3, 31), date(2015, 6, 30)),
        (Frequency.ANNUAL, date(2016, 2, 29), date(2017, 2, 28)),
        (Frequency.TERMLY, date(2015, 8, 31), date(2015, 12, 31)),
        (Frequency.SIX_MONTHLY, date(2015, 3, 31), date(2015, 9, 30)),
        (Frequency.WEEKLY, date(2015, 1, 4), date(2015, 1, 11)),
        (Frequency.IRREGULAR, date(2015, 1, 4), None),
    ],
)
def test_the_next_figure_is_due_one_period_after_the_latest(
    frequency: Frequency, latest: date, due: date | None
) -> None:
    assert next_due(_kpi(frequency=frequency), latest) == due


def test_a_figure_is_late_by_its_own_frequency_and_lag() -> None:
    kpi = _kpi(frequency=Frequency.QUARTERLY, lag_days=30, period_type=PeriodType.FLOW)
    latest = date(2015, 3, 31)

    assert days_late(kpi, latest, date(2015, 7, 30)) == 0
    assert days_late(kpi, latest, date(2015, 7, 31)) == 1
    assert years_old(date(2019, 3, 31), date(2026, 11, 20)) == 7
    assert years_old(date(2019, 3, 31), date(2016, 12, 15)) == 0
