"""Slack's limits on how often a method may be called, and how often a channel may be posted to."""

import math
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

# Calls in a minute, by Slack's tiers. Slack says "1+" of the first and lets an app that lost its
# connection come back at once, so some more are let through here too.
_TIERS: dict[str, RateLimitItem] = {
    "1": RateLimitItemPerMinute(10),
    "2": RateLimitItemPerMinute(20),
    "3": RateLimitItemPerMinute(50),
    "4": RateLimitItemPerMinute(100),
    "special": RateLimitItemPerMinute(500),
    # One message a second and channel; a short burst goes through.
    "posting": RateLimitItemPerSecond(5, 5),
}
# "Several hundred messages a minute" of an app in a workspace, beside the pace of each channel.
_POSTS = RateLimitItemPerMinute(600)
# The longest window: after a jump as long, nothing that was called before it counts.
_WINDOW = timedelta(minutes=1)


class Rates:
    """What was called lately, for as long as the workspace lives.

    The windows run in real time; when `clock` is moved on by a minute or more, they are over.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._ahead = self._offset()
        self._lock = threading.Lock()
        self._storage = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._storage)

    def wait(self, method: str, tier: str, channel: str) -> int:
        """Seconds until the method may be called again; 0 where it may now, and then it counts."""
        self._forget()
        if tier != "posting":
            return self._wait(_TIERS[tier], method)
        return self._wait(_TIERS[tier], method, channel) or self._wait(_POSTS, method)

    def _wait(self, limit: RateLimitItem, *where: str) -> int:
        if self._limiter.hit(limit, *where):
            return 0
        window = self._limiter.get_window_stats(limit, *where)
        return max(1, math.ceil(window.reset_time - time.time()))

    def _offset(self) -> timedelta:
        return self._clock() - datetime.now(UTC)

    def _forget(self) -> None:
        with self._lock:
            ahead = self._offset()
            if ahead - self._ahead >= _WINDOW:
                self._storage.reset()
                self._ahead = ahead
