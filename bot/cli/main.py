"""The command line: `partnership-bot …`. A command's modules are loaded only when it is run.

Loading all of them takes over a second, most of it for Slack, Excel and the demo, which most commands do
not need. So each command stands in one table here with its module and its help.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


@dataclass(frozen=True)
class LazyCommand:
    """The module whose `app` has the command, or is the command's whole group."""

    module: str
    help: str

    def load(self, name: str) -> Any:
        loaded = get_command(import_module(f"bot.cli.{self.module}").app)
        return loaded.commands.get(name, loaded) if isinstance(loaded, TyperGroup) else loaded


COMMANDS: Mapping[str, LazyCommand] = {
    "run": LazyCommand("serve", "Answer Slack and run the clock, in one process."),
    "web": LazyCommand("serve", "Answer Slack over HTTP (the Procfile's web process)."),
    "worker": LazyCommand("serve", "Run the clock (the Procfile's worker process)."),
    "demo": LazyCommand("demo", "Start the demo workspace: a Slack on this machine with the bot in it."),
    "tick": LazyCommand("tick", "Make one pass of the clock: notice what is due, then deliver."),
    "preview": LazyCommand(
        "preview", "Show which reminders and nudges would be posted, when, to whom and why."
    ),
    "plan": LazyCommand("plan", "Import, export and show action plans."),
    "kpi": LazyCommand("kpi", "Import, export and show KPIs."),
    "people": LazyCommand("people", "Import who holds which role."),
    "schools": LazyCommand("schools", "Import the register of schools."),
    "register": LazyCommand("register", "Import the registers that coverage is counted against."),
    "findings": LazyCommand("findings", "Import what inspections found and what later documents say of it."),
    "terms": LazyCommand("terms", "Import term dates of authorities and schools."),
    "reminder": LazyCommand("reminder", "Set up termly reminders to schools, and see who got them."),
    "sample": LazyCommand("database", "Load the sample plans, people, schools, term dates and KPIs."),
    "doctor": LazyCommand("doctor", "Check the set-up, one line for each check."),
    "manifest": LazyCommand("manifest", "Print the Slack app manifest as JSON."),
    "audit": LazyCommand("audit", "Check and export the record of changes."),
    "erase": LazyCommand("erase", "Take the text of one entry out of the record for good."),
    "migrate": LazyCommand("database", "Bring the database to the newest schema."),
    "backup": LazyCommand("database", "Write the whole database to one file, while the bot runs."),
    "restore": LazyCommand("database", "Fill an empty database from a backup, and check it."),
}


class LazyGroup(TyperGroup):
    """Lists the commands from the table, and loads the one that is run."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A stand-in with the command's name and help, which is all that a list of commands shows."""
        known = COMMANDS.get(cmd_name)
        return None if known is None else TyperCommand(cmd_name, help=known.help)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        if name is not None and name in COMMANDS:
            command = COMMANDS[name].load(name)
        return name, command, rest


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A Slack bot that keeps a partnership's action plan honest.",
)


@app.callback()
def configure() -> None:
    """A Slack bot that keeps a partnership's action plan honest."""
    from bot import logs
    from bot.settings import SettingsError, load

    try:
        logs.configure(load().log_level)
    except SettingsError:
        # The command that needs the settings says what is wrong with them.
        logs.configure(None)


def main() -> None:
    """Run a command. Exit codes: 0 done, 1 the input or state is wrong, 2 wrong usage."""
    app()
