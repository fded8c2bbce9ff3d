"""`make bench`: speed as ratios to baselines measured in the same run, each with its limit.

Machines are shared and noisy, so no result is in seconds alone and no test is timed. Writes
`docs/benchmarks.md` and exits with 1 if a result is over its limit.
"""

import itertools
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from openpyxl import load_workbook
from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlmodel import SQLModel

from db import audit_chain, audit_log, replay, schema, text_checks
from db.audit_log import Author, Change
from db.engine import connect, engine_for, garbage_collection_paused, reading, writing
from db.models import Action, AuditLogHead, Doubt, Entry, Lead, Measure, Plan, Reference, Section
from documents.plan_apply import apply_plan
from documents.plan_diff import diff_plan
from documents.plan_files import read_plan_file
from documents.sample import load_sample
from tests.bench_checks import bench_checks
from tests.bench_clock import bench_delivering, bench_noticing
from tests.bench_kpis import bench_kpis
from tests.bench_own_words import bench_own_words
from tests.bench_scale import bench_scale
from tests.bench_serving import Testbed, bench_serving
from tests.bench_startup import bench_startup
from tests.benchmark_results import BenchmarkResult, page
from tests.cast import LEAD, NOW, TODAY
from tests.files import excel_rows
from tests.postgres import LocalPostgres

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


def median(act: Callable[[], object], times: int, prepare: Callable[[], object] = int) -> float:
    """The median seconds that an act takes; `prepare` is done before each, and does not count."""
    seconds = []
    for _ in range(times):
        prepare()
        started = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def _rows(count: int = ROWS) -> Iterator[list[str]]:
    yield _HEADINGS
    for number in range(count):
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


def _import(path: Path, engine: Engine) -> None:
    """Import a file as the command does, into an empty store."""
    with garbage_collection_paused(), writing(engine) as session:
        merge = diff_plan(session, Plan(code="big", title="Big"), read_plan_file(path))
        apply_plan(session, merge, Author("import:big", NOW), TODAY)


def _empty(engine: Engine) -> None:
    """Take the imported plan out again."""
    # Each run reads the file as for the first time.
    text_checks.PASSED.clear()
    with engine_for(engine, "writing").begin() as connection:
        for model in (Lead, Measure, Reference, Doubt, Action, Section, Entry, Plan):
            connection.execute(delete(model))
        connection.execute(update(AuditLogHead).values(seq=0, hash=audit_chain.GENESIS))


def bench_import(folder: Path, urls: dict[str, str]) -> Iterator[BenchmarkResult]:
    path = excel_rows(folder / "big.xlsx", list(_rows()))
    for kind, url in urls.items():
        reading_seconds = median(lambda: _read(path), 3)
        engine = connect(url)
        import_seconds = median(partial(_import, path, engine), 3, partial(_empty, engine))
        engine.dispose()
        name = f"import of {ROWS:,} rows from Excel into {kind}"
        measured = f"{import_seconds:.2f} s, {reading_seconds:.2f} s"
        ratio = import_seconds / reading_seconds
        yield BenchmarkResult(name, "openpyxl just reading them", ratio, 1.2, measured)


def bench_repeated_headings(folder: Path) -> BenchmarkResult:
    """Compare reading a plan whose headings stand again above every ten rows with one that has them once."""
    once = list(_rows())
    repeated = [once[0]]
    for start in range(1, len(once), 10):
        repeated += [*once[start : start + 10], once[0]]
    seconds = []
    for name, rows in (("once", once), ("repeated", repeated[:-1])):
        path = excel_rows(folder / f"{name}.xlsx", rows)
        seconds.append(median(partial(read_plan_file, path), 3, text_checks.PASSED.clear))
    measured = f"{seconds[1]:.2f} s, {seconds[0]:.2f} s"
    name = f"reading {ROWS:,} rows below {ROWS // 10:,} rows of headings"
    return BenchmarkResult(name, "below one", seconds[1] / seconds[0], 1.5, measured)


def bench_record(url: str) -> Iterator[BenchmarkResult]:
    """Compare verifying 100,000 entries with hashing as many: it may cost a few hashes an entry."""
    engine = connect(url)
    with writing(engine) as session:
        author = Author(LEAD, NOW)
        changes = (Change("action", 1, "big:1.1", "note", note=f"note {n}") for n in range(100_000))
        audit_log.append(session, author, changes)
    entry = {"at": NOW, "previous": "0" * 64, "seq": 1, "who": LEAD, "channel": None, "act": "a" * 32}
    entry |= {"subject": "action", "subject_id": 1, "ref": "big:1.1", "field": "note", "before": None}
    entry |= {"after": None, "note": "note 1", "undoes": None}
    entry |= {"text_has_values": False, "salt": "5" * 32, "erased_digest": None}
    hashing = median(lambda: [audit_chain.entry_hash(entry) for _ in range(100_000)], 3)
    with reading(engine) as session:
        verifying = median(lambda: audit_chain.verify(session), 3)
        replaying = median(lambda: sum(1 for _ in replay.find_differences(session)), 3)
    engine.dispose()
    measured = f"{verifying:.2f} s, {hashing:.2f} s"
    yield BenchmarkResult(
        "`audit verify` of 100,000 entries on SQLite", "hashing as many", verifying / hashing, 6, measured
    )
    seconds = verifying + replaying
    yield BenchmarkResult(
        f"the same, compared with {ROWS:,} stored actions", "10 s", seconds / 10, 1, f"{seconds:.2f} s, 10 s"
    )


