"""The command line: `partnership-bot …`."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import logs
from bot.app import make_client
from bot.cli import kpi, plan, schools
from bot.cli.output import errors_reported, fail, say, say_json
from bot.cli.preview import preview_command
from bot.demo import run_demo
from bot.doctor import check_setup
from bot.manifest import manifest
from bot.server import serve_all, serve_web, serve_worker
from bot.settings import SLACK_API, Settings, SettingsError, load
from bot.store import opened
from db import audit_log, backup, schema
from db import engine as engines
from db.audit_log import Author
from documents.audit_log_export import export_entries
from documents.people import apply_people, read_people
from documents.sample import load_sample
from jobs.schedule import tick

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A Slack bot that keeps a partnership's action plan honest.",
)
people = typer.Typer(no_args_is_help=True, help="Who holds which role.")
audit = typer.Typer(no_args_is_help=True, help="The record of changes.")
app.add_typer(plan.app, name="plan")
app.add_typer(people, name="people")
app.add_typer(audit, name="audit")
app.command("preview")(preview_command)
app.add_typer(kpi.kpi, name="kpi")
app.add_typer(schools.schools, name="schools")
app.add_typer(schools.terms, name="terms")
app.add_typer(schools.reminder, name="reminder")


@app.command()
def run() -> None:
    """Answer Slack and run the clock, all in one process: Socket Mode with SLACK_APP_TOKEN, else HTTP."""
    with errors_reported():
        serve_all(_logged())


@app.command()
def web() -> None:
    """Answer Slack over HTTP (the Procfile's web process)."""
    with errors_reported():
        serve_web(_logged())


@app.command()
def worker() -> None:
    """Run the clock: deliver what is owed (the Procfile's worker process)."""
    with errors_reported():
        serve_worker(_logged())


def _logged() -> Settings:
    """The settings of a long-running process, which logs from INFO unless told otherwise."""
    settings = load()
    logs.configure(settings.log_level or "INFO")
    return settings


@app.command("demo")
def demo_(
    port: Annotated[int | None, typer.Option("--port", help="Port of the page.", min=0, max=65535)] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Forget earlier demos.")] = False,
) -> None:
    """Start the demo workspace: a Slack on this machine with the bot in it."""
    with errors_reported():
        run_demo(port, reset=reset)


@app.command("tick")
def tick_(
    at: Annotated[str | None, typer.Option("--at", help="ISO 8601: as if it were then (tests only).")] = None,
) -> None:
    """One pass of the clock: notice what is due, then deliver."""
    with errors_reported():
        settings = load()
        if at is not None and settings.slack_api_url == SLACK_API:
            fail("--at is for tests: it is refused while SLACK_API_URL is Slack's own")
        client, moment = make_client(settings), _moment(at, settings)
        with opened(settings) as store:
            say(json.dumps(tick(store.engine, client, store.moment(moment))))


def _moment(at: str | None, settings: Settings) -> datetime | None:
    if at is None:
        return None
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        fail(f'--at: "{at}" is not an ISO 8601 moment; one is 2016-12-15T09:30')
    return moment if moment.tzinfo else moment.replace(tzinfo=settings.zone)


@app.command("manifest")
def manifest_(
    url: Annotated[str, typer.Option("--url", help="Where the bot will listen.")] = "https://bot.example.org",
    socket: Annotated[bool, typer.Option("--socket", help="For Socket Mode: it listens nowhere.")] = False,
) -> None:
    """Print the Slack app manifest as JSON."""
    say_json(manifest(None if socket else url))


@app.command()
def doctor() -> None:
    """Check the set-up, one line each; exit code 1 on any fault."""
    with errors_reported():
        findings = list(check_setup(load()))
    for finding in findings:
        say(f"{'ok   ' if finding.good else 'FAULT' if finding.fault else 'note '}  {finding.text}")
    if any(finding.fault and not finding.good for finding in findings):
        raise typer.Exit(1)


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    with errors_reported():
        engine = engines.connect(load().database_url)
        before = schema.current_revision(engine)
        schema.upgrade(engine)
        after = schema.current_revision(engine)
        engine.dispose()
        say(f"The database is at {after}{', as it was' if before == after else ''}.")


@app.command("backup")
def backup_(file: Annotated[Path, typer.Argument(help="A new file.")]) -> None:
    """Write the whole store to one file, while the bot runs."""
    with errors_reported(), opened() as store:
        backup.backup(store.engine, file)
        say(f"Everything is in {file}. It holds people's names and what they wrote: keep it safe.")


@app.command("restore")
def restore_(file: Annotated[Path, typer.Argument(help="What `backup` wrote.")]) -> None:
    """Fill an empty database from a backup, and check the record of changes."""
    with errors_reported():
        engine = engines.connect(load().database_url)
        try:
            backup.restore(engine, file)
            fits = schema.current_revision(engine) == schema.newest_revision()
        finally:
            engine.dispose()
        if not fits:
            say("Restored, from an older version: run partnership-bot migrate, then audit verify.")
            return
    verify()


@people.command("import")
def import_people(
    file: Annotated[Path, typer.Argument(help="CSV: role,agency,slack_user,deputy,from,to.")],
) -> None:
    """Read who holds which role, and from when to when."""
    with errors_reported(), opened() as store:
        read = read_people(file)
        with store.writing() as session:
            changed = apply_people(session, read, Author(f"import:{file.name}"[:64], store.clock()))
        say(f"{changed} of {len(read)} holdings added or changed." if changed else "Nothing changed.")


_LOADED = {
    "people": "holdings",
    "term dates": "spans of days",
    "schools": "entries",
    "KPIs": "with their figures",
    "reminders": "set up",
}


@app.command()
def sample() -> None:
    """Load the sample plans, people, schools, term dates and KPIs into the database in use, once."""
    with errors_reported(), opened() as store:
        with store.writing() as session:
            loaded = load_sample(session, Author("import:sample", store.clock()), store.today())
        if not any(loaded.values()):
            say("Nothing changed: the samples are there already.")
        for name, number in loaded.items():
            if number:
                say(f"{name}: {number} {_LOADED.get(name, 'actions')}.")


@audit.command()
def verify() -> None:
    """Check the record of changes end to end."""
    with errors_reported(), opened() as store, store.reading() as session:
        held, wrong = audit_log.verify(session)
        if wrong is not None:
            fail(f"the record is broken: {wrong}; {held} entries before it hold")
        say(f"{held} entries, unbroken.")


@audit.command("export")
def export_record(
    file: Annotated[Path, typer.Argument(help="Where to: .csv or .xlsx.")],
    board: Annotated[bool, typer.Option("--board", help="Figures of small counts too.")] = False,
) -> None:
    """Write the record of changes for the internal auditor, the first entry first."""
    with errors_reported(), opened() as store, store.reading() as session:
        say(f"{export_entries(session, file, board=board)} entries written to {file}.")


def main() -> None:
    """Run a command. Exit codes: 0 done, 1 the input or state is wrong, 2 wrong usage."""
    try:
        logs.configure(load().log_level)
    except SettingsError:
        # The command that needs the settings says what is wrong with them.
        logs.configure(None)
    app()


if __name__ == "__main__":
    main()
