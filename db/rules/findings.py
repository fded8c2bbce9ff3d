"""Did it stick? What documents say of an inspection's finding, in order, and what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from db.models import Statement, StatementKind


class Stuck(StrEnum):
    HELD = "held"
    CAME_BACK = "came back"
    NOT_KNOWN = "not yet known"


@dataclass(frozen=True)
class Thread:
    """A finding with what documents say of it until a day, the earliest first.

    `plan` is the code of the plan that answers it, `actions` the references there. `kpis` are those that
    would show whether the answer holds: their names by their codes. Each may be empty.
    """

    ref: str
    title: str
    plan: str
    statements: tuple[Statement, ...]
    actions: tuple[str, ...] = ()
    kpis: Mapping[str, str] = field(default_factory=dict)

    @property
    def last_verdict(self) -> Statement | None:
        """The last that an inspection or a review said of the answer. Of one day the worst counts."""
        order = (StatementKind.HELD, StatementKind.CAME_BACK)
        later = [one for one in self.statements if one.kind in order]
        return max(later, key=lambda one: (one.day, order.index(one.kind)), default=None)

    @property
    def stuck(self) -> Stuck:
        """What those report who do the work themselves is no verdict: 2014's was "achieved"."""
        last = self.last_verdict
        return Stuck(last.kind.value) if last else Stuck.NOT_KNOWN


def published_by(statements: Sequence[Statement], day: date) -> tuple[Statement, ...]:
    """What documents that were published by a day say, the earliest first."""
    return tuple(sorted((one for one in statements if one.day <= day), key=lambda one: one.day))
