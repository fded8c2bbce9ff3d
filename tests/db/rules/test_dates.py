"""Due dates as officers write them, and days as people type them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.models import DueKind
from db.rules.dates import month_end, read_day, read_due
from tests.cast import TODAY


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("08/2017", date(2017, 8, 31)),
        ("8/2017", date(2017, 8, 31)),
        ("02/2016", date(2016, 2, 29)),
        ("Dec 2016", date(2016, 12, 31)),
        ("December 2016.", date(2016, 12, 31)),
        ("Dec-16", date(2016, 12, 31)),
        ("Sept '17", date(2017, 9, 30)),
        ("31.01.17", date(2017, 1, 31)),
        ("01/09/2026", date(2026, 9, 1)),
        ("2016-12-31", date(2016, 12, 31)),
        ("31st January 2017", date(2017, 1, 31)),
        ("Friday 31 March 2017", date(2017, 3, 31)),
        ("end of March 2017", date(2017, 3, 31)),
        ("By the end of December 2016", date(2016, 12, 31)),
        ("end of 2015", date(2015, 12, 31)),
        ("Q1 2017/18", date(2017, 6, 30)),
        ("Q2 2017/18", date(2017, 9, 30)),
        ("Q3 17-18", date(2017, 12, 31)),
        ("Q4 2017/18", date(2018, 3, 31)),
        ("2017/18", date(2018, 3, 31)),
        ("Autumn term 2016", date(2016, 12, 31)),
        ("Spring term 2017", date(2017, 4, 15)),
        ("Summer term 2017", date(2017, 7, 31)),
        ("31/03/2017 (was 31/01/2017)", date(2017, 3, 31)),
        ("31/03/2017 (revised to 30/06/2017)", date(2017, 6, 30)),
        ("March 2017 (revised June 2017)", date(2017, 6, 30)),
        ("31-Mar-17", date(2017, 3, 31)),
        ("Fri 31 March 2017", date(2017, 3, 31)),
        ("Mon 05/12/2016", date(2016, 12, 5)),
        ("March 31 2017", date(2017, 3, 31)),
        ("March ’17", date(2017, 3, 31)),
        ("11/2016\xa0", date(2016, 11, 30)),
    ],
)
def test_a_date_that_can_be_settled_is_due_on_its_last_day(written: str, day: date) -> None:
    due = read_due(written)

    assert (due.day, due.kind) == (day, DueKind.BY)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("From 09/2016", date(2016, 9, 1)),
        ("from 1 September 2016", date(2016, 9, 1)),
        ("Monthly from April 2017", date(2017, 4, 1)),
        ("Starting 15/10/2016", date(2016, 10, 15)),
        ("From Monday 5 September 2016", date(2016, 9, 5)),
        ("Commencing autumn term 2016", date(2016, 9, 1)),
        ("From Q2 2017/18", date(2017, 7, 1)),
        ("From 2016/17", date(2016, 4, 1)),
        ("From end of March 2017", date(2017, 3, 31)),
    ],
)
def test_a_start_is_no_end(written: str, day: date) -> None:
    due = read_due(written)

    assert (due.day, due.kind) == (day, DueKind.FROM)


@pytest.mark.parametrize("written", ["ongoing", "On-going", "Continuous", "Monthly", "Termly"])
def test_what_goes_on_has_no_due_day(written: str) -> None:
    due = read_due(written)

    assert (due.day, due.kind) == (None, DueKind.ONGOING)


@pytest.mark.parametrize(
    "written",
    [
        *("ASAP", "late 2015", "31/02/2017", "30 February 2017", "TBC", "2017", "mid March 2017"),
        *("13/2017", "Q2 2017", "Q5 2017/18", "2017/19", "March", "2.3", "Dec 2016/Jan 2017", "6 months", ""),
    ],
)
def test_what_cannot_be_settled_is_kept_as_written_with_the_reason(written: str) -> None:
    due = read_due(written)

    assert (due.day, due.kind, due.as_written) == (None, DueKind.UNCLEAR, written)
    assert due.doubt


def test_a_term_without_a_calendar_is_settled_late_and_said_so() -> None:
    due = read_due("Spring term 2017")

    assert due.doubt is not None
    assert "latest day" in due.doubt


def test_ongoing_with_a_review_is_a_doubt() -> None:
    assert read_due("Ongoing - review March 2017").doubt


def test_a_real_date_is_taken_as_it_is_and_a_month_by_its_last_day() -> None:
    assert read_due("31/01/2017", date(2017, 1, 31)).day == date(2017, 1, 31)
    assert read_due("12/2016", date(2016, 12, 1), whole_month=True).day == date(2016, 12, 31)


@given(st.dates(date(2000, 1, 1), date(2079, 12, 31)))
def test_every_day_is_read_back_from_the_ways_it_is_written(day: date) -> None:
    for form in ("%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%A %d %B %Y"):
        assert read_due(day.strftime(form)).day == day, form
    for form in ("%m/%Y", "%B %Y", "%b-%y"):
        assert read_due(day.strftime(form)).day == month_end(day.year, day.month), form


@given(st.text(max_size=40))
def test_no_text_whatever_raises_and_what_was_written_is_kept(text: str) -> None:
    due = read_due(text)

    assert due.as_written == " ".join(text.replace("\xa0", " ").split())
    assert (due.day is None) == (due.kind in (DueKind.UNCLEAR, DueKind.ONGOING))


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
def test_a_day_that_has_been_is_the_last_one_of_its_name(typed: str, day: date) -> None:
    assert read_day(typed, TODAY, past=True) == day
