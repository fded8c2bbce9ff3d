"""What every handler is given: who asks, where and when, and the services it works with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from slack_sdk import WebClient
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, select

from db import audit_log, idempotency, sign_offs
from db import engine as engines
from db.audit_log import Author
from db.errors import CommitOutcomeUnknown
from db.models import BoardChannel
from db.rules.calendars import local_day
from db.rules.known_figures import AsAt
from handlers.core.answer_cache import AnswerCache
from handlers.core.channels import Channels
from handlers.core.deadline import Deadline, OutcomeUnknown, Pool, TimedOut
from handlers.core.people import People, Person
from handlers.core.typed_text import name_people, straighten
from handlers.own_words.lexicon import LexiconCache


class AlreadyHandled(Exception):
    """Slack sent a change a second time, as it does when an answer was lost on the way."""


@dataclass(frozen=True)
class Services:
    """What the app was built with: the same for every request."""

    engine: Engine
    client: WebClient
    people: People
    channels: Channels
    # Two pools: work after an acknowledgement must not hold up what is answered within it.
    pool: Pool
    background: Pool
    answer_cache: AnswerCache
    clock: Callable[[], datetime]
    zone: ZoneInfo
    coordinators: frozenset[str]
    # Who to call about a child, with the number.
    safeguarding_contact: str
    # The Slack ID of the board's own channel, from the settings.
    board_channel: str | None = None
    lexicons: LexiconCache = field(default_factory=LexiconCache)


@dataclass(frozen=True)
class Request:
    """One question or change: who asks, in which channel, at which moment.

    `line` is the command that gives the same answer again, with qualified references: *Share in channel*
    and a redraw ask it anew. `key` is what Slack repeats when it sends the same press, form or command
    twice; None where nothing can be repeated.
    """

    services: Services
    person: Person
    channel: str | None
    now: datetime
    line: str = ""
    key: str | None = None
    deadline: Deadline = field(default_factory=Deadline)
    # The actions that a partner may see and change; None for a member, who may see everything.
    only_actions: frozenset[int] | None = None
    # What the answer has turned out to depend on. A copy for another line shares it.
    marks: set[str] = field(default_factory=set)

    @property
    def is_partner(self) -> bool:
        return self.only_actions is not None

    @property
    def tomorrow(self) -> date:
        return self.today + timedelta(days=1)

    @property
    def today(self) -> date:
        """The day in the plan's zone."""
        return local_day(self.now, self.services.zone)

    @property
    def as_at(self) -> AsAt:
        return AsAt(self.today, self.now)

    @cached_property
    def may_share(self) -> bool:
        """Whether an answer may be shown to everybody in this channel."""
        return self.services.channels.offers_sharing(self.channel)

    @cached_property
    def shows_small_counts(self) -> bool:
        """Whether small numbers may be shown in this channel.

        A board's channel loses them when another organisation or a guest comes to read it. Asks Slack: read
        it before a transaction.
        """
        is_board = self.channel is not None and (
            self.channel == self.services.board_channel or self._is_marked_as_board()
        )
        shows = is_board and self.services.channels.is_internal(self.channel)
        if shows:
            self.marks.add("small counts")
        return shows

    @cached_property
    def own_channels(self) -> frozenset[str]:
        """The channels that the asker is in. Asks Slack: read it before a transaction."""
        return self.services.channels.of_person(self.person.user)

    def _is_marked_as_board(self) -> bool:
        with engines.single_read(self.services.engine) as connection:
            query = select(BoardChannel.channel).where(BoardChannel.channel == self.channel)
            return connection.execute(query).first() is not None

    @property
    def showed_small_counts(self) -> bool:
        """Whether an answer to this request has small numbers in it."""
        return "small counts" in self.marks

    @cached_property
    def may_sign(self) -> bool:
        """Whether the asker coordinates or is named to sign off, so that an answer may depend on who asks."""
        with self.reading() as session:
            named = sign_offs.named_signers(session)
        self.marks.add("person")
        return self.is_coordinator or self.person.user in named

    @property
    def depends_on_person(self) -> bool:
        """Whether the answer is the asker's alone, so that it must not be given to others."""
        return "person" in self.marks

    @property
    def is_coordinator(self) -> bool:
        return self.person.user in self.services.coordinators and not self.is_partner

    @cached_property
    def author(self) -> Author:
        """The author of every change that this request makes; they belong together as one act."""
        return Author(self.person.user, self.now, self.channel)

    def cleaned(self, text: str) -> str:
        """What somebody typed, as `straighten` leaves it and with people by name.

        Asks Slack for names: call it before a transaction. Raises `Refused` for a text that is too long.
        """
        return name_people(straighten(text), self.services.people.name_of)

    def with_line(self, line: str) -> "Request":
        return replace(self, line=line)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One snapshot. It holds up other answers: Slack must not be asked in it."""
        engine = self.services.engine
        with engines.in_turn(engine, "answering"), engines.reading(engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction with the write lock, so that nothing changes between reading and writing.

        Raises `AlreadyHandled` when Slack has sent the same request before;
        `TimedOut` when the person has been told already that it took too long; `OutcomeUnknown`.
        """
        try:
            with (
                engines.in_turn(self.services.engine, "writing"),
                engines.writing(self.services.engine) as session,
            ):
                audit_log.take_write_lock(session)
                if self.key is not None and not idempotency.mark_handled(session, self.key, self.now):
                    raise AlreadyHandled("That is recorded already, so I did not do it twice.")
                yield session
                session.flush()
                self.deadline.check()
        except CommitOutcomeUnknown as lost:
            self._find_outcome(lost)
        self.deadline.mark_committed()

    def _find_outcome(self, lost: CommitOutcomeUnknown) -> None:
        """Return when the change was committed after all, else raise.

        It takes the write lock, because a server that is still busy with the commit holds it.
        """
        if self.key is None:
            raise OutcomeUnknown from lost
        try:
            with engines.writing(self.services.engine) as session:
                audit_log.take_write_lock(session)
                was_handled = idempotency.was_handled(session, self.key)
        except (SQLAlchemyError, CommitOutcomeUnknown) as away:
            raise OutcomeUnknown from away
        if not was_handled:
            raise TimedOut from lost
