"""`partnership-bot tick`."""

import json
from datetime import datetime
from typing import Annotated

import typer

from bot.app import make_client
from bot.cli.output import errors_reported, fail, say, warn
from bot.settings import SLACK_API, Settings, load
from bot.store import opened
from db import health
from jobs.schedule import tick

app = typer.Typer()


@app.command("tick")
def tick_(
    at: Annotated[str | None, typer.Option("--at", help="ISO 8601: as if it were then (tests only).")] = None,
) -> None:
    """Make one pass of the clock: notice what is due, then deliver."""
    with errors_reported():
        settings = load()
        if at is not None and settings.slack_api_url == SLACK_API:
            fail("--at is for tests. It can't be used while SLACK_API_URL is Slack's own")
        client, moment = make_client(settings), _moment(at, settings)
        with opened(settings) as store:
            context = store.tick_context(moment)
            say(json.dumps(tick(store.engine, client, context)))
            with store.reading() as session:
                fault = health.read_health(session, context.at).clock_fault
            if fault is not None:
                warn(f"nothing was done: {fault}")


def _moment(at: str | None, settings: Settings) -> datetime | None:
    if at is None:
        return None
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        fail(f'--at: "{at}" is not an ISO 8601 time, such as 2016-12-15T09:30')
    return moment if moment.tzinfo else moment.replace(tzinfo=settings.zone)
