"""Which figures were known at a moment: an answer never tells what is published or recorded later."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from db.models import Observation
from db.rules.calendars import local_day

# The clocks of two servers may differ by seconds: what one has recorded just now, the other shows.
_CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True)
class AsAt:
    """A day in the plan's zone, and an aware moment on it."""

    day: date
    moment: datetime

    @staticmethod
    def now(moment: datetime, zone: ZoneInfo) -> "AsAt":
        return AsAt(local_day(moment, zone), moment)

    @staticmethod
    def end_of(day: date, zone: ZoneInfo) -> "AsAt":
        """The end of a day in a zone."""
        return AsAt(day, datetime.combine(day + timedelta(days=1), time.min, zone))


def known_history(rows: Iterable[Observation], at: AsAt) -> list[Observation]:
    """Those of these figures that were known, current or replaced, in their order.

    A figure is known from the day it was published; without that day, from the moment it was recorded. The
    figure of a period that has not ended is not known, whatever is stored.
    """
    latest = at.moment + _CLOCKS_DIFFER

    def is_known(row: Observation) -> bool:
        return row.recorded_at <= latest if row.published_on is None else row.published_on <= at.day

    return [row for row in rows if row.period_end <= at.day and is_known(row)]


def known_figures(rows: Iterable[Observation], at: AsAt) -> list[Observation]:
    """Those of these figures that were known and current, by period: the oldest first, one for each place."""
    found: dict[tuple[str, date, date], Observation] = {}
    by_period = sorted(rows, key=lambda row: (row.period_end, row.period_start, row.id or 0))
    for row in known_history(by_period, at):
        if row.replaced_at is None or row.replaced_at > at.moment:
            found[row.place] = row
    return list(found.values())
