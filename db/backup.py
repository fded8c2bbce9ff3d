"""The whole store into one file, and back from it."""

import os
import re
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Engine, inspect

from db.errors import BackupError


def backup(engine: Engine, file: Path) -> None:
    """Write everything to a new file, readable by its owner alone, while the bot runs.

    For SQLite the file is a database itself; for PostgreSQL it is a pg_dump archive. What was
    committed when it began is in it, whole. Raises `BackupError` where the file exists already, and
    where the database's tools are missing or refuse; then no file is left.
    """
    if file.exists():
        raise BackupError(f"{file} exists already: name a new file")
    with _new(file) as part:
        if engine.dialect.name == "sqlite":
            with closing(sqlite3.connect(part)) as copy, _raw(engine) as held:
                held.backup(copy)
        else:
            _tool(engine.url, "pg_dump", "--format=custom", f"--file={part}")


def restore(engine: Engine, file: Path) -> None:
    """Fill an empty database from a backup: all of it, or on any fault nothing.

    Raises `BackupError` where the database holds anything (a restore never overwrites), where the
    file is no backup of this kind of database, or where the database's tools are missing or refuse.
    """
    if not file.is_file():
        raise BackupError(f"{file} is not there")
    if inspect(engine).get_table_names():
        raise BackupError("the database holds something already: restore into an empty one")
    if engine.dialect.name != "sqlite":
        try:
            _tool(engine.url, "pg_restore", "--single-transaction", "--exit-on-error", str(file))
        except BackupError as fault:
            raise BackupError(f"{file} was not restored: {fault}") from fault
        return
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as kept:
            # Asked of the file before the database is touched.
            kept.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            with _raw(engine) as empty:
                kept.backup(empty)
    except sqlite3.DatabaseError as wrong:
        raise BackupError(f"{file} is not a backup of an SQLite database ({wrong})") from wrong


@contextmanager
def _new(file: Path) -> Iterator[Path]:
    """A file that takes its name only when it is whole; nobody else may read it."""
    # mkstemp's own mode is 0600.
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.absolute().parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _raw(engine: Engine) -> Iterator[sqlite3.Connection]:
    with closing(engine.raw_connection()) as pooled:
        connection = pooled.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        yield connection


def _tool(address: URL, name: str, *options: str) -> None:
    """Run one of PostgreSQL's own programs on the database."""
    with _password_file(address) as kept:
        # A password on the command line could be read by anyone on the machine. `set(password=None)`
        # would leave it as it is.
        where = address._replace(drivername="postgresql", password=None)
        where = where.update_query_dict({"passfile": kept})
        command = [
            *(name, "--no-owner", "--no-privileges", "--no-password"),
            *(f"--dbname={where.render_as_string()}", *options),
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except FileNotFoundError as missing:
            raise BackupError(f"{name} is missing: install PostgreSQL's client programs") from missing
        except subprocess.CalledProcessError as failed:
            said = failed.stderr.strip().splitlines() or [f"{name} failed"]
            raise BackupError(said[0]) from failed


@contextmanager
def _password_file(address: URL) -> Iterator[str]:
    """The password as PostgreSQL's programs read it: for any host, port, database and user."""
    with tempfile.NamedTemporaryFile("w", prefix="partnership-") as kept:
        password = re.sub(r"([\\:])", r"\\\1", str(address.password or ""))
        kept.write(f"*:*:*:*:{password}\n" if password else "")
        kept.flush()
        yield kept.name
