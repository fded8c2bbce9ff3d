"""Due dates with other words around them: ranges, weeks, boards, halves of terms, and what is no date."""

from datetime import date

import pytest

from db.models import DueKind
from db.rules.due_dates import read_due


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Sept 25 to Mar 26", date(2026, 3, 31)),
        ("From Sept 2025 to March 2026", date(2026, 3, 31)),
        ("Start Sept 25 - finish Mar 26", date(2026, 3, 31)),
        ("Start: Jan 2026, end: Mar 2026", date(2026, 3, 31)),
        ("01/04/2026 – 30/06/2026", date(2026, 6, 30)),
        ("1/4/26-30/6/26", date(2026, 6, 30)),
        ("1.4.26 -30.6.26", date(2026, 6, 30)),
        ("12-16 Jan 2026", date(2026, 1, 16)),
        ("From Jan to Mar 27", date(2027, 3, 31)),
        ("12th & 13th March 2026", date(2026, 3, 13)),
        ("FY 25/26 Q2", date(2025, 9, 30)),
        ("Q2 FY25/26", date(2025, 9, 30)),
        ("Quarter 3 (2025/26)", date(2025, 12, 31)),
        ("2025-12", date(2025, 12, 31)),
        ("2026/02/28", date(2026, 2, 28)),
        ("31/Mar/26", date(2026, 3, 31)),
        ("1st Tues in Feb 2026", date(2026, 2, 3)),
        ("last Friday of March 2026", date(2026, 3, 27)),
        ("Q2 (Jul–Sep) 2025", date(2025, 9, 30)),
        ("financial year end 2026", date(2026, 3, 31)),
    ],
)
def test_a_range_or_a_quarter_is_due_by_its_end_without_a_doubt(text: str, day: date) -> None:
    due = read_due(text)
    assert (due.day, due.kind, due.doubt) == (day, DueKind.BY, None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1st week of Feb 2026", date(2026, 2, 7)),
        ("last week in June 2026", date(2026, 6, 30)),
        ("wc 2nd Feb 26", date(2026, 2, 6)),
        ("End of w/c 16/02/26", date(2026, 2, 20)),
        ("H1 2026/27", date(2026, 9, 30)),
        ("Easter hols 26", date(2026, 4, 5)),
        ("Ongoing until Mar 26", date(2026, 3, 31)),
        ("week of 9 March 2026", date(2026, 3, 13)),
        ("before the summer hols 2026", date(2026, 7, 31)),
        ("half term Feb 2026", date(2026, 2, 28)),
        ("Aut 1 2025", date(2025, 10, 31)),
        ("SU2 25/26", date(2026, 7, 31)),
        ("year end 25/26", date(2026, 3, 31)),
        ("LSCP Board 12 March 2026", date(2026, 3, 12)),
        ("Board meeting 12/03/26", date(2026, 3, 12)),
        ("mid March 2026", date(2026, 3, 31)),
        ("31/3/27 (last reviewed 3/9/26)", date(2027, 3, 31)),
        ("March 2027, last updated 3/9/26", date(2027, 3, 31)),
        ("Jun 26 Sep 26 Dec 26", date(2026, 12, 31)),
        ("complete by March 2027, ongoing thereafter", date(2027, 3, 31)),
        ("mid-June 2026", date(2026, 6, 30)),
        ("beginning of May 2026", date(2026, 5, 31)),
        ("Mar 31", date(2031, 3, 31)),
        ("31/03/2062", date(2062, 3, 31)),
        ("01/12/1926", date(1926, 12, 1)),
        ("27-03-31", date(2031, 3, 27)),
        ("Sept 2026 (extension requested to Dec 2026)", date(2026, 9, 30)),
        ("30/9/26 (proposed 31/12/26)", date(2026, 9, 30)),
        ("31st January/28th February 2027", date(2027, 2, 28)),
        ("Ongoing – complete by July 2027", date(2027, 7, 31)),
        ("Rolling programme to Dec 2027", date(2027, 12, 31)),
        ("Slipped to May 2026", date(2026, 5, 31)),
        ("Dec 2025 (interim), Mar 2026 (final)", date(2026, 3, 31)),
        ("Phase 1: Dec 2025; Phase 2: Mar 2026", date(2026, 3, 31)),
        ("Jan 2026 (review July 2026)", date(2026, 1, 31)),
        ("45992", date(2025, 12, 1)),
        ("2011-12", date(2011, 12, 31)),
    ],
)
def test_a_date_among_other_words_is_read_with_a_doubt_that_quotes_them(text: str, day: date) -> None:
    due = read_due(text)
    assert (due.day, due.kind) == (day, DueKind.BY)
    assert due.doubt is not None
    assert f'"{text}"' in due.doubt


