"""Logging: structured, JSON when nobody watches; never a body, a note, a name or a token."""

import logging
import sys
from typing import NoReturn

import structlog


def configure(level: str | None) -> None:
    """Log at `level` and above to stderr; None logs nothing at all.

    Bolt and slack-sdk write request bodies at DEBUG and on a bad signature: they are kept to
    warnings whatever the level.
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
    logging.basicConfig(level=numeric, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    for name in ("slack_bolt", "slack_sdk", "urllib3", "apscheduler", "werkzeug"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _drop(*_: object) -> NoReturn:
    raise structlog.DropEvent
