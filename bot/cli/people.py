"""`partnership-bot people …`: who holds which role."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import errors_reported, import_author, say
from bot.store import opened
from documents.people import apply_people, check_roles, read_people

app = typer.Typer(no_args_is_help=True, help="Import who holds which role.")


@app.callback()
def _group() -> None:
    """Import who holds which role."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV: role,agency,slack_user,deputy,from,to.")],
) -> None:
    """Read who holds which role, and from when to when."""
    with errors_reported(), opened() as store:
        people = read_people(file)
        with store.writing() as session:
            check_roles(session, file, people)
            changed = apply_people(session, people, import_author(store, file))
        say(f"{changed} of {len(people)} holdings added or changed." if changed else "Nothing changed.")
