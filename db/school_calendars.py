"""The calendars of authorities and schools, and days that only they know: the end of half term."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session, col, select

from db.errors import Refused
from db.models import SCHOOL_SEPARATOR, School, TermDate
from db.rules.calendars import Calendar, build_calendar
from db.rules.dates import day_text
from db.rules.typed_dates import SchoolDay


@dataclass(frozen=True)
class Calendars:
    """The calendars of all authorities and schools, with `per_year` terms a year: three or six.

    `rows` are the term dates by calendar name. A school whose days differ from its authority's has a
    calendar of its own.
    """

    rows: Mapping[str, Sequence[TermDate]]
    per_year: int
    # An authority's calendar is built once for all of its schools.
    cache: dict[str, Calendar] = field(default_factory=dict)

    def of(self, school: School) -> Calendar:
        """The calendar that a school goes by."""
        name = _own_calendar_name(school)
        if name not in self.rows:
            return self.named(school.calendar)
        calendar = build_calendar(name, self.rows.get(school.calendar, ()), self.rows[name])
        return calendar.per_year(self.per_year)

    @property
    def has_own(self) -> bool:
        """Whether any school has a calendar of its own."""
        return any(SCHOOL_SEPARATOR in name for name in self.rows)

    def is_own(self, school: School) -> bool:
        """Whether this school has a calendar of its own."""
        return _own_calendar_name(school) in self.rows

    def of_authorities(self) -> list[Calendar]:
        """The calendars that are no school's own."""
        return [self.named(name) for name in sorted(self.rows) if SCHOOL_SEPARATOR not in name]

    def named(self, name: str) -> Calendar:
        """The calendar with that name; one without terms where it has no dates."""
        if name not in self.cache:
            self.cache[name] = build_calendar(name, self.rows.get(name, ())).per_year(self.per_year)
        return self.cache[name]


def _own_calendar_name(school: School) -> str:
    return f"{school.calendar}{SCHOOL_SEPARATOR}{school.name}"


def all_dates(session: Session) -> list[TermDate]:
    """Every term, half term and INSET day, by calendar and day."""
    query = select(TermDate).order_by(col(TermDate.calendar), col(TermDate.starts), col(TermDate.kind))
    return list(session.exec(query))


def load_calendars(session: Session, per_year: int) -> Calendars:
    """All calendars, with `per_year` terms a year: three or six."""
    rows: dict[str, list[TermDate]] = {}
    for row in session.exec(select(TermDate)):
        rows.setdefault(row.calendar, []).append(row)
    return Calendars(rows, per_year)


def find_school_day(session: Session, wanted: SchoolDay, today: date) -> date:
    """The first such day after today, by the calendars of the authorities that are held.

    Raises `Refused` where no calendar has it, and where two calendars have different days.
    """
    found = {
        calendar.name: wanted.day(calendar, today) for calendar in load_calendars(session, 3).of_authorities()
    }
    days = {name: day for name, day in found.items() if day is not None}
    if not days:
        raise Refused(f"No term dates are held that give the {wanted}. Give a date.")
    if len(set(days.values())) > 1:
        each = ", ".join(f"{day_text(day)} in {name}" for name, day in sorted(days.items()))
        raise Refused(f"The {wanted} is {each}. Give a date.")
    return next(iter(days.values()))


def end_of_next_term(session: Session, after: date, today: date) -> date | None:
    """The last day of the first term to come after the one that a day is in, or that comes next then.

    None where no authority's calendar has it without a gap, and where two differ.
    """
    found = set()
    for calendar in load_calendars(session, 3).of_authorities():
        until = calendar.covered_until(today) or date.min
        ends = [term.ends for term in calendar.terms if after <= term.ends <= until]
        found.add(next((end for end in ends[1:] if end > today), None))
    return found.pop() if len(found) == 1 else None


def schools_are_open(session: Session, day: date) -> bool:
    """Whether the schools of any authority are open on a day.

    Calendars that do not cover the day are left out; where none covers it, schools count as open.
    """
    covering = [one for one in load_calendars(session, 3).of_authorities() if _covers(one, day)]
    return not covering or any(calendar.is_school_day(day) for calendar in covering)


def _covers(calendar: Calendar, day: date) -> bool:
    return bool(calendar.terms) and calendar.terms[0].starts <= day <= (calendar.known_until or day)
