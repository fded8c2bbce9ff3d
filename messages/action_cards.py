"""The card of an action, the same in a nudge, in `/action mine` and on the Home tab; and its forms.

A card is two lines, *Done* and one menu. Its controls carry the command of the answer that they stand in
(`line`), which is redrawn after the press, and the action's qualified reference.
"""

import json
from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from slackblocks import (
    Block,
    ConfirmationDialogue,
    DatePicker,
    Element,
    InputBlock,
    ModalView,
    OverflowMenu,
    PlainText,
    PlainTextInput,
    URLInput,
)

from db.models import Action, DueState, Entry, MeasureKind
from db.rules.rounds import counted_measures
from messages.blocks import (
    BUTTON_TEXT,
    INPUT_TEXT,
    OPTION_VALUE,
    button,
    buttons,
    context_block,
    option,
    section,
    shorten,
    words,
)
from messages.due_dates import MARKS, due_state_text
from messages.history import act_text
from messages.measures import figure_text
from messages.note_form import note_form
from messages.wording import count_text

DATE_FORM = "action_date"
EVIDENCE_FORM = "action_evidence"
REASON_FORM = "action_reason"

NEW_DATE, SNOOZE = "new date", "snooze"
BLOCKED, NOT_MINE = "blocked", "not mine"
# The choices of a card's menu, and the buttons that they stand for. A menu has at most five.
_MENU = (
    ("Update", "update_form"),
    ("Blocked", "action_blocked"),
    ("New date", "action_new_date"),
    ("Not mine", "action_not_mine"),
    ("Snooze", "action_snooze"),
)


def card(action: Action, today: date, line: str, *, first: bool = False, note: str = "") -> list[Block]:
    """An action that is open. `first` makes its *Done* the one primary button of the message."""
    done = button(
        "Done",
        "action_done",
        control_value(line, action),
        accessibility_label=_label("Done", action),
        **({"style": "primary"} if first else {}),
    )
    result = [result_button(action, line)] if counted_measures(action.measures) else []
    return [section(_two_lines(action, today) + note), *buttons([done, *result, *_menu(action, line)])]


def result_button(action: Action, line: str) -> Element:
    """The button for the result of a round, of an action that has something to count."""
    label = _label("Result", action)
    return button("Result", "round_form", control_value(line, action), accessibility_label=label)


def answered_card(
    action: Action, today: date, act: Sequence[Entry], zone: ZoneInfo, line: str, *, may_undo: bool
) -> list[Block]:
    """An action about which something was recorded since the message was sent, with what it was."""
    offered: list[Element] = []
    if action.due_state(today) is DueState.CLOSED and not action.evidence:
        offered.append(evidence_button(action, line))
    if may_undo and act:
        value = f"{line}\n{act[0].act}"
        offered.append(button("Undo", "action_undo", value, accessibility_label=_label("Undo", action)))
    recorded = act_text(act, zone) if act else ""
    lines = f"{_title(action, today)}\n{recorded}" if recorded else _two_lines(action, today)
    return [section(lines), *buttons(offered)]


def evidence_button(action: Action, line: str) -> Element:
    label = _label("Add evidence", action)
    return button("Add evidence", "action_evidence", control_value(line, action), accessibility_label=label)


def control_value(line: str, action: Action) -> str:
    """What a control of a card carries: the command to ask again, and the action's reference."""
    return f"{line}\n{action.qualified_ref}"


def _label(label: str, action: Action) -> str:
    """What a screen reader says of a control: several cards have the same ones."""
    return shorten(f"{label}: {action.ref} {action.title}", BUTTON_TEXT)


def _menu(action: Action, line: str) -> list[Element]:
    value = control_value(line, action)
    choices = [option(label, f"{name}\n{value}") for label, name in _MENU]
    if any(len(one.value) > OPTION_VALUE for one in choices):
        # After the press the answer is not redrawn.
        choices = [option(label, f"{name}\n\n{action.qualified_ref}") for label, name in _MENU]
    return [OverflowMenu("action_menu", choices)]


def _title(action: Action, today: date) -> str:
    return f"{MARKS[action.due_state(today)]} *{action.ref}* {words(action.title, 100)}"


