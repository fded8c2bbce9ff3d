"""A KPI as an audience sees it: the total, the breakdowns, the judgement, the change and hidden values."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from db.models import (
    FEWER,
    WITHHELD,
    Disclosure,
    Frequency,
    Kpi,
    Observation,
    Polarity,
    Target,
    TargetType,
    Unit,
)
from db.rules.judging import Reason, TrendKind, Verdict
from db.rules.readings import Reading, read_kpi

_RECORDED = datetime(2020, 1, 1, tzinfo=UTC)
_TODAY = date(2019, 6, 30)
_END = date(2019, 3, 31)


def _kpi(target: float | None = None, **values: Any) -> Kpi:
    defaults = {"unit": Unit.PERCENT, "polarity": Polarity.HIGH, "frequency": Frequency.ANNUAL}
    kpi = Kpi(code="x", name="X", **{**defaults, **values})
    kpi.targets = [] if target is None else [Target(type=TargetType.AT_LEAST, value=target)]
    return kpi


def _row(
    value: float | None, breakdown: str = "", end: date = _END, start: date | None = None
) -> Observation:
    """A figure for a day, or from a start to an end."""
    return Observation(
        kpi_id=1,
        period_start=start or end,
        period_end=end,
        breakdown=breakdown,
        value=value,
        symbol="x" if value is None else None,
        recorded_at=_RECORDED,
    )


def _read(kpi: Kpi, rows: Sequence[Observation], *, board: bool = True) -> Reading:
    return read_kpi(kpi, rows, _TODAY, board=board)


def _values(rows: Sequence[Observation]) -> list[float | str | None]:
    return [row.symbol if row.value is None else row.value for row in rows]


def test_a_kpi_without_figures_has_nothing_to_show() -> None:
    reading = _read(_kpi(75), [])

    assert (reading.main, reading.parts, reading.latest, reading.has_number) == ((), [], None, False)
    assert (reading.judgement.verdict, reading.judgement.reason) == (
        Verdict.CANNOT_BE_JUDGED,
        Reason.NO_VALUE,
    )
    assert (reading.trend.kind, reading.change, reading.previous) == (TrendKind.NO_VALUE, None, None)


def test_the_total_is_the_main_series_and_the_breakdowns_of_its_latest_period_are_the_parts() -> None:
    last_year = date(2018, 3, 31)
    rows = [_row(50, end=last_year), _row(40, "Area: A", last_year)]
    rows += [_row(60), _row(70, "Area: B"), _row(55, "Area: C")]
    reading = _read(_kpi(), rows)

    assert _values(reading.main) == [50, 60]
    assert reading.latest is not None
    assert (reading.latest.value, reading.latest.breakdown) == (60, "")
    assert [row.breakdown for row in reading.parts] == ["Area: B", "Area: C"]


def test_without_a_total_the_latest_figure_is_the_newest_of_any_breakdown() -> None:
    rows = [_row(40, "Area: A", date(2018, 3, 31)), _row(70, "Area: B"), _row(55, "Area: C")]
    reading = _read(_kpi(), rows)

    assert reading.main == ()
    assert reading.latest is not None
    assert reading.latest.period_end == _END
    assert [row.breakdown for row in reading.parts] == ["Area: B", "Area: C"]


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        # The total counts, whatever its parts are.
        ([_row(80), _row(10, "Area: A")], Verdict.MET),
        ([_row(80, "Area: A"), _row(90, "Area: B")], Verdict.MET),
        ([_row(80, "Area: A"), _row(74, "Area: B")], Verdict.WITHIN_TOLERANCE),
        ([_row(74, "Area: A"), _row(10, "Area: B"), _row(80, "Area: C")], Verdict.NOT_MET),
        # A figure that is missing does not hide one that is judged, and neither does an old one.
        ([_row(None, "Area: A"), _row(80, "Area: B")], Verdict.MET),
        ([_row(10, "Area: A", date(2018, 3, 31)), _row(80, "Area: B")], Verdict.MET),
        ([_row(None, "Area: A")], Verdict.CANNOT_BE_JUDGED),
    ],
)
def test_the_judgement_is_the_totals_or_the_worst_of_the_breakdowns(
    rows: list[Observation], verdict: Verdict
) -> None:
    assert _read(_kpi(75, tolerance=2), rows).judgement.verdict is verdict


@pytest.mark.parametrize(
    ("values", "polarity", "change", "direction"),
    [
        ([50, 60], Polarity.HIGH, 20, "better"),
        ([50, 60], Polarity.LOW, 20, "worse"),
        ([50, 40], Polarity.NEUTRAL, -20, "down"),
        ([50, 50], Polarity.HIGH, 0, "no change"),
        ([-50, -40], Polarity.HIGH, 20, "better"),
        ([0, 60], Polarity.HIGH, None, "better"),
        ([60], Polarity.HIGH, None, ""),
        ([None, 60], Polarity.HIGH, None, ""),
        ([60, None], Polarity.HIGH, None, ""),
    ],
)
def test_the_change_is_in_percent_of_the_previous_value(
    values: list[float | None], polarity: Polarity, change: float | None, direction: str
) -> None:
    rows = [_row(value, end=date(2018 + at, 3, 31)) for at, value in enumerate(values)]
    reading = _read(_kpi(polarity=polarity), rows)

    assert (reading.change, reading.direction) == (change, direction)


def test_the_previous_figure_is_the_latest_one_whose_period_has_the_same_length() -> None:
    first_quarter = _row(170, start=date(2018, 4, 1), end=date(2018, 6, 30))
    second_quarter = _row(180, start=date(2018, 7, 1), end=date(2018, 9, 30))
    year = _row(700, start=date(2017, 10, 1), end=date(2018, 9, 30))
    kpi = _kpi(unit=Unit.NUMBER)

    assert _read(kpi, [first_quarter, year, second_quarter]).previous == first_quarter
    assert _read(kpi, [first_quarter, second_quarter, year]).previous is None
    assert not _read(kpi, [first_quarter, year, second_quarter]).regular


def test_a_reading_says_how_late_the_next_figure_is_and_how_old_the_latest() -> None:
    row = _row(60, end=date(2017, 3, 31))
    reading = _read(_kpi(lag_days=30), [row])

    assert reading.days_late == (_TODAY - date(2018, 4, 30)).days
    assert reading.years_old == 2


_COUNTS = [_row(20), _row(3, "Area: A"), _row(9, "Area: B"), _row(8, "Area: C")]


@pytest.mark.parametrize(
    ("disclosure", "board", "parts", "baseline"),
    [
        (Disclosure.SMALL_COUNTS, True, [3, 9, 8], 4),
        (Disclosure.SMALL_COUNTS, False, [WITHHELD, 9, WITHHELD], None),
        (Disclosure.OPEN, False, [3, 9, 8], 4),
    ],
)
def test_small_counts_and_a_small_baseline_are_hidden_outside_a_board(
    disclosure: Disclosure, board: bool, parts: list[float | str], baseline: float | None
) -> None:
    kpi = _kpi(unit=Unit.NUMBER, disclosure=disclosure, baseline=4)
    reading = _read(kpi, _COUNTS, board=board)

    assert _values(reading.main) == [20]
    assert _values(reading.parts) == parts
    assert reading.baseline == baseline


def test_a_hidden_figure_is_neither_judged_nor_compared() -> None:
    kpi = _kpi(5, unit=Unit.NUMBER, disclosure=Disclosure.SMALL_COUNTS)
    rows = [_row(9, end=date(2018, 3, 31)), _row(3)]
    hidden, shown = _read(kpi, rows, board=False), _read(kpi, rows)

    assert _values(hidden.main) == [9, FEWER]
    assert hidden.judgement.reason is Reason.VALUE_NOT_SHOWN
    assert (hidden.change, hidden.direction, hidden.has_number) == (None, "", False)
    assert (shown.judgement.verdict, shown.direction, shown.has_number) == (Verdict.NOT_MET, "worse", True)


def test_a_reading_has_a_number_where_any_part_of_the_latest_period_has_one() -> None:
    assert _read(_kpi(), [_row(None), _row(60, "Area: A")]).has_number
    assert not _read(_kpi(), [_row(None), _row(60, "Area: A", date(2018, 3, 31))]).has_number
