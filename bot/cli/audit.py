"""`partnership-bot audit …`: the record of changes."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import errors_reported, fail, say, without_details
from bot.store import opened
from db import audit_chain, replay
from messages.wording import plural

app = typer.Typer(no_args_is_help=True, help="Check and export the record of changes.")


@app.command()
def verify() -> None:
    """Check the record of changes from end to end, and that what is stored is what it says."""
    with errors_reported(), opened() as store, store.reading() as session:
        report = audit_chain.verify(session)
        if report.fault is not None:
            fail(f"the record is broken: {report.fault}. The {report.intact} entries before it are intact")
        differences = [without_details(str(one)) for one in replay.find_differences(session)]
        if differences:
            number = plural(len(differences), "One value differs", f"{len(differences)} values differ")
            fail("\n".join([f"{number} from the record, which is unbroken:", *differences]))
        erased = f" The text of {report.erased} of them was erased." if report.erased else ""
        say(f"{report.intact} entries, unbroken, and nothing differs from it.{erased}")


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The file to write: .csv or .xlsx.")],
    board: Annotated[bool, typer.Option("--board", help="With small counts, for a board.")] = False,
) -> None:
    """Write the record of changes for the internal auditor, oldest entry first."""
    from documents.audit_log_export import export_entries

    with errors_reported(), opened() as store, store.reading() as session:
        say(f"{export_entries(session, file, board=board)} entries written to {file}.")
