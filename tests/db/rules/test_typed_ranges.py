"""Ranges of days as people type them, on 15 December 2016."""

from datetime import date

import pytest

from db.rules.typed_ranges import DayRange, read_range
from tests.cast import TODAY


def _range(first: str, last: str) -> DayRange:
    return DayRange(*(date.fromisoformat(one) if one else None for one in (first, last)))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("in February", "2017-02-01", "2017-02-28"),
        ("before February", "", "2017-01-31"),
        ("before the end of March", "", "2017-03-31"),
        ("by 31 January 2017", "", "2017-01-31"),
        ("no later than 31/01/2017", "", "2017-01-31"),
        ("after 31/01/2017", "2017-02-01", ""),
        ("since October", "2016-10-01", ""),
        ("since the start of October", "2016-10-01", ""),
        ("this weekend", "2016-12-17", "2016-12-18"),
        ("by Christmas", "", "2016-12-25"),
        ("in 2018", "2018-01-01", "2018-12-31"),
        ("2016/17", "2016-04-01", "2017-03-31"),
        ("next month", "2017-01-01", "2017-01-31"),
        ("this week", "2016-12-12", "2016-12-18"),
        ("last year", "2015-01-01", "2015-12-31"),
        ("next quarter", "2017-01-01", "2017-03-31"),
        ("by the end of next month", "", "2017-01-31"),
        ("in the next three months", "2016-12-15", "2017-03-15"),
        ("within 2 weeks", "2016-12-15", "2016-12-29"),
        ("the last fortnight", "2016-12-01", "2016-12-15"),
        ("next August", "2017-08-01", "2017-08-31"),
        ("by next August", "", "2017-08-31"),
        ("last August", "2016-08-01", "2016-08-31"),
        ("last December", "2015-12-01", "2015-12-31"),
        ("between January and March", "2017-01-01", "2017-03-31"),
        ("from January to March 2017", "2017-01-01", "2017-03-31"),
        ("2017-02-01 to 2017-02-28", "2017-02-01", "2017-02-28"),
        ("tomorrow", "2016-12-16", "2016-12-16"),
    ],
)
def test_a_range_is_read(text: str, first: str, last: str) -> None:
    assert read_range(text, TODAY) == _range(first, last)


@pytest.mark.parametrize("text", ["two years", "the board", "before the board", "12", "at", ""])
def test_what_is_no_range_is_none(text: str) -> None:
    assert read_range(text, TODAY) is None


def test_of_the_past_the_most_recent_is_meant() -> None:
    assert read_range("by the end of September", TODAY, past=True) == _range("", "2016-09-30")


@pytest.mark.parametrize("text", ["in February", "by 31 January 2017", "after 31/01/2017"])
def test_what_a_command_has_means_the_same(text: str) -> None:
    read = read_range(text, TODAY)

    assert read is not None
    assert read_range(read.typed(), TODAY) == read
