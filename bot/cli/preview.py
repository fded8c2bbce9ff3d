"""`partnership-bot preview`: what would be posted, as text, JSON or a calendar."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

import typer

from bot.cli.output import errors_reported, fail, say
from bot.store import opened
from db.rules.dates import day_text
from db.rules.typed_dates import read_day
from jobs.preview import PlannedMessage, preview

app = typer.Typer()

_LONGEST = timedelta(days=800)


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    ICS = "ics"


@app.command("preview")
def preview_(
    first: Annotated[str, typer.Option("--from", help="The first day.")],
    last: Annotated[str, typer.Option("--to", help="The last day.")],
    format_: Annotated[Format, typer.Option("--format", help="text, json or ics.")] = Format.TEXT,
) -> None:
    """Show which reminders and nudges would be posted, when, to whom and why. Sends and writes nothing."""
    with errors_reported(), opened() as store:
        context = store.tick_context()
        begins, ends = (_day(*one, context.today) for one in (("--from", first), ("--to", last)))
        if ends < begins:
            fail(f"--to {last} is before --from {first}")
        if ends - begins > _LONGEST:
            fail("a preview covers two years at most")
        with store.reading() as session:
            messages = preview(session, begins, ends, context)
    match format_:
        case Format.JSON:
            say(json.dumps([_as_json(one) for one in messages], ensure_ascii=False, indent=2))
        case Format.ICS:
            say(_as_ics(messages))
        case Format.TEXT:
            _say_text(messages, f"{day_text(begins)} to {day_text(ends)}")


def _day(option: str, written: str, today: date) -> date:
    day = read_day(written, today)
    if day is None:
        fail(f'{option}: "{written}" is not a date, such as 2025-09-01')
    return day


def _as_json(one: PlannedMessage) -> dict[str, object]:
    return {
        "kind": one.kind,
        "at": one.at.isoformat(),
        "to": one.to,
        "about": list(one.about),
        "why": one.why,
        "text": one.text,
    }


def _say_text(messages: Sequence[PlannedMessage], span: str) -> None:
    if not messages:
        say(f"Nothing would be posted, {span}.")
    for one in messages:
        when, about = f"{day_text(one.at.date())} {one.at:%H:%M}", ", ".join(one.about)
        say(f"{when}  {one.kind} to {one.to or 'nobody'}: {about}")
        say(f"    {one.why}")


def _as_ics(messages: Sequence[PlannedMessage]) -> str:
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Partnership Bot//preview//EN")
    calendar.add("version", "2.0")
    for number, one in enumerate(messages, start=1):
        event = Event()
        event.add("uid", f"{one.kind}-{one.at:%Y%m%d}-{number}@partnership-bot")
        event.add("dtstamp", one.at)
        event.add("dtstart", one.at)
        event.add("dtend", one.at + timedelta(minutes=5))
        event.add("summary", f"{one.kind}: {', '.join(one.about)}")
        event.add("description", f"To {one.to or 'nobody'}: {one.why}\n\n{one.text}")
        calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8").strip()
