"""What a command and a sub-command are: a row of the table in `commands.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.core.arguments import Argument
from handlers.core.replies import Reply
from handlers.core.requests import Request


@dataclass(frozen=True)
class SubCommand:
    """`cacheable`: the answer is the same for every member who asks in a channel on a day.

    `for_partners`: a partner may use it; its function shows and changes only what they may see.
    """

    name: str
    arguments: tuple[Argument, ...]
    help: str
    example: str
    run: Callable[[Request, Mapping[str, Any]], Reply]
    cacheable: bool = False
    for_partners: bool = False

    def usage(self) -> str:
        return " ".join([self.name, *(one.usage() for one in self.arguments)]).replace(" :", ":").strip()


@dataclass(frozen=True)
class Command:
    """`default` is what is meant by words that begin with no sub-command."""

    name: str
    about: str
    hint: str
    sub_commands: tuple[SubCommand, ...]
    default: SubCommand | None = None

    @property
    def all(self) -> tuple[SubCommand, ...]:
        return ((self.default,) if self.default else ()) + self.sub_commands
