"""Engines for SQLite and PostgreSQL, and the two kinds of short transaction."""

import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlmodel import Session, create_engine

from db.errors import CommitOutcomeUnknown

_OPTIONS: dict[tuple[str, str], dict[str, Any]] = {
    ("postgresql", "one moment"): {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    ("postgresql", "no transaction"): {"isolation_level": "AUTOCOMMIT"},
    ("sqlite", "writing"): {"writing": True},
}
# A connection that was in use this lately is not asked first whether it still answers.
_FRESH_SECONDS = 1.0

# Slack gives up on a command after 3 s: a writer that waits longer for its turn has lost anyway.
LOCK_WAIT_SECONDS = 2


# Of a list in one statement: the databases take no more than some ten thousand values.
_BATCH = 500
T = TypeVar("T")


def in_batches(many: Sequence[T], size: int = _BATCH) -> Iterator[Sequence[T]]:
    """A list in parts that one statement takes."""
    return (many[begin : begin + size] for begin in range(0, len(many), size))


def connect(url: str) -> Engine:
    """An engine for `url`; `postgres://` and `postgresql://` mean psycopg 3.

    Raises `sqlalchemy.exc.ArgumentError` for what is no database address at all.
    """
    address = make_url(url)
    if address.drivername in ("postgres", "postgresql"):
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() == "sqlite":
        return _sqlite(address.render_as_string(hide_password=False))
    engine = create_engine(
        address,
        pool_size=10,
        max_overflow=20,
        pool_timeout=LOCK_WAIT_SECONDS,
        connect_args={
            "connect_timeout": LOCK_WAIT_SECONDS,
            # A server that is cut off says nothing: it is given up on by these.
            "keepalives_idle": 10,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "tcp_user_timeout": 10_000,
            "options": f"-c lock_timeout={LOCK_WAIT_SECONDS}s -c timezone=UTC",
        },
    )

    @event.listens_for(engine, "checkout")
    def ping(connection: Any, record: Any, _: Any) -> None:
        # As `pool_pre_ping` does, but not at every turn: a question more for each answer is a third
        # of what a kept answer costs.
        now = time.monotonic()
        if now - record.info.get("taken", now) > _FRESH_SECONDS and not _is_alive(engine, connection):
            raise DisconnectionError
        record.info["taken"] = now

    return engine


def _is_alive(engine: Engine, connection: Any) -> bool:
    try:
        return engine.dialect.do_ping(connection)
    except engine.dialect.dbapi.Error:  # type: ignore[union-attr]
        return False


@lru_cache(maxsize=32)
def _prepared(engine: Engine, way: str) -> Engine:
    """The same engine, its connections prepared for a way of use; kept, as making it costs a query."""
    return engine.execution_options(**_OPTIONS.get((engine.dialect.name, way), {}))


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": LOCK_WAIT_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # The driver's own transactions begin too late to be of use: ours begin in `begin` below.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A writer that begins as a reader fails at its first write when another wrote in between,
        # without waiting: so it says at once that it will write.
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that never writes; rows stay readable after it, with what was loaded.

    All that it reads is of one moment, on both databases: an answer that mixed two would be of none.
    """
    with Session(_prepared(engine, "one moment"), expire_on_commit=False, autoflush=False) as session:
        yield session


@contextmanager
def single_read(engine: Engine) -> Iterator[Connection]:
    """A connection for one statement that only reads: no transaction is opened or ended for it."""
    with _prepared(engine, "no transaction").connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One transaction: committed when the block ends, undone whole when it raises.

    Raises `CommitOutcomeUnknown` when the connection broke at the commit itself.
    """
    with Session(_prepared(engine, "writing"), expire_on_commit=False) as session:
        yield session
        session.flush()
        try:
            session.commit()
        except DBAPIError as lost:
            if lost.connection_invalidated:
                raise CommitOutcomeUnknown from lost
            raise


@contextmanager
def garbage_collection_paused() -> Iterator[None]:
    """Hold the garbage collector while thousands of rows are made that are all still needed.

    Without it a third of the time goes into looking for garbage that is not there.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
