"""Who asks what, where and when: what every handler is given."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from slack_sdk import WebClient
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from db import audit_log, idempotency
from db import engine as engines
from db.audit_log import Author
from db.errors import CommitOutcomeUnknown
from handlers.core.answer_cache import AnswerCache
from handlers.core.channels import Channels
from handlers.core.deadline import Deadline, OutcomeUnknown, Pool, TimedOut
from handlers.core.people import People, Person


class GuestMayNotChange(Exception):
    """A change by a guest, who was let in to read."""


class AlreadyHandled(Exception):
    """A change that Slack sent a second time, as it does when an answer was lost on the way."""


@dataclass(frozen=True)
class Services:
    """What the app was made with, handed down to every listener."""

    engine: Engine
    client: WebClient
    people: People
    channels: Channels
    # Two, because what goes on behind an acknowledgement waits for what is answered in time.
    pool: Pool
    background: Pool
    answer_cache: AnswerCache
    clock: Callable[[], datetime]
    zone: ZoneInfo
    coordinators: frozenset[str]
    # The board's own channel, of the settings.
    board: str | None = None


@dataclass(frozen=True)
class Request:
    """One question or change: by whom, in which channel, at which moment, by which command line.

    `line` is the command that gives the same answer again, its references qualified: what *Share*
    and a redraw ask anew.
    """

    services: Services
    person: Person
    channel: str | None
    now: datetime
    line: str = ""
    # What Slack sends a press, a form or a command again with; None where nothing can be repeated.
    key: str | None = None
    deadline: Deadline = field(default_factory=Deadline)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.services.zone).date()

    @cached_property
    def may_share(self) -> bool:
        """Whether an answer may be put in front of everybody in the channel that it is asked in."""
        return self.services.channels.may_share(self.channel)

    @property
    def is_coordinator(self) -> bool:
        return self.person.user in self.services.coordinators

    @cached_property
    def author(self) -> Author:
        """Who says it, when and where: one act, whatever it changes."""
        return Author(self.person.user, self.now, self.channel)

    def with_line(self, line: str) -> "Request":
        return replace(self, line=line)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with engines.reading(self.services.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that has the record to itself, so that what it reads is what it changes.

        Raises `GuestMayRead`, `Repeated` when Slack has sent the same thing before, `patience.GivenUp`
        when whoever asked was told already that it took too long, and `patience.Unsettled`.
        """
        if self.person.guest:
            raise GuestMayNotChange(
                "Guests may read here; changes and comments are for members of the workspace"
            )
        try:
            with engines.writing(self.services.engine) as session:
                audit_log.take_write_lock(session)
                if self.key is not None and not idempotency.mark_handled(session, self.key, self.now):
                    raise AlreadyHandled("That was recorded already, so it was not done twice")
                yield session
                session.flush()
                self.deadline.check()
        except CommitOutcomeUnknown as lost:
            self._settle(lost)
        self.deadline.committed()

    def _settle(self, lost: CommitOutcomeUnknown) -> None:
        """Find out whether what was being committed is there. Returns when it is, else raises.

        In a writer's turn: a server that is still at the commit holds it, and is waited for.
        """
        if self.key is None:
            raise OutcomeUnknown from lost
        try:
            with engines.writing(self.services.engine) as session:
                audit_log.take_write_lock(session)
                heard = idempotency.was_handled(session, self.key)
        except (SQLAlchemyError, CommitOutcomeUnknown) as away:
            raise OutcomeUnknown from away
        if not heard:
            raise TimedOut from lost
