"""Answers to a reference that matches nothing, or more than one thing."""

from collections.abc import Sequence
from datetime import date

from db.rules.dates import day_text
from messages.blocks import (
    Answer,
    ask_buttons,
    buttons,
    escape,
    section,
    text_sections,
    words,
)

_BUTTONS = 5


def not_found(why: str, suggestions: Sequence[tuple[str, str]], command: str) -> Answer:
    """Why nothing was found and what may be meant, each with a button that asks for it.

    `suggestions` are qualified references with their titles. `command` has `{}` where the reference goes;
    a command too long for a button gets none.
    """
    lines = [f"• `{escape(ref)}` {words(title, 100)}" for ref, title in suggestions]
    chosen = ask_buttons((ref, command.format(ref)) for ref, _ in suggestions[:_BUTTONS])
    return Answer([section(words(why)), *text_sections(lines)], buttons(chosen))


def removed_text(ref: str, plan: str, day: date) -> str:
    return (
        f"{ref} was removed from {plan} on {day_text(day)}. `/action history {ref}` still shows what was "
        "recorded."
    )
