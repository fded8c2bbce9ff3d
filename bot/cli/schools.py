"""`partnership-bot schools …`: the register of schools."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import errors_reported, import_author, say, say_doubts
from bot.store import opened
from documents.registers import unread_parts
from documents.schools import SCHOOL_COLUMNS, apply_schools, check_calendars, read_schools, shared_channels
from messages.wording import plural

app = typer.Typer(no_args_is_help=True, help="Import the register of schools.")


@app.callback()
def _group() -> None:
    """Import the register of schools."""


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(help=".xlsx or .csv: name,channel,contact,telephone,calendar,from,to.")
    ],
) -> None:
    """Read the register. A school without a channel is reported, and never counted as reached."""
    with errors_reported(), opened() as store:
        schools = read_schools(file)
        with store.writing() as session:
            check_calendars(session, file, schools)
            changed = apply_schools(session, schools, import_author(store, file))
        say(f"{changed} of {len(schools)} schools added or changed." if changed else "Nothing changed.")
        say_doubts([*unread_parts(file, SCHOOL_COLUMNS), *shared_channels(schools)])
        gaps = [school.name for school in schools if school.channel is None]
        if gaps:
            verb = plural(len(gaps), "has no channel, so it", "have no channel, so they")
            say(f"{len(gaps)} {verb} can't be reached: {', '.join(gaps)}.")
