"""Dates as people type them in chat: `next Monday`, `friday week`, `in two weeks`, and every form of `dates`.

What could mean another day than the one that would be read is refused with the reason, never guessed.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from db.rules.calendars import Calendar
from db.rules.dates import (
    MONTHS,
    STARTS_FROM,
    WEEKDAYS,
    Span,
    day_text,
    month_end,
    read_written,
)


class DateNotRead(ValueError):
    """A date that cannot be, or could be another one. The text says so, without a full stop."""


def read_span(text: str, today: date, *, past: bool = False, begun: bool = False) -> Span | None:
    """The days that a person means: any form of `dates`, or `today`, `next Monday`, `in two weeks`.

    A weekday, or a date without a year, is the next one; with `past` it is the most recent one. `begun` lets
    `past` accept a month that has begun and not ended, because "since" only needs the first day.
    None where no date can be read. Raises `DateNotRead` for a weekday that does not fit its date.
    """
    plain = " ".join(text.lower().split()).rstrip(".")
    day = _relative_day(plain, today, past=past)
    if day is not None:
        return day, day
    # "From September" says how a due date applies; it is not a day.
    if not STARTS_FROM.match(plain) and (read := read_written(plain, text)).span is not None:
        if read.weekday is not None:
            actual = read.span[0]
            raise DateNotRead(
                f"{day_text(actual)} is a {actual:%A}, not a {read.weekday}: which one is meant"
            )
        return (read.span[1], read.span[1]) if read.end_meant else read.span
    return _without_year(plain, today, past=past, begun=begun)


_DAY_AND_MONTH = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{'|'.join(MONTHS)})\b", re.IGNORECASE
)


def refuse_impossible_days(text: str) -> None:
    """Raise `DateNotRead` for a day that its month has not: else "31 February" is read as a February."""
    for found in _DAY_AND_MONTH.finditer(text):
        month = MONTHS[found["month"].lower()]
        # In a leap year: whether 29 February is one depends on the year.
        if not 1 <= int(found["day"]) <= monthrange(2000, month)[1]:
            name = date(2000, month, 1).strftime("%B")
            raise DateNotRead(f"There is no {int(found['day'])} {name}: which day is meant")


def read_since(text: str, today: date) -> date | None:
    """The first day of the span: "since September" counts from the 1st. None where no date can be read."""
    span = read_span(text, today, past=True, begun=True)
    return span[0] if span else None


def read_day(text: str, today: date, *, past: bool = False) -> date | None:
    """The last day of the span: a month means its last day. None where no date can be read."""
    span = read_span(text, today, past=past)
    return span[1] if span else None


def read_nearest_day(text: str, today: date) -> date | None:
    """The day nearest to today: on 15 December "1 Dec" is a fortnight ago. Of a span the first day."""
    ahead = read_span(text, today)
    if ahead is None or re.search(r"\d{4}", text) or not _MONTH_NAMED.search(text.lower()):
        return ahead[0] if ahead else None
    behind = read_span(text, today, past=True, begun=True)
    days = [span[0] for span in (ahead, behind) if span]
    return min(days, key=lambda day: abs(day - today))


class MeetingDay(StrEnum):
    """The day of a meeting, which only a plan's calendar of meetings knows."""

    LAST = "last meeting"
    NEXT = "next meeting"


_MEETING = re.compile(
    r"(?:the )?(?P<which>last|previous|next) (?:board |plan |committee )?(?:meeting|board)", re.IGNORECASE
)


def read_meeting_day(text: str) -> MeetingDay | None:
    """`last meeting`, `the next board meeting`."""
    found = _MEETING.fullmatch(" ".join(text.split()).rstrip("."))
    if found is None:
        return None
    return MeetingDay.NEXT if found["which"].lower() == "next" else MeetingDay.LAST


class SchoolEdge(StrEnum):
    """Which day of a term or a half term is meant."""

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True)
class SchoolDay:
    """A day that only a calendar of terms knows, such as the end of half term."""

    edge: SchoolEdge
    # `term` or `half term`, and the name of the term where one is given.
    kind: str
    name: str = ""

    def day(self, calendar: Calendar, today: date) -> date | None:
        """The first such day after today; None where the calendar does not know it."""
        spans = [(term.starts, term.ends) for term in calendar.terms if self._is_named(term.name)]
        if self.kind == "half term":
            spans = [one for term in calendar.terms if self._is_named(term.name) for one in term.breaks]
        days = (span[0] if self.edge is SchoolEdge.FIRST else span[1] for span in spans)
        return min((day for day in days if day > today), default=None)

    def _is_named(self, term_name: str) -> bool:
        return not self.name or term_name.lower().startswith(self.name)

    def __str__(self) -> str:
        edge = "start" if self.edge is SchoolEdge.FIRST else "end"
        return f"{edge} of {f'{self.name} ' if self.name else ''}{self.kind}"


