"""Slack waits three seconds. A change that is not done by then is cancelled, and never recorded."""

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

ANSWER_SECONDS = 2.4
COMMIT_SECONDS = 0.3

T = TypeVar("T")


class TimedOut(Exception):
    """It took too long and was cancelled before it was recorded: it never will be."""


class OutcomeUnknown(Exception):
    """The database stopped answering during the commit: whether it was recorded is not known."""


class RecordedButUnanswered(Exception):
    """It was recorded, but what came after failed or took too long, so there is nothing to show."""


class Pool(ThreadPoolExecutor):
    """Threads that keep the context of the caller, so that log lines carry the request's number."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        return super().submit(copy_context().run, fn, *args, **kwargs)


class Deadline:
    """Decided once between two threads: a change is committed or cancelled, never both."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._decided: str | None = None

    def _decide(self, how: str) -> bool:
        with self._lock:
            self._decided = self._decided or how
            return self._decided == how

    def check(self) -> None:
        """Called by the writer just before it commits. Raises `TimedOut`, which undoes its transaction."""
        if not self._decide("committing"):
            raise TimedOut

    def mark_committed(self) -> None:
        """Called by the writer after the commit."""
        self._decided = "committed"

    @property
    def is_committed(self) -> bool:
        return self._decided == "committed"

    def cancel(self) -> bool:
        """Called by the waiting thread; False when the writer was first."""
        return self._decide("cancelled")


def run_before_deadline(pool: Executor, work: Callable[[Deadline], T]) -> T:
    """Return what `work` returns, or raise what it raises, before Slack stops waiting.

    Raises `TimedOut` when it had not begun to commit; `OutcomeUnknown` when it had, and the database does
    not say how that ended; `RecordedButUnanswered` when it is committed and what followed failed or is
    still running.
    """
    deadline = Deadline()
    future = pool.submit(work, deadline)
    if not _is_done(future, ANSWER_SECONDS) and deadline.cancel():
        future.cancel()
        raise TimedOut
    if not _is_done(future, COMMIT_SECONDS):
        raise RecordedButUnanswered if deadline.is_committed else OutcomeUnknown
    try:
        return future.result()
    except Exception as failed:
        if deadline.is_committed:
            raise RecordedButUnanswered from failed
        raise


def _is_done(future: "Future[Any]", seconds: float) -> bool:
    try:
        future.exception(seconds)
    except TimeoutError:
        return future.done()
    return True
