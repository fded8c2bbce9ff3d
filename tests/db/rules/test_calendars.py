"""Terms, school days and working days: the published tables, and the days around every boundary."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

from db.audit_log import Author
from db.models import DateStatus, SpanKind, TermDate
from db.rules.calendars import Calendar, build_calendar, is_working_day, read_season, school_year
from db.school_calendars import load_calendars
from documents.terms import apply_terms
from tests.cast import NOW


def _row(term: str, starts: str, ends: str, kind: str = "term", calendar: str = "Oxfordshire") -> TermDate:
    first, last = (date.fromisoformat(one) for one in (starts, ends))
    return TermDate(calendar=calendar, term=term, starts=first, ends=last, kind=SpanKind(kind))


@pytest.fixture
def oxfordshire(sqlite_sampled: Engine) -> Calendar:
    with Session(sqlite_sampled) as session:
        return load_calendars(session, 3).named("Oxfordshire")


# From the published tables: the first and the last day of each term, and its third school day.
@pytest.mark.parametrize(
    ("term", "starts", "ends", "third"),
    [
        ("Autumn 2024", "2024-09-03", "2024-12-20", "2024-09-05"),
        ("Spring 2025", "2025-01-06", "2025-04-04", "2025-01-08"),
        # After Easter Monday, on a Tuesday.
        ("Summer 2025", "2025-04-22", "2025-07-22", "2025-04-24"),
        ("Autumn 2025", "2025-09-02", "2025-12-19", "2025-09-04"),
        ("Spring 2026", "2026-01-05", "2026-03-27", "2026-01-07"),
        # Easter is in the holidays.
        ("Summer 2026", "2026-04-13", "2026-07-20", "2026-04-15"),
        ("Spring 2027", "2027-01-04", "2027-03-25", "2027-01-06"),
        ("Summer 2028", "2028-04-24", "2028-07-21", "2028-04-26"),
    ],
)
def test_the_terms_are_as_published(
    oxfordshire: Calendar, term: str, starts: str, ends: str, third: str
) -> None:
    found = oxfordshire.named(term)
    assert found is not None
    assert (found.starts.isoformat(), found.ends.isoformat()) == (starts, ends)
    day = found.school_day(3)
    assert day is not None
    assert day.isoformat() == third


@pytest.mark.parametrize(
    ("day", "in_school", "why"),
    [
        ("2025-09-01", False, "INSET, and before the first day"),
        ("2025-09-02", True, "the first day"),
        ("2025-09-06", False, "a Saturday"),
        ("2025-10-27", False, "half term"),
        ("2025-11-03", True, "the day after half term"),
        ("2026-05-04", False, "the early May bank holiday, which no table of terms shows"),
        ("2026-05-05", True, "the day after it"),
        ("2027-03-26", False, "Good Friday, the day after term"),
        ("2026-08-10", False, "summer"),
    ],
)
def test_pupils_attend_on_school_days_only(
    oxfordshire: Calendar, day: str, in_school: bool, why: str
) -> None:
    assert oxfordshire.is_school_day(date.fromisoformat(day)) is in_school, why


def test_a_day_in_a_year_without_dates_is_in_no_term(oxfordshire: Calendar) -> None:
    assert oxfordshire.term_on(date(2019, 10, 1)) is None
    assert oxfordshire.term_on(date(2031, 10, 1)) is None
    assert oxfordshire.known_until == date(2028, 7, 21)
    assert Calendar("none", ()).known_until is None


def test_provisional_and_example_dates_are_marked(oxfordshire: Calendar) -> None:
    def standing(term: str) -> DateStatus:
        found = oxfordshire.named(term)
        assert found is not None
        return found.standing

    assert standing("Autumn 2025") is DateStatus.PUBLISHED
    assert standing("Autumn 2026") is DateStatus.PROVISIONAL
    assert standing("Autumn 2016") is DateStatus.EXAMPLE


def test_six_terms_are_the_three_split_at_their_half_terms_and_back_again(oxfordshire: Calendar) -> None:
    six = oxfordshire.per_year(6)
    year = [term for term in six.terms if school_year(term.starts) == 2025]

    assert [(term.name, term.starts.isoformat(), term.ends.isoformat()) for term in year] == [
        ("Term 1 2025-26", "2025-09-02", "2025-10-24"),
        ("Term 2 2025-26", "2025-11-03", "2025-12-19"),
        ("Term 3 2025-26", "2026-01-05", "2026-02-13"),
        ("Term 4 2025-26", "2026-02-23", "2026-03-27"),
        ("Term 5 2025-26", "2026-04-13", "2026-05-22"),
        ("Term 6 2025-26", "2026-06-01", "2026-07-20"),
    ]
    three = six.per_year(3)
    assert [(term.name, term.starts, term.ends) for term in three.terms] == [
        (term.name, term.starts, term.ends) for term in oxfordshire.terms
    ]
    assert three.is_school_day(date(2025, 10, 27)) is False
    assert oxfordshire.per_year(3) == oxfordshire


def test_a_schools_own_terms_and_inset_days_replace_the_countys() -> None:
    county = [
        _row("Autumn 2025", "2025-09-02", "2025-12-19"),
        _row("Autumn 2025", "2025-10-27", "2025-10-31", "half_term"),
        _row("Spring 2026", "2026-01-05", "2026-03-27"),
    ]
    own = [
        _row("autumn 2025", "2025-09-04", "2025-12-19", calendar="Oxfordshire / Riverside School"),
        _row("Spring 2026", "2026-01-05", "2026-01-05", "inset", "Oxfordshire / Riverside School"),
    ]
    school = build_calendar("Riverside School", county, own)

    autumn, spring = school.terms
    assert autumn.school_day(3) == date(2025, 9, 8)
    assert not autumn.is_school_day(date(2025, 10, 28))
    assert spring.school_day(1) == date(2026, 1, 6)
    assert build_calendar("Oxfordshire", county).terms[1].school_day(1) == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        ("2016-12-15", True),
        ("2016-12-17", False),
        ("2016-12-26", False),
        # Christmas Day was a Sunday.
        ("2016-12-27", False),
        ("2017-04-14", False),
        ("2017-04-17", False),
        ("2027-12-27", False),
        ("2027-12-29", True),
    ],
)
def test_weekends_and_bank_holidays_of_england_are_not_working_days(day: str, is_working: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) is is_working


@given(
    start=st.dates(date(2016, 8, 20), date(2028, 9, 20)),
    length=st.integers(20, 110),
    number=st.integers(1, 30),
)
def test_the_nth_school_day_has_n_minus_one_before_it(start: date, length: int, number: int) -> None:
    term = build_calendar(
        "x", [_row("T", start.isoformat(), (start + timedelta(days=length)).isoformat())]
    ).terms[0]
    day = term.school_day(number)
    before = [one for one in term.school_days() if day is None or one < day]

    assert len(before) == (number - 1 if day else len(list(term.school_days())))
    assert day is None or (is_working_day(day) and term.starts <= day <= term.ends)


@pytest.mark.parametrize(
    ("text", "season"),
    [
        ("autumn 25", ("Autumn", 2025)),
        ("Spring Term 2026", ("Spring", 2026)),
        (" summer  2026 ", ("Summer", 2026)),
        ("Term 1 2025-26", None),
        ("winter 2025", None),
    ],
)
def test_a_term_is_read_by_the_names_that_people_use(text: str, season: tuple[str, int] | None) -> None:
    assert read_season(text) == season


def test_terms_are_stored_once_and_changed_dates_replace_them(empty: Engine) -> None:
    from db.engine import writing
    from documents.terms import TermRow

    def span(ends: str) -> TermRow:
        return TermRow("Kent", "Autumn 2025", date(2025, 9, 2), date.fromisoformat(ends), SpanKind.TERM)

    with writing(empty) as session:
        assert apply_terms(session, [span("2025-12-19")], Author("import:t", NOW)) == 1
        assert apply_terms(session, [span("2025-12-19")], Author("import:t", NOW)) == 0
        assert apply_terms(session, [span("2025-12-18")], Author("import:t", NOW)) == 1
        [term] = load_calendars(session, 3).named("Kent").terms
        assert term.ends == date(2025, 12, 18)
