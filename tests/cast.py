"""The named people and channels of the demo workspace, and the day on which most tests begin."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from db.models import Delivery
from jobs.tick_context import TickContext

LEAD = "U0001LEAD"
DEPUTY = "U0002DEPUTY"
COORDINATOR = "U0003COORD"
CHAIR = "U0004CHAIR"
SCHOOL = "U0005SCHOOL"
OUTSIDER = "U0006OUTSIDE"
GUEST = "U0007GUEST"

PLAN_CHANNEL = "C0001PLAN"
BOARD_CHANNEL = "C0002BOARD"
SCHOOL_CHANNEL = "C0003SCHOOL"
# Shared with the outsider's workspace.
JOINT_CHANNEL = "C0004JOINT"

TODAY = date(2016, 12, 15)
NOW = datetime(2016, 12, 15, 9, 0, tzinfo=UTC)

# When the year's figures of the samples are known, and a year after that.
YEAR_END = datetime(2019, 6, 14, 8, 0, tzinfo=UTC)
A_YEAR_LATER = datetime(2020, 6, 15, 8, 0, tzinfo=UTC)

LONDON = ZoneInfo("Europe/London")


def at(moment: datetime) -> TickContext:
    """The context of a tick at a moment; a naive moment is in London's time."""
    local = moment if moment.tzinfo else moment.replace(tzinfo=LONDON)
    return TickContext(local, LONDON, frozenset({COORDINATOR}), BOARD_CHANNEL)


def unknown_delivery() -> Delivery:
    """A message of a kind that this version does not have, as after a rollback."""
    return Delivery(id="0" * 32, kind="unknown", occurrence="1", recipient=LEAD, next_try=NOW)
