"""The form that records progress."""

from collections.abc import Sequence

from slackblocks import (
    Block,
    InputBlock,
    ModalView,
    Option,
    PlainText,
    PlainTextInput,
    StaticSelectMenu,
    URLInput,
)

from db.models import Action, Outcome, Progress
from messages.limits import INPUT_TEXT, OPTIONS, context, option, section, words

UPDATE = "update"
STATUSES = tuple(Progress)


def update(actions: Sequence[Action], metadata: str) -> ModalView:
    """Fields for one action, or for one of several to be chosen. `metadata` comes back with them.

    Block and element ids are `action`, `progress`, `outcome`, `note` and `evidence`.
    """
    choices = [
        option(f"{action.ref} {action.title}", f"{action.section.plan.code}:{action.ref}")
        for action in actions[:OPTIONS]
    ]
    first = actions[0]
    blocks: list[Block] = []
    if len(choices) > 1:
        blocks.append(_select("action", "Action", choices, None, "Which one?"))
    else:
        blocks.append(section(f"*{first.ref}* {words(first.title)}"))
    progress = [option(status.value.capitalize(), status.value) for status in STATUSES]
    outcome = [option(status.value.capitalize(), status.value) for status in Outcome]
    now = STATUSES.index(first.progress) if len(choices) == 1 else None
    blocks.append(_select("progress", "How far is it?", progress, now, "Choose a status"))
    held = list(Outcome).index(first.outcome) if len(choices) == 1 else None
    blocks.append(
        _select("outcome", "Did it make the difference?", outcome, held, "Leave as it is", optional=True)
    )
    blocks += [
        InputBlock(
            PlainText("What happened?"),
            PlainTextInput(
                "note",
                multiline=True,
                max_length=INPUT_TEXT,
                placeholder=PlainText("One line is enough"),
            ),
            block_id="note",
            hint=PlainText("Do not name or describe a child."),
            optional=True,
        ),
        InputBlock(
            PlainText("Link to evidence"),
            URLInput("evidence", placeholder=PlainText("https://…")),
            block_id="evidence",
            optional=True,
        ),
        context("The lead, a deputy or a coordinator changes the status; from others it is a comment."),
    ]
    return ModalView(
        title=PlainText("Update an action"),
        blocks=blocks,
        submit=PlainText("Record"),
        close=PlainText("Cancel"),
        private_metadata=metadata,
        callback_id=UPDATE,
    )


def _select(
    name: str,
    label: str,
    choices: list[Option],
    chosen: int | None,
    placeholder: str,
    *,
    optional: bool = False,
) -> InputBlock:
    menu = StaticSelectMenu(
        name,
        options=choices,
        initial_option=None if chosen is None else choices[chosen],
        placeholder=PlainText(placeholder),
    )
    return InputBlock(PlainText(label), menu, block_id=name, optional=optional)
