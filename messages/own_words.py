"""What the bot says of a sentence in somebody's own words: what it may mean, and what it can't read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from dateutil.relativedelta import relativedelta
from slackblocks import Block, Element

from db.rules.dates import day_text
from messages.blocks import (
    BUTTON_VALUE,
    Answer,
    ask_buttons,
    button,
    buttons,
    context_block,
    escape,
    section,
    text_answer,
    text_sections,
    words,
)
from messages.help import help_line

# What anybody may ask, where nothing nearer is known: the label of the button, and the line.
FIRST_QUESTIONS = (
    ("What is overdue?", "/action list overdue"),
    ("My actions", "/action mine"),
    ("How the plan stands", "/plan summary"),
)
_BUTTONS = 5
_WORDS = 3


def several(choices: Sequence[tuple[str, str]]) -> Answer:
    """Readings that are equally fair, each with a button; a choice is its line and the title of its topic."""
    return Answer([section("Which do you mean?"), *_listed(choices)], buttons(_buttons(choices)))


def not_understood(unread: Sequence[str], near: Sequence[tuple[str, str]]) -> Answer:
    """That a sentence was not understood, which words of it, and the nearest things that can be asked."""
    what = f" “{words(' '.join(unread[:_WORDS]), 60)}”" if unread else " that"
    if near:
        text = f"I don't understand{what}. Do you mean one of these?"
        return Answer([section(text), *_listed(near)], buttons(_buttons(near)))
    text = f"I don't understand{what}. Ask about an action, a date, a person or a figure. For example:"
    return text_answer(text, ask_buttons(FIRST_QUESTIONS))


def _listed(choices: Sequence[tuple[str, str]]) -> list[Block]:
    return text_sections(
        [
            f"• {words(title, 100)} `{escape(line)}`" if title else f"• `{escape(line)}`"
            for line, title in choices
        ]
    )


def _buttons(choices: Sequence[tuple[str, str]]) -> list[Element]:
    return ask_buttons((title or line, line) for line, title in choices[:_BUTTONS])


def offer(title: str, line: str, form: str, *, as_comment: bool) -> Answer:
    """What would be recorded of an action or a KPI, with the button that records it.

    `line` is the command that does, `form` the one that opens a form to change it first. With `as_comment`
    the person does not lead the action.
    """
    head = f"Shall I record this for *{words(title, 120)}*? Nothing is recorded yet."
    lines = [head, f"`{escape(line)}`"]
    if as_comment:
        lines.append(
            "Only its lead, a deputy or a coordinator can change it: from you it is kept as a comment."
        )
    if len(line) > BUTTON_VALUE:
        return Answer(text_sections([*lines, "It is too long for a button. Please type it as a command."]))
    chosen: list[Element] = [button("Record", "ask_0", line, style="primary")]
    if form:
        chosen.append(button("Change", "ask_1", form))
    return Answer(text_sections(lines), buttons(chosen))


def with_unread(answer: Answer, unread: Sequence[str], topic: str) -> Answer:
    """The answer about the nearest topic, below what was not understood."""
    head = (
        f"I don't know what “{words(' '.join(unread), 60)}” means here. The nearest is *{words(topic, 120)}*:"
    )
    return replace(answer, blocks=[section(head), *answer.blocks])


def undo() -> Answer:
    """Ask whether to take back the asker's last change."""
    text = "Shall I take back your last change? I can within 15 minutes of it."
    return text_answer(text, [button("Take it back", "ask_0", "/action undo", style="primary")])


def nothing_to_answer() -> Answer:
    """To thanks, or a yes that nothing waits for."""
    return text_answer("Nothing of mine waits for an answer here. Ask me whenever you like.")


def no_meeting(today: date) -> Answer:
    """No meeting is held, so the day that is meant has to be chosen."""
    first = today.replace(day=1)
    days = [first - relativedelta(months=back) for back in range(4)]
    since = [
        (f"Since {day_text(day)}", f"/plan changes since {day.isoformat()}") for day in days if day < today
    ]
    return text_answer(
        "I don't know on which day the board last met. From which day shall I tell what changed?",
        ask_buttons(since),
    )


def why(
    sentence: Sequence[str], parts: Sequence[str | None], lines: Sequence[str], *, records: bool = False
) -> Answer:
    """How a sentence was read: the part of each word, and the line that it comes to.

    With `records` the line would record something.
    """
    read = [
        f"• {escape(word)}: {escape(part or 'no part of what I know')}"
        for word, part in zip(sentence, parts, strict=True)
    ]
    meant = (
        " or ".join(f"`{escape(line)}`" for line in lines)
        if lines
        else "nothing that I can answer for certain"
    )
    record = " to record, once you press *Record*" if records else ""
    return Answer([section(f"I read that as {meant}{record}."), *text_sections(read)])


def how_to(rows: Sequence[tuple[str, str, str]]) -> Answer:
    """The commands that do what somebody asks how to do: usage, help and example of each."""
    return Answer(
        [
            *text_sections(help_line(*row) for row in rows),
            context_block("`/action help`, `/plan help`, `/kpi help` and `/reminder help` list the rest."),
        ]
    )