def _two_lines(action: Action, today: date) -> str:
    parts = [due_state_text(action, today)]
    if action.due_state(today) is not DueState.CLOSED:
        parts.append(action.progress.value)
    # "See above" says nothing here.
    measures = [one for one in action.measures if one.kind is not MeasureKind.BY_REFERENCE]
    if measures:
        first = next((one for one in measures if figure_text(one)), measures[0])
        parts.append(f"measure: {words(figure_text(first) or first.text, 60)}")
    return f"{_title(action, today)}\n{' · '.join(parts)}"


def show_more_button(left: int, line: str) -> Element:
    """The button that shows the next cards; `line` is the command that does."""
    return button(f"Show {left} more", "redraw", line)


_NOT_MINE_THEN = (
    "The coordinators are told, and you are not asked again. It stands in the action's history and on the "
    "list of exceptions, where everybody reads it."
)
# What each of the two forms asks, and what happens then.
_REASONS = {
    BLOCKED: ("What are you waiting for?", "It is recorded as blocked. The coordinators are told."),
    NOT_MINE: ("Whose is it, or why is it not yours?", _NOT_MINE_THEN),
}


def reason_form(action: Action, which: str, line: str) -> ModalView:
    """The form that asks why an action is `BLOCKED` or `NOT_MINE`; its field is `note`."""
    question, then = _REASONS[which]
    return note_form(
        which.capitalize(),
        callback_id=REASON_FORM,
        about=_about(action),
        label=question,
        then=then,
        submit="Record",
        ref=action.qualified_ref,
        which=which,
        line=line or None,
    )


def date_form(action: Action, which: str, line: str) -> ModalView:
    """The form that asks for a `NEW_DATE`, or until when to `SNOOZE`; its fields are `date` and `note`."""
    day = InputBlock(
        PlainText("New date" if which == NEW_DATE else "No reminders until"),
        DatePicker("date", placeholder=PlainText("Choose")),
        block_id="date",
    )
    reason = PlainTextInput("note", multiline=True, max_length=INPUT_TEXT)
    why = [InputBlock(PlainText("Why?"), reason, block_id="note")] if which == NEW_DATE else []
    then = (
        "A coordinator approves it. The original date is kept and shown."
        if which == NEW_DATE
        else "The due date stays as it is."
    )
    return _form(
        "Ask for a new date" if which == NEW_DATE else "Snooze",
        callback_id=DATE_FORM,
        submit="Ask" if which == NEW_DATE else "Snooze",
        blocks=[section(_about(action)), day, *why, context_block(then)],
        metadata={"ref": action.qualified_ref, "which": which, "line": line},
    )


def evidence_form(action: Action, line: str) -> ModalView:
    """The form for a link to evidence; its fields are `evidence` and `note`."""
    url = URLInput("evidence", placeholder=PlainText("https://…"))
    note = PlainTextInput("note", max_length=INPUT_TEXT)
    return _form(
        "Add evidence",
        callback_id=EVIDENCE_FORM,
        submit="Add",
        blocks=[
            section(_about(action)),
            InputBlock(PlainText("Link to evidence"), url, block_id="evidence"),
            InputBlock(PlainText("What does it show?"), note, block_id="note", optional=True),
            context_block("Link to a document or to a message. Do not name or describe a child."),
        ],
        metadata={"ref": action.qualified_ref, "line": line},
    )


def _about(action: Action) -> str:
    return f"*{action.ref}* {words(action.title)}"


def _form(
    title: str, *, callback_id: str, submit: str, blocks: Sequence[Block], metadata: dict[str, str]
) -> ModalView:
    return ModalView(
        title=PlainText(title),
        blocks=list(blocks),
        submit=PlainText(submit),
        close=PlainText("Cancel"),
        private_metadata=json.dumps({name: value for name, value in metadata.items() if value}),
        callback_id=callback_id,
    )


def unchanged_button(actions: Sequence[Action], line: str) -> Element:
    """The button that records of several actions at once that nothing has changed, once it is confirmed."""
    refs = ", ".join(action.ref for action in actions)
    text = (
        f"Nothing has changed in {count_text(len(actions), 'action')} ({shorten(refs, 150)})? "
        "It is recorded for each of them, and you can undo it."
    )
    confirm = ConfirmationDialogue(
        PlainText("All as last week?"), PlainText(text), PlainText("Record"), PlainText("Cancel")
    )
    which = ",".join(str(action.id) for action in actions)
    return button("All as last week", "actions_unchanged", f"{line}\n{which}", confirm=confirm)
