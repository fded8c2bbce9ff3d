"""The moment that a pass of the clock is made at, and whom it concerns."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class TickContext:
    """Read once at the edge and passed down: nothing below asks for the time again.

    `at` is aware; days begin and end in `zone`. `coordinators` and `board` are Slack IDs.
    """

    at: datetime
    zone: ZoneInfo
    coordinators: frozenset[str] = frozenset()
    board: str | None = None

    @property
    def today(self) -> date:
        return self.at.astimezone(self.zone).date()
