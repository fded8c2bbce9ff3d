"""Terms, school days and working days: pure rules over published dates and the bank holidays of England.

Nothing is guessed: a day of a year without dates is in no term.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import groupby

import holidays

from db.models import DateStatus, SpanKind, TermDate

_DAY = timedelta(days=1)
_SEASONS = ("Autumn", "Spring", "Summer")


@cache
def _bank_holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("GB", subdiv="ENG")


@cache
def is_working_day(day: date) -> bool:
    """A weekday in England that is no bank holiday."""
    return day.weekday() < 5 and day not in _bank_holidays()


def school_year(day: date) -> int:
    """The year in which the school year of a day begins, in September."""
    return day.year if day.month >= 9 else day.year - 1


@dataclass(frozen=True)
class Term:
    """From the first to the last day on which pupils are in; `breaks` are inclusive and inside it."""

    name: str
    starts: date
    ends: date
    breaks: tuple[tuple[date, date], ...] = ()
    insets: frozenset[date] = frozenset()
    standing: DateStatus = DateStatus.PUBLISHED

    def is_school_day(self, day: date) -> bool:
        """Whether pupils are in."""
        if not self.starts <= day <= self.ends or day in self.insets or not is_working_day(day):
            return False
        return not any(first <= day <= last for first, last in self.breaks)

    def school_days(self, since: date | None = None) -> Iterator[date]:
        """The days on which pupils are in, from a day on."""
        day = max(self.starts, since or self.starts)
        while day <= self.ends:
            if self.is_school_day(day):
                yield day
            day += _DAY

    def school_day(self, number: int) -> date | None:
        """The Nth school day, 1 the first; None where the term is shorter."""
        for count, day in enumerate(self.school_days(), start=1):
            if count == number:
                return day
        return None


@dataclass(frozen=True)
class Calendar:
    """The terms of an authority or a school, in order."""

    name: str
    terms: tuple[Term, ...]

    @property
    def known_until(self) -> date | None:
        """The last day that dates are held for."""
        return max((term.ends for term in self.terms), default=None)

    def term_on(self, day: date) -> Term | None:
        """The term that a day is in, half terms included; None in holidays, and where no dates are held."""
        return next((term for term in self.terms if term.starts <= day <= term.ends), None)

    def is_school_day(self, day: date) -> bool:
        term = self.term_on(day)
        return term is not None and term.is_school_day(day)

    def named(self, name: str) -> Term | None:
        """A term by its name, in any case."""
        wanted = " ".join(name.lower().split())
        return next((term for term in self.terms if term.name.lower() == wanted), None)

    def per_year(self, number: int) -> "Calendar":
        """The same days as three terms a year or as six, whichever way they were published.

        Three are split at their half terms, six are put together in twos.
        """
        terms: list[Term] = []
        for year, found in groupby(self.terms, key=lambda term: school_year(term.starts)):
            of_year = list(found)
            if number == 6 and len(of_year) <= 3:
                of_year = _numbered(year, [half for term in of_year for half in _halves(term)])
            elif number == 3 and len(of_year) > 3:
                of_year = _paired(year, of_year)
            terms += of_year
        return Calendar(self.name, tuple(terms))


def _halves(term: Term) -> list[Term]:
    if len(term.breaks) != 1:
        return [term]
    [(first, last)] = term.breaks
    return [
        replace(term, ends=_weekday(first - _DAY, -_DAY), breaks=()),
        replace(term, starts=_weekday(last + _DAY, _DAY), breaks=()),
    ]


def _weekday(day: date, step: timedelta) -> date:
    while day.weekday() > 4:
        day += step
    return day


def _numbered(year: int, terms: Sequence[Term]) -> list[Term]:
    """Named as schools with six terms name them."""
    span = f"{year}-{(year + 1) % 100:02d}"
    return [replace(term, name=f"Term {number} {span}") for number, term in enumerate(terms, start=1)]


def _paired(year: int, terms: Sequence[Term]) -> list[Term]:
    paired = []
    for number, season in enumerate(_SEASONS):
        both = terms[2 * number : 2 * number + 2]
        if both:
            gap = ((both[0].ends + _DAY, both[-1].starts - _DAY),) if len(both) == 2 else ()
            insets = frozenset().union(*(term.insets for term in both))
            name = f"{season} {year if number == 0 else year + 1}"
            paired.append(replace(both[0], name=name, ends=both[-1].ends, breaks=gap, insets=insets))
    return paired


def calendar_of(name: str, rows: Sequence[TermDate], own: Sequence[TermDate] = ()) -> Calendar:
    """The calendar that published rows make, with what a school has otherwise in their place."""
    instead = {(row.term.lower(), row.kind) for row in own if row.kind is not SpanKind.INSET}
    kept = [row for row in rows if (row.term.lower(), row.kind) not in instead]
    whole = [*kept, *own]
    terms = [_term(row, whole) for row in whole if row.kind is SpanKind.TERM]
    return Calendar(name, tuple(sorted(terms, key=lambda term: term.starts)))


def _term(row: TermDate, rows: Sequence[TermDate]) -> Term:
    inside = [one for one in rows if row.starts <= one.starts and one.ends <= row.ends]
    breaks = tuple(sorted((one.starts, one.ends) for one in inside if one.kind is SpanKind.HALF_TERM))
    insets = frozenset(
        one.starts + timedelta(days=offset)
        for one in inside
        if one.kind is SpanKind.INSET
        for offset in range((one.ends - one.starts).days + 1)
    )
    return Term(" ".join(row.term.split()), row.starts, row.ends, breaks, insets, row.standing)


def season_of(name: str) -> tuple[str, int] | None:
    """What a person means by "autumn 25" or "Autumn term 2025": a season and the year it begins in."""
    found = re.fullmatch(r"\s*(autumn|spring|summer)(?:\s+term)?\s+(\d{4}|\d{2})\s*", name, re.IGNORECASE)
    if found is None:
        return None
    year = int(found[2])
    return found[1].capitalize(), year if year > 99 else 2000 + year
