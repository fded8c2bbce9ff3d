"""Sharing an answer with a channel."""

from collections.abc import Sequence
from dataclasses import replace

from slackblocks import Block, Element

from messages.blocks import BUTTON_VALUE, Answer, button, buttons, context_block, mention


def share_button(line: str) -> list[Element]:
    """The button that asks `line` again for the whole channel; none where the line is too long for one."""
    return [button("Share in channel", "share", line)] if 0 < len(line) <= BUTTON_VALUE else []


def share_row(line: str) -> Sequence[Block]:
    """A row with the share button alone."""
    return buttons(share_button(line))


def shared(answer: Answer, person: str) -> Answer:
    """An answer for a whole channel, with the name of the person who shared it."""
    return replace(answer, blocks=[*answer.blocks, context_block(f"Shared by {mention(person)}")])
