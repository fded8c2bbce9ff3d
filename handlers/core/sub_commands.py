"""What a command and a sub-command are: a row of the table in `commands.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.core.arguments import Argument
from handlers.core.replies import Reply
from handlers.core.requests import Request
from handlers.own_words.cues import Cue


@dataclass(frozen=True)
class Question:
    """A way in which people ask for a sub-command in their own words.

    They say all that it `needs` and perhaps some of `also` and of its `words`; what else they name has to be
    one of its arguments. `names` are the kinds of things that they have to name: `plans`. The
    answer to one that is `whole` tells all there is of one thing, so that a word more changes little.
    """

    needs: frozenset[Cue] = frozenset()
    also: frozenset[Cue] = frozenset()
    words: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    whole: bool = False


@dataclass(frozen=True)
class SubCommand:
    """`cacheable`: the answer is the same for every member who asks in a channel on a day.

    `for_partners`: a partner may use it; its function shows and changes only what they may see.
    `paged`: the answer is a list, of which `page 2` at the end of the line asks for the second page.
    `everyday`: its name is an everyday word too, so what does not fit it is read as own words.
    `questions`: how people ask for it in their own words; none for what changes something.
    """

    name: str
    arguments: tuple[Argument, ...]
    help: str
    example: str
    run: Callable[[Request, Mapping[str, Any]], Reply]
    cacheable: bool = False
    for_partners: bool = False
    paged: bool = False
    everyday: bool = False
    questions: tuple[Question, ...] = ()

    @property
    def help_row(self) -> tuple[str, str, str]:
        """Its usage, help and example, without its command."""
        return self.usage(), self.help, self.example

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
