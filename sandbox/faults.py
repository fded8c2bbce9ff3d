"""Faults on order: a test makes the next calls of a Web API method fail in a given way."""

import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Fault:
    """How one call fails.

    `error` answers `ok: false` with that code. `retry_after` answers 429 with that many seconds. `delay`
    answers after that many seconds. `drop` closes the connection without an answer, before the call has
    any effect or after it has had it. `cut` closes the connection in the middle of the answer.
    """

    error: str | None = None
    retry_after: int | None = None
    delay: float = 0
    drop: Literal["before", "after"] | None = None
    cut: bool = False


class Faults:
    """The ordered faults that have not happened yet, by method, the first ordered first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ordered: dict[str, deque[Fault]] = defaultdict(deque)

    def order(self, method: str, *faults: Fault) -> None:
        """Make the next calls of `method` fail, one fault for each: `chat.postMessage`, `response_url`."""
        with self._lock:
            self._ordered[method].extend(faults)

    def remaining(self, method: str) -> int:
        """How many ordered faults have not happened yet."""
        with self._lock:
            return len(self._ordered[method])

    def next(self, method: str) -> Fault:
        """The fault for the current call. If none was ordered, a fault that changes nothing."""
        with self._lock:
            ordered = self._ordered[method]
            return ordered.popleft() if ordered else Fault()
