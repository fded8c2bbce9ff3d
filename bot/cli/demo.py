"""`partnership-bot demo`."""

from typing import Annotated

import typer

from bot.cli.output import errors_reported
from bot.demo import run_demo

app = typer.Typer()


@app.command()
def demo(
    port: Annotated[int | None, typer.Option("--port", help="Port of the page.", min=0, max=65535)] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Start afresh, without earlier demos.")] = False,
) -> None:
    """Start the demo workspace: a Slack on this machine with the bot in it."""
    with errors_reported():
        run_demo(port, reset=reset)
