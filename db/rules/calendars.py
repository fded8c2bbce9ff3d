"""Terms, school days and working days: pure rules over published dates and the bank holidays of England.

No date is guessed: a day in a year without published dates is in no term.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby
from typing import assert_never
from zoneinfo import ZoneInfo

import holidays

from db.models import DateStatus, SpanKind, TermDate

_DAY = timedelta(days=1)
# The summer's is some seven weeks.
_LONGEST_HOLIDAY = timedelta(days=60)
_SEASONS = ("Autumn", "Spring", "Summer")


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The day that an aware moment falls on in a zone: near midnight it is not the day in UTC."""
    return moment.astimezone(zone).date()


@cache
def _bank_holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("GB", subdiv="ENG")


@cache
def is_working_day(day: date) -> bool:
    """Whether the day is a weekday and not a bank holiday in England."""
    return day.weekday() < 5 and day not in _bank_holidays()


def school_year(day: date) -> int:
    """The year in which the school year of a day begins. A school year begins on 1 September."""
    return day.year if day.month >= 9 else day.year - 1


@dataclass(frozen=True)
class Term:
    """From the first to the last day on which pupils attend.

    `breaks` are (first day, last day), both inclusive, inside the term. `insets` are the INSET days, on
    which staff attend and pupils do not.
    """

    name: str
    starts: date
    ends: date
    breaks: tuple[tuple[date, date], ...] = ()
    insets: frozenset[date] = frozenset()
    standing: DateStatus = DateStatus.PUBLISHED

    def is_school_day(self, day: date) -> bool:
        """Whether pupils attend."""
        if not self.starts <= day <= self.ends or day in self.insets or not is_working_day(day):
            return False
        return not any(first <= day <= last for first, last in self.breaks)

    def school_days(self, since: date | None = None) -> Iterator[date]:
        """The days on which pupils attend, from `since` on."""
        day = max(self.starts, since or self.starts)
        while day <= self.ends:
            if self.is_school_day(day):
                yield day
            day += _DAY

    def school_day(self, number: int) -> date | None:
        """The school day with that number, counted from 1. None where the term has fewer."""
        for count, day in enumerate(self.school_days(), start=1):
            if count == number:
                return day
        return None


@dataclass(frozen=True)
class Calendar:
    """The terms of a local authority or a school, in date order."""

    name: str
    terms: tuple[Term, ...]

    @property
    def known_until(self) -> date | None:
        """The last day that has dates. None for an empty calendar."""
        return max((term.ends for term in self.terms), default=None)

    def covered_until(self, day: date) -> date | None:
        """The last day that has dates, without a gap from a day on; None where it has none near.

        It may be before the day: the dates have run out. A gap longer than any holiday is a year without
        dates.
        """
        until: date | None = None
        for term in sorted(self.terms, key=lambda one: one.starts):
            if until is None:
                if term.ends < day - _LONGEST_HOLIDAY:
                    continue
                if term.starts > day + _LONGEST_HOLIDAY:
                    return None
                until = term.ends
            elif term.starts > until + _LONGEST_HOLIDAY:
                return until
            else:
                until = max(until, term.ends)
        return until

    def term_on(self, day: date) -> Term | None:
        """The term that a day is in, half terms included.

        None in the holidays between terms and in years without dates.
        """
        return next((term for term in self.terms if term.starts <= day <= term.ends), None)

    def is_school_day(self, day: date) -> bool:
        term = self.term_on(day)
        return term is not None and term.is_school_day(day)

    def named(self, name: str) -> Term | None:
        """The term with a name, ignoring case and extra spaces."""
        wanted = " ".join(name.lower().split())
        return next((term for term in self.terms if term.name.lower() == wanted), None)

    def per_year(self, number: int) -> "Calendar":
        """The same days as three terms a year or as six, whichever way they were published.

        Three terms are split at their half terms; six are joined in pairs.
        """
        terms: list[Term] = []
        for year, group in groupby(self.terms, key=lambda term: school_year(term.starts)):
            year_terms = list(group)
            if number == 6 and len(year_terms) <= 3:
                halves = [half for term in year_terms for half in _split_at_half_term(term)]
                year_terms = _number_terms(year, halves)
            elif number == 3 and len(year_terms) > 3:
                year_terms = _join_pairs(year, year_terms)
            terms += year_terms
        return Calendar(self.name, tuple(terms))


