"""The command line: `partnership-bot …`."""

from pathlib import Path
from typing import Annotated

import typer

from bot import plan_commands
from bot.opening import open_store
from bot.output import faults, refuse, say
from bot.settings import load
from db import engine as engines
from db import record, schema
from db.imports.people import apply_people, read_people
from db.record import Said
from db.sample import load_sample

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A Slack bot that keeps a partnership's action plan honest.",
)
people = typer.Typer(no_args_is_help=True, help="Who holds which role.")
audit = typer.Typer(no_args_is_help=True, help="The record of changes.")
app.add_typer(plan_commands.app, name="plan")
app.add_typer(people, name="people")
app.add_typer(audit, name="audit")


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    with faults():
        engine = engines.connect(load().database_url)
        before = schema.current(engine)
        schema.upgrade(engine)
        after = schema.current(engine)
        say(f"The database is at {after}{', as it was' if before == after else ''}.")


@people.command("import")
def import_people(
    file: Annotated[Path, typer.Argument(help="CSV: role,agency,slack_user,deputy,from,to.")],
) -> None:
    """Read who holds which role, and from when to when."""
    with faults():
        read = read_people(file)
        store = open_store()
        with store.writing() as session:
            changed = apply_people(session, read, Said(f"import:{file.name}"[:64], store.clock()))
        say(f"{changed} of {len(read)} holdings added or changed." if changed else "Nothing changed.")


@app.command()
def sample() -> None:
    """Load the sample plans and people into the database in use. Twice changes nothing."""
    with faults():
        store = open_store()
        with store.writing() as session:
            loaded = load_sample(session, Said("import:sample", store.clock()), store.today())
        if not any(loaded.values()):
            say("Nothing changed: the samples are there already.")
        for name, number in loaded.items():
            if number:
                say(f"{name}: {number} {'holdings' if name == 'people' else 'actions'} loaded.")


@audit.command()
def verify() -> None:
    """Check the record of changes end to end."""
    with faults(), open_store().reading() as session:
        held, wrong = record.verify(session)
        if wrong is not None:
            refuse(f"the record is broken: {wrong}; {held} entries before it hold")
        say(f"{held} entries, unbroken.")


def main() -> None:
    """Run a command. Exit codes: 0 done, 1 the input or state is wrong, 2 wrong usage."""
    app()


if __name__ == "__main__":
    main()
