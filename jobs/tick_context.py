"""The moment of a pass of the clock, its zone, and the people and channel that it writes to."""

import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from db.rules.calendars import local_day
from db.rules.known_figures import AsAt


class Stopwatch:
    """How long a pass has taken, and its waiting. A test passes one on which no time is lost by waiting."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def seconds(self) -> float:
        return time.monotonic() - self._began

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)


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
    stopwatch: Stopwatch = field(default_factory=Stopwatch)

    def now(self) -> datetime:
        """The moment it is by now: a pass takes as long as Slack does."""
        return self.at + timedelta(seconds=self.stopwatch.seconds())

    @property
    def as_at(self) -> AsAt:
        return AsAt(self.today, self.at)

    @property
    def today(self) -> date:
        return local_day(self.at, self.zone)
