"""Periods as people write them: `2018/19`, `Mar 2019`, `Q2 2016/17`, `Apr-Sep 2015`, `31 Mar 2019`."""

import re
from datetime import date, timedelta

from db.rules.dates import read_day

# What is outside is a slip of the hand.
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_YEAR = r"(\d{4})"
_FINANCIAL = re.compile(r"(\d{4})\s*[/-]\s*(\d{2}|\d{4})")
_QUARTER = re.compile(rf"q([1-4])\s+{_YEAR}\s*[/-]\s*(\d{{2}}|\d{{4}})", re.IGNORECASE)
_SPAN = re.compile(rf"{_MONTH}(?:\s+{_YEAR})?\s*(?:-|–|to)\s*{_MONTH}\s+{_YEAR}", re.IGNORECASE)
_ONE_MONTH = re.compile(rf"{_MONTH}\s+{_YEAR}", re.IGNORECASE)


def read_period(said: str, today: date, *, snapshot: bool) -> tuple[date, date] | None:
    """The first and last day of what was written; of a snapshot the last day alone. None: no period.

    `2018/19` is the financial year from April, a quarter is of one; `2018` is the calendar year.
    """
    found = _read(" ".join(said.split()), today)
    if found is None:
        return None
    return (found[1], found[1]) if snapshot else found


def _read(said: str, today: date) -> tuple[date, date] | None:
    year = _FINANCIAL.fullmatch(said)
    if year and _follows(year[1], year[2]):
        return _months(int(year[1]), 4, 12)
    if re.fullmatch(r"(?:19|20)\d\d", said):
        return _months(int(said), 1, 12)
    quarter = _QUARTER.fullmatch(said)
    if quarter and _follows(quarter[2], quarter[3]):
        return _months(int(quarter[2]), 4 + 3 * (int(quarter[1]) - 1), 3)
    span = _SPAN.fullmatch(said)
    if span:
        first, last, ends = _month(span[1]), _month(span[3]), int(span[4])
        starts = int(span[2]) if span[2] else ends - (first > last)
        return _months(starts, first, (ends - starts) * 12 + last - first + 1)
    month = _ONE_MONTH.fullmatch(said)
    if month:
        return _months(int(month[2]), _month(month[1]), 1)
    day = read_day(said, today, past=True) if re.search(r"\d", said) else None
    return (day, day) if day and _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _follows(year: str, after: str) -> bool:
    return (int(year) + 1) % 100 == int(after) % 100


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _months(year: int, month: int, many: int) -> tuple[date, date] | None:
    if many < 1 or not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    first, after = (date(year + (one - 1) // 12, (one - 1) % 12 + 1, 1) for one in (month, month + many))
    return first, after - timedelta(days=1)
