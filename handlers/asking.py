"""Who asks what, where and when: what every handler is given."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from slack_sdk import WebClient
from sqlalchemy import Engine
from sqlmodel import Session

from db import engine as engines
from db import once, record
from db.record import Said
from handlers.people import People, Person


class GuestMayRead(Exception):
    """A change by a guest, who was let in to read."""


class Repeated(Exception):
    """A change that Slack sent a second time, as it does when an answer was lost on the way."""


@dataclass(frozen=True)
class Bot:
    """What the app was made with, handed down to every listener."""

    engine: Engine
    client: WebClient
    people: People
    clock: Callable[[], datetime]
    zone: ZoneInfo
    coordinators: frozenset[str]


@dataclass(frozen=True)
class Ask:
    """One question or change: by whom, in which channel, at which moment, by which command line.

    `line` is the command that gives the same answer again, its references qualified: what *Share*
    and a redraw ask anew.
    """

    bot: Bot
    person: Person
    channel: str | None
    now: datetime
    line: str = ""
    # What Slack sends a press, a form or a command again with; None where nothing can be repeated.
    key: str | None = None

    @property
    def today(self) -> date:
        return self.now.astimezone(self.bot.zone).date()

    @property
    def is_coordinator(self) -> bool:
        return self.person.user in self.bot.coordinators

    @cached_property
    def said(self) -> Said:
        """Who says it, when and where: one act, whatever it changes."""
        return Said(self.person.user, self.now, self.channel)

    def again_by(self, line: str) -> "Ask":
        return replace(self, line=line)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with engines.reading(self.bot.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that has the record to itself, so that what it reads is what it changes.

        Raises `GuestMayRead`, and `Repeated` when Slack has sent the same thing before.
        """
        if self.person.guest:
            raise GuestMayRead("Guests may read here; changes and comments are for members of the workspace")
        with engines.writing(self.bot.engine) as session:
            record.lock(session)
            if self.key is not None and not once.first(session, self.key, self.now):
                raise Repeated("That was recorded already, so it was not done twice")
            yield session
