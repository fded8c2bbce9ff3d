"""Faults on order: the next calls of a Web API method go wrong in a given way."""

import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Fault:
    """How one call goes wrong.

    `error` answers `ok: false` with that code; `retry_after` answers 429 with that many seconds;
    `delay` holds the answer back for that many seconds; `drop` closes the connection without an
    answer, before the call does anything or after it did all; `cut` closes it in the middle of one.
    """

    error: str | None = None
    retry_after: int | None = None
    delay: float = 0
    drop: Literal["before", "after"] | None = None
    cut: bool = False


class Faults:
    """What was ordered and has not happened yet, by method, first ordered first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ordered: dict[str, deque[Fault]] = defaultdict(deque)

    def order(self, method: str, *faults: Fault) -> None:
        """The next calls of `method`, such as `chat.postMessage`, go wrong so, one fault for each."""
        with self._lock:
            self._ordered[method].extend(faults)

    def left(self, method: str) -> int:
        """How many ordered faults have not happened yet."""
        with self._lock:
            return len(self._ordered[method])

    def next(self, method: str) -> Fault:
        """The fault of the call that is being made; one that changes nothing where none was ordered."""
        with self._lock:
            ordered = self._ordered[method]
            return ordered.popleft() if ordered else Fault()
