"""What the bot says of a theme's report card."""

from collections.abc import Sequence

from messages.blocks import Answer, button
from messages.board_paper import offered_file


def offered(title: str, subtitle: str, lines: Sequence[str], value: str, *, board: bool) -> Answer:
    """The card's first words, and the button that sends the whole as a Word file."""
    send = button("Send me the Word file", "card_send", value, style="primary")
    return offered_file(title, subtitle, lines, send, board=board)
