"""Engines for SQLite and PostgreSQL, and the short transactions that read or write."""

import gc
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import URL, Connection, Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlmodel import Session, create_engine

from db import text_checks, unreadable
from db.errors import CommitOutcomeUnknown

# The execution option that says with which statement a transaction begins.
_BEGIN_WITH = "begin_with"
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_STATEMENTS = {
    ("postgresql", "snapshot"): _SNAPSHOT,
    ("postgresql", "no transaction"): "",
    # A transaction that begins as a reader fails at its first write, without waiting, where another one
    # wrote in between. This takes the lock at once.
    ("sqlite", "writing"): "BEGIN IMMEDIATE",
}
# A connection prepares a statement that it has run this often.
_PREPARED_AFTER = 2
# A connection that was used less than this ago is not pinged before it is used again.
_FRESH_SECONDS = 1.0

# Slack gives up on a command after 3 s, so waiting longer for a lock is of no use.
LOCK_WAIT_SECONDS = 2

# The databases accept some ten thousand values in one statement; this stays well below.
_BATCH_SIZE = 500
T = TypeVar("T")


def forget_old_pages(engine: Engine) -> None:
    """Write SQLite's journal of earlier pages into the database and empty it. PostgreSQL does so by itself.

    Another connection that reads may hold it up; then the next writer does it.
    """
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def in_batches(items: Sequence[T], size: int = _BATCH_SIZE) -> Iterator[Sequence[T]]:
    """The items in slices that are short enough for one statement."""
    return (items[begin : begin + size] for begin in range(0, len(items), size))


def connect(url: str) -> Engine:
    """An engine for `url`; `postgres://` and `postgresql://` mean psycopg 3.

    Raises `sqlalchemy.exc.ArgumentError` for text that is not a database address.
    """
    address = make_url(url)
    if address.drivername in ("postgres", "postgresql"):
        address = address.set(drivername="postgresql+psycopg")
    is_sqlite = address.get_backend_name() == "sqlite"
    engine = _sqlite(address) if is_sqlite else _postgres(address)
    text_checks.attach(engine)
    return engine


