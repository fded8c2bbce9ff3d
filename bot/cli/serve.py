"""`partnership-bot run`, `web` and `worker`: the long-running processes."""

import typer

from bot import logs
from bot.cli.output import errors_reported
from bot.server import serve_all, serve_web, serve_worker
from bot.settings import Settings, load

app = typer.Typer()


@app.command()
def run() -> None:
    """Answer Slack and run the clock, in one process.

    Uses Socket Mode when SLACK_APP_TOKEN is set, else HTTP on PORT.
    """
    with errors_reported():
        serve_all(_settings_with_logs())


@app.command()
def web() -> None:
    """Answer Slack over HTTP (the Procfile's web process)."""
    with errors_reported():
        serve_web(_settings_with_logs())


@app.command()
def worker() -> None:
    """Run the clock (the Procfile's worker process)."""
    with errors_reported():
        serve_worker(_settings_with_logs())


def _settings_with_logs() -> Settings:
    """The settings of a long-running process, which logs from INFO unless told otherwise."""
    settings = load()
    logs.configure(settings.log_level or "INFO")
    return settings
