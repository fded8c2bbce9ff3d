"""`partnership-bot preview`: what would be posted, as text, JSON or a calendar."""

import json
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

import typer
from icalendar import Calendar, Event

from bot.cli.output import errors_reported, fail, say
from bot.store import opened
from db.rules.dates import read_day
from jobs.preview import PlannedMessage, preview
from messages.times import day_text

_LONGEST = timedelta(days=800)


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    ICS = "ics"


def preview_command(
    first: Annotated[str, typer.Option("--from", help="The first day.")],
    last: Annotated[str, typer.Option("--to", help="The last day.")],
    format_: Annotated[Format, typer.Option("--format", help="text, json or ics.")] = Format.TEXT,
) -> None:
    """What would be posted, when, to whom and why. Sends nothing and writes nothing."""
    with errors_reported(), opened() as store:
        moment = store.moment()
        days = []
        for name, written in (("--from", first), ("--to", last)):
            read = read_day(written, moment.today)
            if read is None:
                fail(f'{name}: "{written}" is no date; one is 2025-09-01')
            days.append(read)
        if days[1] < days[0]:
            fail(f"--to {last} is before --from {first}")
        if days[1] - days[0] > _LONGEST:
            fail("a span of two years at most can be previewed")
        with store.reading() as session:
            planned = preview(session, days[0], days[1], moment)
        if format_ is Format.JSON:
            say(json.dumps([_json(one) for one in planned], ensure_ascii=False, indent=2))
        elif format_ is Format.ICS:
            say(_ics(planned))
        else:
            _text(planned, f"{day_text(days[0])} to {day_text(days[1])}")


def _json(one: PlannedMessage) -> dict[str, object]:
    told = {"kind": one.kind, "at": one.at.isoformat(), "to": one.to, "about": list(one.about)}
    return {**told, "why": one.why, "text": one.text}


def _text(planned: Sequence[PlannedMessage], span: str) -> None:
    if not planned:
        say(f"Nothing would be posted, {span}.")
    for one in planned:
        when, about = f"{day_text(one.at.date())} {one.at:%H:%M}", ", ".join(one.about)
        say(f"{when}  {one.kind} to {one.to or 'nobody'}: {about}")
        say(f"    {one.why}")


def _ics(planned: Sequence[PlannedMessage]) -> str:
    calendar = Calendar()
    calendar.add("prodid", "-//Partnership Bot//preview//EN")
    calendar.add("version", "2.0")
    for number, one in enumerate(planned, start=1):
        event = Event()
        event.add("uid", f"{one.kind}-{one.at:%Y%m%d}-{number}@partnership-bot")
        event.add("dtstamp", one.at)
        event.add("dtstart", one.at)
        event.add("dtend", one.at + timedelta(minutes=5))
        event.add("summary", f"{one.kind}: {', '.join(one.about)}")
        event.add("description", f"To {one.to or 'nobody'}: {one.why}\n\n{one.text}")
        calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8").strip()
