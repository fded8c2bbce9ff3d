"""One due date as officers write it: a day, a month, a term, a week, and what its words leave open."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from db.models import DueKind
from db.rules.dates import ANY_MONTH, day_text, read_written
from db.rules.due_phrases import (
    LACKS_YEAR,
    lacks_year,
    month_of_vague,
    serial_day,
    week_of_month,
    weekday_of_month,
    why_no_day,
)
from db.rules.seasons import SEASON_FORMS


@dataclass(frozen=True, slots=True)
class Due:
    """A due date as read. `day` is None where no date could be read. `doubt` is a sentence for a person.

    `original` is the date that this one replaced, where the text has both. `frequency` is how often and
    `completed_on` when it was done, where the text says that too.
    """

    day: date | None
    kind: DueKind
    as_written: str
    doubt: str | None = None
    original: date | None = None
    frequency: str | None = None
    completed_on: date | None = None


_WEEK_ENDING = re.compile(r"^(?:w/e|week ending|w\.e\.|wk ending)[\s:]*", re.IGNORECASE)

_WEEK_BEGINNING = re.compile(
    r"^(?:(?:by )?(?:the )?end of )?"
    r"(?:w/?[bc]\b|week (?:beginning|commencing|of)|wk (?:beg|commencing))[\s:]*",
    re.I,
)

# "05/11" may be a day without its year or a month of 2011: nobody plans for that.
_DAY_OR_MONTH = re.compile(r"(?:0?[1-9]|1[0-2])(?:\s?[/-]\s?(?:0?[1-9]|1[0-2])|\.(?:0[1-9]|1[0-2]))")

_TWO_QUARTERS = re.compile(
    r"(?:by |end of )*(?:q|qtr|quarter)\s?[1-4][\s,]*(?:of )?(?:19|20)\d\d", re.IGNORECASE
)

_LEADING = re.compile(
    r"^(?:(?:due |to be completed |complete )?(?:by|before|in|at)\s+)?(?:the )?(?:end of )?(?:the )?", re.I
)


def read_one_date(bare: str, written: str) -> Due:
    """Read a text that has one date, due by its last day; `written` is quoted in a doubt."""
    bare = _WEEK_ENDING.sub("", bare)
    if _DAY_OR_MONTH.fullmatch(bare):
        return Due(None, DueKind.UNCLEAR, written, f'"{written}" {LACKS_YEAR}: give the year')
    if (vague := month_of_vague(bare)) is not None:
        span = read_written(vague, written).span
        if span is not None:
            assumed = f'"{written}" is read as {day_text(span[1])}: give the day if it is due earlier'
            return Due(span[1], DueKind.BY, written, assumed)
    if _WEEK_BEGINNING.match(bare):
        read = read_written(_WEEK_BEGINNING.sub("", bare), written)
        if read.span is not None:
            day = read.span[1] + timedelta(days=4)
            return Due(
                day, DueKind.BY, written, f'"{written}" is read as the Friday of that week, {day_text(day)}'
            )
    read = read_written(bare, written)
    if read.span is not None:
        doubt = (
            read.doubt or _year_doubt(bare, written, read.span[1]) or _odd_year(bare, written, read.span[1])
        )
        return Due(read.span[1], DueKind.BY, written, doubt)
    for plain in _bare_forms(bare):
        for form, to_span, assumes in SEASON_FORMS:
            found = form.fullmatch(plain)
            span = to_span(found) if found else None
            if span is not None:
                said = f'"{written}" is {assumes.format(day=day_text(span[1]))}' if assumes else None
                return Due(span[1], DueKind.BY, written, said)
    return (
        _counted(bare, written)
        or _without_day(bare, written)
        or Due(None, DueKind.UNCLEAR, written, read.doubt)
    )


def _counted(bare: str, written: str) -> Due | None:
    """The week or a weekday of a month, and a day as Excel counts it."""
    if (weekday := weekday_of_month(bare)) is not None:
        return Due(weekday, DueKind.BY, written)
    if (week := week_of_month(bare)) is not None:
        return Due(week[1], DueKind.BY, written, f'"{written}" is read as {day_text(week[1])}')
    if (day := serial_day(bare)) is not None:
        doubt = f'"{written}" is a day as Excel counts it: read as {day_text(day)}'
        return Due(day, DueKind.BY, written, doubt)
    return None


def _without_day(bare: str, written: str) -> Due | None:
    """A text that is known to give no day, with what is missing."""
    why = why_no_day(bare)
    if why is None and _TWO_QUARTERS.fullmatch(bare):
        quarter, year = re.findall(r"[1-4](?=[\s,]|$|of)", bare)[0], int(re.findall(r"\d{4}", bare)[0])
        which = f"write Q{quarter} {year}/{(year + 1) % 100:02d}, or the months"
        why = f"may be a quarter of the calendar year or of the financial year: {which}"
    if why is None and lacks_year(bare):
        why = f"{LACKS_YEAR}: give the year"
    return Due(None, DueKind.UNCLEAR, written, f'"{written}" {why}') if why else None


def _year_doubt(bare: str, written: str, day: date) -> str | None:
    """A year written with a slash alone may be a school year."""
    if re.fullmatch(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])", bare):
        return _month_doubt(bare, written, day)
    years = r"(?:by |end of )?(?:(?:19|20)\d\d|1[3-9]|[2-9]\d)\s?[/-]\s?(?:20)?\d\d"
    if not re.fullmatch(years, bare, re.IGNORECASE):
        return None
    year = f'"{written}" is read as the financial year, to {day_text(day)}'
    return f"{year}: if the school year is meant, give the day"


# What plans run to.
_FIRST_YEAR, _LAST_YEAR = 2000, 2045
# "27-03-31" has two numbers that may be the year.
_YEAR_FIRST = re.compile(r"(?:2[4-9]|3[01])-\d\d-(?:2[4-9]|3[01])")
# "Mar 31" may be the last day of March.
_DAY_OR_YEAR = re.compile(rf"(?:by |before |end )?(?:{ANY_MONTH})\.? (?:2[89]|3[01])", re.IGNORECASE)


def _odd_year(bare: str, written: str, day: date) -> str | None:
    """A year that no plan runs to, or that may be a day."""
    if _DAY_OR_YEAR.fullmatch(bare):
        return f'"{written}" may be a day without its year: read as {day:%B %Y}'
    if _YEAR_FIRST.fullmatch(bare):
        return f'"{written}" may have its year first: read as {day_text(day)}'
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return f'"{written}" is in the year {day.year}: check the year'
    return None


def _month_doubt(bare: str, written: str, day: date) -> str | None:
    """`2011-12` is a month as computers write it, and may be a financial year."""
    year, second = int(bare[:4]), int(bare[5:])
    if (year + 1) % 100 != second:
        return None
    return f'"{written}" is read as {day:%B %Y}: if the year {year}/{second:02d} is meant, give the day'


def _bare_forms(bare: str) -> Iterator[str]:
    yield bare
    plain = _LEADING.sub("", bare, count=1)
    if plain != bare:
        yield plain