@pytest.mark.parametrize(
    "text",
    [
        "now May 2026 (from Feb 2026)",
        "Feb 26 (ext. May 26)",
        "Feb 2026 extended by Board to May 2026",
        "Feb 26 (moved by MASA to May 26)",
        "May 2026 was Feb 2026",
        "Original: Feb 2026 New: May 2026",
        "Moved from Feb 2026 to May 2026",
        "pushed back to 31/5/26 from 28/2/26",
        "31/05/26 (previous date 28/02/26)",
        "31/05/26 replaces 28/02/26",
        "28/02/26 amended to 31/03/26 amended to 31/05/26",
        "May 2026; revised from Feb 2026",
        "May 2026 (was April 2026, originally Feb 2026)",
    ],
)
def test_a_moved_date_keeps_the_one_before(text: str) -> None:
    due = read_due(text)
    assert (due.day, due.original, due.doubt) == (date(2026, 5, 31), date(2026, 2, 28), None)


@pytest.mark.parametrize("text", ["Feb 2026 → May 2026", "Feb 2026 >> May 2026", "May 2026 (was Feb)"])
def test_a_move_that_is_only_likely_has_a_doubt(text: str) -> None:
    due = read_due(text)
    assert (due.day, due.original) == (date(2026, 5, 31), date(2026, 2, 28))
    assert "moved from 28 Feb 2026 to 31 May 2026" in (due.doubt or "")


def test_the_end_of_a_range_keeps_the_date_that_it_replaced() -> None:
    due = read_due("Sep 26 to Mar 27 (was Dec 26)")
    assert (due.day, due.original) == (date(2027, 3, 31), date(2026, 12, 31))


def test_an_earlier_date_that_cannot_be_read_is_told() -> None:
    assert "an earlier date that cannot be read" in (read_due("Jan 27 (was 27)").doubt or "")


@pytest.mark.parametrize(
    "text",
    [
        "TBC (was March 2026)",
        "Revised date awaited (was March 2026)",
        "Revised: TBC (orig. March 2026)",
        "Not yet set - was March 2026",
    ],
)
def test_an_old_date_is_not_due_while_the_new_one_is_awaited(text: str) -> None:
    due = read_due(text)
    assert (due.day, due.original) == (None, date(2026, 3, 31))
    assert "names no day yet" in (due.doubt or "")


@pytest.mark.parametrize(
    "text",
    [
        "Due 30/09/26, completed 14/10/26",
        "30/09/26 – done 14/10/26",
        "completed 14/10/26 (due 30/09/26)",
    ],
)
def test_the_day_of_completion_is_no_due_date(text: str) -> None:
    due = read_due(text)
    assert (due.day, due.completed_on) == (date(2026, 9, 30), date(2026, 10, 14))
    assert "when it was done" in (due.doubt or "")


@pytest.mark.parametrize(
    ("text", "day", "kind", "often"),
    [
        ("6 monthly – next due Feb 2027", date(2027, 2, 28), DueKind.BY, "6 monthly"),
        ("June 2026 then quarterly", date(2026, 6, 30), DueKind.BY, "quarterly"),
        ("Biennial – March 2028", date(2028, 3, 31), DueKind.BY, "biennial"),
        ("Every 3 months from 1/1/27", date(2027, 1, 1), DueKind.FROM, "every 3 months"),
        ("Every term from Sept 2026", date(2026, 9, 1), DueKind.FROM, "every term"),
        ("from April 2026 then annually", date(2026, 4, 1), DueKind.FROM, "annually"),
        ("March each year", None, DueKind.ONGOING, "yearly"),
        ("31 March annually", None, DueKind.ONGOING, "yearly"),
        ("April and October each year", None, DueKind.ONGOING, "twice a year"),
        ("Reviewed quarterly", None, DueKind.ONGOING, "quarterly"),
    ],
)
def test_how_often_is_kept_beside_the_date(text: str, day: date | None, kind: DueKind, often: str) -> None:
    due = read_due(text)
    assert (due.day, due.kind, due.frequency) == (day, kind, often)


