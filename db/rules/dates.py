"""Dates and periods as people write them: one reader for files and for chat.

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
from functools import lru_cache

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

from db.models import DueKind


@dataclass(frozen=True, slots=True)
class Due:
    """A due date as read. `day` is None where no date could be read. `doubt` is a sentence for a person."""

    day: date | None
    kind: DueKind
    as_written: str
    doubt: str | None = None


_MONTH_NAMES = (
    "january jan|february feb|march mar|april apr|may|june jun|"
    "july jul|august aug|september sept sep|october oct|november nov|december dec"
)
_MONTHS = {
    name: number for number, names in enumerate(_MONTH_NAMES.split("|"), start=1) for name in names.split()
}
_WEEKDAY = r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?,?\s+)?"
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_LAST_MONTH = _MONTH.replace("month", "last", 1)
_YEAR = r"(?P<year>(?:19|20)\d\d|['’]?\d\d)"

_FROM = re.compile(
    r"^(?:(?:monthly|quarterly|termly|annually|weekly|ongoing|on-going)\s+)?"
    r"(?:from|starting(?: from)?|commencing|beginning|with effect from|wef)\s+",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:due(?: by)?|by|before|to be completed by|complete(?:d)? by|the|"
    r"(?:at |by )?(?:the )?end(?: of)?|no later than|target)[\s:-]+",
    re.IGNORECASE,
)
_ONGOING = re.compile(r"^(?:on-?\s?going|continuous(?:ly)?|continuing|rolling|permanent)\b", re.I)
_FREQUENCY = re.compile(r"^(?:monthly|quarterly|termly|annual(?:ly)?|weekly|each term)$", re.I)
_VAGUE = re.compile(r"\b(?:early|late|mid|middle|around|approx\w*|circa|summer of|winter)\b", re.I)


def day_text(day: date) -> str:
    """A day as people read it: `31 Mar 2017`."""
    return f"{day.day} {day:%b %Y}"


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def is_month_end(day: date) -> bool:
    return day == month_end(day.year, day.month)


def month_count(first: date, last: date) -> int:
    """The number of calendar months from the month of the first day to that of the last, both included."""
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _year(text: str) -> int:
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
    return _month(_year(found["year"]), _MONTHS.get(month) or int(month))


def _months(found: re.Match[str]) -> Span | None:
    """`Apr-Sep 2015`, `Oct 2016 to Mar 2017`. Without a year, the first month is the nearest one before.

    None for `Dec 2016/Jan 2017`, which is two dates and not a span.
    """
    if found["first_year"] and found["joint"] == "/":
        return None
    first, last = _MONTHS[found["month"].lower()], _MONTHS[found["last"].lower()]
    last_year = _year(found["year"])
    first_year = _year(found["first_year"]) if found["first_year"] else last_year - (first > last)
    months = (last_year - first_year) * 12 + last - first + 1
    return _month(first_year, first, months) if months > 0 else None


def _quarter(found: re.Match[str]) -> Span | None:
    year, quarter = _year(found["year"]), int(found["quarter"])
    if not _follows(year, found["second"]):
        return None
    return _month(year + (quarter == 4), (3 * quarter) % 12 + 1, 3)


def _financial_year(found: re.Match[str]) -> Span | None:
    first = _year(found["year"])
    return (date(first, 4, 1), date(first + 1, 3, 31)) if _follows(first, found["second"]) else None


def _term(found: re.Match[str]) -> Span:
    """A term up to the latest day on which it can end, so that no action is overdue while it still runs."""
    year = _year(found["year"])
    spring = easter(year)
    return {
        "autumn": (date(year, 9, 1), date(year, 12, 31)),
        "spring": (date(year, 1, 1), spring - timedelta(days=1)),
        "summer": (spring + timedelta(days=1), date(year, 7, 31)),
    }[found["season"].lower()]


def _calendar_day(found: re.Match[str]) -> Span:
    month = found["month"].lower()
    day = date(_year(found["year"]), _MONTHS.get(month) or int(month), int(found["day"]))
    return day, day


_SLASHED = r"(?P<year>(?:19|20)?\d\d)\s*[/-]\s*(?P<second>(?:20)?\d\d)"
_FORMS: tuple[tuple[str, Callable[[re.Match[str]], Span | None]], ...] = (
    (r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)(?:[ T]00:00(?::00)?)?", _calendar_day),
    (rf"{_WEEKDAY}(?P<day>\d\d?)\s*[./-]\s*(?P<month>\d\d?)\s*[./-]\s*{_YEAR}", _calendar_day),
    (rf"{_WEEKDAY}(?P<day>\d\d?)(?:st|nd|rd|th)?[\s-]+(?:of\s+)?{_MONTH}[\s,-]*{_YEAR}", _calendar_day),
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


# A plan has thousands of dates, and most of them are the same few.
@lru_cache(maxsize=4096)
def read_due(text: str, day: date | None = None, whole_month: bool = False) -> Due:
    """Read a due date from `text`, or take `day` where the file has a real date in the cell.

    With `whole_month`, `day` means the last day of its month. Never raises: a text that cannot be read
    gives a date of the kind `unclear`, with a doubt that says why.
    """
    written = re.sub(r"\s+", " ", text.replace("\xa0", " ")).strip()
    if day is not None:
        due_day = month_end(day.year, day.month) if whole_month else day
        return Due(due_day, DueKind.BY, written or due_day.isoformat())
    if not written:
        return Due(None, DueKind.UNCLEAR, "", "no date is given")
    bare = written.rstrip(" .;,")
    start = _FROM.match(bare)
    if start:
        return _read_from(bare[start.end() :], written)
    if _ONGOING.match(bare):
        rest = _ONGOING.sub("", bare).strip(" ,;-–()")
        doubt = f'"{written}" is ongoing but says more: check whether it has a due date' if rest else None
        return Due(None, DueKind.ONGOING, written, doubt)
    if _FREQUENCY.match(bare):
        return Due(None, DueKind.ONGOING, written, f'"{written}" says how often but gives no due date')
    return _read_by(bare, written)


def _read_from(rest: str, written: str) -> Due:
    read = _read(rest, written)
    if read.span is None:
        return Due(None, DueKind.UNCLEAR, written, read.doubt)
    return Due(read.span[1] if read.end_meant else read.span[0], DueKind.FROM, written)


def _read_by(bare: str, written: str) -> Due:
    read = _read(bare, written)
    if read.span is None:
        return Due(None, DueKind.UNCLEAR, written, read.doubt)
    return Due(read.span[1], DueKind.BY, written, read.doubt)


@dataclass(frozen=True, slots=True)
class _Read:
    """The span of a text, whether the text says "end of", and a doubt about the span or about its absence."""

    span: Span | None
    end_meant: bool = False
    doubt: str | None = None


def _read(bare: str, written: str) -> _Read:
    plain = _without_remark(bare)
    while _LEADING.match(plain):
        plain = _LEADING.sub("", plain, count=1)
    end_meant = re.search(r"\bend\b", bare, re.IGNORECASE) is not None
    if re.fullmatch(r"(?:19|20)\d\d", plain) and end_meant:
        return _Read((date(int(plain), 1, 1), date(int(plain), 12, 31)), end_meant)
    try:
        span = _match_form(plain)
    except ValueError:
        return _Read(None, doubt=f'"{written}" is not a real date: check the day and the month')
    if span is None:
        return _Read(None, doubt=_unread_reason(written))
    return _Read(span, end_meant, _term_doubt(plain, span[1]))


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
    if _VAGUE.search(written):
        return f'"{written}" is too vague to be a due date: give a day or a month'
    if re.fullmatch(r"(?:19|20)\d\d", written):
        return f'"{written}" is a year without a month: give the month'
    return f'"{written}" cannot be read as a date: use a form like 31/03/2017 or March 2017'


def _term_doubt(plain: str, day: date) -> str | None:
    if not re.match(r"(?:autumn|spring|summer)\b", plain, re.IGNORECASE):
        return None
    return (
        f'"{plain}" is read as {day.day} {day:%B %Y}, the latest day it can end: '
        "give the day if it is due earlier"
    )


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# A year outside this range is a typing mistake.
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def read_span(text: str, today: date, *, past: bool = False, begun: bool = False) -> Span | None:
    """The days that a person means in chat: any form above, or `today`, `tomorrow`, `next Monday`.

    A weekday, or a date without a year, is the next one; with `past` it is the most recent one. `begun` lets
    `past` accept a month that has begun and not ended, because "since" only needs the first day.
    None where no date can be read.
    """
    plain = " ".join(text.lower().split()).rstrip(".")
    day = _relative_day(plain, today, past=past)
    if day is not None:
        return day, day
    # "From September" says how a due date applies; it is not a day.
    if not _FROM.match(plain) and (read := _read(plain, text)).span is not None:
        return (read.span[1], read.span[1]) if read.end_meant else read.span
    return _without_year(plain, today, past=past, begun=begun)


def read_since(text: str, today: date) -> date | None:
    """The first day of the span: "since September" counts from the 1st. None where no date can be read."""
    span = read_span(text, today, past=True, begun=True)
    return span[0] if span else None


def read_day(text: str, today: date, *, past: bool = False) -> date | None:
    """The last day of the span: a month means its last day. None where no date can be read."""
    span = read_span(text, today, past=past)
    return span[1] if span else None


def read_period(text: str, today: date) -> Span | None:
    """A KPI's period: `2018/19`, `2018`, `Q2 2016/17`, `Apr-Sep 2015`, `Mar 2019`, `31 Mar 2019`.

    `2018/19` is the financial year from April, a quarter belongs to a financial year, and `2018` is the
    calendar year. None where no period can be read.
    """
    plain = " ".join(text.split())
    if re.fullmatch(r"(?:19|20)\d\d", plain):
        return date(int(plain), 1, 1), date(int(plain), 12, 31)
    span = read_span(plain, today, past=True) if re.search(r"\d", plain) else None
    in_range = span is not None and span[0].year >= _FIRST_YEAR and span[1].year <= _LAST_YEAR
    return span if in_range else None


def _relative_day(plain: str, today: date, *, past: bool) -> date | None:
    offsets = {"today": 0, "tomorrow": 1, "yesterday": -1}
    if plain in offsets:
        return today + timedelta(days=offsets[plain])
    last = plain.startswith("last ")
    name = plain.removeprefix("next ").removeprefix("last ")
    if name in _WEEKDAYS:
        ahead = (_WEEKDAYS.index(name) - today.weekday() - 1) % 7 + 1
        return today + timedelta(days=ahead - 7 if past or last else ahead)
    if name in ("week", "month") and name != plain:
        return today + relativedelta(**{f"{name}s": -1 if last else 1})  # type: ignore[arg-type]
    return None


def _without_year(plain: str, today: date, *, past: bool, begun: bool) -> Span | None:
    """`12 Jan` or `January`: the next one, or with `past` the most recent one."""
    if not re.search(r"[a-z]{3}", plain):
        return None
    years = (today.year, today.year - 1) if past else (today.year, today.year + 1)
    for year in years:
        read = _read(f"{plain} {year}", plain)
        if read.span is None:
            continue
        over = read.span[0] if begun else read.span[1]
        if over <= today if past else read.span[1] >= today:
            return (read.span[1], read.span[1]) if read.end_meant else read.span
    return None