_NOTES = """\
Bare Bolt is one command that only sends its acknowledgement, under the bot's own gunicorn. It waits for
its listener in steps of 10 ms, which is most of the time of a single request. The bot answers in the
request's own thread and caches an answer until the next change
([decision 0007](decisions/0007-answer-cache.md)). "First asked after a change" is the time without a cached
answer. The machine's two cores also run the clients and PostgreSQL, so a second process can add less than
a whole core.
"""


def _copy_plan(connection: Connection, number: int) -> None:
    """Copy the imported plan's rows into it once more, under other refs. A file of that size is refused."""
    for table in (SQLModel.metadata.tables[name] for name in ("section", "action", "lead", "measure")):
        shifted = {"id", "position", "section_id", "action_id"}
        values = [
            (number * ROWS * 10 + column)
            if column.name in shifted
            else (f"{number}-" + column)
            if column.name == "ref"
            else column
            for column in table.columns
        ]
        own = next(table.c[name] for name in ("action_id", "id") if name in table.c)
        first = own < ROWS * 10
        connection.execute(insert(table).from_select(list(table.columns), select(*values).where(first)))


def _databases_by_size(server: LocalPostgres, folder: Path, sizes: Sequence[int]) -> dict[int, str]:
    """A database for each size, with the samples and a plan of that many actions."""
    urls = {}
    for size in sizes:
        urls[size] = url = server.create()
        engine = connect(url)
        schema.upgrade(engine)
        # The big plan comes first, so that a sample is the latest approved plan, which the channel uses.
        _import(excel_rows(folder / f"{size}.xlsx", list(_rows(min(size, ROWS)))), engine)
        with engine.begin() as connection:
            for number in range(1, size // ROWS):
                _copy_plan(connection, number)
        with writing(engine) as session:
            load_sample(session, Author("import:sample", NOW), TODAY)
        engine.dispose()
    return urls


def _sampled(server: LocalPostgres) -> str:
    """A database with the samples alone."""
    url = server.create()
    engine = connect(url)
    schema.upgrade(engine)
    with writing(engine) as session:
        load_sample(session, Author("import:sample", NOW), TODAY)
    engine.dispose()
    return url


def _bench_clock(server: LocalPostgres, folder: Path) -> Iterator[BenchmarkResult]:
    copies = itertools.count()

    def copy_filled() -> str:
        path = folder / f"clock{next(copies)}.db"
        shutil.copyfile(folder / "clock.db", path)
        return f"sqlite:///{path}"

    yield from bench_noticing("SQLite", f"sqlite:///{folder / 'clock.db'}", copy_filled)
    filled = server.create()
    yield from bench_noticing("PostgreSQL", filled, lambda: server.create(filled))
    empty = server.create()
    engine = connect(empty)
    schema.upgrade(engine)
    engine.dispose()
    yield from bench_delivering(empty)


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="partnership-bench-"))
    server = LocalPostgres(quick=False)
    urls = {"SQLite": f"sqlite:///{folder / 'bench.db'}", "PostgreSQL": server.url}
    testbed = Testbed(folder)
    try:
        for url in urls.values():
            engine = connect(url)
            schema.upgrade(engine)
            engine.dispose()
        results = [
            *bench_startup(urls["SQLite"]),
            *bench_checks(),
            *bench_own_words(folder),
            *bench_import(folder, urls),
            bench_repeated_headings(folder),
            *bench_record(urls["SQLite"]),
        ]
        results += _bench_clock(server, folder)
        results += bench_kpis(testbed, folder, server.create)
        results += bench_scale(testbed, lambda: _sampled(server))
        results += bench_serving(testbed, _databases_by_size(server, folder, (100, 10_000, 100_000)))
    finally:
        testbed.stop()
        server.end()
        shutil.rmtree(folder, ignore_errors=True)
    text_of_page = page(results, _NOTES)
    (ROOT / "docs" / "benchmarks.md").write_text(text_of_page, "utf-8")
    sys.stdout.write(text_of_page)
    return 0 if all(one.passes for one in results) else 1


if __name__ == "__main__":
    sys.exit(main())
