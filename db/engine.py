"""Engines for SQLite and PostgreSQL, and the two kinds of short transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlmodel import Session, create_engine

# Slack gives up on a command after 3 s: a writer that waits longer for its turn has lost anyway.
LOCK_WAIT_SECONDS = 2


def connect(url: str) -> Engine:
    """An engine for `url`; `postgres://` and `postgresql://` mean psycopg 3.

    Raises `sqlalchemy.exc.ArgumentError` for what is no database address at all.
    """
    address = make_url(url)
    if address.drivername in ("postgres", "postgresql"):
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() == "sqlite":
        return _sqlite(address.render_as_string(hide_password=False))
    return create_engine(
        address,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=20,
        pool_timeout=LOCK_WAIT_SECONDS,
        connect_args={
            "connect_timeout": LOCK_WAIT_SECONDS,
            "options": f"-c lock_timeout={LOCK_WAIT_SECONDS}s -c timezone=UTC",
        },
    )


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
    """A session that never writes; rows stay readable after it, with what was loaded."""
    with Session(engine, expire_on_commit=False, autoflush=False) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One transaction: committed when the block ends, undone whole when it raises."""
    bound = engine.execution_options(writing=True)
    with Session(bound, expire_on_commit=False) as session, session.begin():
        yield session
