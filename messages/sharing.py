"""Sharing an answer with a channel."""

from collections.abc import Sequence
from dataclasses import replace

from slackblocks import Block, Element

from messages.blocks import BUTTON_VALUE, Answer, button, buttons, buttons_of, context_block, mention


def share_button(line: str) -> list[Element]:
    """The button that asks `line` again for the whole channel; none where the line is too long for one."""
    return [button("Share in channel", "share", line)] if 0 < len(line) <= BUTTON_VALUE else []


def share_row(line: str) -> Sequence[Block]:
    """A row with the share button alone."""
    return buttons(share_button(line))


def shared(answer: Answer, person: str) -> Answer:
    """An answer for a whole channel, with the name of the person who shared it.

    The controls of its cards are for the lead alone, and are left out.
    """
    blocks = [one for one in answer.blocks if not _is_cards_row(one)]
    return replace(answer, blocks=[*blocks, context_block(f"Shared by {mention(person)}")])


def _is_cards_row(block: Block) -> bool:
    return any(getattr(one, "action_id", "") == "action_menu" for one in buttons_of([block]))
