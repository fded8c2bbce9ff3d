"""Slack's limits on how often a method may be called, and how often a channel may be posted to."""

import math
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

# Calls a minute for each of Slack's tiers. Slack documents "1+" for the first, but lets an app that lost
# its connection reconnect at once, so this allows more too.
_TIERS: dict[str, RateLimitItem] = {
    "1": RateLimitItemPerMinute(10),
    "2": RateLimitItemPerMinute(20),
    "3": RateLimitItemPerMinute(50),
    "4": RateLimitItemPerMinute(100),
    "special": RateLimitItemPerMinute(500),
    # One message a second for each channel, with short bursts allowed.
    "posting": RateLimitItemPerSecond(5, 5),
}
# Slack allows an app "several hundred messages a minute" in a workspace, besides the limit per channel.
_POSTS = RateLimitItemPerMinute(600)
# The longest window: after the clock jumps this far, no earlier call counts.
_WINDOW = timedelta(minutes=1)


class Rates:
    """The recent calls, kept in memory.

    The windows run in real time. They all end when `clock` is moved forward by a minute or more.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._last_offset = self._offset()
        self._lock = threading.Lock()
        self._storage = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._storage)

    def wait(self, method: str, tier: str, channel: str) -> int:
        """Seconds until the method may be called again. 0 means that it may now, and counts this call."""
        self._reset_after_jump()
        if tier != "posting":
            return self._wait(_TIERS[tier], method)
        return self._wait(_TIERS[tier], method, channel) or self._wait(_POSTS, method)

    def _wait(self, limit: RateLimitItem, *key: str) -> int:
        if self._limiter.hit(limit, *key):
            return 0
        window = self._limiter.get_window_stats(limit, *key)
        return max(1, math.ceil(window.reset_time - time.time()))

    def _offset(self) -> timedelta:
        return self._clock() - datetime.now(UTC)

    def _reset_after_jump(self) -> None:
        with self._lock:
            offset = self._offset()
            if offset - self._last_offset >= _WINDOW:
                self._storage.reset()
                self._last_offset = offset
