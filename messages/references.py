"""Answers to a reference that matches nothing, or more than one thing."""

from collections.abc import Sequence
from datetime import date

from slackblocks import Element

from db.rules.dates import day_text
from messages.blocks import BUTTON_VALUE, Answer, button, buttons, escape, section, text_sections, words

_BUTTONS = 5


def not_found(why: str, suggestions: Sequence[tuple[str, str]], command: str) -> Answer:
    """Why nothing was found and what may be meant, each with a button that asks for it.

    `suggestions` are qualified references with their titles. `command` has `{}` where the reference goes;
    a command too long for a button gets none.
    """
    lines = [f"• `{escape(ref)}` {words(title, 100)}" for ref, title in suggestions]
    chosen: list[Element] = [
        button(ref, f"ask_{at}", command.format(ref))
        for at, (ref, _) in enumerate(suggestions[:_BUTTONS])
        if len(command) + len(ref) < BUTTON_VALUE
    ]
    return Answer([section(words(why)), *text_sections(lines)], buttons(chosen))


def removed_text(ref: str, plan: str, day: date) -> str:
    return (
        f"{ref} was removed from {plan} on {day_text(day)}. `/action history {ref}` still shows what was "
        "recorded."
    )
