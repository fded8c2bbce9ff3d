"""The day that somebody gave: with the school's calendar where only that tells it, and not too far ahead."""

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from db import school_calendars
from db.errors import Refused
from db.rules.dates import day_text
from db.rules.typed_dates import SchoolDay
from handlers.core.requests import Request


def given_day(request: Request, value: tuple[Any, str], *, years: int) -> tuple[date, str]:
    """The day of a `Kind.DAY` argument, and how it was written. A `SchoolDay` is looked up.

    Raises `Refused` for a day more than `years` ahead, which is a slip in the year.
    """
    day, written = value
    if isinstance(day, SchoolDay):
        with request.reading() as session:
            day = school_calendars.find_school_day(session, day, request.today)
    latest = request.today + relativedelta(years=years)
    if day > latest:
        raise Refused(
            f"{day_text(day)} is too far ahead. Give a day up to {day_text(latest)}, "
            f"{_years_text(years)} from now."
        )
    return day, written


def _years_text(years: int) -> str:
    return "a year" if years == 1 else f"{years} years"
