"""Days as people type them in chat."""

from datetime import date

import pytest

from db.rules.calendars import Calendar, Term
from db.rules.dates import Span
from db.rules.typed_dates import (
    DateNotRead,
    read_day,
    read_nearest_day,
    read_school_day,
    read_since,
    read_span,
)
from tests.cast import TODAY


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("today", TODAY),
        ("tomorrow", date(2016, 12, 16)),
        ("next Monday", date(2016, 12, 19)),
        ("thursday", date(2016, 12, 22)),
        ("next week", date(2016, 12, 22)),
        ("next month", date(2017, 1, 15)),
        ("12 Jan", date(2017, 1, 12)),
        ("march", date(2017, 3, 31)),
        ("31/03/2017", date(2017, 3, 31)),
        ("2.3", None),
        ("whenever", None),
        ("from 09/2016", None),
    ],
)
def test_a_day_is_read_as_people_type_it(typed: str, day: date | None) -> None:
    assert read_day(typed, TODAY) == day


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("Monday", date(2016, 12, 12)),
        ("last Monday", date(2016, 12, 12)),
        ("thursday", date(2016, 12, 15)),
        ("1 Dec", date(2016, 12, 1)),
        ("20 Dec", date(2015, 12, 20)),
        ("yesterday", date(2016, 12, 14)),
        ("2016-12-14", date(2016, 12, 14)),
    ],
)
def test_a_past_day_is_the_most_recent_one_with_its_name(typed: str, day: date) -> None:
    assert read_day(typed, TODAY, past=True) == day


def _span(text: str) -> Span | None:
    """`2016-09-01 2016-09-30` as a span, one day for a single date, None for an empty text."""
    days = [date.fromisoformat(day) for day in text.split()]
    return (days[0], days[-1]) if days else None


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ("today", "2016-12-15"),
        ("tomorrow", "2016-12-16"),
        ("next Monday", "2016-12-19"),
        ("31 March 2017", "2017-03-31"),
        ("March 2017", "2017-03-01 2017-03-31"),
        ("end of March 2017", "2017-03-31"),
        ("Q4 2016/17", "2017-01-01 2017-03-31"),
        ("autumn term 2016", "2016-09-01 2016-12-31"),
        ("July/August 2017", "2017-07-01 2017-08-31"),
        ("Oct 2016 to Mar 2017", "2016-10-01 2017-03-31"),
        # Without a year: the next one, and December has not ended.
        ("December", "2016-12-01 2016-12-31"),
        ("november", "2017-11-01 2017-11-30"),
        ("12 jan", "2017-01-12"),
        ("end of March", "2017-03-31"),
        ("from March 2017", ""),
        ("ongoing", ""),
        ("31 February 2017", ""),
        ("Dec 2016/Jan 2017", ""),
        ("Mar 2017 to Oct 2016", ""),
    ],
)
def test_a_span_is_read_as_people_type_it(typed: str, span: str) -> None:
    assert read_span(typed, TODAY) == _span(span)


@pytest.mark.parametrize(
    ("typed", "past", "since"),
    [
        # December has begun, but its last day is not past.
        ("December", "2015-12-01 2015-12-31", "2016-12-01"),
        ("November", "2016-11-01 2016-11-30", "2016-11-01"),
        ("15 Dec", "2016-12-15", "2016-12-15"),
        ("16 Dec", "2015-12-16", "2015-12-16"),
        ("Monday", "2016-12-12", "2016-12-12"),
        ("last week", "2016-12-08", "2016-12-08"),
    ],
)
def test_a_past_date_without_a_year_is_the_most_recent_and_since_takes_a_month_that_has_begun(
    typed: str, past: str, since: str
) -> None:
    assert read_span(typed, TODAY, past=True) == _span(past)
    assert read_since(typed, TODAY) == date.fromisoformat(since)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("September 2016", date(2016, 9, 1)),
        ("September", date(2016, 9, 1)),
        ("Sep 2016", date(2016, 9, 1)),
        ("09/2016", date(2016, 9, 1)),
        ("2016/17", date(2016, 4, 1)),
        ("autumn term 2016", date(2016, 9, 1)),
        ("1 Dec", date(2016, 12, 1)),
        ("yesterday", date(2016, 12, 14)),
        ("end of September 2016", date(2016, 9, 30)),
        ("whenever", None),
        ("31 September 2016", None),
    ],
)
def test_since_counts_from_the_first_day(typed: str, first: date | None) -> None:
    assert read_since(typed, TODAY) == first


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("friday week", "2016-12-23"),
        ("a week on Friday", "2016-12-23"),
        ("this friday", "2016-12-16"),
        ("in two weeks", "2016-12-29"),
        ("for 2 weeks", "2016-12-29"),
        ("a fortnight", "2016-12-29"),
        ("in 3 months", "2017-03-15"),
        ("end of the month", "2016-12-31"),
        ("end of next month", "2017-01-31"),
        ("end of next week", "2016-12-23"),
        ("Friday 3 March", "2017-03-03"),
    ],
)
def test_a_day_counted_from_today_is_read(typed: str, day: str) -> None:
    assert read_day(typed, TODAY) == date.fromisoformat(day)


def test_half_a_date_is_none() -> None:
    for typed in (
        "end",
        "end of half term",
        "31/01/2017 or 28/02/2017",
        "may slip to June",
        "weeks",
        "month",
    ):
        assert read_day(typed, TODAY) is None, typed


def test_a_weekday_that_does_not_fit_its_date_is_asked_about() -> None:
    with pytest.raises(DateNotRead, match="31 Jan 2017 is a Tuesday, not a Friday"):
        read_day("Friday 31/01/2017", TODAY)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("1 Dec", "2016-12-01"),
        ("1 Jan", "2017-01-01"),
        ("September", "2016-09-01"),
        ("today", "2016-12-15"),
        ("19/07/2016", "2016-07-19"),
        ("next Monday", "2016-12-19"),
    ],
)
def test_a_day_without_a_year_may_be_the_nearest_one(typed: str, day: str) -> None:
    assert read_nearest_day(typed, TODAY) == date.fromisoformat(day)


_TERMS = Calendar(
    "Oxfordshire",
    (
        Term(
            "Autumn 2016", date(2016, 9, 5), date(2016, 12, 21), ((date(2016, 10, 24), date(2016, 10, 28)),)
        ),
        Term("Spring 2017", date(2017, 1, 5), date(2017, 4, 7), ((date(2017, 2, 13), date(2017, 2, 17)),)),
    ),
)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("end of half term", "2017-02-17"),
        ("after half term", "2017-02-17"),
        ("start of the half-term", "2017-02-13"),
        ("end of term", "2016-12-21"),
        ("the end of the spring term", "2017-04-07"),
        ("start of next term", "2017-01-05"),
    ],
)
def test_a_day_of_the_school_year_is_found_in_the_calendar(typed: str, day: str) -> None:
    found = read_school_day(typed)

    assert found is not None
    assert found.day(_TERMS, TODAY) == date.fromisoformat(day)


def test_a_day_of_a_school_year_that_has_no_dates_is_not_guessed() -> None:
    found = read_school_day("end of summer term")

    assert found is not None
    assert found.day(_TERMS, TODAY) is None
    assert read_school_day("end of the project") is None
