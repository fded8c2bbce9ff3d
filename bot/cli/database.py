"""`partnership-bot migrate`, `backup`, `restore` and `sample`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.audit import verify
from bot.cli.output import errors_reported, fail, say
from bot.settings import load
from bot.store import newer_schema, opened
from db import backup, schema
from db import engine as engines
from db.audit_log import Author

app = typer.Typer()

# What the numbers of `load_sample` count.
_LOADED = {
    "people": "role holders",
    "term dates": "terms, half terms and INSET days",
    "schools": "schools",
    "KPIs": "KPIs with their figures",
    "findings": "findings of inspections",
    "reminders": "set up",
}


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    with errors_reported():
        engine = engines.connect(load().database_url)
        before = schema.current_revision(engine)
        if schema.is_from_newer_code(engine):
            fail(newer_schema(before))
        schema.upgrade(engine)
        after = schema.current_revision(engine)
        engine.dispose()
        unchanged = " already" if before == after else ""
        say(f"The database is{unchanged} at {after}.")


@app.command("backup")
def backup_(file: Annotated[Path, typer.Argument(help="A new file.")]) -> None:
    """Write the whole database to one file, while the bot runs."""
    with errors_reported(), opened() as store:
        backup.backup(store.engine, file)
        say(f"Written to {file}. It holds people's names and what they wrote. Keep it safe.")


@app.command("restore")
def restore_(file: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")]) -> None:
    """Fill an empty database from a backup, and check it."""
    with errors_reported():
        engine = engines.connect(load().database_url)
        try:
            backup.restore(engine, file)
            fits = schema.current_revision(engine) == schema.newest_revision()
        finally:
            engine.dispose()
        if not fits:
            say("Restored from an older version. Run partnership-bot migrate, then audit verify.")
            return
    verify()


@app.command()
def sample() -> None:
    """Load the sample plans, people, schools, term dates and KPIs. A second time changes nothing."""
    from documents.sample import load_sample

    with errors_reported(), opened() as store:
        with store.writing() as session:
            loaded = load_sample(session, Author("import:sample", store.clock()), store.today())
        if not any(loaded.values()):
            say("Nothing changed: the samples are loaded already.")
        for name, number in loaded.items():
            if number:
                say(f"{name}: {number} {_LOADED.get(name, 'actions')}.")
