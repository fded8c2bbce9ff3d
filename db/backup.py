"""Back the database up into one file, and restore it from one."""

import re
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Engine, inspect

from db.errors import BackupError
from db.private_files import private_file


def backup(engine: Engine, file: Path) -> None:
    """Write the whole database to a new file that only its owner can read. The bot may be running.

    For SQLite the file is a database itself; for PostgreSQL it is a pg_dump archive. It holds what was
    committed when the backup began. Raises `BackupError` where the file exists already, or where the
    database's tools are missing or fail, and `Refused` for a link; no partial file is left.
    """
    if file.exists():
        raise BackupError(f"{file} exists already: name a new file")
    with private_file(file) as part:
        if engine.dialect.name == "sqlite":
            with closing(sqlite3.connect(part)) as copy, _sqlite_connection(engine) as source:
                source.backup(copy)
        else:
            _run_tool(engine.url, "pg_dump", "--format=custom", f"--file={part}")


def restore(engine: Engine, file: Path) -> None:
    """Fill an empty database from a backup: all of it, or nothing where anything fails.

    Raises `BackupError` where the database has any table (a restore never overwrites), where the file is
    not a backup of this kind of database, or where the database's tools are missing or fail.
    """
    if not file.is_file():
        raise BackupError(f"{file} is not there")
    if inspect(engine).get_table_names():
        raise BackupError("the database is not empty: restore into an empty one")
    if engine.dialect.name != "sqlite":
        try:
            _run_tool(engine.url, "pg_restore", "--single-transaction", "--exit-on-error", str(file))
        except BackupError as error:
            raise BackupError(f"{file} was not restored: {error}") from error
        return
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source:
            # Fails for a file that is not a database, before the empty database is touched.
            source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            with _sqlite_connection(engine) as target:
                source.backup(target)
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{file} is not a backup of an SQLite database ({error})") from error


@contextmanager
def _sqlite_connection(engine: Engine) -> Iterator[sqlite3.Connection]:
    with closing(engine.raw_connection()) as pooled:
        connection = pooled.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        yield connection


def _run_tool(address: URL, name: str, *options: str) -> None:
    """Run one of PostgreSQL's own programs on the database. Raises `BackupError`."""
    with _password_file(address) as password_file:
        # Anyone on the machine can read a command line, so the password goes into a file.
        # `address.set(password=None)` would leave the password in.
        target = address._replace(drivername="postgresql", password=None)
        target = target.update_query_dict({"passfile": password_file})
        connection = ["--no-password", f"--dbname={target.render_as_string()}"]
        command = [name, "--no-owner", "--no-privileges", *connection, *options]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except FileNotFoundError as error:
            raise BackupError(f"{name} is missing: install PostgreSQL's client programs") from error
        except subprocess.CalledProcessError as error:
            lines = error.stderr.strip().splitlines() or [f"{name} failed"]
            raise BackupError(lines[0]) from error


@contextmanager
def _password_file(address: URL) -> Iterator[str]:
    """The path of a PostgreSQL password file with the address's password for any host, database and user."""
    with tempfile.NamedTemporaryFile("w", prefix="partnership-") as file:
        password = re.sub(r"([\\:])", r"\\\1", str(address.password or ""))
        file.write(f"*:*:*:*:{password}\n" if password else "")
        file.flush()
        yield file.name
