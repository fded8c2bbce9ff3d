"""Terms, halves of terms, holidays and quarters as plans name them, and the days that each may mean."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from dateutil.easter import easter

from db.rules.dates import ANY_MONTH, MONTHS, Span, full_year, month_end, read_written

_YEAR = r"(?P<year>(?:19|20)\d\d|['’]?\d\d)(?!\d)"
_SCHOOL_YEAR = r"(?P<year>(?:19|20)\d\d|\d\d)\s*[/–-]\s*(?P<second>(?:20)?\d\d)"


def _season(year: int, season: str, half: str | None) -> Span:
    """A term or half of one in a calendar year, up to the latest day on which it can end."""
    spring = easter(year)
    first_halves = {
        "autumn": (date(year, 9, 1), date(year, 10, 31)),
        "spring": (date(year, 1, 1), month_end(year, 2)),
        "summer": (spring + timedelta(days=1), date(year, 5, 31)),
    }
    second_halves = {
        "autumn": (date(year, 11, 1), date(year, 12, 31)),
        "spring": (date(year, 2, 15), spring - timedelta(days=1)),
        "summer": (date(year, 6, 1), date(year, 7, 31)),
    }
    if half == "1":
        return first_halves[season]
    return first_halves[season][0] if half is None else second_halves[season][0], second_halves[season][1]


def _named(found: re.Match[str]) -> str:
    """The season that a form found: `SU` and `Sum` are the summer."""
    return next(name for name in ("autumn", "spring", "summer") if name.startswith(found["season"].lower()))


def _season_of_year(found: re.Match[str]) -> Span:
    return _season(full_year(found["year"]), _named(found), found.groupdict().get("half"))


def _season_of_school_year(found: re.Match[str]) -> Span:
    """`Spring term 2025/26` is in 2026: a school year begins in September."""
    season = _named(found)
    year = full_year(found["year"]) + (season != "autumn")
    return _season(year, season, found.groupdict().get("half"))


def _easter(found: re.Match[str]) -> Span:
    day = easter(full_year(found["year"]))
    return day, day


def _of_easter(found: re.Match[str]) -> Span:
    """Good Friday and Easter Monday."""
    day = easter(full_year(found["year"])) + timedelta(
        days=-2 if found["easter"].lower() == "good friday" else 1
    )
    return day, day


def _christmas(found: re.Match[str]) -> Span:
    day = date(full_year(found["year"]), 12, 24)
    return day, day


def _half_term(found: re.Match[str]) -> Span:
    """Before a half term: the half of the term that it ends."""
    named = found.groupdict()
    text = (named.get("half_term") or found[0]).lower()
    season = (
        found["season"].lower()
        if named.get("season")
        else ("autumn" if text.startswith("oct") else "spring" if text.startswith("feb") else "summer")
    )
    return _season(full_year(found["year"]), season, "1")


def _month_of(found: re.Match[str]) -> Span:
    year, month = full_year(found["year"]), MONTHS[found["month"].lower()]
    return date(year, month, 1), month_end(year, month)


def _whitsun(found: re.Match[str]) -> Span:
    day = date(full_year(found["year"]), 5, 22)
    return day, day


def _school_year(found: re.Match[str]) -> Span:
    first = full_year(found["year"])
    return date(first, 9, 1), date(first + 1, 7, 31)


def _two_months(found: re.Match[str]) -> Span | None:
    """`July/August 2026`: up to the end of the later one."""
    year = full_year(found["year"])
    first, last = MONTHS[found["month"].lower()], MONTHS[found["last"].lower()]
    return (date(year, first, 1), month_end(year, last)) if last == first + 1 else None


def _summer_holidays(found: re.Match[str]) -> Span:
    return _season(full_year(found["year"]), "summer", None)


def _financial_year(found: re.Match[str]) -> Span | None:
    return read_written(f"{full_year(found['year'])}/{found['second'][-2:]}", "").span


def _months_in_brackets(found: re.Match[str]) -> Span | None:
    """`Q2 (Jul–Sep) 2025`: the months tell which quarter it is."""
    return read_written(f"{found['months']} {found['year']}", "").span


def _half_year(found: re.Match[str]) -> Span | None:
    first = full_year(found["year"])
    if found["half_year"] == "1":
        return date(first, 4, 1), date(first, 9, 30)
    return date(first, 10, 1), date(first + 1, 3, 31)


def _end_of_march(found: re.Match[str]) -> Span:
    day = date(full_year(found["year"]), 3, 31)
    return day, day


def _financial_quarter(found: re.Match[str]) -> Span | None:
    return read_written(f"Q{found['quarter']} {full_year(found['year'])}/{found['second'][-2:]}", "").span


_SEASON = r"(?P<season>autumn|spring|summer)"
# Only beside the number of a half, as timetables write them.
_SHORT_SEASON = r"(?P<season>autumn|spring|summer|aut|spr|sum|au|sp|su)\.?"
_HALF = r"(?:\s+term)?\s*(?P<half>[12])(?:st|nd)?(?:\s+half(?:[- ]term)?)?(?:\s+term)?[\s,]+"
_MONTH = rf"(?P<month>{ANY_MONTH})\.?"
_LAST = _MONTH.replace("month", "last", 1)
_TERM_ASSUMED = "read as {day}, the latest day it can end: give the day if it is due earlier"
# A form, what it means, and what is assumed of it.
SEASON_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Span | None], str], ...] = tuple(
    (re.compile(form, re.IGNORECASE), span, assumed)
    for form, span, assumed in (
        (rf"{_SHORT_SEASON}{_HALF}{_SCHOOL_YEAR}", _season_of_school_year, _TERM_ASSUMED),
        (rf"{_SHORT_SEASON}{_HALF}{_YEAR}", _season_of_year, _TERM_ASSUMED),
        (rf"{_SEASON}(?:\s+term)?[\s,]+{_SCHOOL_YEAR}", _season_of_school_year, _TERM_ASSUMED),
        (rf"{_SEASON}(?:\s+term)?[\s,]+{_YEAR}", _season_of_year, _TERM_ASSUMED),
        (rf"{_YEAR}\s+{_SEASON}(?:\s+term)?", _season_of_year, _TERM_ASSUMED),
        (
            rf"(?:{_SEASON}|(?:oct(?:ober)?|feb(?:ruary)?|may|whitsun))\s+half[- ]?term[\s,]+{_YEAR}",
            _half_term,
            _TERM_ASSUMED,
        ),
        (
            rf"half[- ]?term (?:in )?(?P<half_term>(?:oct(?:ober)?|feb(?:ruary)?|may))[\s,]+{_YEAR}",
            _half_term,
            _TERM_ASSUMED,
        ),
        (
            rf"(?:the )?summer (?:holidays?|hols|break|recess)[\s,]+{_YEAR}",
            _summer_holidays,
            "read as {day}, before the summer holidays",
        ),
        (rf"(?:qtr|quarter) (?:ending|ended|to) (?:the )?{_MONTH}\s*{_YEAR}", _month_of, ""),
        (rf"(?:whitsun|whit)[\s,]+{_YEAR}", _whitsun, "read as {day}, before the Whitsun half term"),
        (rf"(?P<easter>good friday|easter monday)[\s,]+{_YEAR}", _of_easter, ""),
        (
            rf"(?:the )?easter(?: holidays?| hols| break)?[\s,]+{_YEAR}",
            _easter,
            "read as Easter Sunday, {day}",
        ),
        (
            rf"(?:christmas|xmas)(?: holidays?| hols| break)?[\s,]+{_YEAR}",
            _christmas,
            "read as Christmas Eve, {day}",
        ),
        (
            rf"(?:the )?(?:academic year|school year|ay)[\s,]+{_SCHOOL_YEAR}",
            _school_year,
            "read as {day}, the end of the summer term",
        ),
        (rf"{_MONTH}\s*(?:/|or|&|and)\s*{_LAST}[\s,]*{_YEAR}", _two_months, ""),
        (
            rf"(?:q|qtr|quarter)\s?(?P<quarter>[1-4])[\s,(]*(?:of )?(?:fy\s*)?{_SCHOOL_YEAR}\)?",
            _financial_quarter,
            "",
        ),
        (
            rf"(?:q|qtr|quarter)\s?[1-4]\s*\(\s*(?P<months>(?:{_MONTH}).*?)\)\s*{_YEAR}",
            _months_in_brackets,
            "",
        ),
        (
            rf"h(?P<half_year>[12])[\s,]+(?:of )?(?:fy\s*)?{_SCHOOL_YEAR}",
            _half_year,
            "read as {day}, of the financial year",
        ),
        (rf"(?:the )?financial year[- ]end[\s,]+{_YEAR}", _end_of_march, ""),
        (
            rf"(?:fy\s*)?{_SCHOOL_YEAR}[\s,:–-]*\(?(?:q|qtr|quarter)\s?(?P<quarter>[1-4])\)?",
            _financial_quarter,
            "",
        ),
        (
            rf"(?:financial )?year[- ]end[\s,]+(?:fy\s*)?{_SCHOOL_YEAR}",
            _financial_year,
            "read as {day}, the end of the financial year",
        ),
    )
)
