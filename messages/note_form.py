"""A form with one field for words: a reason, a question, an answer."""

import json
from typing import Any

from slackblocks import InputBlock, ModalView, PlainText, PlainTextInput

from messages.blocks import INPUT_TEXT, context_block, section


def note_form(
    title: str,
    *,
    callback_id: str,
    about: str,
    label: str,
    then: str,
    submit: str,
    initial: str | None = None,
    **metadata: Any,
) -> ModalView:
    """The form: what it is about, the field `note` with its label, and what happens then.

    The field begins with `initial`. `metadata` comes back with the form; what is None is left out.
    """
    field = PlainTextInput("note", multiline=True, max_length=INPUT_TEXT, initial_value=initial)
    return ModalView(
        title=PlainText(title),
        blocks=[
            section(about),
            InputBlock(PlainText(label), field, block_id="note"),
            context_block(then),
        ],
        submit=PlainText(submit),
        close=PlainText("Cancel"),
        private_metadata=json.dumps({name: value for name, value in metadata.items() if value is not None}),
        callback_id=callback_id,
    )
