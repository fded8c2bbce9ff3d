"""`partnership-bot terms …`: term dates of authorities and schools."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import errors_reported, import_author, say, without_details
from bot.store import opened
from documents.terms import apply_terms, read_terms

app = typer.Typer(no_args_is_help=True, help="Import term dates of authorities and schools.")


@app.callback()
def _group() -> None:
    """Import term dates of authorities and schools."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A .csv of calendar,term,starts,ends,kind, or an .ics.")],
    calendar: Annotated[
        str | None, typer.Option("--calendar", help="The calendar's name, where an .ics does not say it.")
    ] = None,
) -> None:
    """Read term dates. A school's own dates go into a calendar called "AUTHORITY / SCHOOL"."""
    with errors_reported(), opened() as store:
        terms = read_terms(file, calendar)
        with store.writing() as session:
            changed = apply_terms(session, terms.spans, import_author(store, file))
        say(f"{changed} terms, half terms or INSET days changed." if changed else "Nothing changed.")
        for doubt in terms.doubts:
            say(f"  doubt: {without_details(doubt)}")
