"""What waits for somebody's decision, as loaded rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from db.models import Action, Doubt, DueRequest, EditRequest, Role, SchoolQuestion


@dataclass(frozen=True)
class Waiting:
    """Everything that waits, each list the longest waiting first or in the plans' order.

    `vacant` are roles that lead actions and that nobody holds, with the number of these actions.
    """

    sign_offs: Sequence[Action]
    requests: Sequence[DueRequest]
    edits: Sequence[EditRequest]
    questions: Sequence[SchoolQuestion]
    doubts: Sequence[Doubt]
    vacant: Sequence[tuple[Role, int]]

    @property
    def total(self) -> int:
        parts = (self.sign_offs, self.requests, self.edits, self.questions, self.doubts, self.vacant)
        return sum(map(len, parts))
