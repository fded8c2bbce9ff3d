"""The periods of a KPI's figures: how people write them, and whether one fits the KPI and what is recorded.

One month has one period, however it is written: `Sep 2016`, `Sep 16`, `Sep-16` and `09/2016`. `2018/19` is
the financial year from April, a quarter and a half belong to a financial year, `2018` is the calendar year,
and `academic year 2018/19` runs from September to August.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from db.models import Frequency, Kpi, PeriodType
from db.rules.dates import Span, day_text, is_month_end, month_count
from db.rules.typed_dates import DateNotRead, read_span

# A year outside this range is a typing mistake.
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_YEAR = r"(?:19|20)\d\d"
_FINANCIAL_YEAR = r"(?:(?:19|20)?\d\d)\s*[/-]\s*(?:20)?\d\d"
_QUARTER_LAST = re.compile(rf"(?P<year>{_FINANCIAL_YEAR})\s*,?\s*(?P<part>(?:q|quarter |qtr )\s?[1-4]|h[12])")
_QUARTER_WORD = re.compile(r"^(?:qtr|quarter)\.?\s*(?=[1-4])")
_HALF = re.compile(rf"(?:h|half )\s?(?P<half>[12])[\s,]*(?:of )?(?P<year>{_FINANCIAL_YEAR})")
_SCHOOL_YEAR = re.compile(
    rf"(?:(?:academic|school) year|ay)[\s,]*(?P<year>{_FINANCIAL_YEAR})"
    rf"|(?P<before>{_FINANCIAL_YEAR})\s*\(?(?:academic|school)(?: year)?\)?"
)
_QUARTER_OF_A_YEAR = re.compile(rf"q(?P<quarter>[1-4])[\s,]*(?:of )?(?P<year>{_YEAR})")
_YEAR_TO = re.compile(
    r"(?:(?:12|twelve) months|rolling(?: 12 months| year)?|(?:the )?year) "
    r"(?:to|ending|ended) (?:the )?(?P<end>.+)"
)
_WEEK_ENDING = re.compile(r"(?:w/e|we|week ending|week to|week ended) (?P<end>.+)")
# The first of these that stands in a text once stands between its two ends.
_BETWEEN = (" to ", " until ", " - ", "–", "—", "-")
_SHORT_YEARS = re.compile(r"(?P<first>\d\d)\s*[/-]\s*(?P<second>\d\d)")
_RELATIVE = re.compile(r"(?P<which>last|this) (?P<unit>month|quarter|year)")


def read_period(text: str, today: date) -> Span | None:
    """The first and the last day of a period. None where no period can be read.

    Raises `DateNotRead` for one that could be two: `12/13` is a month or a year, `Q2 2016` is one of two
    quarters.
    """
    plain = " ".join(text.lower().split()).rstrip(".,")
    span = _read(plain, today)
    in_range = span is not None and span[0].year >= _FIRST_YEAR and span[1].year <= _LAST_YEAR
    return span if in_range else None


def _read(plain: str, today: date) -> Span | None:
    if relative := _RELATIVE.fullmatch(plain):
        return _relative(relative["unit"], today, is_last=relative["which"] == "last")
    if not re.search(r"\d", plain):
        return None
    _refuse_two_meanings(plain)
    if re.fullmatch(_YEAR, plain):
        return date(int(plain), 1, 1), date(int(plain), 12, 31)
    plain = _QUARTER_WORD.sub("q", plain)
    if turned := _QUARTER_LAST.fullmatch(plain):
        plain = f"{_QUARTER_WORD.sub('q', turned['part'])} {turned['year']}"
    if half := _HALF.fullmatch(plain):
        return _half(half["half"], half["year"], today)
    if school_year := _SCHOOL_YEAR.fullmatch(plain):
        year = read_span(school_year["year"] or school_year["before"], today)
        # As the Department for Education counts it.
        return (date(year[0].year, 9, 1), date(year[0].year + 1, 8, 31)) if year else None
    if year_to := _YEAR_TO.fullmatch(plain):
        end = read_span(year_to["end"], today, past=True)
        return (end[1] + timedelta(days=1) - relativedelta(years=1), end[1]) if end else None
    if week := _WEEK_ENDING.fullmatch(plain):
        end = read_span(week["end"], today, past=True)
        return (end[1] - timedelta(days=6), end[1]) if end else None
    return read_span(plain, today, past=True) or _between(plain, today)


def _relative(unit: str, today: date, *, is_last: bool) -> Span:
    """The calendar month, the quarter, or the financial year that has ended last, or that runs."""
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    # Quarters and years are counted from April.
    into = (today.month - 4) % months
    first = date(today.year, today.month, 1) - relativedelta(months=into + (months if is_last else 0))
    return first, first + relativedelta(months=months) - timedelta(days=1)


def _half(half: str, year: str, today: date) -> Span | None:
    span = read_span(year, today)
    if span is None:
        return None
    middle = span[0] + relativedelta(months=6)
    return (span[0], middle - timedelta(days=1)) if half == "1" else (middle, span[1])


def _between(plain: str, today: date) -> Span | None:
    """`1 Apr 2016 to 30 Sep 2016`, `Apr 16 - Sep 16`: both ends with their years."""
    between = next((one for one in _BETWEEN if plain.count(one) == 1), None)
    ends = plain.removeprefix("from ").split(between) if between else []
    if len(ends) != 2 or not all(re.search(r"\d", end) for end in ends):
        return None
    first, last = (read_span(end.strip(), today, past=True) for end in ends)
    return (first[0], last[1]) if first and last and first[0] <= last[1] else None


def _refuse_two_meanings(plain: str) -> None:
    quarter = _QUARTER_OF_A_YEAR.fullmatch(plain)
    if quarter:
        number, year = int(quarter["quarter"]), int(quarter["year"])
        of_year = f"{date(year, 3 * number - 2, 1):%b}-{date(year, 3 * number, 1):%b} {year}"
        raise DateNotRead(
            f"“{plain.upper()}” could be {of_year} or Q{number} {year}/{(year + 1) % 100:02d}: "
            "write one of them"
        )
    years = _SHORT_YEARS.fullmatch(plain)
    if years and int(years["second"]) == int(years["first"]) + 1 and int(years["first"]) <= 12:
        month = date(2000 + int(years["second"]), int(years["first"]) or 1, 1)
        if int(years["first"]):
            raise DateNotRead(
                f"“{plain}” could be {month:%b %Y} or the year 20{years['first']}/{years['second']}: "
                "write one of them"
            )


def has_ended(end: date, today: date) -> bool:
    """Whether a period is over, so that it can have a figure. On its last day it is: a count of that day."""
    return end <= today


def not_ended_text(end: date, today: date) -> str:
    """Why a figure of a period that still runs, or has not begun, is refused."""
    return (
        f"the period ends on {day_text(end)}, and it is {day_text(today)}. "
        "A figure can be recorded when its period has ended"
    )


_MONTHS_OF = {
    Frequency.MONTHLY: 1,
    Frequency.QUARTERLY: 3,
    Frequency.SIX_MONTHLY: 6,
    Frequency.ANNUAL: 12,
}
_LENGTH_WORDS = {1: "one month", 3: "a quarter", 6: "six months", 12: "a year"}


def find_period_doubts(kpi: Kpi, period: Span, held: Iterable[Span]) -> Iterator[str]:
    """Questions about a period: it does not fit how often the KPI is reported, or those recorded.

    `held` are the periods recorded of the same breakdown.
    """
    months = _MONTHS_OF.get(kpi.frequency)
    others = sorted(set(held) - {period})
    if kpi.period_type is PeriodType.SNAPSHOT:
        near = [other for other in others if months and _month_distance(other, period) < months]
        yield from (
            f"{kpi.name} is {kpi.frequency}, and a figure at {day_text(other[1])} is recorded already: "
            f"is {day_text(period[1])} another period?"
            for other in near[:1]
        )
        return
    if months is not None and kpi.period_type is PeriodType.FLOW and not _has_length(period, months):
        yield f"{kpi.name} is {kpi.frequency}, but {_span_text(period)} is not {_LENGTH_WORDS[months]}"
    elif months is not None:
        # A month inside a year that is recorded too is no slip where figures are monthly.
        return
    overlapping = [other for other in others if _overlap(other, period)]
    for other in overlapping[:1]:
        how = "lies inside" if other[0] <= period[0] and period[1] <= other[1] else "overlaps"
        yield f"{_span_text(period)} {how} {_span_text(other)}, which is recorded already"


def _has_length(period: Span, months: int) -> bool:
    starts, ends = period
    return starts.day == 1 and is_month_end(ends) and month_count(starts, ends) == months


def _month_distance(one: Span, other: Span) -> int:
    return abs((one[1].year - other[1].year) * 12 + one[1].month - other[1].month)


def _overlap(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _span_text(period: Span) -> str:
    starts, ends = period
    return day_text(ends) if starts == ends else f"{day_text(starts)} to {day_text(ends)}"
