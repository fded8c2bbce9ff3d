"""Dates and periods as people write them: one reader for files and for chat.

Every form means a span, its first and its last day: a month, a quarter of a financial year (`2017/18`
runs April to March), a school term, a day. Due dates take the last day, "since" the first, a KPI's
period both. What cannot be settled is kept as written, with the reason as a doubt: a guessed date would
make an action overdue, or keep it quiet, and nobody would have said so.
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
    """A due date as read. `day` is None where nothing could be settled."""

    day: date | None
    kind: DueKind
    as_written: str
    doubt: str | None = None


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("january jan", "february feb", "march mar", "april apr", "may", "june jun"),
            *("july jul", "august aug", "september sept sep", "october oct", "november nov"),
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
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


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def is_month_end(day: date) -> bool:
    return day == month_end(day.year, day.month)


def month_count(first: date, last: date) -> int:
    """How many calendar months two days span, counting both of theirs."""
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _year(text: str) -> int:
    digits = text.lstrip("'’")
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _follows(year: int, second: str) -> bool:
    """Whether `second` is how the year after is written: 2018/19, 2018/2019."""
    return (year + 1) % 100 == int(second) % 100


# The first and the last day that a text can mean.
Span = tuple[date, date]


def _month(year: int, month: int, months: int = 1) -> Span:
    """A month, or some months from it on."""
    last = (month - 1 + months - 1) % 12 + 1
    return date(year, month, 1), month_end(year + (month - 1 + months - 1) // 12, last)


def _month_of_year(found: re.Match[str]) -> Span:
    month = found["month"].lower()
    return _month(_year(found["year"]), _MONTHS.get(month) or int(month))


def _months(found: re.Match[str]) -> Span | None:
    """`Apr-Sep 2015`, `Oct 2016 to Mar 2017`; without its own year the first month is before the last."""
    first, last = _MONTHS[found["month"].lower()], _MONTHS[found["last"].lower()]
    ends = _year(found["year"])
    starts = _year(found["first_year"]) if found["first_year"] else ends - (first > last)
    many = (ends - starts) * 12 + last - first + 1
    return _month(starts, first, many) if many > 0 else None


def _quarter(found: re.Match[str]) -> Span | None:
    year, quarter = _year(found["year"]), int(found["quarter"])
    if not _follows(year, found["second"]):
        return None
    return _month(year + (quarter == 4), (3 * quarter) % 12 + 1, 3)


def _financial_year(found: re.Match[str]) -> Span | None:
    first = _year(found["year"])
    return (date(first, 4, 1), date(first + 1, 3, 31)) if _follows(first, found["second"]) else None


def _term(found: re.Match[str]) -> Span:
    """A term to the latest day it can end without a calendar: so nobody is called late in term time."""
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
    (rf"{_MONTH}(?:\s*(?P<first_year>(?:19|20)\d\d))?\s*(?:-|–|to|/)\s*{_LAST_MONTH}\s*{_YEAR}", _months),
    (rf"(?:q|quarter )\s?(?P<quarter>[1-4])[\s,]*(?:of )?{_SLASHED}", _quarter),
    (
        rf"(?P<season>autumn|spring|summer)\s+term\s*,?\s*{_YEAR}",
        _term,
    ),
    (rf"(?:(?:financial|fiscal) year\s*|fy\s*)?{_SLASHED}", _financial_year),
)
_COMPILED = tuple((re.compile(form, re.IGNORECASE), settle) for form, settle in _FORMS)


# A plan has thousands of dates and few different ones.
@lru_cache(maxsize=4096)
def read_due(text: str, day: date | None = None, whole_month: bool = False) -> Due:
    """Read a due date: `text` as written, or `day` where the file held a real date.

    Never raises: what it cannot settle comes back `unclear`, with a doubt that says why.
    """
    written = re.sub(r"\s+", " ", text.replace("\xa0", " ")).strip()
    if day is not None:
        settled = month_end(day.year, day.month) if whole_month else day
        return Due(settled, DueKind.BY, written or settled.isoformat())
    if not written:
        return Due(None, DueKind.UNCLEAR, "", "no date is given")
    bare = written.rstrip(" .;,")
    start = _FROM.match(bare)
    if start:
        return _from(bare[start.end() :], written)
    if _ONGOING.match(bare):
        rest = _ONGOING.sub("", bare).strip(" ,;-–()")
        doubt = f'"{written}" says more than that it is ongoing' if rest else None
        return Due(None, DueKind.ONGOING, written, doubt)
    if _FREQUENCY.match(bare):
        return Due(None, DueKind.ONGOING, written, f'"{written}" says how often, not by when')
    return _by(bare, written)


def _from(rest: str, written: str) -> Due:
    read = _read(rest, written)
    if read.span is None:
        return Due(None, DueKind.UNCLEAR, written, read.doubt)
    return Due(read.span[1] if read.end_meant else read.span[0], DueKind.FROM, written)


def _by(bare: str, written: str) -> Due:
    read = _read(bare, written)
    if read.span is None:
        return Due(None, DueKind.UNCLEAR, written, read.doubt)
    return Due(read.span[1], DueKind.BY, written, read.doubt)


@dataclass(frozen=True, slots=True)
class _Read:
    """The days a text means, whether it names their end, and a doubt about them or about having none."""

    span: Span | None
    end_meant: bool = False
    doubt: str | None = None


def _read(bare: str, written: str) -> _Read:
    plain = _in_force(bare)
    while _LEADING.match(plain):
        plain = _LEADING.sub("", plain, count=1)
    end_meant = re.search(r"\bend\b", bare, re.IGNORECASE) is not None
    if re.fullmatch(r"(?:19|20)\d\d", plain) and end_meant:
        return _Read((date(int(plain), 1, 1), date(int(plain), 12, 31)), end_meant)
    try:
        span = _settle(plain)
    except ValueError:
        return _Read(None, doubt=f'"{written}" is not a day in the calendar')
    if span is None:
        return _Read(None, doubt=_why_not(written))
    return _Read(span, end_meant, _term_doubt(plain, span[1]))


def _in_force(bare: str) -> str:
    """The date that holds where brackets explain it: "(was …)" goes, "(revised to …)" replaces it."""
    revised = re.search(
        r"\((?:now|(?:revised|extended|moved)(?: date)?(?: to)?:?)\s+([^)]+)\)", bare, re.IGNORECASE
    )
    if revised and not re.match(r"from\b", revised[1], re.IGNORECASE):
        return revised[1].strip()
    cut = r"\s*\((?:was|originally|original|previously|formerly|revised from|moved from)\b[^)]*\)\s*"
    return re.sub(cut, " ", bare, flags=re.IGNORECASE).strip()


def _settle(plain: str) -> Span | None:
    """The days a text means, or None. Raises `ValueError` for a day that no calendar has."""
    for form, settle in _COMPILED:
        found = form.fullmatch(plain)
        if found:
            return settle(found)
    return None


def _why_not(written: str) -> str:
    if _VAGUE.search(written):
        return f'"{written}" is too loose to be a due date'
    if re.fullmatch(r"(?:19|20)\d\d", written):
        return f'"{written}" names a year and no month'
    return f'no date could be read from "{written}"'


def _term_doubt(plain: str, day: date) -> str | None:
    if not re.match(r"(?:autumn|spring|summer)\b", plain, re.IGNORECASE):
        return None
    return (
        f'"{plain}" is taken to end on {day.day} {day:%B %Y}, the latest day it can: '
        "give the day if it is meant to be earlier"
    )


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# A year outside these is a slip of the hand.
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def read_span(text: str, today: date, *, past: bool = False, begun: bool = False) -> Span | None:
    """The days that somebody means in chat: any form above, or `today`, `tomorrow`, `next Monday`.

    What lacks its year, and a weekday, is the next one to come, or with `past` the last one that was.
    `begun` takes a month that is still running for past: it has begun, which is what "since" asks for.
    None where no date can be read.
    """
    plain = " ".join(text.lower().split()).rstrip(".")
    day = _relative_day(plain, today, past=past)
    if day is not None:
        return day, day
    # "From September" and "ongoing" are ways to be due, not days.
    if not _FROM.match(plain) and (read := _read(plain, text)).span is not None:
        return (read.span[1], read.span[1]) if read.end_meant else read.span
    return _without_year(plain, today, past=past, begun=begun)


def read_since(text: str, today: date) -> date | None:
    """The first day of what is written: "since September" counts from the 1st."""
    span = read_span(text, today, past=True, begun=True)
    return span[0] if span else None


def read_day(text: str, today: date, *, past: bool = False) -> date | None:
    """The last day of what `read_span` reads: a month means its last day. None where it reads none."""
    span = read_span(text, today, past=past)
    return span[1] if span else None


def read_period(text: str, today: date) -> Span | None:
    """A KPI's period: `2018/19`, `2018`, `Q2 2016/17`, `Apr-Sep 2015`, `Mar 2019`, `31 Mar 2019`.

    `2018/19` is the financial year from April, a quarter is one of those, `2018` is the calendar year.
    None where no period can be read.
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
    """`12 Jan` or `January`: the next one to come, or the last one that was."""
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
