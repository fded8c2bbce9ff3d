"""`partnership-bot register …`: the registers that coverage is counted against."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import errors_reported, import_author, say, say_doubts
from bot.store import opened
from db.registers import on_register, registers
from documents.member_register import MEMBER_COLUMNS, apply_members, read_members, register_kind
from documents.registers import unread_parts
from messages.wording import count_text

app = typer.Typer(no_args_is_help=True, help="Import the registers that coverage is counted against.")


@app.callback()
def _group() -> None:
    """Import the registers that coverage is counted against."""


@app.command("import")
def import_(
    kind: Annotated[str, typer.Argument(help="What is on it: teams, schools, managers, any word.")],
    file: Annotated[Path, typer.Argument(help=".xlsx or .csv: name,agency,contact,from,to.")],
) -> None:
    """Read a register. Who has no contact is counted, and can't be asked."""
    with errors_reported(), opened() as store:
        register = register_kind(kind)
        members = read_members(file)
        with store.writing() as session:
            changed = apply_members(session, register, members, import_author(store, file))
        say(
            f"{changed} of {len(members)} on the register of {register} added or changed."
            if changed
            else "Nothing changed."
        )
        say_doubts(unread_parts(file, MEMBER_COLUMNS))
        gaps = [one.name for one in members if one.contact is None]
        if gaps:
            say(f"{len(gaps)} without a contact: {', '.join(gaps)}.")


@app.command("list")
def list_() -> None:
    """List the registers, and how many are on each today."""
    with errors_reported(), opened() as store, store.reading() as session:
        for register in registers(session):
            say(f"{register}\t{count_text(len(on_register(session, register, store.today())), 'member')}")
