"""The day that somebody gave: with the school's calendar where only that tells it, and not too far ahead."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from db import meetings, plans, school_calendars
from db.errors import Refused
from db.rules.dates import day_text
from db.rules.typed_dates import MeetingDay, SchoolDay
from handlers.core.requests import Request

_DAY = timedelta(days=1)


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


def with_meeting_days(request: Request, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """The arguments with the days of the meetings that somebody names: `last meeting`, `next meeting`.

    What has changed since a meeting came after its day, and `since_meeting` names it. Raises `Refused` where
    no such meeting is held.
    """
    named = {
        name: value
        for name, value in arguments.items()
        if isinstance(value, tuple) and value and isinstance(value[0], MeetingDay)
    }
    if not named:
        return arguments
    found: dict[str, Any] = {}
    with request.reading() as session:
        code = arguments.get("code") or arguments.get("plan")
        plan = plans.plan_by_code(session, code) if code else plans.default_plan(session, request.channel)
        for name, (which, written) in named.items():
            # A board that meets today asks what has changed since it met before.
            after = request.today if name == "since" else request.tomorrow
            find = meetings.next_meeting if which is MeetingDay.NEXT else meetings.last_meeting
            meeting = find(session, plan, after) if plan else None
            if meeting is None:
                raise Refused(
                    f"I know of no {which}. `/plan meeting add DATE NAME` adds one; or give a date."
                )
            if name == "since":
                found |= {
                    name: (meeting.day + _DAY, written),
                    "since_meeting": f"{meeting.name} of {day_text(meeting.day)}",
                }
            else:
                found[name] = (meeting.day, written)
    return {**arguments, **found}