def _split_at_half_term(term: Term) -> list[Term]:
    if len(term.breaks) != 1:
        return [term]
    [(first, last)] = term.breaks
    return [
        replace(term, ends=_nearest_weekday(first - _DAY, -_DAY), breaks=()),
        replace(term, starts=_nearest_weekday(last + _DAY, _DAY), breaks=()),
    ]


def _nearest_weekday(day: date, step: timedelta) -> date:
    while day.weekday() > 4:
        day += step
    return day


def _number_terms(year: int, terms: Sequence[Term]) -> list[Term]:
    """The terms with the names that schools with six terms use: `Term 1 2025-26`."""
    years = f"{year}-{(year + 1) % 100:02d}"
    return [replace(term, name=f"Term {number} {years}") for number, term in enumerate(terms, start=1)]


def _join_pairs(year: int, terms: Sequence[Term]) -> list[Term]:
    joined = []
    for number, season in enumerate(_SEASONS):
        pair = terms[2 * number : 2 * number + 2]
        if pair:
            half_term = ((pair[0].ends + _DAY, pair[-1].starts - _DAY),) if len(pair) == 2 else ()
            insets = frozenset().union(*(term.insets for term in pair))
            name = f"{season} {year if number == 0 else year + 1}"
            joined.append(replace(pair[0], name=name, ends=pair[-1].ends, breaks=half_term, insets=insets))
    return joined


def build_calendar(name: str, rows: Sequence[TermDate], own: Sequence[TermDate] = ()) -> Calendar:
    """The calendar of published rows. A school's `own` terms and half terms replace those of the same name.

    A school's INSET days are added to the published ones.
    """
    replaced = {(row.term.lower(), row.kind) for row in own if _replaces_namesake(row.kind)}
    remaining = [row for row in rows if (row.term.lower(), row.kind) not in replaced]
    spans = [*remaining, *own]
    terms = [_build_term(row, spans) for row in spans if row.kind is SpanKind.TERM]
    return Calendar(name, tuple(sorted(terms, key=lambda term: term.starts)))


def _replaces_namesake(kind: SpanKind) -> bool:
    match kind:
        case SpanKind.TERM | SpanKind.HALF_TERM:
            return True
        case SpanKind.INSET:
            return False
        case _:
            assert_never(kind)


def _build_term(term: TermDate, spans: Sequence[TermDate]) -> Term:
    breaks: list[tuple[date, date]] = []
    insets: set[date] = set()
    for span in spans:
        if span.starts < term.starts or term.ends < span.ends:
            continue
        match span.kind:
            case SpanKind.HALF_TERM:
                breaks.append((span.starts, span.ends))
            case SpanKind.INSET:
                insets.update(_days(span.starts, span.ends))
            case SpanKind.TERM:
                pass
            case _:
                assert_never(span.kind)
    name = " ".join(term.term.split())
    return Term(name, term.starts, term.ends, tuple(sorted(breaks)), frozenset(insets), term.standing)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


def read_season(name: str) -> tuple[str, int] | None:
    """The season and the year that "autumn 25" or "Autumn term 2025" means. None for any other text."""
    found = re.fullmatch(r"\s*(autumn|spring|summer)(?:\s+term)?\s+(\d{4}|\d{2})\s*", name, re.IGNORECASE)
    if found is None:
        return None
    year = int(found[2])
    return found[1].capitalize(), year if year > 99 else 2000 + year
