"""The moment of a pass of the clock, its zone, and the people and channel that it writes to."""

import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from db.rules.calendars import local_day
from db.rules.known_figures import AsAt


@dataclass(frozen=True)
class TickContext:
    """Read once at the edge and passed down, so that a whole pass sees the same moment.

    `at` is aware; days begin and end in `zone`. `coordinators` and `board` are Slack IDs. What people wrote
    is kept for `keep_text_months`; None is for good.
    """

    at: datetime
    zone: ZoneInfo
    coordinators: frozenset[str] = frozenset()
    board: str | None = None
    keep_text_months: int | None = None
    # Seconds of a clock that only grows, when the pass began.
    began: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        """The moment it is by now: a pass takes as long as Slack does."""
        return self.at + timedelta(seconds=time.monotonic() - self.began)

    @property
    def as_at(self) -> AsAt:
        return AsAt(self.today, self.at)

    @property
    def today(self) -> date:
        return local_day(self.at, self.zone)
