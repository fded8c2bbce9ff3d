"""A doubt of an import with its answers as buttons, and the form for another answer."""

import json
from collections.abc import Sequence
from typing import Any

from slackblocks import (
    Block,
    DatePicker,
    Element,
    InputBlock,
    ModalView,
    PlainText,
    PlainTextInput,
    StaticSelectMenu,
)

from db.models import Action, DoubtAbout, Progress
from db.rules.dates import day_text
from db.rules.doubts import answer_text, due_of
from db.rules.import_reports import OpenDoubt
from messages.blocks import Answer, button, buttons, escape, option, section, words

DOUBT_FORM = "doubt"
_MOST_CELL = 300


def doubt_text(doubt: OpenDoubt) -> str:
    """Where the doubt is, what it is, and what the file says there."""
    place = f"*{escape(doubt.where)}*: " if doubt.place else ""
    is_quoted = not doubt.is_about_a_field or not doubt.cell or doubt.cell in doubt.text
    cell = "" if is_quoted else f" The file says “{words(doubt.cell, _MOST_CELL)}”."
    return f"{place}{words(doubt.text, 1500)}.{cell}"


def stored_doubt(doubt: OpenDoubt, number: int, line: str) -> list[Block]:
    """A doubt of a stored action; `number` is its row's, `line` the command of the list that it stands in."""
    offered: list[Element] = [
        button(label, f"settle_{at}", f"{line}\n{number}:{value}")
        for at, (label, value) in enumerate(doubt.choices)
    ]
    if doubt.is_about_a_field:
        offered.append(button("Something else", "settle_other", f"{line}\n{number}"))
    return [section(doubt_text(doubt)), *buttons(offered)]


def settled(what: Action | str, about: DoubtAbout, value: str) -> Answer:
    """What a doubt was answered with: one about an action, or about a place of a plan's file."""
    place = f"*{escape(what)}*" if isinstance(what, str) else f"*{what.ref}* {words(what.title, 80)}"
    text = f"{place}: settled, {escape(answer_text(about, value))}."
    due = None if isinstance(what, str) else what.due
    if about is DoubtAbout.DUE and due is not None and due != due_of(value):
        text += f" Another date was agreed since, {day_text(due)}, and stays."
    return Answer([section(text)])


def doubt_form(doubt: OpenDoubt, /, **metadata: Any) -> ModalView:
    """The form for another answer than those offered; its fields are `date`, `progress` or `note`."""
    fields: dict[str, Sequence[Block]] = {
        DoubtAbout.DUE: [
            InputBlock(
                PlainText("Due"),
                DatePicker("date", placeholder=PlainText("Choose")),
                block_id="date",
                hint=PlainText("The last day by which it is to be done."),
            )
        ],
        DoubtAbout.STATUS: [
            InputBlock(
                PlainText("How far is it?"),
                StaticSelectMenu(
                    "progress",
                    options=[option(one.capitalize(), one) for one in Progress],
                    placeholder=PlainText("Choose a status"),
                ),
                block_id="progress",
            )
        ],
        DoubtAbout.LEADS: [
            InputBlock(
                PlainText("Who leads it?"),
                PlainTextInput("note", max_length=300),
                block_id="note",
                hint=PlainText("Roles and no names of people. Several with a slash between them."),
            )
        ],
    }
    return ModalView(
        title=PlainText("Settle a doubt"),
        blocks=[section(doubt_text(doubt)), *fields[doubt.about]],
        submit=PlainText("Settle"),
        close=PlainText("Cancel"),
        private_metadata=json.dumps({name: value for name, value in metadata.items() if value is not None}),
        callback_id=DOUBT_FORM,
    )