def test_a_frequency_with_two_meanings_is_asked_about() -> None:
    assert "may mean twice in that time" in (read_due("bi-monthly").doubt or "")


@pytest.mark.parametrize(
    "text",
    [
        "from April 2026 onwards",
        "April 2026 at the earliest",
        "earliest April 2026",
        "to start April 2026",
        "April 2026+",
        "April 2026 → ongoing",
        "April 2026, ongoing thereafter",
        "in April 2026 and ongoing",
    ],
)
def test_a_beginning_is_no_end(text: str) -> None:
    due = read_due(text)
    assert (due.day, due.kind) == (date(2026, 4, 1), DueKind.FROM)


@pytest.mark.parametrize(
    "text",
    [
        "Sep 26-Mar 27",
        "Oct 26-Mar 2027",
        "Sep26-Mar27",
        "[March 2027]",
        "Deadline 31/03/27",
        "on or before 31 Mar 2027",
        "March 2027 latest",
        "31/03/2027 at the latest",
        "To be completed by 31/3/27",
        "by COP 31 March 2027",
    ],
)
def test_what_only_says_that_it_is_due_needs_no_doubt(text: str) -> None:
    due = read_due(text)
    assert (due.day, due.kind, due.doubt) == (date(2027, 3, 31), DueKind.BY, None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("TBC", "no day yet"),
        ("ASAP", "names no day"),
        ("tbc following the inspection", "no day yet"),
        ("Short term (0-6 months)", "from which day"),
        ("Sept/Oct", "has no year"),
        ("within 3 months", "from which day"),
        ("2 weeks", "from which day"),
        ("completed Jan 2026", "when it was done"),
        ("not before May 2026", "not by when"),
        ("after the audit, March 2026", "not by when"),
        ("mid 2026", "too vague"),
        ("05/11", "has no year"),
        ("03/04", "has no year"),
        ("5.12", "has no year"),
        ("31.03", "has no year"),
        ("31-Mar", "has no year"),
        ("by Sept 26th", "has no year"),
        ("Started Jan 2026", "when it began"),
        ("Q2 2026", "write Q2 2026/27"),
        ("12/6/26 revised 12/18/26", "a newer date that cannot be read"),
        ("was due March 2026", "no day yet"),
        ("By 2027", "without a month"),
        ("31/02/2026", "not a real date"),
    ],
)
def test_what_gives_no_day_says_why(text: str, why: str) -> None:
    due = read_due(text)
    assert due.day is None
    assert due.doubt is not None
    assert why in due.doubt


def test_a_date_that_was_moved_twice_keeps_the_first() -> None:
    due = read_due("30/06/25 rev. 30/09/25 rev. 31/12/25")
    assert (due.day, due.original) == (date(2025, 12, 31), date(2025, 6, 30))
    assert due.doubt is not None


def test_until_with_a_rhythm_keeps_how_often() -> None:
    due = read_due("Monthly until March 2026")
    assert (due.day, due.frequency) == (date(2026, 3, 31), "monthly")


@pytest.mark.parametrize(
    ("text", "often"),
    [
        ("monthly from Nov 25", "monthly"),
        ("every March", "yearly"),
        ("Quarterly from April 2026", "quarterly"),
    ],
)
def test_a_rhythm_is_kept_beside_what_it_starts_with(text: str, often: str) -> None:
    assert read_due(text).frequency == often


def test_business_as_usual_is_ongoing() -> None:
    assert read_due("BAU").kind is DueKind.ONGOING


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Febuary 2026", date(2026, 2, 28)),
        ("30 Septmber 2026", date(2026, 9, 30)),
        ("By end of Autum term 2025", date(2025, 12, 31)),
        ("Sept 2025 revised to Febuary 2026", date(2026, 2, 28)),
        ("from Janurary 2026", date(2026, 1, 1)),
        ("Quater 3 25/26", date(2025, 12, 31)),
    ],
)
def test_a_misspelt_word_of_a_date_is_read_with_a_doubt_that_says_how(text: str, day: date) -> None:
    due = read_due(text)

    assert due.day == day
    assert due.as_written == text
    assert due.doubt is not None
    assert due.doubt.endswith("check the spelling")


