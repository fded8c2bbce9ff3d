"""Reading a command line: which sub-command it begins with, and that one's arguments."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rapidfuzz import process

from handlers.core.arguments import CommandNotUnderstood
from handlers.core.commands import COMMANDS
from handlers.core.grammar import parse
from handlers.core.sub_commands import Command, SubCommand


@dataclass(frozen=True)
class ParsedCommand:
    """A command line, read as far as its sub-command; `rest` are the words after that.

    `page` is the page of a list that is asked for, which stood at the end of the line.
    """

    command: Command
    sub_command: SubCommand
    rest: str
    page: int = 1

    @property
    def line(self) -> str:
        return " ".join(filter(None, (self.command.name, self.sub_command.name, self.rest)))

    @property
    def asks_for_help(self) -> bool:
        return self.rest.lower() in ("help", "?")


def find_sub_command(command: Command, text: str) -> ParsedCommand:
    """The sub-command that a text begins with. Raises `CommandNotUnderstood`, naming the nearest."""
    for one in sorted(command.sub_commands, key=lambda one: -len(one.name)):
        if begins_with(text, one.name):
            return _with_page(ParsedCommand(command, one, text[len(one.name) :].strip()))
    if command.default is not None:
        return ParsedCommand(command, command.default, text)
    raise CommandNotUnderstood(_no_sub_command(command, text))


_PAGE = re.compile(r"(?:^|\s+)page (?P<number>[1-9]\d{0,2})$", re.IGNORECASE)


def _with_page(parsed: ParsedCommand) -> ParsedCommand:
    found = _PAGE.search(parsed.rest) if parsed.sub_command.paged else None
    if found is None:
        return parsed
    return replace(parsed, rest=parsed.rest[: found.start()], page=int(found["number"]))


def begins_with(text: str, name: str) -> bool:
    """Whether a text begins with a sub-command's name."""
    lowered = text.lower()
    return lowered == name or lowered.startswith((f"{name} ", f"{name}\n"))


def parse_arguments(parsed: ParsedCommand, today: date) -> Mapping[str, Any]:
    """Read a sub-command's arguments. Raises `CommandNotUnderstood` with its usage and an example."""
    try:
        return parse(parsed.sub_command.arguments, parsed.rest, today)
    except CommandNotUnderstood as wrong:
        name, found = parsed.command.name, parsed.sub_command
        what = wrong.args[0] if wrong.args[0].endswith(("?", ".")) else f"{wrong.args[0]}."
        raise CommandNotUnderstood(
            f"{what} Use `{name} {found.usage()}`, for example `{name} {found.example}`."
        ) from wrong


def command_named(name: str) -> Command:
    return next(command for command in COMMANDS if command.name == name)


def _no_sub_command(command: Command, text: str) -> str:
    known = [one.name for one in command.sub_commands]
    first = text.split()[0]
    elsewhere = [
        f"`{other.name} {first.lower()}`"
        for other in COMMANDS
        if other is not command and any(one.name == first.lower() for one in other.sub_commands)
    ]
    if elsewhere:
        return f"`{command.name}` has no “{first[:30]}”. Try {elsewhere[0]}."
    if first[:1].isdigit():
        return f"Say what to do with {first[:30]}, for example `{command.name} {known[0]} {first[:30]}`."
    near = process.extractOne(first.lower(), known, score_cutoff=55)
    guess = f"Did you mean `{command.name} {near[0]}`?" if near else f"Try `{command.name} help`."
    return f"`{command.name}` has no “{first[:30]}”. {guess}"
