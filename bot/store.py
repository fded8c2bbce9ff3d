"""The database that a command works on, with its zone and clock, from the settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from bot.settings import Clock, Settings, SettingsError, load
from db import audit_log, schema
from db import engine as engines
from db.rules.calendars import local_day
from db.rules.known_figures import AsAt
from jobs.tick_context import TickContext


@dataclass(frozen=True)
class Store:
    settings: Settings
    engine: Engine
    clock: Clock

    def today(self) -> date:
        """The day in the plan's zone."""
        return local_day(self.clock(), self.settings.zone)

    def as_at(self) -> AsAt:
        return AsAt.now(self.clock(), self.settings.zone)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with engines.reading(self.engine) as session:
            yield session

    def tick_context(self, at: datetime | None = None) -> TickContext:
        """What a pass of the clock needs: now by the store's clock, or `at`, and who is concerned."""
        settings = self.settings
        coordinators = frozenset(settings.coordinators)
        return TickContext(
            at or self.clock(),
            settings.zone,
            coordinators,
            settings.board_channel,
            settings.keep_text_months,
        )

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction with the write lock, as every writer has."""
        with engines.writing(self.engine) as session:
            audit_log.take_write_lock(session)
            yield session


def newer_schema(at: str | None) -> str:
    return (
        f"the database is at schema {at}, which a newer version of the bot made. Install that version, or "
        "restore a backup from before it"
    )


def open_store(settings: Settings | None = None, clock: Clock | None = None) -> Store:
    """Open the database of the settings and check its schema. `clock` replaces the settings' own.

    An empty SQLite file is brought to the newest schema at once: there is nothing in it to lose, and a
    first import needs no second command. Raises `SettingsError` when a database in use is not at the
    newest schema.
    """
    settings = settings or load()
    engine = engines.connect(settings.database_url)
    at = schema.current_revision(engine)
    if at is None and engine.dialect.name == "sqlite":
        schema.upgrade(engine)
    elif at != schema.newest_revision():
        is_newer = schema.is_from_newer_code(engine)
        engine.dispose()
        raise SettingsError(
            newer_schema(at)
            if is_newer
            else "the database is not at the newest schema. Run partnership-bot migrate"
        )
    return Store(settings, engine, clock or settings.clock())


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Store]:
    """A store for one command. Its connections are closed at the end."""
    store = open_store(settings)
    try:
        yield store
    finally:
        store.engine.dispose()
