"""Rounds of actions that recur: a complete round does not close its action, the next one is due."""

from datetime import date
from typing import Any

from sqlmodel import Session

from db import school_calendars
from db.errors import Refused
from db.models import Action, DueKind, Progress
from db.rules.dates import day_text, due_text
from db.rules.rhythms import next_round, read_rhythm


def recurs(action: Action) -> bool:
    """Whether the plan says how often an action comes round."""
    return read_rhythm(action.recurrence) is not None


def check_not_recorded(action: Action, today: date) -> None:
    """Raise `Refused` where the round that could be meant is recorded as complete already.

    The next can be complete from half a round before its date, by the same rule as in `next_round`.
    """
    rhythm, last = read_rhythm(action.recurrence), action.last_round_on
    if rhythm is None or last is None:
        return
    has_date = action.due_kind is DueKind.BY and action.due is not None
    to_come = (action.due - today).days if has_date and action.due else rhythm.days - (today - last).days
    if to_come <= rhythm.days / 2:
        return
    due = (
        f", and the next is due {day_text(action.due)}"
        if action.due_kind is DueKind.BY and action.due
        else ""
    )
    raise Refused(
        f"The round of {action.ref} was recorded as complete on {day_text(last)}{due}, so I have recorded "
        "nothing. Add a note or evidence if there is more to say.",
        field="progress",
    )


def values_after_round(session: Session, action: Action, today: date) -> dict[str, Any]:
    """The columns of a recurring action when its round is complete: it goes on, and its next round is due.

    What runs from a date on keeps that date. A termly action without term dates that give its next day has
    no date any more, rather than a guessed one.
    """
    values: dict[str, Any] = {"progress": Progress.IN_PROGRESS, "last_round_on": today, "snoozed_until": None}
    if action.due_kind in (DueKind.FROM, DueKind.ONGOING):
        return values
    rhythm = read_rhythm(action.recurrence)
    assert rhythm is not None
    due = next_round(rhythm, today, action.due)
    if rhythm.termly:
        due = school_calendars.end_of_next_term(session, action.due or today, today)
    if due is None:
        return values | {"due": None, "due_kind": DueKind.ONGOING, "due_as_written": action.recurrence}
    return values | {"due": due, "due_kind": DueKind.BY, "due_as_written": due_text(due)}
