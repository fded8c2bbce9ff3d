"""`partnership-bot people …`: who holds which role."""

from pathlib import Path
from typing import Annotated

import typer
from slack_sdk.errors import SlackClientError

from bot.cli.output import errors_reported, import_author, say, say_doubts
from bot.store import opened
from documents.people import (
    PEOPLE_COLUMNS,
    apply_people,
    check_roles,
    check_users,
    read_people,
    several_agencies,
)
from documents.registers import unread_parts
from messages.wording import plural

app = typer.Typer(no_args_is_help=True, help="Import who holds which role.")


@app.callback()
def _group() -> None:
    """Import who holds which role."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help=".xlsx or .csv: role,agency,slack_user,deputy,from,to.")],
) -> None:
    """Read who holds which role, and from when to when. The file is the truth for the roles it names."""
    from bot.app import make_client
    from handlers.core.registered_people import fault_of_user

    with errors_reported(), opened() as store:
        people = read_people(file)
        if store.settings.slack_bot_token is None:
            say("SLACK_BOT_TOKEN is not set, so nobody was looked up in Slack.")
        else:
            try:
                check_users(file, people, fault_of_user(make_client(store.settings), store.engine))
            except (SlackClientError, OSError) as away:
                say(f"Slack can't be asked ({type(away).__name__}), so nobody was looked up there.")
        with store.writing() as session:
            check_roles(session, file, people)
            changed = apply_people(session, people, import_author(store, file), store.today())
        noun = plural(changed, "role has", "roles have")
        say(f"{changed} {noun} other holders now." if changed else "Nothing changed.")
        say_doubts([*unread_parts(file, PEOPLE_COLUMNS), *several_agencies(people)])
