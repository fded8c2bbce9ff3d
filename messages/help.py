"""Help, from the table of commands."""

from collections.abc import Sequence

from messages.blocks import Answer, context_block, escape, section, text_sections


def general_help() -> Answer:
    """What anybody can ask and record, in words and with examples."""
    return Answer(
        [
            section(
                "Ask me in your own words, here, in a channel with `@partnership`, or after a command:\n"
                "• *Actions*: “what is overdue”, “where are we with 2.3.1”, “what is due in February”, "
                "“what has the MASH manager got”\n"
                "• *Record progress*: “2.3.5 is done: templates issued”, or `/action update 2.3.5 complete`. "
                "I show you what I would record before I do\n"
                "• *Figures*: “camhs waiting”, “how many children are looked after”, `/kpi board`\n"
                "• *The plan*: “how are we doing”, “what changed since October”, “who leads 1.8”\n"
                "• *Schools*: “which schools did we not reach”, `/reminder list`"
            ),
            context_block(
                "`/action help`, `/plan help`, `/kpi help` and `/reminder help` list every command."
            ),
        ]
    )


def help_answer(name: str, about: str, rows: Sequence[tuple[str, str, str]]) -> Answer:
    """What a command takes: `rows` are usage, help and example of each sub-command."""
    command = name.split()[0]
    lines = [help_line(f"{command} {usage}", text, f"{command} {example}") for usage, text, example in rows]
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


def help_line(usage: str, text: str, example: str) -> str:
    """What one sub-command does, with its usage and an example; both begin with the command."""
    return f"`{escape(usage)}`\n{escape(text)} For example `{escape(example)}`"
