"""`partnership-bot erase`."""

import getpass
from typing import Annotated

import typer

from bot.cli.output import errors_reported, say
from bot.store import opened
from db import erasure
from db.audit_log import Author
from db.engine import forget_old_pages
from messages.wording import count_text

app = typer.Typer()


@app.command("erase")
def erase_(
    entry: Annotated[
        int, typer.Argument(help="The entry's number: /action history and audit export show it.")
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why. It stays in the record, without details.")],
) -> None:
    """Take the text of one entry out of the record for good. Who wrote it and when stays."""
    with errors_reported(), opened() as store:
        author = Author(f"server:{_system_user()}"[:64], store.clock())
        with store.writing() as session:
            report = erasure.erase(session, author, entry, reason)
        forget_old_pages(store.engine)
        copies = len(report.entries) - 1
        say(
            f"The text of entry {entry} is erased, with {count_text(copies, 'copy', 'copies')} in other "
            f"entries and {count_text(report.rows, 'row')} of other tables."
        )
        if report.messages:
            say(
                f"{count_text(report.messages, 'posted message')} will be searched for it, and taken down. "
                "The worker does that within minutes."
            )
        if report.out_of_reach:
            say(
                f"Answers were shared where the bot is not a member: look there yourself, in "
                f"{', '.join(report.out_of_reach)}."
            )
        say("Backups made before today still have the text: delete them when you no longer need them.")


def _system_user() -> str:
    """Who is signed in on the server. A container may have no name for its user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
