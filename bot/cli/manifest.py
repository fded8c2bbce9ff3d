"""`partnership-bot manifest`."""

from typing import Annotated

import typer

from bot.cli.output import fail, say_json
from bot.manifest import manifest
from db.rules.links import link_fault

app = typer.Typer()


@app.command("manifest")
def manifest_(
    url: Annotated[
        str, typer.Option("--url", help="The address where the bot listens.")
    ] = "https://bot.example.org",
    socket: Annotated[bool, typer.Option("--socket", help="For Socket Mode, without an address.")] = False,
) -> None:
    """Print the Slack app manifest as JSON."""
    fault = link_fault(url)
    if fault or not url.startswith("https://"):
        fail(f"--url: the address {fault or 'does not begin with https://, and Slack calls no other'}")
    say_json(manifest(None if socket else url))
