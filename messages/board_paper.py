"""What the bot says of a plan's paper for its board."""

from collections.abc import Sequence

from slackblocks import Element

from messages.blocks import Answer, button, buttons, context_block, escape, section


def offered(title: str, subtitle: str, lines: Sequence[str], value: str, *, board: bool) -> Answer:
    """The paper's first words, and the button that sends the whole as a Word file."""
    send = button("Send me the Word file", "paper_send", value, style="primary")
    return offered_file(title, subtitle, lines, send, board=board)


def offered_file(title: str, subtitle: str, lines: Sequence[str], send: Element, *, board: bool) -> Answer:
    """The first words of any such file, with the button `send`, and what becomes of small counts in it."""
    text = "\n".join([f"*{escape(title)}* ({escape(subtitle)})", *map(escape, lines)])
    counts = (
        "Small counts are shown in it, as this is a board's channel: keep it there."
        if board
        else "Small counts are hidden in it. In a board's channel they are shown."
    )
    return Answer([section(text), context_block(counts)], buttons([send]))


def sent(title: str, subtitle: str) -> Answer:
    what = f"{escape(title)}, {escape(subtitle)}"
    return Answer([section(f"I've sent you the paper in a direct message: *{what}*.")])
