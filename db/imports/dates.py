"""Due dates as officers write them.

A month is due on its last day, a quarter of a financial year (`2017/18` runs April to March) on
its last day too, a school term on the latest day it can end. What cannot be settled is kept as
written, with the kind `unclear` and the reason as a doubt: a guessed date would make an action
overdue, or keep it quiet, on nobody's word.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter
from dateutil.parser import ParserError, parse
from dateutil.relativedelta import relativedelta

from db.imports.draft import Due
from db.models import DueKind

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
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d|'?\d\d)"

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
    digits = text.lstrip("'")
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _month_of_year(found: re.Match[str]) -> date:
    month = found["month"].lower()
    return month_end(_year(found["year"]), _MONTHS.get(month) or int(month))


def _quarter(found: re.Match[str]) -> date:
    year, quarter = _year(found["year"]), int(found["quarter"])
    return month_end(year + (quarter == 4), (3 * quarter + 3 - 1) % 12 + 1)


def _financial_year(found: re.Match[str]) -> date | None:
    first, second = _year(found["year"]), int(found["second"][-2:])
    return date(first + 1, 3, 31) if (first + 1) % 100 == second else None


def _term(found: re.Match[str]) -> date:
    """The latest day a term can end without a calendar: so nobody is called late in term time."""
    year = _year(found["year"])
    season = found["season"].lower()
    if season == "spring":
        return easter(year) - timedelta(days=1)
    return date(year, 12, 31) if season == "autumn" else date(year, 7, 31)


def _calendar_day(found: re.Match[str]) -> date:
    return date(_year(found["year"]), int(found["month"]), int(found["day"]))


_SLASHED = r"(?P<year>(?:19|20)?\d\d)\s*[/-]\s*(?P<second>(?:20)?\d\d)"
_FORMS: tuple[tuple[str, Callable[[re.Match[str]], date | None]], ...] = (
    (r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)(?:[ T]00:00(?::00)?)?", _calendar_day),
    (rf"(?P<day>\d\d?)\s*[./-]\s*(?P<month>\d\d?)\s*[./-]\s*{_YEAR}", _calendar_day),
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
_WITH_DAY = re.compile(
    rf"^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?\d\d?(?:st|nd|rd|th)?\s+(?:of\s+)?"
    rf"{_MONTH}[\s,]*{_YEAR}$",
    re.IGNORECASE,
)


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
    due = _by(rest, written)
    if due.day is None:
        return due
    whole_month = not re.match(r"\d{1,4}[^\d]\d\d?[^\d]\d|\d+(?:st|nd|rd|th)?\s+[a-z]", rest, re.I)
    start = due.day.replace(day=1) if whole_month else due.day
    return Due(start, DueKind.FROM, written, due.doubt)


def _by(bare: str, written: str) -> Due:
    # "31/03/2017 (was 31/01/2017)": what stands in brackets explains the date beside it.
    plain = re.sub(r"\s*\((?:was|originally|revised|previously)\b[^)]*\)\s*", " ", bare).strip()
    while _LEADING.match(plain):
        plain = _LEADING.sub("", plain, count=1)
    if re.fullmatch(r"(?:19|20)\d\d", plain) and re.search(r"\bend\b", bare, re.IGNORECASE):
        return Due(date(int(plain), 12, 31), DueKind.BY, written)
    try:
        day = _settle(plain)
    except ValueError:
        return Due(None, DueKind.UNCLEAR, written, f'"{written}" is not a day of the calendar')
    if day is None:
        return Due(None, DueKind.UNCLEAR, written, _why_not(written))
    return Due(day, DueKind.BY, written, _term_doubt(plain, day))


def _settle(plain: str) -> date | None:
    """The day a text means, or None. Raises `ValueError` for a day that no calendar has."""
    for form, settle in _COMPILED:
        found = form.fullmatch(plain)
        if found:
            return settle(found)
    if _WITH_DAY.match(plain):
        # Only with every part given: the parser would fill a missing one in from today.
        try:
            return parse(plain, dayfirst=True).date()
        except ParserError as impossible:
            raise ValueError(plain) from impossible
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
