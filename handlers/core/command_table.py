"""The check of the table of commands, at import: a fault stops the start and not somebody's first try."""

from collections.abc import Sequence
from datetime import date

from handlers.core.grammar import parse
from handlers.core.sub_commands import Command


def check_commands(commands: Sequence[Command]) -> None:
    """Raise `ValueError` for a name used twice, missing help, or an example that cannot be read."""
    names = [command.name for command in commands]
    names += [f"{command.name} {one.name}" for command in commands for one in command.all]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"command named twice: {sorted(twice)[0]}")
    for command in commands:
        for one in command.all:
            place = f"{command.name} {one.name}"
            if not one.help or not one.example.startswith(one.name):
                raise ValueError(f"{place}: help and an example that begins with the name are needed")
            # People see @name; Slack sends <@U…>.
            example = one.example[len(one.name) :].strip()
            as_sent = " ".join(
                "<@U0EXAMPLE>" if word.startswith("@") else word for word in example.split(" ")
            )
            parse(one.arguments, as_sent, date(2016, 12, 15))
