"""The filters of lists of actions, by the words with which the commands have them."""

from collections.abc import Sequence
from datetime import date

from db.models import COMPLETED, Action, DueState, MeasureKind, Progress

# No action is two of these at once.
_EXCLUSIVE = (
    frozenset({"overdue", "soon"}),
    frozenset({"overdue", "not yet due"}),
    frozenset({"in progress", "not started", "blocked", "complete"}),
    frozenset({"complete", "overdue"}),
    frozenset({"complete", "soon"}),
    frozenset({"complete", "not yet due"}),
    frozenset({"complete", "open"}),
    frozenset({"complete", "recurring"}),
)


def are_exclusive(wanted: Sequence[str]) -> bool:
    """Whether no action can pass both of two filters."""
    return len(wanted) > 1 and any(set(wanted) <= exclusive for exclusive in _EXCLUSIVE)


def is_chosen(action: Action, which: str, today: date) -> bool:
    """Whether a filter of the command table chooses an action on a day."""
    state = action.due_state(today)
    by_progress = {"in progress": Progress.IN_PROGRESS, "not started": Progress.NOT_STARTED}
    if which in by_progress:
        return action.progress is by_progress[which]
    match which:
        case "overdue":
            return state is DueState.OVERDUE
        case "soon":
            return state is DueState.DUE_SOON
        case "not yet due":
            return state in (DueState.DUE_SOON, DueState.NOT_YET_DUE)
        case "blocked":
            return action.progress is Progress.BLOCKED
        case "recurring":
            return state is not DueState.CLOSED and bool(action.recurrence or state is DueState.RECURRING)
        case "complete":
            return action.progress in COMPLETED
        case "no measure":
            # "See 2.3" is another action's measure.
            return all(one.kind is MeasureKind.BY_REFERENCE for one in action.measures)
        case "open" | "no update" | "all":
            return which == "all" or state is not DueState.CLOSED
        case _:
            raise ValueError(f"not a filter of the command table: {which}")
