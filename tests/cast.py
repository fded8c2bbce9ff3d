"""The named cast of the demo workspace, and the day that most stories are told on."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from jobs.tick_context import TickContext

LEAD = "U0001LEAD"
DEPUTY = "U0002DEPUTY"
COORDINATOR = "U0003COORD"
CHAIR = "U0004CHAIR"
SCHOOL = "U0005SCHOOL"
OUTSIDER = "U0006OUTSIDE"

PLAN_CHANNEL = "C0001PLAN"
BOARD_CHANNEL = "C0002BOARD"
SCHOOL_CHANNEL = "C0003SCHOOL"
# Shared with the outsider's workspace.
JOINT_CHANNEL = "C0004JOINT"

TODAY = date(2016, 12, 15)
NOW = datetime(2016, 12, 15, 9, 0, tzinfo=UTC)

LONDON = ZoneInfo("Europe/London")


def at(moment: datetime) -> TickContext:
    """A moment as the clock's passes are given it; a naive one is London's."""
    local = moment if moment.tzinfo else moment.replace(tzinfo=LONDON)
    return TickContext(local, LONDON, frozenset({COORDINATOR}), BOARD_CHANNEL)
