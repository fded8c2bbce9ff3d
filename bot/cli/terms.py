"""`partnership-bot terms …`: term dates of authorities and schools."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import (
    Format,
    FormatOption,
    errors_reported,
    import_author,
    say,
    say_doubts,
    say_json,
)
from bot.store import opened
from db.models import DateStatus
from db.rules.dates import day_text
from db.school_calendars import all_dates
from documents.terms import apply_terms, read_terms

app = typer.Typer(no_args_is_help=True, help="Import term dates of authorities and schools.")


@app.callback()
def _group() -> None:
    """Import term dates of authorities and schools."""


@app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(
            help="An .xlsx or .csv of calendar,term,starts,ends,kind, a council's own table, or an .ics."
        ),
    ],
    calendar: Annotated[
        str | None, typer.Option("--calendar", help="The calendar's name, where the file does not say it.")
    ] = None,
) -> None:
    """Read term dates. A school's own dates go into a calendar called "AUTHORITY / SCHOOL"."""
    with errors_reported(), opened() as store:
        terms = read_terms(file, calendar, store.settings.zone)
        with store.writing() as session:
            changed = apply_terms(session, terms.spans, import_author(store, file))
        say(f"{changed} terms, half terms or INSET days changed." if changed else "Nothing changed.")
        say_doubts(terms.doubts)


@app.command("list")
def list_(format_: FormatOption = Format.TEXT) -> None:
    """List the terms, half terms and INSET days that are held."""
    with errors_reported(), opened() as store, store.reading() as session:
        rows = all_dates(session)
        if format_ is Format.JSON:
            say_json(
                [
                    {
                        **{
                            name: getattr(row, name)
                            for name in ("calendar", "term", "starts", "ends", "kind")
                        },
                        "provisional": row.standing is not DateStatus.PUBLISHED,
                    }
                    for row in rows
                ]
            )
            return
        for row in rows:
            standing = "" if row.standing is DateStatus.PUBLISHED else f"  ({row.standing})"
            kind = str(row.kind).replace("_", " ")
            say(
                f"{row.calendar}  {row.term}  {kind}: {day_text(row.starts)} to "
                f"{day_text(row.ends)}{standing}"
            )
