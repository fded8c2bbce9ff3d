"""What the bot says when a reference means nothing, or not one thing for certain."""

from collections.abc import Sequence
from datetime import date

from slackblocks import Element

from messages.limits import BUTTON_VALUE, Answer, button, buttons, escape, section, text_sections, words
from messages.times import day_text

_BUTTONS = 5


def not_found(why: str, offered: Sequence[tuple[str, str]], command: str) -> Answer:
    """Why nothing was found and what may be meant, each with a button that asks for it.

    `command` has `{}` where the reference goes; one too long for a button has no buttons.
    """
    named = [f"• `{escape(ref)}` {words(title, 100)}" for ref, title in offered]
    chosen: list[Element] = [
        button(ref, f"ask_{at}", command.format(ref))
        for at, (ref, _) in enumerate(offered[:_BUTTONS])
        if len(command) + len(ref) < BUTTON_VALUE
    ]
    return Answer([section(words(why)), *text_sections(named)], buttons(chosen))


def removed_text(ref: str, plan: str, day: date) -> str:
    """That an action was taken out of its plan: one sentence."""
    return f"{ref} was taken out of {plan} on {day_text(day)}; `/action history` still has what was recorded."
