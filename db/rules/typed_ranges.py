"""Ranges of days as people type them: `before the end of March`, `in the next three months`, `2018`."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

from db.rules.dates import MONTHS, WEEKDAYS, day_text
from db.rules.periods import read_period
from db.rules.typed_dates import NUMBERS, read_count, read_span


@dataclass(frozen=True)
class DayRange:
    """The days from `first` to `last`, both included; None is open."""

    first: date | None
    last: date | None

    def covers(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def __str__(self) -> str:
        if self.first is None:
            return f"by {day_text(self.last)}" if self.last else "at any time"
        if self.last is None:
            return f"from {day_text(self.first)}"
        return f"{day_text(self.first)} to {day_text(self.last)}"

    def typed(self) -> str:
        """How a command has it, so that it means the same on another day."""
        if self.first is None:
            return f"by {self.last}"
        return f"from {self.first}" if self.last is None else f"{self.first} to {self.last}"


_LENGTH = re.compile(
    rf"(?P<lead>in |for |during |within |since )?(?:over )?(?:the )?"
    rf"(?P<way>next|last|past|coming|previous)? ?(?:the )?"
    rf"(?P<number>\d{{1,2}}|an?|{'|'.join(NUMBERS)}|couple of|few)? ?"
    r"(?P<unit>day|week|fortnight|month|quarter|year)s?"
)
_CALENDAR = re.compile(r"(?:in |during )?(?P<which>this|next|last) (?P<unit>weekend|week|month|quarter|year)")
_BOUND = re.compile(
    r"(?P<way>before|by|until|till|up to|no later than|to|after|from|since)"
    r"(?P<end> (?:the )?end of)?(?: (?:the )?(?:start|beginning) of)?(?: the)? (?P<rest>.+)"
)
_BETWEEN = re.compile(r"(?:from |between )?(?P<first>.+?) (?:to|and|until|-|–) (?P<last>.+)")
_YEAR = re.compile(r"(?:in |during )?(?P<year>20\d\d)")
_FEAST = re.compile(r"\b(?:easter|christmas)\b(?! (?:\d{4}|holiday|break|term))")
_SHIFT = {"this": 0, "next": 1, "last": -1}
# "May next year", "January this year".
_OF_YEAR = re.compile(rf"\b(?P<month>{'|'.join(MONTHS)})(?: of)? (?P<which>this|next|last) year\b")
_WHICH_MONTH = re.compile(
    rf"\b(?P<which>next|this|coming|last|past) (?P<month>{'|'.join(MONTHS)})\b(?! \d{{4}})"
)
# A length, or how often: no days without "in" or "the next" before it.
_BARE_LENGTH = re.compile(
    rf"(?:\d{{1,3}}|an?|{'|'.join(NUMBERS)})? ?(?:day|week|fortnight|month|quarter|year)s?"
)
_PREPOSITION = re.compile(r"^(?:in|during|on|for|at|of)(?: the)? ")
# What a range has at least one of; everything else need not be looked at.
DATE_WORDS = frozenset(
    {
        *MONTHS,
        *WEEKDAYS,
        *"today tomorrow yesterday day days week weeks weekend fortnight".split(),
        *"month months quarter year years".split(),
        *"autumn spring summer christmas easter".split(),
    }
)


def read_range(text: str, today: date, *, past: bool = False) -> DayRange | None:
    """The days that a text means, None where it means none.

    A date without a year is the next one, with `past` the most recent one. "Before" excludes what follows
    it, unless that is an end. Raises `DateNotRead` as `read_span` does.
    """
    plain = " ".join(text.lower().split()).strip(" .,?!")
    plain = _FEAST.sub(lambda found: _feast(found.group(), today), plain)
    plain = _OF_YEAR.sub(lambda found: f"{found['month']} {today.year + _SHIFT[found['which']]}", plain)
    plain = _WHICH_MONTH.sub(lambda found: _which_month(found["which"], found["month"], today), plain)
    for read in (_length, _calendar_unit):
        found = read(plain, today)
        if found is not None:
            return found
    year = _YEAR.fullmatch(plain)
    if year:
        return DayRange(date(int(year["year"]), 1, 1), date(int(year["year"]), 12, 31))
    bound = _BOUND.fullmatch(plain)
    if bound and not (bound["way"] == "from" and re.search(r" (?:to|until) ", bound["rest"])):
        return _bounded(bound["way"], bool(bound["end"]), bound["rest"], today, past=past)
    return _whole(_PREPOSITION.sub("", plain), today, past=past)


def _which_month(which: str, month: str, today: date) -> str:
    """ "Next August" and "last August" with their year: the first one after this month, or before it."""
    number = MONTHS[month]
    if which == "this":
        year = today.year
    elif which in ("last", "past"):
        year = today.year - (number >= today.month)
    else:
        year = today.year + (number <= today.month)
    return f"{month} {year}"


def _feast(name: str, today: date) -> str:
    """The day of the next Christmas or Easter Sunday, as a date that can be read."""
    days = (easter(year) if name == "easter" else date(year, 12, 25) for year in (today.year, today.year + 1))
    return day_text(next(day for day in days if day >= today))


def _whole(plain: str, today: date, *, past: bool) -> DayRange | None:
    span = _span(plain, today, past=past)
    if span is not None:
        return span
    ends = _BETWEEN.fullmatch(plain)
    if ends is None:
        return None
    last = _span(re.sub(r"^(?:the )?end of (?:the )?", "", ends["last"]), today, past=past)
    if last is not None and ends["first"] in ("now", "today"):
        return DayRange(today, last.last)
    first = _span(ends["first"], last.first if last and last.first else today, past=True) if last else None
    if first is None or last is None:
        return None
    return DayRange(first.first, last.last)


def _span(plain: str, today: date, *, past: bool) -> DayRange | None:
    if _BARE_LENGTH.fullmatch(plain):
        return None
    span = read_span(plain, today, past=past, begun=past) or read_period(plain, today)
    return DayRange(*span) if span else None


def _bounded(way: str, is_end: bool, rest: str, today: date, *, past: bool) -> DayRange | None:
    # "The end of September" is the end of what is left: a month, a year, a term.
    span = _calendar_unit(rest, today) or _span(rest, today, past=past or way == "since")
    if span is None or span.first is None or span.last is None:
        return None
    if way in ("after", "from", "since"):
        return DayRange(span.last + timedelta(days=1) if way == "after" or is_end else span.first, None)
    if way == "before" and not is_end:
        return DayRange(None, span.first - timedelta(days=1))
    return DayRange(None, span.last)


def _length(plain: str, today: date) -> DayRange | None:
    """`the next three months`, `in the last fortnight`, `within 2 weeks`: from today on, or until today."""
    found = _LENGTH.fullmatch(plain)
    if found is None or (found["number"] is None and found["unit"] != "fortnight"):
        return None
    if not found["way"] and not found["lead"]:
        # "Two years" alone is a length, and no days.
        return None
    written = found["number"] or "a"
    number = {"couple of": 2, "few": 3}.get(written) or read_count(written)
    days = {"day": 1, "week": 7, "fortnight": 14}.get(found["unit"])
    months = {"month": 1, "quarter": 3, "year": 12}.get(found["unit"], 0)
    length = timedelta(days=days * number) if days else relativedelta(months=months * number)
    if found["way"] in ("last", "past", "previous"):
        return DayRange(today - length, today)
    return DayRange(today, today + length)


def _calendar_unit(plain: str, today: date) -> DayRange | None:
    """`this week`, `next month`, `last year`: the whole of it."""
    found = _CALENDAR.fullmatch(plain)
    if found is None:
        return None
    shift = _SHIFT[found["which"]]
    match found["unit"]:
        case "week" | "weekend":
            first = today - timedelta(days=today.weekday()) + timedelta(weeks=shift)
            last = first + timedelta(days=6)
            return DayRange(last - timedelta(days=1) if found["unit"] == "weekend" else first, last)
        case "month":
            first = today.replace(day=1) + relativedelta(months=shift)
            length = relativedelta(months=1)
        case "quarter":
            first = today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1)
            first, length = first + relativedelta(months=3 * shift), relativedelta(months=3)
        case _:
            first, length = date(today.year + shift, 1, 1), relativedelta(years=1)
    return DayRange(first, first + length - timedelta(days=1))