_SCHOOL_DAY = re.compile(
    r"(?:by |at )?(?:the )?(?P<edge>end|start|beginning|first day|last day)(?: of)?(?: (?:the|this|next))?"
    r"(?: (?P<name>autumn|spring|summer))? (?P<kind>half[ -]?term|term)"
    r"|(?:after (?:the )?)?(?P<half>half[ -]?term)"
)


def read_school_day(text: str) -> SchoolDay | None:
    """A day of the school year without a date: `end of half term`, `start of summer term`."""
    found = _SCHOOL_DAY.fullmatch(" ".join(text.lower().split()).rstrip("."))
    if found is None:
        return None
    if found["half"]:
        return SchoolDay(SchoolEdge.LAST, "half term")
    edge = SchoolEdge.LAST if found["edge"] in ("end", "last day") else SchoolEdge.FIRST
    return SchoolDay(edge, "term" if found["kind"] == "term" else "half term", found["name"] or "")


NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_LENGTH = re.compile(
    rf"(?:in |for )?(?:(?P<number>\d{{1,2}}|an?|{'|'.join(NUMBERS)}) )?"
    r"(?P<unit>day|week|fortnight|month)s?(?:'s)?(?: time)?"
)
_WEEK_AFTER = re.compile(
    rf"(?P<before>{'|'.join(WEEKDAYS)}) week|(?:a )?week on (?P<on>{'|'.join(WEEKDAYS)})"
)
_END_OF = re.compile(r"(?:by |at )?(?:the )?end of (?P<which>this|next|the) (?P<unit>week|month|year)")


def _relative_day(plain: str, today: date, *, past: bool) -> date | None:
    offsets = {"today": 0, "tomorrow": 1, "yesterday": -1}
    if plain in offsets:
        return today + timedelta(days=offsets[plain])
    last = plain.startswith("last ")
    name = re.sub(r"^(?:next|last|this|on) ", "", plain)
    if name in WEEKDAYS:
        ahead = _days_ahead(name, today)
        return today + timedelta(days=ahead - 7 if past or last else ahead)
    if name in ("week", "month") and plain.startswith(("next ", "last ")):
        return today + relativedelta(**{f"{name}s": -1 if last else 1})  # type: ignore[arg-type]
    return None if past else _later_day(plain, today)


def _days_ahead(name: str, today: date) -> int:
    """From 1 to 7: how long until the next day with that name."""
    return (WEEKDAYS.index(name) - today.weekday() - 1) % 7 + 1


def _later_day(plain: str, today: date) -> date | None:
    """`friday week`, `a week on friday`, `in two weeks`, `a fortnight`, `end of next month`."""
    week_after = _WEEK_AFTER.fullmatch(plain)
    if week_after:
        return today + timedelta(days=_days_ahead(week_after["before"] or week_after["on"], today) + 7)
    end = _END_OF.fullmatch(plain)
    if end:
        return _end_of(end["unit"], today, is_next=end["which"] == "next")
    length = _LENGTH.fullmatch(plain)
    if length is None or (length["number"] is None and length["unit"] != "fortnight"):
        return None
    number = read_count(length["number"] or "a")
    match length["unit"]:
        case "day":
            return today + timedelta(days=number)
        case "week":
            return today + timedelta(weeks=number)
        case "fortnight":
            return today + timedelta(weeks=2 * number)
        case _:
            return today + relativedelta(months=number)


def read_count(written: str) -> int:
    """`3`, `three`; `a` is 1."""
    if written.isdigit():
        return int(written)
    return NUMBERS.index(written) + 1 if written in NUMBERS else 1


def _end_of(unit: str, today: date, *, is_next: bool) -> date:
    """The last day of this or the next week (its Friday), month or calendar year."""
    if unit == "week":
        return today + timedelta(days=4 - today.weekday() + 7 * is_next)
    if unit == "month":
        month = today + relativedelta(months=int(is_next))
        return month_end(month.year, month.month)
    return date(today.year + is_next, 12, 31)


def _without_year(plain: str, today: date, *, past: bool, begun: bool) -> Span | None:
    """`12 Jan` or `January`: the next one, or with `past` the most recent one."""
    if not _MONTH_NAMED.search(plain):
        return None
    years = (today.year, today.year - 1) if past else (today.year, today.year + 1)
    for year in years:
        read = read_written(f"{plain} {year}", plain)
        # A weekday chooses the year: of "Friday 3 March" the one that is a Friday.
        if read.span is None or read.weekday is not None:
            continue
        over = read.span[0] if begun else read.span[1]
        if over <= today if past else read.span[1] >= today:
            return (read.span[1], read.span[1]) if read.end_meant else read.span
    return None


_MONTH_NAMED = re.compile(rf"\b(?:{'|'.join(MONTHS)}|autumn|spring|summer)\b")
