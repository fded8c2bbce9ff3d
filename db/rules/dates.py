"""Dates as people write them: one reader for files and, with `typed_dates` and `periods`, for chat.

Every form is read as a span, which is a first and a last day: a day, a month, a quarter of a financial
year (`2017/18` runs from April to March) or a school term. A due date takes the last day of the span,
"since" takes the first, and a KPI's period takes both. A text that cannot be read is kept unchanged,
and a doubt gives the reason. A guessed date would make an action overdue, or hide that it is overdue.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.easter import easter

_MONTH_NAMES = (
    "january jan|february feb|march mar|april apr|may|june jun|"
    "july jul|august aug|september sept sep|october oct|november nov|december dec"
)
MONTHS = {
    name: number for number, names in enumerate(_MONTH_NAMES.split("|"), start=1) for name in names.split()
}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# As part of a pattern: the longest name first, so that "sept" is not read as "sep".
ANY_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)(?:s|nes|r|rs|ur)?(?:day)?,?\s+)?"
_MONTH = rf"(?P<month>{ANY_MONTH})\.?"
_LAST_MONTH = _MONTH.replace("month", "last", 1)
_YEAR = r"(?P<year>(?:19|20)\d\d|['’]?\d\d)"

STARTS_FROM = re.compile(
    r"^(?:(?:monthly|quarterly|termly|annually|weekly|ongoing|on-going)\s+)?"
    r"(?:from|start(?:s|ing)?(?: from| date)?:?(?! of\b)|commenc(?:es?|ing)|begin(?:s|ning)?:?(?! of\b)"
    r"|to (?:start|begin|commence)(?: in| on| from)?|earliest|as of|with effect from|wef)\s+",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:due(?: by)?|by|before|to be completed by|complete(?:d)? by|the|"
    r"(?:at |by )?(?:the )?end(?: of)?|no later than|target)[\s:-]+",
    re.IGNORECASE,
)
VAGUE = re.compile(r"\b(?:early|late|mid|middle|around|approx\w*|circa|summer of|winter)\b", re.I)


def day_text(day: date) -> str:
    """A day as people read it: `31 Mar 2017`."""
    return f"{day.day} {day:%b %Y}"


def month_text(day: date) -> str:
    """The month of a day: `Mar 2017`."""
    return f"{day:%b %Y}"


def due_text(day: date) -> str:
    """A due day as a plan writes it: `08/2017` for the end of a month, else the whole date."""
    return f"{day:%m/%Y}" if is_month_end(day) else day_text(day)


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def is_month_end(day: date) -> bool:
    return day == month_end(day.year, day.month)


def month_count(first: date, last: date) -> int:
    """The number of calendar months from the month of the first day to that of the last, both included."""
    return (last.year - first.year) * 12 + last.month - first.month + 1


def full_year(text: str) -> int:
    """The year that four digits or the last two of this century mean: `2016`, `16`, `’16`."""
    digits = text.lstrip("'’")
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _follows(year: int, second: str) -> bool:
    """Whether `second` is the year after `year`, as in 2018/19 and 2018/2019."""
    return (year + 1) % 100 == int(second) % 100


# The first and the last day that a text means.
Span = tuple[date, date]


def _month(year: int, month: int, months: int = 1) -> Span:
    """The span of a month, or of a number of months from that month on."""
    last = (month - 1 + months - 1) % 12 + 1
    return date(year, month, 1), month_end(year + (month - 1 + months - 1) // 12, last)


def _month_of_year(found: re.Match[str]) -> Span:
    month = found["month"].lower()
    return _month(full_year(found["year"]), MONTHS.get(month) or int(month))


def _months(found: re.Match[str]) -> Span | None:
    """`Apr-Sep 2015`, `Oct 2016 to Mar 2017`. Without a year, the first month is the nearest one before.

    None for `Dec 2016/Jan 2017`, which is two dates and not a span.
    """
    if found["first_year"] and found["joint"] == "/":
        return None
    first, last = MONTHS[found["month"].lower()], MONTHS[found["last"].lower()]
    last_year = full_year(found["year"])
    first_year = full_year(found["first_year"]) if found["first_year"] else last_year - (first > last)
    months = (last_year - first_year) * 12 + last - first + 1
    return _month(first_year, first, months) if months > 0 else None


def _quarter(found: re.Match[str]) -> Span | None:
    year, quarter = full_year(found["year"]), int(found["quarter"])
    if not _follows(year, found["second"]):
        return None
    return _month(year + (quarter == 4), (3 * quarter) % 12 + 1, 3)


def financial_year_text(last_day: date) -> str:
    """The financial year in which a period ends, as `2025/26`."""
    first = last_day.year - (last_day.month < 4)
    return f"{first}/{(first + 1) % 100:02d}"


def _financial_year(found: re.Match[str]) -> Span | None:
    first = full_year(found["year"])
    return (date(first, 4, 1), date(first + 1, 3, 31)) if _follows(first, found["second"]) else None


def _term(found: re.Match[str]) -> Span:
    """A term up to the latest day on which it can end, so that no action is overdue while it still runs."""
    year = full_year(found["year"])
    spring = easter(year)
    return {
        "autumn": (date(year, 9, 1), date(year, 12, 31)),
        "spring": (date(year, 1, 1), spring - timedelta(days=1)),
        "summer": (spring + timedelta(days=1), date(year, 7, 31)),
    }[found["season"].lower()]


def _calendar_day(found: re.Match[str]) -> Span:
    month = found["month"].lower()
    day = date(full_year(found["year"]), MONTHS.get(month) or int(month), int(found["day"]))
    return day, day


_SLASHED = r"(?P<year>(?:19|20)?\d\d)\s*[/-]\s*(?P<second>(?:20)?\d\d)"
_FORMS: tuple[tuple[str, Callable[[re.Match[str]], Span | None]], ...] = (
    (r"(?P<year>\d{4})[/-](?P<month>\d\d?)[/-](?P<day>\d\d?)(?:[ T]00:00(?::00)?)?", _calendar_day),
    (rf"{_WEEKDAY}(?P<day>\d\d?)\s*[./-]\s*(?P<month>\d\d?)\s*[./-]\s*{_YEAR}", _calendar_day),
    (rf"{_WEEKDAY}(?P<day>\d\d?)(?:st|nd|rd|th)?[\s/.-]+(?:of\s+)?{_MONTH}[\s,/-]*{_YEAR}", _calendar_day),
    (rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)", _calendar_day),
    (r"(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])", _month_of_year),
    (rf"(?P<month>0?[1-9]|1[0-2])\s*[./-]\s*{_YEAR}", _month_of_year),
    (rf"{_MONTH}[\s,/-]*{_YEAR}", _month_of_year),
    (
        rf"{_MONTH}(?:\s*(?P<first_year>(?:19|20)\d\d))?\s*(?P<joint>-|–|to|/)\s*{_LAST_MONTH}\s*{_YEAR}",
        _months,
    ),
    (rf"(?:q|quarter )\s?(?P<quarter>[1-4])[\s,]*(?:of )?{_SLASHED}", _quarter),
    (rf"(?P<season>autumn|spring|summer)\s+term\s*,?\s*{_YEAR}", _term),
    (rf"(?:(?:financial|fiscal) year\s*|fy\s*)?{_SLASHED}", _financial_year),
)
_COMPILED = tuple((re.compile(form, re.IGNORECASE), to_span) for form, to_span in _FORMS)


@dataclass(frozen=True, slots=True)
class ReadDate:
    """The span of a text, whether the text says "end of", and a doubt about the span or about its absence.

    `weekday` is the weekday that is written beside a day that falls on another one.
    """

    span: Span | None
    end_meant: bool = False
    doubt: str | None = None
    weekday: str | None = None


def read_written(bare: str, written: str) -> ReadDate:
    """Read a date without what stands around it; `written` is quoted in a doubt."""
    plain = _without_remark(bare)
    while _LEADING.match(plain):
        plain = _LEADING.sub("", plain, count=1)
    end_meant = re.search(r"\bend\b", bare, re.IGNORECASE) is not None
    if re.fullmatch(r"(?:19|20)\d\d", plain) and end_meant:
        return ReadDate((date(int(plain), 1, 1), date(int(plain), 12, 31)), end_meant)
    try:
        span = _match_form(plain)
    except ValueError:
        return ReadDate(None, doubt=f'"{written}" is not a real date: check the day and the month')
    if span is None:
        return ReadDate(None, doubt=_unread_reason(written))
    if span[0] == span[1] and (weekday := _wrong_weekday(plain, span[0])):
        doubt = f'"{written}" is a {span[0]:%A}, not a {weekday}: check the weekday and the date'
        return ReadDate(span, end_meant, doubt, weekday)
    return ReadDate(span, end_meant, _term_doubt(plain, span[1]))


def _wrong_weekday(plain: str, day: date) -> str | None:
    """The weekday written before a day that falls on another one, else None."""
    found = re.match(r"(mon|tue|wed|thu|fri|sat|sun)", plain, re.IGNORECASE)
    if found is None:
        return None
    named = next(name for name in WEEKDAYS if name.startswith(found[1].lower()))
    return None if WEEKDAYS[day.weekday()] == named else named.capitalize()


def _without_remark(bare: str) -> str:
    """The current date, without a remark in brackets: "(was …)" is dropped, "(revised to …)" replaces it."""
    revised = re.search(
        r"\((?:now|(?:revised|extended|moved)(?: date)?(?: to)?:?)\s+([^)]+)\)", bare, re.IGNORECASE
    )
    if revised and not re.match(r"from\b", revised[1], re.IGNORECASE):
        return revised[1].strip()
    earlier = r"\s*\((?:was|originally|original|previously|formerly|revised from|moved from)\b[^)]*\)\s*"
    return re.sub(earlier, " ", bare, flags=re.IGNORECASE).strip()


def _match_form(plain: str) -> Span | None:
    """The span of the first form that fits, or None. Raises `ValueError` for a day such as 31 February."""
    for form, to_span in _COMPILED:
        found = form.fullmatch(plain)
        if found:
            return to_span(found)
    return None


def _unread_reason(written: str) -> str:
    if VAGUE.search(written):
        return f'"{written}" is too vague to be a due date: give a day or a month'
    if re.fullmatch(r"(?:by )?(?:19|20)\d\d", written, re.IGNORECASE):
        return f'"{written}" is a year without a month: give the month'
    return f'"{written}" cannot be read as a date: use a form like 31/03/2017 or March 2017'


def _term_doubt(plain: str, day: date) -> str | None:
    if not re.match(r"(?:autumn|spring|summer)\b", plain, re.IGNORECASE):
        return None
    return (
        f'"{plain}" is read as {day.day} {day:%B %Y}, the latest day it can end: '
        "give the day if it is due earlier"
    )
