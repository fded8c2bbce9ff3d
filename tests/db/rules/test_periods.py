"""The periods of figures: every way to write one, and whether one fits the KPI."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.models import Frequency, Kpi, PeriodType, Unit
from db.rules.dates import Span
from db.rules.periods import find_period_doubts, has_ended, read_period
from db.rules.typed_dates import DateNotRead
from tests.cast import TODAY


def _span(text: str) -> Span | None:
    """`2016-09-01 2016-09-30` as a span, one day for a single date, None for an empty text."""
    days = [date.fromisoformat(day) for day in text.split()]
    return (days[0], days[-1]) if days else None


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ("September 2016", "2016-09-01 2016-09-30"),
        ("Sep 2016", "2016-09-01 2016-09-30"),
        ("Sep 16", "2016-09-01 2016-09-30"),
        ("Sep-16", "2016-09-01 2016-09-30"),
        ("09/2016", "2016-09-01 2016-09-30"),
        ("2016-09", "2016-09-01 2016-09-30"),
        ("Feb 2016", "2016-02-01 2016-02-29"),
        ("Q1 2016/17", "2016-04-01 2016-06-30"),
        ("Q2 16/17", "2016-07-01 2016-09-30"),
        ("Q4 2016/17", "2017-01-01 2017-03-31"),
        ("Apr-Sep 2015", "2015-04-01 2015-09-30"),
        ("Oct 2016 to Mar 2017", "2016-10-01 2017-03-31"),
        ("Oct-Mar 2017", "2016-10-01 2017-03-31"),
        ("July/August 2016", "2016-07-01 2016-08-31"),
        ("2018", "2018-01-01 2018-12-31"),
        ("2018/19", "2018-04-01 2019-03-31"),
        ("academic year 2018/19", "2018-09-01 2019-08-31"),
        ("2018/19 (academic)", "2018-09-01 2019-08-31"),
        ("2018-19", "2018-04-01 2019-03-31"),
        ("FY 2018/19", "2018-04-01 2019-03-31"),
        ("31 Mar 2019", "2019-03-31"),
        ("31/03/2019", "2019-03-31"),
        ("2016/17 Q2", "2016-07-01 2016-09-30"),
        ("Qtr 2 16/17", "2016-07-01 2016-09-30"),
        ("H1 2016/17", "2016-04-01 2016-09-30"),
        ("Apr 16 - Sep 16", "2016-04-01 2016-09-30"),
        ("1 Apr 2016 to 30 Sep 2016", "2016-04-01 2016-09-30"),
        ("2016-04-01 to 2016-09-30", "2016-04-01 2016-09-30"),
        ("01/04/2016-30/09/2016", "2016-04-01 2016-09-30"),
        ("12 months to Sep 2016", "2015-10-01 2016-09-30"),
        ("year to 28 Feb 2017", "2016-03-01 2017-02-28"),
        ("week ending 16/12/2016", "2016-12-10 2016-12-16"),
        ("last month", "2016-11-01 2016-11-30"),
        ("last quarter", "2016-07-01 2016-09-30"),
        ("last year", "2015-04-01 2016-03-31"),
    ],
)
def test_a_period_is_read_from_every_usual_form(typed: str, span: str) -> None:
    assert read_period(typed, TODAY) == _span(span)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "sometime",
        "September",
        "yesterday",
        "31/02/2019",
        "31 June 2019",
        "29 Feb 2019",
        "00/2019",
        "13/2019",
        "2018/20",
        "Q5 2018/19",
        "Dec 2016/Jan 2017",
        "Mar 2017 to Oct 2016",
        "9999/00",
        "1899-12-31",
        "2101-01-01",
        "2100/01",
    ],
)
def test_a_period_that_is_impossible_or_out_of_range_is_not_read(typed: str) -> None:
    assert read_period(typed, TODAY) is None


@pytest.mark.parametrize("typed", ["1900", "1 Jan 1900", "2099/00", "2100-12-31"])
def test_a_period_from_1900_to_2100_is_read(typed: str) -> None:
    assert read_period(typed, TODAY) is not None


@given(st.text(max_size=30))
def test_any_text_is_read_as_a_period_or_not_at_all(text: str) -> None:
    try:
        span = read_period(text, TODAY)
    except DateNotRead:
        return

    assert span is None or span[0] <= span[1]


def test_one_month_has_one_period_however_it_is_written() -> None:
    written = ("Sep 2016", "September 2016", "Sep 16", "Sep-16", "Sept '16", "09/2016", "9/16", "2016-09")

    assert {read_period(one, TODAY) for one in written} == {(date(2016, 9, 1), date(2016, 9, 30))}


@pytest.mark.parametrize(
    ("typed", "meanings"),
    [("Q2 2016", "Apr-Jun 2016 or Q2 2016/17"), ("11/12", "Nov 2012 or the year 2011/12")],
)
def test_a_period_that_could_be_two_is_asked_about(typed: str, meanings: str) -> None:
    with pytest.raises(DateNotRead, match=meanings):
        read_period(typed, TODAY)


def _kpi(frequency: Frequency, period_type: PeriodType = PeriodType.FLOW) -> Kpi:
    return Kpi(code="k", name="Visits", unit=Unit.NUMBER, frequency=frequency, period_type=period_type)


_QUARTER = (date(2016, 7, 1), date(2016, 9, 30))
_MONTH = (date(2016, 9, 1), date(2016, 9, 30))
_YEAR = (date(2016, 4, 1), date(2017, 3, 31))


@pytest.mark.parametrize(
    ("kpi", "period", "held", "doubt"),
    [
        (_kpi(Frequency.MONTHLY), _MONTH, [], ""),
        (_kpi(Frequency.MONTHLY), _MONTH, [_YEAR], ""),
        (_kpi(Frequency.MONTHLY), _QUARTER, [], "is not one month"),
        (_kpi(Frequency.QUARTERLY), _MONTH, [], "is not a quarter"),
        (_kpi(Frequency.ANNUAL), _YEAR, [], ""),
        (_kpi(Frequency.ANNUAL), (_YEAR[1], _YEAR[1]), [_YEAR], "is not a year"),
        (_kpi(Frequency.IRREGULAR), _MONTH, [_QUARTER], "lies inside 1 Jul 2016 to 30 Sep 2016"),
        (_kpi(Frequency.IRREGULAR), _MONTH, [], ""),
        (_kpi(Frequency.IRREGULAR), _QUARTER, [_MONTH], "overlaps"),
        (_kpi(Frequency.IRREGULAR), _MONTH, [_MONTH], ""),
        (
            _kpi(Frequency.MONTHLY, PeriodType.SNAPSHOT),
            (date(2016, 9, 30), date(2016, 9, 30)),
            [(date(2016, 9, 28), date(2016, 9, 28))],
            "a figure at 28 Sep 2016 is recorded already",
        ),
        (
            _kpi(Frequency.IRREGULAR, PeriodType.SNAPSHOT),
            (date(2016, 9, 30), date(2016, 9, 30)),
            [(date(2016, 9, 28), date(2016, 9, 28))],
            "",
        ),
    ],
)
def test_a_period_that_does_not_fit_is_asked_about(
    kpi: Kpi, period: Span, held: list[Span], doubt: str
) -> None:
    doubts = list(find_period_doubts(kpi, period, held))

    assert bool(doubts) is bool(doubt)
    assert all(doubt in one for one in doubts[:1])


def test_a_period_has_ended_on_its_last_day() -> None:
    assert has_ended(TODAY, TODAY)
    assert not has_ended(date(2016, 12, 16), TODAY)
