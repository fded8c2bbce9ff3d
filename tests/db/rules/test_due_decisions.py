"""Cells that say what became of a date, and the day on which it was changed."""

from datetime import date

import pytest

from db.models import DueKind
from db.rules.due_dates import read_due

_MARCH = date(2027, 3, 31)


@pytest.mark.parametrize(
    "written",
    [
        "31/3/27 (extended 14/10/26)",
        "31/3/27 - extended 14/10/26",
        "31/3/27 (amended on 14/10/26)",
        "31/3/27 (moved at Board 14/10/26)",
        "31/3/27, extended by Board on 14/10/26",
        "March 2027 (extended Oct 2026)",
        "Extended to March 27 by board 14/10/26",
        "Extended by Exec on 12/11/26 to 31/3/27",
        "Revised date 31/3/27 agreed 12/11/26",
        "Moved to March 27 (Exec Nov 26)",
    ],
)
def test_the_day_of_the_decision_is_neither_due_nor_the_original_date(written: str) -> None:
    due = read_due(written)

    assert (due.day, due.original) == (_MARCH, None)
    assert due.doubt is not None


@pytest.mark.parametrize(
    "written", ["30/9/26 (now 31/3/27)", "31/3/27 extended from 30/9/26", "31/3/27 (deferred from 30/9/26)"]
)
def test_a_date_that_was_replaced_is_kept(written: str) -> None:
    due = read_due(written)

    assert (due.day, due.original) == (_MARCH, date(2026, 9, 30))


@pytest.mark.parametrize(
    "written", ["no earlier than 31/3/27", "post 31/3/27", "beyond March 27", "after 31/3/27"]
)
def test_a_date_from_which_it_is_due_is_no_end(written: str) -> None:
    due = read_due(written)

    assert (due.day, due.kind) == (None, DueKind.UNCLEAR)
    assert "says from when and not by when" in (due.doubt or "")


@pytest.mark.parametrize("written", ["from 1 April 2027", "Commencing 1/4/27", "Apr 27 and ongoing"])
def test_a_beginning_alone_has_a_doubt(written: str) -> None:
    due = read_due(written)

    assert (due.day, due.kind) == (date(2027, 4, 1), DueKind.FROM)
    assert due.doubt is not None


def test_how_often_from_when_has_none() -> None:
    assert read_due("Monthly from January 2017").doubt is None


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("31Mar27", _MARCH),
        ("20270331", _MARCH),
        ("Good Friday 2027", date(2027, 3, 26)),
        ("Easter Monday 2027", date(2027, 3, 29)),
    ],
)
def test_further_spellings_of_a_day(written: str, day: date) -> None:
    assert read_due(written).day == day


def test_only_the_day_of_a_decision_gives_no_date() -> None:
    due = read_due("Extended (Board 6/10/26)")

    assert due.day is None
    assert "says when the date was changed and not to when" in (due.doubt or "")


def test_a_time_from_a_day_is_counted() -> None:
    assert read_due("12 months from 1 April 2026").day == date(2027, 4, 1)
