"""Logging: structured, as JSON unless on a terminal; never a request body, a note, a name or a token."""

import logging
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import structlog

# Lines of libraries that keep their text, because they are about processes and ports only. Any other line
# may quote what was sent: gunicorn, for one, quotes a request that it could not read.
_SAFE_LINES = frozenset(
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

    A library's line is logged without its text, because Bolt logs the body of a forged request, slack-sdk
    every message it sends, SQLAlchemy every value. What remains is the library, the place and the level.
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
    # Without its text a library's everyday line is of no use, except when somebody looks for a fault.
    quiet = numeric if numeric <= logging.DEBUG else max(numeric, logging.WARNING)
    logging.basicConfig(level=quiet, handlers=[_Libraries()], force=True)
    logging.getLogger("gunicorn").setLevel(numeric)


class _Libraries(logging.Handler):
    """Logs what libraries log, without their text."""

    def emit(self, record: logging.LogRecord) -> None:
        fields = {"logger": record.name, "where": f"{record.filename}:{record.lineno}"}
        if record.exc_info and record.exc_info[0] is not None:
            fields["error"] = record.exc_info[0].__name__
        event = record.getMessage() if record.msg in _SAFE_LINES else "library message hidden"
        structlog.get_logger().log(record.levelno, event, **fields)


def _drop(*_: object) -> NoReturn:
    raise structlog.DropEvent


@contextmanager
def one_request() -> Iterator[None]:
    """Put one number into every line that is logged in the block, from whichever thread."""
    with structlog.contextvars.bound_contextvars(request=uuid.uuid4().hex[:8]):
        yield
