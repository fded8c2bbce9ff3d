"""Slack's limits on how often a method may be called, and how often a channel may be posted to."""

import math
import time

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


class Rates:
    """What was called lately, for as long as the workspace lives."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def wait(self, method: str, tier: str, channel: str) -> int:
        """Seconds until the method may be called again; 0 where it may now, and then it counts."""
        where = (method, channel) if tier == "posting" else (method,)
        limit = _TIERS[tier]
        if self._limiter.hit(limit, *where):
            return 0
        window = self._limiter.get_window_stats(limit, *where)
        return max(1, math.ceil(window.reset_time - time.time()))
