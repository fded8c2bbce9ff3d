"""A clock that runs by itself and can be moved forward, and the moments that a demo offers."""

import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MORNING = time(9)
# Month and day on which the terms of an English school year usually begin. The bot has the real dates.
_TERM_STARTS = ((1, 4), (4, 20), (9, 3))


@dataclass(frozen=True)
class Scene:
    """A moment that the page offers as a button. `label` says what there is to see."""

    label: str
    at: datetime


class MovableClock:
    """Call it for the moment, as aware UTC. Like any clock, it only moves forward."""

    def __init__(self, start: datetime, zone: str = "Europe/London") -> None:
        self._lock = threading.Lock()
        self._zone = ZoneInfo(zone)
        self._offset = start.astimezone(UTC) - datetime.now(UTC)

    def __call__(self) -> datetime:
        with self._lock:
            return datetime.now(UTC) + self._offset

    def local(self) -> datetime:
        return self().astimezone(self._zone)

    def forward(self, by: timedelta) -> datetime:
        """Move forward by a duration; returns the new moment."""
        with self._lock:
            self._offset += by
        return self()

    def set(self, to: datetime) -> None:
        """Set the clock, also back: for a workspace that starts over."""
        with self._lock:
            self._offset = to.astimezone(UTC) - datetime.now(UTC)

    def move(self, to: str) -> datetime:
        """Move to 09:00 local time on `next day`, `next Monday`, `next term` or an ISO date; returns it.

        Raises `ValueError` for anything else, and for a day that is not after today.
        """
        today = self.local().date()
        day = _day(to, today)
        if day <= today:
            raise ValueError("The clock only moves forward. Choose a day after today.")
        moment = datetime.combine(day, _MORNING, self._zone)
        self.set(moment)
        return moment


def _day(to: str, today: date) -> date:
    if to == "next day":
        return today + timedelta(days=1)
    if to == "next Monday":
        return today + timedelta(days=7 - today.weekday())
    if to == "next term":
        starts = (date(year, *start) for year in (today.year, today.year + 1) for start in _TERM_STARTS)
        first = min(start for start in starts if start > today)
        return first + timedelta(days=(7 - first.weekday()) % 7 if first.weekday() > 4 else 0)
    return date.fromisoformat(to)