@pytest.mark.parametrize("text", ["Sprint 2 2026", "mid 2026", "Quarterly from Jan 2026"])
def test_only_what_is_misspelt_is_spelled_anew(text: str) -> None:
    assert "spelling" not in (read_due(text).doubt or "")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("within 6 weeks of report (report 2 Nov 26)", date(2026, 12, 14)),
        ("Within 3 months of 1 April 2026", date(2026, 7, 1)),
    ],
)
def test_a_time_from_a_day_that_is_named_is_counted_with_a_doubt(text: str, day: date) -> None:
    due = read_due(text)
    assert due.day == day
    assert "is counted from" in (due.doubt or "")


def test_a_range_with_an_arrow_as_notion_writes_it_was_not_moved() -> None:
    due = read_due("February 22, 2027 → February 26, 2027")
    assert (due.day, due.original) == (date(2027, 2, 26), None)


def test_a_day_that_no_month_has_is_not_read_as_a_year() -> None:
    due = read_due("Feb 29 2017")
    assert due.day is None
    assert "is not a real date" in (due.doubt or "")


def test_a_time_of_day_beside_a_day_does_not_hide_it() -> None:
    assert read_due("30/Oct/26 2:10 PM").day == date(2026, 10, 30)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-03-31T23:00:00Z", date(2027, 4, 1)),
        ("2026-12-31T00:00:00Z", date(2026, 12, 31)),
        ("2026-07-31T23:00:00.000Z", date(2026, 8, 1)),
        ("2026-02-31T23:00:00Z", None),
    ],
)
def test_midnight_in_london_is_its_own_day(text: str, day: date | None) -> None:
    assert read_due(text).day == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Phase 2 March 2027", date(2027, 3, 31)),
        ("Q4 Mar 2027", date(2027, 3, 31)),
        ("Cohort 1 Jan 2027", date(2027, 1, 31)),
        ("Meeting 4 - May 2027", date(2027, 5, 31)),
        ("Phase 1 - Nov 2026; Phase 2 - Mar 2027", date(2027, 3, 31)),
        ("within 6 months (31/03/27)", date(2027, 3, 31)),
        ("within 3 months i.e. Feb 27", date(2027, 2, 28)),
    ],
)
def test_a_count_beside_a_date_is_no_part_of_it(text: str, day: date) -> None:
    due = read_due(text)
    assert due.day == day
    assert due.doubt is not None


@pytest.mark.parametrize(
    "text",
    [
        "30/06/26 extension agreed to 30/09/26 by Exec 12/05/26",
        "Exec 12/05/26 agreed to move 30/06/26 to 30/09/26",
        "New: Sept 26 Old: June 26",
        "30/09/26 [was 30/06/26]",
    ],
)
def test_the_day_on_which_a_move_was_agreed_is_neither_date(text: str) -> None:
    due = read_due(text)
    assert (due.day, due.original) == (date(2026, 9, 30), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("text", "day", "original"),
    [
        ("Before March 2027", date(2027, 2, 28), None),
        ("Before Q4 2026/27", date(2026, 12, 31), None),
        ("before end of March 2027", date(2027, 3, 31), None),
        ("before 31/03/27", date(2027, 3, 31), None),
        ("No longer March 2027", None, date(2027, 3, 31)),
        ("30/06/2026 - date withdrawn", None, date(2026, 6, 30)),
        ("Was March 2026, now TBC", None, date(2026, 3, 31)),
        ("30/09/26 (extension to 31/12/26 refused)", date(2026, 9, 30), None),
        ("30/09/27 brought forward to 30/06/27", date(2027, 6, 30), date(2027, 9, 30)),
        ("Jun 27 (brought forward from Sep 27)", date(2027, 6, 30), date(2027, 9, 30)),
        ("March 2027 if funding agreed", date(2027, 3, 31), None),
        ("Board meeting 12 January 2027", date(2027, 1, 12), None),
    ],
)
def test_what_stands_around_a_date_changes_it(text: str, day: date | None, original: date | None) -> None:
    due = read_due(text)
    assert (due.day, due.original) == (day, original)
