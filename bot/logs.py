"""Logging: structured, JSON when nobody watches; never a body, a note, a name or a token."""

import logging
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import structlog

# Of what libraries say these alone keep their words: they are about processes and ports. Any other line may
# quote what was sent, gunicorn's on a request it could not read among them.
_OUTSPOKEN = frozenset(
    (
        "Booting worker with pid: %s",
        "Handling signal: %s",
        "Listening at: %s (%s)",
        "Listening at: %s",
        "Shutting down: %s",
        "Starting gunicorn %s",
        "Using worker: %s",
        "WORKER TIMEOUT (pid:%s)",
        "Worker (pid:%s) exited with code %s.",
        "Worker (pid:%s) was sent %s!",
        "Worker exiting (pid: %s)",
    )
)


def configure(level: str | None) -> None:
    """Log at `level` and above to stderr; None logs nothing at all.

    A library's line comes without its text: Bolt logs the body of a forged request, slack-sdk every
    message it sends, SQLAlchemy every value. What is told of it is which library, where and how bad.
    """
    logging.disable(logging.CRITICAL if level is None else logging.NOTSET)
    if level is None:
        structlog.configure(processors=[_drop])
        return
    numeric = logging.getLevelNamesMapping()[level]
    renderer = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # Without its words a library's everyday line tells nothing, unless somebody looks for a fault.
    quiet = numeric if numeric <= logging.DEBUG else max(numeric, logging.WARNING)
    logging.basicConfig(level=quiet, handlers=[_Libraries()], force=True)
    logging.getLogger("gunicorn").setLevel(numeric)


class _Libraries(logging.Handler):
    """What libraries log, told in our own way and without their words."""

    def emit(self, record: logging.LogRecord) -> None:
        told = {"logger": record.name, "where": f"{record.filename}:{record.lineno}"}
        if record.exc_info and record.exc_info[0] is not None:
            told["error"] = record.exc_info[0].__name__
        event = record.getMessage() if record.msg in _OUTSPOKEN else "a library's message, withheld"
        structlog.get_logger().log(record.levelno, event, **told)


def _drop(*_: object) -> NoReturn:
    raise structlog.DropEvent


@contextmanager
def one_request() -> Iterator[None]:
    """Put one number into every line that is logged until the block ends, whichever thread logs it."""
    with structlog.contextvars.bound_contextvars(request=uuid.uuid4().hex[:8]):
        yield
