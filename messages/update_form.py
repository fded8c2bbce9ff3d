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
from messages.blocks import INPUT_TEXT, OPTIONS, context_block, option, section, shorten, words

UPDATE_FORM = "update"


def update_form(
    actions: Sequence[Action],
    metadata: str,
    *,
    note: str = "",
    evidence: str | None = None,
    chosen: str | None = None,
) -> ModalView:
    """The form for one action, or for several to choose from. `metadata` comes back with it.

    Its fields are `action`, `progress`, `outcome`, `note` and `evidence`. The last two, and which action is
    `chosen` (a qualified reference), may be filled in already.
    """
    only = actions[0] if len(actions) == 1 else None
    return ModalView(
        title=PlainText("Update an action"),
        blocks=[_which(actions, chosen), *_statuses(only), *_words(note, evidence), context_block(_WHO)],
        submit=PlainText("Record"),
        close=PlainText("Cancel"),
        private_metadata=metadata,
        callback_id=UPDATE_FORM,
    )


_WHO = "The lead, a deputy or a coordinator can change the status. From others it is kept as a comment."


def _which(actions: Sequence[Action], chosen: str | None) -> Block:
    if len(actions) == 1:
        return section(f"*{actions[0].ref}* {words(actions[0].title)}")
    choices = [option(f"{action.ref} {action.title}", action.qualified_ref) for action in actions[:OPTIONS]]
    at = next((at for at, one in enumerate(choices) if one.value == chosen), None)
    return select_field("action", "Action", choices, at, "Which one?")


def _statuses(only: Action | None) -> list[Block]:
    """Progress and outcome, set to what is recorded where there is only one action."""
    progress = [option(status.value.capitalize(), status.value) for status in Progress]
    outcome = [option(status.value.capitalize(), status.value) for status in Outcome]
    now = list(Progress).index(only.progress) if only else None
    held = list(Outcome).index(only.outcome) if only else None
    return [
        select_field("progress", "How far is it?", progress, now, "Choose a status"),
        select_field(
            "outcome", "Did it make the difference?", outcome, held, "Leave as it is", optional=True
        ),
    ]


def _words(note: str, evidence: str | None) -> list[Block]:
    happened = PlainTextInput(
        "note",
        multiline=True,
        max_length=INPUT_TEXT,
        placeholder=PlainText("One line is enough"),
        initial_value=shorten(note, INPUT_TEXT) or None,
    )
    link = URLInput("evidence", placeholder=PlainText("https://…"), initial_value=evidence)
    hint = PlainText("Do not name or describe a child.")
    return [
        InputBlock(PlainText("What happened?"), happened, block_id="note", hint=hint, optional=True),
        InputBlock(PlainText("Link to evidence"), link, block_id="evidence", optional=True),
    ]


def select_field(
    name: str,
    label: str,
    choices: list[Option],
    chosen: int | None,
    placeholder: str,
    *,
    optional: bool = False,
) -> InputBlock:
    """A field of a form to choose from a menu, in which one may be chosen already, by its place."""
    menu = StaticSelectMenu(
        name,
        options=choices,
        initial_option=None if chosen is None else choices[chosen],
        placeholder=PlainText(placeholder),
    )
    return InputBlock(PlainText(label), menu, block_id=name, optional=optional)
