"""Faults on order: a test makes the next calls of a Web API method, or downloads, fail in a given way."""

import json
import socket
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from flask import Response, request


@dataclass(frozen=True)
class Fault:
    """How one call fails.

    `error` answers `ok: false` with that code; a download has no such answer. `retry_after` answers 429 with
    that many seconds. `status` answers with that status and a page. `redirect` sends the caller on to that
    URL. `delay` answers after that many seconds. `drop` closes the connection without an answer, before the
    call has any effect or after it has had it. `cut` closes the connection in the middle of the answer.
    """

    error: str | None = None
    retry_after: int | None = None
    status: int | None = None
    redirect: str | None = None
    delay: float = 0
    drop: Literal["before", "after"] | None = None
    cut: bool = False


class Faults:
    """The ordered faults that have not happened yet, by method, the first ordered first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ordered: dict[str, deque[Fault]] = defaultdict(deque)

    def order(self, method: str, *faults: Fault) -> None:
        """Make the next calls of `method` fail, one fault for each.

        `method` is such as `chat.postMessage`; `response_url` for what is posted to one; `files-pri` for the
        download of a file.
        """
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


def rate_limited(seconds: int) -> Response:
    """Slack's answer to a call that comes too early by that many seconds."""
    body = json.dumps({"ok": False, "error": "ratelimited"})
    return Response(body, 429, {"Retry-After": str(seconds)}, mimetype="application/json")


def answer_with(fault: Fault, call: Callable[[], Response]) -> Response:
    """Answer a call as its fault says. `fault.error` is left to the call itself."""
    if fault.delay:
        time.sleep(fault.delay)
    if fault.drop == "before":
        return _drop_connection()
    answer = _answer_instead(fault) or call()
    if fault.cut:
        # The header promises more bytes than come.
        content = answer.get_data()
        answer.set_data(content[: len(content) // 2])
        answer.headers["Content-Length"] = str(len(content))
        answer.headers["Connection"] = "close"
    return _drop_connection() if fault.drop else answer


def _answer_instead(fault: Fault) -> Response | None:
    """The answer of a fault that keeps the call from having any effect."""
    if fault.retry_after is not None:
        return rate_limited(fault.retry_after)
    if fault.redirect is not None:
        return Response(status=302, headers={"Location": fault.redirect})
    if fault.status is not None:
        return Response("<!doctype html><title>Error</title>", fault.status)
    return None


def _drop_connection() -> Response:
    """Close the connection without an answer, like a network that fails."""
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return Response()
