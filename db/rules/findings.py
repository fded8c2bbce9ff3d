"""Did it stick? What documents said of an inspection's finding, in order, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from db.models import StatementKind


class Stuck(StrEnum):
    HELD = "held"
    CAME_BACK = "came back"
    NOT_KNOWN = "not yet known"


@dataclass(frozen=True)
class Said:
    """What a document says of a finding, and where: `paragraph 26`, or the heading that it stands under."""

    kind: StatementKind
    document: str
    day: date
    paragraph: str
    text: str


@dataclass(frozen=True)
class Thread:
    """A finding with all that was said of it until a day, the earliest first.

    `plan` is the code of the plan that answers it, `actions` the references there, `kpis` the codes of
    the KPIs that would show whether the answer holds. Each may be empty.
    """

    ref: str
    title: str
    plan: str
    said: tuple[Said, ...]
    actions: tuple[str, ...] = ()
    kpis: tuple[str, ...] = ()

    @property
    def last_verdict(self) -> Said | None:
        """The last that an inspection or a review said of the answer. Of one day the worst counts."""
        order = (StatementKind.HELD, StatementKind.CAME_BACK)
        later = [one for one in self.said if one.kind in order]
        return max(later, key=lambda one: (one.day, order.index(one.kind)), default=None)

    @property
    def stuck(self) -> Stuck:
        """What those report who do the work themselves is no verdict: 2014's was "achieved"."""
        last = self.last_verdict
        return Stuck(last.kind.value) if last else Stuck.NOT_KNOWN


def in_order(said: Sequence[Said], day: date) -> tuple[Said, ...]:
    """What had been said by the end of a day, the earliest first."""
    return tuple(sorted((one for one in said if one.day <= day), key=lambda one: one.day))