def _postgres(address: URL) -> Engine:
    engine = create_engine(
        address,
        # `begin` below begins the transaction. Else the driver would, with a message of its own each time.
        isolation_level="AUTOCOMMIT",
        pool_size=10,
        max_overflow=20,
        pool_timeout=LOCK_WAIT_SECONDS,
        # The connection used last has prepared what is asked most.
        pool_use_lifo=True,
        connect_args={
            "connect_timeout": LOCK_WAIT_SECONDS,
            # A server that the network cuts off never reports it: these settings end the connection.
            "keepalives_idle": 10,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "tcp_user_timeout": 10_000,
            "prepare_threshold": None,
        },
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # PostgreSQL plans our longer queries for longer than it runs them.
        if _is_direct(connection):
            connection.prepare_threshold = _PREPARED_AFTER

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        begin_with = _begin_with(connection)
        if begin_with:
            connection.exec_driver_sql(
                f"{begin_with}; SET LOCAL lock_timeout = '{LOCK_WAIT_SECONDS}s'; SET LOCAL timezone = 'UTC'"
            )

    @event.listens_for(engine, "rollback")
    def end_snapshot(connection: Connection) -> None:
        # There is nothing to roll back, and after a rollback the driver forgets what it prepared.
        if connection.get_execution_options().get(_BEGIN_WITH) != _SNAPSHOT or connection.invalidated:
            return
        driver: Any = connection.connection.driver_connection
        if driver.info.transaction_status == driver.info.transaction_status.INTRANS:
            with suppress(engine.dialect.dbapi.Error):  # type: ignore[union-attr]
                driver.commit()

    _ping_before_use(engine)
    return engine


def _ping_before_use(engine: Engine) -> None:
    """Replace a connection that the server has ended, unless it was used a moment ago."""

    @event.listens_for(engine, "checkout")
    def ping(connection: Any, record: Any, _: Any) -> None:
        # `pool_pre_ping` would ping at every checkout, which makes an answer from the cache a third
        # slower.
        now = time.monotonic()
        if now - record.info.get("last_used", now) > _FRESH_SECONDS and not _is_alive(engine, connection):
            raise DisconnectionError
        record.info["last_used"] = now


def _is_direct(connection: Any) -> bool:
    """Whether a new connection leads to one server process, and not to a pooler such as pgbouncer.

    In transaction mode a pooler gives each transaction another server process, which knows nothing of what
    was prepared for the one before. It has to invent the process id that it gives when a client connects.
    """
    (server_process,) = connection.execute("SELECT pg_backend_pid()").fetchone()
    return bool(server_process == connection.info.backend_pid)


def _is_alive(engine: Engine, connection: Any) -> bool:
    try:
        return engine.dialect.do_ping(connection)
    except engine.dialect.dbapi.Error:  # type: ignore[union-attr]
        return False


@lru_cache(maxsize=32)
def engine_for(engine: Engine, use: str) -> Engine:
    """The engine for a use of its connections: `snapshot`, `writing`, or `no transaction`, where each
    statement stands alone on PostgreSQL. Cached, as making it takes time.
    """
    begin_with = _STATEMENTS.get((engine.dialect.name, use))
    return engine if begin_with is None else engine.execution_options(**{_BEGIN_WITH: begin_with})


def _begin_with(connection: Connection) -> str:
    return str(connection.get_execution_options().get(_BEGIN_WITH, "BEGIN"))


def _sqlite(address: URL) -> Engine:
    engine = create_engine(address, connect_args={"timeout": LOCK_WAIT_SECONDS})
    unreadable.read_past(engine.dialect)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # The driver begins a transaction only at the first write, too late for a consistent read.
        # `begin` below begins it instead.
        connection.isolation_level = None
        # What is erased must not stay in a free part of the file, so that part is overwritten.
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql(_begin_with(connection))

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that never writes. Loaded rows stay readable after it.

    Everything it reads is one snapshot, on both databases, so that no answer mixes two states.
    """
    with Session(engine_for(engine, "snapshot"), expire_on_commit=False, autoflush=False) as session:
        yield session


@contextmanager
def single_read(engine: Engine) -> Iterator[Connection]:
    """A connection for one statement that only reads, without the cost of a transaction."""
    with engine_for(engine, "no transaction").connect() as connection:
        try:
            yield connection
        except DBAPIError:
            # There is no rollback, after which the driver would forget a prepared form that is out of date.
            connection.invalidate()
            raise


# By what the threads take turns at, the seconds after which one goes on without its turn.
_LONGEST_WAIT = {"writing": float(LOCK_WAIT_SECONDS), "answering": 0.1}
_turns: WeakKeyDictionary[Engine, dict[str, threading.RLock]] = WeakKeyDictionary()
_turns_lock = threading.Lock()


@contextmanager
def in_turn(engine: Engine, what: str) -> Iterator[None]:
    """Let the threads of this process do something one after another, for a while.

    `writing`: twenty who wait for the database hold twenty connections, slow down the one who writes, and are
    told that it is busy. After `LOCK_WAIT_SECONDS` the database decides. `answering`: Python runs one thread
    at a time, and sixteen that read at once take a third longer in all than one after another.
    """
    with _turns_lock:
        turn = _turns.setdefault(engine, {}).setdefault(what, threading.RLock())
    is_mine = turn.acquire(timeout=_LONGEST_WAIT[what])
    try:
        yield
    finally:
        if is_mine:
            turn.release()


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One transaction: committed when the block ends, rolled back when it raises.

    Raises `CommitOutcomeUnknown` where the connection broke during the commit.
    """
    with Session(engine_for(engine, "writing"), expire_on_commit=False) as session:
        yield session
        session.flush()
        try:
            session.commit()
        except DBAPIError as error:
            if error.connection_invalidated:
                raise CommitOutcomeUnknown from error
            raise


def is_out_of_room(error: BaseException) -> bool:
    """Whether a database error says that its disk is full."""
    original = getattr(error, "orig", None)
    return getattr(original, "sqlstate", None) == "53100" or "disk is full" in str(original)


def free_megabytes(engine: Engine) -> int | None:
    """How much room the disk of an SQLite database has left; None for one that is elsewhere or in memory."""
    file = engine.url.database
    if engine.dialect.name != "sqlite" or not file or file == ":memory:":
        return None
    return shutil.disk_usage(Path(file).absolute().parent).free // 1_000_000


def lock_name(session: Session, name: str) -> None:
    """Let nobody else who locks the same name go on until this transaction ends.

    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})


@contextmanager
def garbage_collection_paused() -> Iterator[None]:
    """Pause the garbage collector while thousands of rows are made that are all still needed.

    Otherwise the collector takes a third of the time and finds nothing to free.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
