"""Months and moments as people read them: `Mar 2017`, `15 Dec 2016 10:02` in the plan's zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from db.rules.dates import day_text
from messages.wording import count_text


def moment_text(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{day_text(local.date())} {local:%H:%M}"


def days_text(days: int) -> str:
    return count_text(days, "day")
