"""Due dates in words, with a mark for the state: a colour never stands alone."""

from datetime import date
from typing import assert_never

from db.models import Action, DueKind, DueState
from db.rules.dates import day_text, month_text
from messages.blocks import escape, words
from messages.times import days_text

MARKS = {
    DueState.OVERDUE: ":red_circle:",
    DueState.DUE_SOON: ":large_orange_circle:",
    DueState.NOT_YET_DUE: ":white_circle:",
    DueState.RECURRING: ":arrows_counterclockwise:",
    DueState.NO_DATE: ":grey_question:",
    DueState.CLOSED: ":large_blue_circle:",
}


def due_state_text(action: Action, today: date, *, full: bool = False, past: bool = False) -> str:
    """Dates in words: `due Nov 2016, 15 days overdue`.

    `full` adds the mark, the original date, requests and snoozes; `past` leaves out what is pending now.
    """
    state = action.due_state(today)
    match state:
        case DueState.RECURRING:
            text = f"{_runs_from(action, today)}, {escape(action.recurrence or 'ongoing')}; never overdue"
            text += _last_round(action)
        case DueState.CLOSED:
            text = _closed_text(action)
        case DueState.NO_DATE:
            expected = f"expected {escape(action.outstanding_due)}, " if action.outstanding_due else ""
            text = f"{expected}no clear date ({words(action.due_as_written) or 'none given'})"
        case DueState.OVERDUE | DueState.DUE_SOON | DueState.NOT_YET_DUE:
            text = _due_text(action, today, full)
        case _:
            assert_never(state)
    if full and action.due_kind is DueKind.BY:
        text += _date_notes(action, past=past)
    return f"{MARKS[state]} {text}" if full else text


def _last_round(action: Action) -> str:
    return f" · last round complete {day_text(action.last_round_on)}" if action.last_round_on else ""


def _runs_from(action: Action, today: date) -> str:
    if action.due is None:
        return "runs"
    return f"runs {'from' if action.due > today else 'since'} {month_text(action.due)}"


def _closed_text(action: Action) -> str:
    late = action.days_late()
    when = f", recorded on {day_text(action.completed_on)}" if action.completed_on else ""
    return f"{action.progress}{when}{f', {days_text(late)} after it was due' if late else ''}"


def _due_text(action: Action, today: date, full: bool) -> str:
    assert action.due is not None
    day = day_text(action.due) if full else month_text(action.due)
    # A moved date is shown with its original one; `full` adds that as a note of its own.
    if not full and action.original_due and action.original_due != action.due and not action.last_round_on:
        day += f" (originally {month_text(action.original_due)})"
    late = action.days_overdue(today)
    if late:
        return f"due {day}, *{days_text(late)} overdue*"
    left = (action.due - today).days
    return f"due {day}, {days_text(left)} left" if left else f"due {day}, *today*"


def _date_notes(action: Action, *, past: bool) -> str:
    notes = ""
    if action.original_due and action.original_due != action.due:
        first = "first due" if action.last_round_on else "originally"
        notes += f" · {first} {day_text(action.original_due)}"
    if action.recurrence:
        notes += f" · {escape(action.recurrence)}{_last_round(action)}"
    asked = action.pending_request()
    if asked is not None and not past:
        notes += f" · {day_text(asked.asked_due)} requested, waiting for a coordinator"
    if action.snoozed_until:
        notes += f" · nudges snoozed until {day_text(action.snoozed_until)}"
    return notes
