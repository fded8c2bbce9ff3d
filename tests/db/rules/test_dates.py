"""Due dates as officers write them; days and periods as people type them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.models import DueKind
from db.rules.dates import month_end
from db.rules.due_dates import read_due


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
        ("July/August 2026", date(2026, 8, 31)),
        ("Jan – Mar 2026", date(2026, 3, 31)),
        ("Oct 2016 to Mar 2017", date(2017, 3, 31)),
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
def test_a_date_that_can_be_read_is_due_on_its_last_day(written: str, day: date) -> None:
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
def test_a_start_date_is_not_a_due_date(written: str, day: date) -> None:
    due = read_due(written)

    assert (due.day, due.kind) == (day, DueKind.FROM)


@pytest.mark.parametrize("written", ["ongoing", "On-going", "Continuous", "Monthly", "Termly"])
def test_an_ongoing_action_has_no_due_day(written: str) -> None:
    due = read_due(written)

    assert (due.day, due.kind) == (None, DueKind.ONGOING)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "no date is given"),
        ("late 2015", "too vague"),
        ("mid 2017", "too vague"),
        ("31/02/2017", "not a real date"),
        ("30 February 2017", "not a real date"),
        ("2017", "a year without a month"),
        ("ASAP", "names no day"),
        ("TBC", "no day yet"),
        ("13/2017", "cannot be read as a date"),
        ("Q2 2017", "may be a quarter of the calendar year"),
        ("Q5 2017/18", "cannot be read as a date"),
        ("2017/19", "cannot be read as a date"),
        ("March", "has no year"),
        ("2.3", "cannot be read as a date"),
        ("6 months", "from which day it counts"),
    ],
)
def test_a_date_that_cannot_be_read_stays_as_written_with_the_reason(written: str, reason: str) -> None:
    due = read_due(written)

    assert (due.day, due.kind, due.as_written) == (None, DueKind.UNCLEAR, written)
    assert due.doubt is not None
    assert reason in due.doubt
    assert written in due.doubt


def test_a_term_without_a_calendar_is_due_on_its_latest_day_with_a_doubt() -> None:
    due = read_due("Spring term 2017")

    assert due.doubt is not None
    assert "latest day" in due.doubt


@pytest.mark.parametrize(
    ("written", "has_doubt"),
    [("Ongoing", False), ("Ongoing - review March 2017", True), ("Monthly", True)],
)
def test_an_ongoing_date_has_a_doubt_where_it_says_more_than_that(written: str, has_doubt: bool) -> None:
    assert (read_due(written).doubt is not None) is has_doubt


def test_a_real_date_is_taken_unchanged_and_a_month_by_its_last_day() -> None:
    assert read_due("31/01/2017", date(2017, 1, 31)).day == date(2017, 1, 31)
    assert read_due("12/2016", date(2016, 12, 1), whole_month=True).day == date(2016, 12, 31)


@given(st.dates(date(2000, 1, 1), date(2079, 12, 31)))
def test_every_day_is_read_from_every_way_to_write_it(day: date) -> None:
    for form in ("%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%A %d %B %Y"):
        assert read_due(day.strftime(form)).day == day, form
    for form in ("%m/%Y", "%B %Y", "%b-%y"):
        assert read_due(day.strftime(form)).day == month_end(day.year, day.month), form


@given(st.text(max_size=40))
def test_any_text_is_read_without_an_error_and_stays_as_written(text: str) -> None:
    due = read_due(text)

    assert due.as_written == " ".join(text.replace("\xa0", " ").split())
    assert (due.day is None) == (due.kind in (DueKind.UNCLEAR, DueKind.ONGOING))


@pytest.mark.parametrize(
    ("written", "day", "doubt"),
    [
        ("Autumn 1 2025", date(2025, 10, 31), "the latest day it can end"),
        ("Spring 1 2025/26", date(2026, 2, 28), "the latest day it can end"),
        ("summer term 25/26", date(2026, 7, 31), "the latest day it can end"),
        ("Qtr 3 25/26", date(2025, 12, 31), None),
        ("before Easter 2026", date(2026, 4, 5), "Easter Sunday"),
        ("end of the academic year 2025/26", date(2026, 7, 31), "the end of the summer term"),
        ("July/August 2026", date(2026, 8, 31), None),
        ("Sept 2025 – July 2026", date(2026, 7, 31), None),
        ("31/10/2025 00:00", date(2025, 10, 31), None),
        ("week ending 06/03/2026", date(2026, 3, 6), None),
        ("w/c 2/3/26", date(2026, 3, 6), "the Friday of that week"),
        ("Dec 2016/Jan 2017", date(2017, 1, 31), "2 dates"),
        ("March & June 2026", date(2026, 6, 30), "2 dates"),
        ("Strategy agreed and in place by April 2012", date(2012, 4, 30), "more than a date"),
        ("March 2026 (complete)", date(2026, 3, 31), "also says the status"),
        ("In place", None, "says the status"),
        ("by half term", None, "has no year"),
        ("Qtr ending Dec 25", date(2025, 12, 31), None),
        ("AY 2025-26", date(2026, 7, 31), "the end of the summer term"),
        ("before Whitsun 2026", date(2026, 5, 22), "22 May 2026, before the Whitsun half term"),
        ("Feb half-term 2026", date(2026, 2, 28), "the latest day it can end"),
        ("30/6/26?", date(2026, 6, 30), "a question mark"),
        ("2025/26", date(2026, 3, 31), "the financial year"),
        ("by Oct half term", None, "has no year"),
    ],
)
def test_what_officers_write_for_a_date(written: str, day: date | None, doubt: str | None) -> None:
    due = read_due(written)

    assert due.day == day
    assert (due.doubt is None) if doubt is None else doubt in (due.doubt or "")


@pytest.mark.parametrize(
    ("written", "due", "original"),
    [
        ("31/03/26 revised to 30/06/26", date(2026, 6, 30), date(2026, 3, 31)),
        ("05/06/26 (slipped from 01/04/26)", date(2026, 6, 5), date(2026, 4, 1)),
        ("Orig: 30/9/25 Rev: 31/12/25", date(2025, 12, 31), date(2025, 9, 30)),
        ("Was Dec 25 now Mar 26", date(2026, 3, 31), date(2025, 12, 31)),
        ("March 2026, now June 2026", date(2026, 6, 30), date(2026, 3, 31)),
        ("July 2017 (was April 2017)", date(2017, 7, 31), date(2017, 4, 30)),
        ("31 March 2026 – extended to June 2026", date(2026, 6, 30), date(2026, 3, 31)),
    ],
)
def test_of_two_dates_the_newer_is_due_and_the_other_is_kept(written: str, due: date, original: date) -> None:
    read = read_due(written)

    assert (read.day, read.original, read.kind) == (due, original, DueKind.BY)


@pytest.mark.parametrize(
    ("written", "day", "kind", "often"),
    [
        ("Annual – next due May 2013", date(2013, 5, 31), DueKind.BY, "annual"),
        ("Sept 2025 and ongoing", date(2025, 9, 1), DueKind.FROM, None),
        ("June 2026 onwards", date(2026, 6, 1), DueKind.FROM, None),
        ("Monthly from January 2017", date(2017, 1, 1), DueKind.FROM, "monthly"),
        ("Quarterly", None, DueKind.ONGOING, "quarterly"),
    ],
)
def test_a_date_that_begins_or_comes_again(
    written: str, day: date | None, kind: DueKind, often: str | None
) -> None:
    read = read_due(written)

    assert (read.day, read.kind, read.frequency) == (day, kind, often)
