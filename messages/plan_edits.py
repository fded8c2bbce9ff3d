"""What the bot says when a coordinator changed the plan itself, and the form for an action's wording."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from slackblocks import DatePicker, InputBlock, ModalView, PlainText, PlainTextInput

from db.models import Action, Section
from db.rules.dates import day_text
from messages.blocks import (
    INPUT_TEXT,
    OPTIONS,
    Answer,
    context_block,
    escape,
    option,
    section,
    shorten,
    words,
)
from messages.update_form import select_field
from messages.updates import ChangeStamp, changed_by, confirmation

ADD_FORM = "add_action"
EDIT_FORM = "edit_action"
SPLIT_FORM = "split_action"
# The fields of the form that splits an action; the first two are required.
SPLIT_PARTS = ("part_1", "part_2", "part_3", "part_4")
# The parts of an action's wording, as people read them.
LABELS = {
    "title": "Title",
    "text": "What will be done",
    "outcome": "What it is for",
    "measure": "How we will know",
    "rhythm": "How often it comes round",
}
_REQUIRED = ("title", "text")


def _named(action: Action) -> str:
    return f"*{action.ref}* {words(action.title, 120)}"


def added(action: Action, new_roles: Sequence[str], today: date, stamp: ChangeStamp) -> Answer:
    """An action was added: where, who leads it and by when; what it still lacks."""
    plan = action.section.plan
    where = f"section {escape(action.section.ref)} {words(action.section.title, 80)} ({escape(plan.title)})"
    due = f" Due {day_text(action.due)}." if action.due else ""
    text = f"Added {_named(action)} to {where}, {changed_by(stamp)}.{due}{_led_by(action)}"
    lacks = [] if action.due else ["It has no date, so it is never late."]
    if not action.measure_text:
        lacks.append(f"How will you know? `/action edit {action.ref} measure: …`")
    return with_leads(confirmation(stamp, text), action, new_roles, today, lacks)


def _led_by(action: Action) -> str:
    if not action.leads:
        return ""
    return f" Led by {escape(' and '.join(lead.role.name for lead in action.leads))}."


def with_leads(
    answer: Answer, action: Action, new_roles: Sequence[str], today: date, lines: Sequence[str] = ()
) -> Answer:
    """The answer with what is missing of who leads the action."""
    lines = list(lines)
    if not action.leads:
        lines.append(f"Nobody leads it yet: `/action assign {action.ref} ROLE`.")
    for role in (lead.role for lead in action.leads):
        if role.holding_on(today) is None:
            is_new = " is a new role, and nobody" if role.name in new_roles else ": nobody"
            how = f'`/plan role set "{escape(role.name)}" @user`'
            lines.append(f"{escape(role.name)}{is_new} holds it. {how} says who does.")
    return replace(answer, blocks=[*answer.blocks, context_block(" ".join(lines))]) if lines else answer


def reworded(action: Action, before: Mapping[str, str], stamp: ChangeStamp) -> Answer:
    """The wording of an action was changed: each part `before`, by its name, and now."""
    if not before:
        return Answer([section(f"{_named(action)} says that already. Nothing was changed.")])
    lines = [f"Changed the wording of *{action.ref}*, {changed_by(stamp)}."]
    now = {
        "title": action.title,
        "text": action.text,
        "outcome": action.outcome_text,
        "measure": action.measure_text,
        "rhythm": action.recurrence or "",
    }
    for name, was in before.items():
        if was != now[name]:
            lines.append(f"*{LABELS[name]}*: {_words(was)} → {_words(now[name])}")
    return confirmation(stamp, "\n".join(lines))


def _words(text: str) -> str:
    return f"“{words(text, 400)}”" if text else "nothing"


def moved(action: Action, before: Section, stamp: ChangeStamp) -> Answer:
    text = (
        f"Moved {_named(action)} from section {escape(before.ref)} to section {escape(action.section.ref)} "
        f"{words(action.section.title, 80)}, {changed_by(stamp)}. Its reference stays {action.ref}."
    )
    return confirmation(stamp, text)


def assigned(
    action: Action, before: Sequence[str], new_roles: Sequence[str], today: date, stamp: ChangeStamp
) -> Answer:
    leads = [lead.role.name for lead in action.leads]
    if list(before) == leads:
        return Answer([section(f"{_named(action)} is led by {escape(' and '.join(leads))} already.")])
    was = escape(" and ".join(before)) or "nobody"
    text = (
        f"{_named(action)} is led by *{escape(' and '.join(leads))}* now, not by {was}, {changed_by(stamp)}."
    )
    return with_leads(confirmation(stamp, text), action, new_roles, today)


def closed(action: Action, stamp: ChangeStamp) -> Answer:
    text = (
        f"Closed {_named(action)}: it is *{action.progress}*, {changed_by(stamp)}. Nobody is reminded of it."
    )
    return confirmation(stamp, text)


def reopened(action: Action, stamp: ChangeStamp) -> Answer:
    due = f" It is due {day_text(action.due)}." if action.due else ""
    return confirmation(
        stamp, f"Opened {_named(action)} again: it is *{action.progress}*, {changed_by(stamp)}.{due}"
    )


def add_form(
    sections: Sequence[Section],
    roles: Sequence[str],
    chosen: Section | None,
    text: str,
    metadata: str,
) -> ModalView:
    """The form for a new action; its fields are `section`, `text`, `lead` and `date`.

    The section may be chosen already, and the text filled in. `metadata` comes back with it.
    """
    shown = sections[:OPTIONS]
    places = [
        option(f"{one.ref} {one.title} ({one.plan.title})", f"{one.plan.code}:{one.ref}") for one in shown
    ]
    leads = [option(name, name) for name in roles[:OPTIONS]]
    will = PlainTextInput(
        "text", multiline=True, max_length=INPUT_TEXT, initial_value=shorten(text, INPUT_TEXT) or None
    )
    who = [select_field("lead", "Who leads it?", leads, None, "Choose", optional=True)] if leads else []
    day = DatePicker("date", placeholder=PlainText("Choose"))
    return ModalView(
        title=PlainText("Add an action"),
        blocks=[
            select_field(
                "section", "Section", places, shown.index(chosen) if chosen in shown else None, "Choose"
            ),
            InputBlock(PlainText(LABELS["text"]), will, block_id="text"),
            *who,
            InputBlock(PlainText("Done by"), day, block_id="date", optional=True),
            context_block("The first clause becomes its title. Do not name or describe a child."),
        ],
        submit=PlainText("Add"),
        close=PlainText("Cancel"),
        private_metadata=metadata,
        callback_id=ADD_FORM,
    )


def edit_form(action: Action, texts: Mapping[str, str], metadata: str) -> ModalView:
    """The form for an action's wording.

    `texts` are the parts that fit into a field; `metadata` comes back with it.
    """
    fields = [
        InputBlock(
            PlainText(LABELS[name]),
            PlainTextInput(
                name, multiline=name != "title", max_length=INPUT_TEXT, initial_value=text or None
            ),
            block_id=name,
            optional=name not in _REQUIRED,
        )
        for name, text in texts.items()
    ]
    missing = [LABELS[name] for name in LABELS if name not in texts]
    left_out = f" Too long for a form: {', '.join(missing)}." if missing else ""
    return ModalView(
        title=PlainText("Edit an action"),
        blocks=[
            section(f"*{action.ref}* {words(action.title, 200)}"),
            *fields,
            context_block(f"The history keeps the earlier wording. You can undo the change.{left_out}"),
        ],
        submit=PlainText("Record"),
        close=PlainText("Cancel"),
        private_metadata=metadata,
        callback_id=EDIT_FORM,
    )


def split_form(action: Action, metadata: str) -> ModalView:
    """The form that makes actions of the parts of one; its fields are `SPLIT_PARTS`."""
    fields = [
        InputBlock(
            PlainText(f"Action {number}"),
            PlainTextInput(
                name,
                multiline=True,
                max_length=INPUT_TEXT,
                initial_value=shorten(action.text or action.title, INPUT_TEXT) if number == 1 else None,
            ),
            block_id=name,
            optional=number > 2,
        )
        for number, name in enumerate(SPLIT_PARTS, start=1)
    ]
    then = (
        f"Each gets the lead and the date of {action.ref}, and the next number of its section. {action.ref} "
        "is closed, and its history says into what. Do not name or describe a child."
    )
    return ModalView(
        title=PlainText("Split an action"),
        blocks=[section(f"*{action.ref}* {words(action.title, 200)}"), *fields, context_block(then)],
        submit=PlainText("Split"),
        close=PlainText("Cancel"),
        private_metadata=metadata,
        callback_id=SPLIT_FORM,
    )


def was_split(action: Action, new: Sequence[Action], stamp: ChangeStamp) -> Answer:
    lines = [f"Split *{action.ref}*, {changed_by(stamp)}. It is closed; in its place there are:"]
    lines += [f"• {_named(one)}{f', due {day_text(one.due)}' if one.due else ''}" for one in new]
    if action.measure_text:
        measure = f"“{words(action.measure_text, 200)}”"
        lines.append(f"Of which is the measure {measure}? `/action edit {new[0].ref} measure: …`")
    return confirmation(stamp, "\n".join(lines))
