"""Help, from the table of commands."""

from collections.abc import Sequence

from messages.blocks import Answer, context_block, escape, section, text_sections


def help_answer(name: str, about: str, rows: Sequence[tuple[str, str, str]]) -> Answer:
    """What a command takes: `rows` are usage, help and example of each sub-command."""
    command = name.split()[0]
    lines = [
        f"`{escape(f'{command} {usage}')}`\n{escape(text)} For example `{escape(f'{command} {example}')}`"
        for usage, text, example in rows
    ]
    return Answer(
        [
            section(f"*{escape(name)}*: {escape(about)}"),
            *text_sections(lines),
            context_block(
                "A reference is `2.3`, `2.3.5`, or with its plan `ofsted2014:1.2`. Write dates as you "
                "like: `31/03/2017`, `March 2017`, `next Monday`. Only you see an answer until you share it."
            ),
        ]
    )
