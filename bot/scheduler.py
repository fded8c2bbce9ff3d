"""APScheduler only ticks: the database holds everything that has to be done."""

import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine

from jobs.schedule import TICK_SECONDS, tick
from jobs.slack_client import SlackClient
from jobs.tick_context import TickContext

log = structlog.get_logger(__name__)


def make_scheduler(
    engine: Engine, client: SlackClient, now: Callable[[], TickContext], *, every: int | None = None
) -> BackgroundScheduler:
    """A scheduler that runs `tick`, not started yet. `every` overrides `TICK_SECONDS`."""
    scheduler = BackgroundScheduler(daemon=True)
    scheduler.add_job(
        _guarded("tick", lambda: tick(engine, client, now())),
        "interval",
        seconds=every or TICK_SECONDS,
        id="tick",
        coalesce=True,
        misfire_grace_time=None,
        max_instances=1,
    )
    return scheduler


def run_repeatedly(
    scheduler: BackgroundScheduler, name: str, look: Callable[[], None], seconds: float
) -> None:
    """Run a job at once and then every `seconds`: for what the database does not know, such as a socket."""
    scheduler.add_job(
        _guarded(name, look),
        "interval",
        seconds=seconds,
        id=name,
        coalesce=True,
        misfire_grace_time=None,
        max_instances=1,
        next_run_time=datetime.now(UTC),
    )


def _guarded(name: str, job: Callable[[], object]) -> Callable[[], None]:
    """Wrap a job so that a failed run is logged and the next one still happens."""

    def run() -> None:
        try:
            job()
        except Exception as failed:
            # Without the error's text, which may quote what somebody wrote.
            log.error("job failed", job=name, error=type(failed).__name__)

    return run


def until_stopped() -> None:
    """Wait for SIGINT or SIGTERM.

    SIGINT is set explicitly, because a shell starts a background job with SIGINT ignored."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()
