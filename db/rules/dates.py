"""Due dates as officers write them.

A month is due on its last day, a quarter of a financial year (`2017/18` runs April to March) on
its last day too, a school term on the latest day it can end. What cannot be settled is kept as
written, with the kind `unclear` and the reason as a doubt: a guessed date would make an action
overdue, or keep it quiet, on nobody's word.
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
    return date(year, month, monthrange(year, month)[1])


def _year(text: str) -> int:
    digits = text.lstrip("'’")
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


# A form gives the first and the last day that it can mean: due by the last, from the first.
Span = tuple[date, date]


def _month(year: int, month: int, months: int = 1) -> Span:
    """A month, or some months from it on."""
    last = (month - 1 + months - 1) % 12 + 1
    return date(year, month, 1), month_end(year + (month - 1 + months - 1) // 12, last)


def _month_of_year(found: re.Match[str]) -> Span:
    month = found["month"].lower()
    return _month(_year(found["year"]), _MONTHS.get(month) or int(month))


def _quarter(found: re.Match[str]) -> Span:
    year, quarter = _year(found["year"]), int(found["quarter"])
    return _month(year + (quarter == 4), (3 * quarter) % 12 + 1, 3)


def _financial_year(found: re.Match[str]) -> Span | None:
    first, second = _year(found["year"]), int(found["second"][-2:])
    return (date(first, 4, 1), date(first + 1, 3, 31)) if (first + 1) % 100 == second else None


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
    span, end_meant, why = _read_span(rest, written)
    if span is None:
        return Due(None, DueKind.UNCLEAR, written, why)
    return Due(span[1] if end_meant else span[0], DueKind.FROM, written)


def _by(bare: str, written: str) -> Due:
    span, _, why = _read_span(bare, written)
    if span is None:
        return Due(None, DueKind.UNCLEAR, written, why)
    return Due(span[1], DueKind.BY, written, why)


def _read_span(bare: str, written: str) -> tuple[Span | None, bool, str | None]:
    """The days a text means, whether it names their end, and the doubt about them or about having none."""
    plain = _in_force(bare)
    while _LEADING.match(plain):
        plain = _LEADING.sub("", plain, count=1)
    end_meant = re.search(r"\bend\b", bare, re.IGNORECASE) is not None
    if re.fullmatch(r"(?:19|20)\d\d", plain) and end_meant:
        return (date(int(plain), 1, 1), date(int(plain), 12, 31)), end_meant, None
    try:
        span = _settle(plain)
    except ValueError:
        return None, False, f'"{written}" is not a day of the calendar'
    if span is None:
        return None, False, _why_not(written)
    return span, end_meant, _term_doubt(plain, span[1])


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


def read_day(text: str, today: date, *, past: bool = False) -> date | None:
    """A day as somebody types it in chat: any form above, or `today`, `tomorrow`, `next Monday`.

    A month means its last day. What lacks its year, and a weekday, is the next one to come, or with
    `past` the last one that was. None where no day can be read.
    """
    plain = " ".join(text.lower().split()).rstrip(".")
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
    due = read_due(text)
    if due.day is not None and due.kind is DueKind.BY:
        return due.day
    return _without_year(plain, today, past=past)


def _without_year(plain: str, today: date, *, past: bool) -> date | None:
    """`12 Jan` or `January`: the next one to come, or the last one that was."""
    if not re.search(r"[a-z]{3}", plain):
        return None
    years = (today.year, today.year - 1) if past else (today.year, today.year + 1)
    dues = (read_due(f"{plain} {year}") for year in years)
    days = (due.day for due in dues if due.kind is DueKind.BY and due.day is not None)
    return next((day for day in days if (day <= today if past else day >= today)), None)
