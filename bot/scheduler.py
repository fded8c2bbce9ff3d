"""APScheduler only ticks: what there is to do stands in the database."""

import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from slack_sdk import WebClient
from sqlalchemy import Engine

from jobs.schedule import SCHEDULE, tick
from jobs.tick_context import TickContext

log = structlog.get_logger(__name__)


def make_scheduler(
    engine: Engine, client: WebClient, now: Callable[[], TickContext], *, every: int | None = None
) -> BackgroundScheduler:
    """A scheduler of the table of jobs, not started. `every` overrides the seconds between passes."""
    scheduler = BackgroundScheduler(daemon=True)
    for job in SCHEDULE:
        scheduler.add_job(
            _guarded(job.name, lambda: tick(engine, client, now())),
            "interval",
            seconds=every or job.every_seconds,
            id=job.name,
            coalesce=True,
            misfire_grace_time=None,
            max_instances=1,
        )
    return scheduler


def run_repeatedly(
    scheduler: BackgroundScheduler, name: str, look: Callable[[], None], seconds: float
) -> None:
    """Have the scheduler look, at once and then again and again, after what no database knows of."""
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
    """The job wrapper: a pass that fails is logged, and the next one does its work too."""

    def run() -> None:
        try:
            job()
        except Exception as failed:
            # Without its text, which may quote what somebody wrote.
            log.error("job failed", job=name, error=type(failed).__name__)

    return run


def until_stopped() -> None:
    """Wait for Ctrl+C or a request to end; a shell starts a background job with Ctrl+C ignored."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()
