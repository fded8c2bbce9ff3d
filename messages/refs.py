"""What the bot says when a reference means nothing, or not one thing for certain."""

from collections.abc import Sequence

from slackblocks import Element

from messages.limits import Answer, button, buttons, escape, lines, section, words

_BUTTONS = 5


def missing(why: str, offered: Sequence[tuple[str, str]], command: str) -> Answer:
    """Why nothing was found and what may be meant, each with a button that asks for it."""
    named = [f"• `{escape(ref)}` {words(title, 100)}" for ref, title in offered]
    chosen: list[Element] = [
        button(ref, f"ask_{at}", f"{command} {ref}") for at, (ref, _) in enumerate(offered[:_BUTTONS])
    ]
    return Answer([section(words(why)), *lines(named)], buttons(chosen))
