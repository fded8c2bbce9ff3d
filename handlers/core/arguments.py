"""What a command takes: its arguments, and the kinds of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from messages.blocks import Answer

# What may stand between two arguments.
BETWEEN = " \t\n:,"


class CommandNotUnderstood(Exception):
    """Words that do not fit. The text is one sentence that says what was expected."""


class NothingNamed(CommandNotUnderstood):
    """A name that nothing has. `answer` says so and offers the nearest."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("nothing has that name")
        self.answer = answer


class Kind(StrEnum):
    """What an argument is. A `NAME` is words up to a colon or a keyword; `WORDS` go on after a colon."""

    REF = "ref"
    WORDS = "words"
    NAME = "name"
    TEXT = "text"
    DAY = "day"
    PAST_DAY = "past day"
    NEAREST_DAY = "nearest day"
    SINCE = "since"
    RANGE = "range"
    PROGRESS = "progress"
    OUTCOME = "outcome"
    CHOICE = "choice"
    FLAG = "flag"
    URL = "url"
    PERSON = "person"
    QUOTED = "quoted"
    FIGURE = "figure"
    COUNT = "count"
    PERIOD = "period"


@dataclass(frozen=True)
class Argument:
    """One thing that a command takes.

    `placeholder` is how help writes it. An argument with a `keyword` is announced by that word, or by one of
    `also_keywords`, and may stand anywhere after the ones that are required. `choices` are the words that
    `Kind.CHOICE` takes.
    """

    name: str
    kind: Kind
    placeholder: str
    keyword: str | None = None
    optional: bool = False
    choices: tuple[str, ...] = ()
    also_keywords: tuple[str, ...] = ()

    def usage(self) -> str:
        text = f"{self.keyword} {self.placeholder}".strip() if self.keyword else self.placeholder
        return f"[{text}]" if self.optional else text


# Reads an argument from the front of a text: its value, None where it does not fit, and what is left.
Reader = Callable[[Argument, str, date], tuple[Any, str]]
