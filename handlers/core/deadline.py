"""Slack waits three seconds. What is not done by then is given up, and is then certainly not recorded."""

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

ANSWER_SECONDS = 2.4
COMMIT_SECONDS = 0.3

T = TypeVar("T")


class TimedOut(Exception):
    """It took too long and was given up before it was recorded: it never will be."""


class OutcomeUnknown(Exception):
    """The store fell silent at the very moment of recording: whether it is recorded is not known."""


class RecordedButUnanswered(Exception):
    """It is recorded, but what came after that failed or took too long, and there is nothing to show."""


class Pool(ThreadPoolExecutor):
    """Threads that go on with what the thread that asked them knows: the request's number in the log."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        return super().submit(copy_context().run, fn, *args, **kwargs)


class Deadline:
    """Settled once between two threads: a change is committed, or it is given up, never both."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._settled: str | None = None

    def _settle(self, how: str) -> bool:
        with self._lock:
            self._settled = self._settled or how
            return self._settled == how

    def check(self) -> None:
        """Asked by the writer just before it commits. Raises `GivenUp`, which undoes its transaction."""
        if not self._settle("committing"):
            raise TimedOut

    def committed(self) -> None:
        """Said by the writer when the store has it."""
        self._settled = "committed"

    @property
    def is_committed(self) -> bool:
        return self._settled == "committed"

    def give_up(self) -> bool:
        """Said by whoever waits; False when the writer was first."""
        return self._settle("given up")


def run_before_deadline(pool: Executor, act: Callable[[Deadline], T]) -> T:
    """What `act` returns or raises, unless Slack would have given up by then.

    Raises `GivenUp` when it had not begun to commit; `Unsettled` when it had, and the store does not say
    how that ended; `Recorded` when it is committed and what followed failed or is not done.
    """
    deadline = Deadline()
    future = pool.submit(act, deadline)
    if not _done(future, ANSWER_SECONDS) and deadline.give_up():
        future.cancel()
        raise TimedOut
    if not _done(future, COMMIT_SECONDS):
        raise RecordedButUnanswered if deadline.is_committed else OutcomeUnknown
    try:
        return future.result()
    except Exception as failed:
        if deadline.is_committed:
            raise RecordedButUnanswered from failed
        raise


def _done(future: "Future[Any]", seconds: float) -> bool:
    try:
        future.exception(seconds)
    except TimeoutError:
        return future.done()
    return True
