"""The part of `make bench` about the clock: noticing due messages, and delivering to many channels."""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from sqlalchemy import Connection, Engine, event, insert

from bot.app import make_client
from bot.manifest import manifest
from bot.settings import Settings
from db import bulk_insert, deliveries, schema
from db.audit_log import Author, Change, append
from db.deliveries import DeliveryKind
from db.engine import connect, writing
from db.models import (
    Action,
    DateStatus,
    Delivery,
    DueKind,
    Holding,
    Lead,
    Nudge,
    Plan,
    Progress,
    Reminder,
    Role,
    School,
    Section,
    SpanKind,
    TermDate,
)
from db.rules.ladders import Ladder
from jobs import schedule
from jobs.outbox import Build, deliver
from jobs.tick_context import TickContext
from messages.blocks import text_answer
from sandbox.server import Sandbox, start
from sandbox.workspace import Channel
from tests.benchmark_results import BenchmarkResult
from tests.cast import LONDON, NOW, at
from tests.conftest import TOKEN, settings_of
from tests.load import ROOT

ACTIONS, SCHOOLS, ROLES = 100_000, 10_000, 400
MAX_SECONDS, MAX_MEGABYTES = 2.0, 300
CHANNELS, THREADS = 1_000, 16
ROUNDS = 3
# A Monday, and the fourth school day of a term: the board's digest, the nudges and the reminders at once.
MONDAY = datetime(2017, 1, 9, 9, 0, tzinfo=LONDON)
_NUDGED_ON = date(2017, 1, 5)
_LADDER = Ladder(3, 7, 28, "Executive Group", "C0002BOARD").as_text()


def _rows() -> Iterator[tuple[type, list[dict[str, Any]]]]:
    """A partnership larger than any real one: half its actions are overdue, most of those recently nudged."""
    yield Plan, [{"id": 1, "code": "big", "title": "Big", "terms_per_year": 3, "ladder": _LADDER}]
    yield Section, [defaults(Section, id=1, plan_id=1, ref="1", title="All")]
    roles = range(1, ROLES + 1)
    yield Role, [{"id": n, "name": f"Head of Service {n}"} for n in roles]
    yield Holding, [defaults(Holding, role_id=n, slack_user=f"U9{n:07d}") for n in roles]
    actions = range(1, ACTIONS + 1)
    yield Action, [_action(n) for n in actions]
    yield Lead, [{"action_id": n, "role_id": n % ROLES + 1, "position": 0} for n in actions]
    nudged = [n for n in actions if n % 4]
    yield (
        Nudge,
        [
            defaults(Nudge, action_id=n, person=f"U9{n % ROLES + 1:07d}", day=_NUDGED_ON, disowned=False)
            for n in nudged
        ],
    )
    term = {
        "calendar": "County",
        "term": "Spring 2017",
        "starts": date(2017, 1, 4),
        "ends": date(2017, 3, 31),
    }
    yield TermDate, [{**term, "kind": SpanKind.TERM, "standing": DateStatus.PUBLISHED}]
    yield (
        School,
        [
            defaults(School, name=f"School {n}", channel=f"C9{n:07d}", calendar="County")
            for n in range(SCHOOLS)
        ],
    )
    yield (
        Reminder,
        [
            defaults(
                Reminder, action_id=1, day=4, message="Know the thresholds.", since=_NUDGED_ON, paused=False
            )
        ],
    )


def defaults(model: type, **values: Any) -> dict[str, Any]:
    """The columns of a row; a column without a value here has its default."""
    row = model(**values)
    names = (column.name for column in model.__table__.columns)  # type: ignore[attr-defined]
    return {name: getattr(row, name) for name in names if name in values or name != "id"}


def _action(number: int) -> dict[str, Any]:
    return defaults(
        Action,
        id=number,
        plan_id=1,
        section_id=1,
        ref=f"1.{number}",
        position=number,
        title=f"Do the work numbered {number}",
        due=MONDAY.date() + timedelta(days=number % 1000 - 500),
        due_kind=DueKind.BY,
        progress=Progress.COMPLETE if number % 3 == 0 else Progress.IN_PROGRESS,
    )


def _fill(url: str) -> None:
    engine = connect(url)
    schema.upgrade(engine)
    with writing(engine) as session:
        for model, rows in _rows():
            session.connection().execute(insert(model), rows)
        author = Author("U9", NOW - timedelta(days=60))
        notes = (Change("action", n, f"big:1.{n}", "note", note="as planned") for n in range(1, ACTIONS, 5))
        append(session, author, notes)
    engine.dispose()


def _notice(url: str) -> dict[str, float]:
    """One pass in a process of its own: its `seconds`, `noticed` messages and peak `megabytes`."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench_clock", url], cwd=ROOT, capture_output=True, check=True, text=True
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _pass(engine: Engine, when: datetime = MONDAY) -> int:
    context: TickContext = at(when)
    kinds = schedule.SCHEDULED_KINDS
    return sum(one.enqueue_due(engine, context) for one in kinds if one.enqueue_due is not None)


def measure_pass(url: str) -> None:
    """Run a pass for `_notice` and print its measurements as JSON."""
    engine = connect(url)
    # The clock has been running: it has made passes in which nothing was due.
    assert _pass(engine, MONDAY - timedelta(days=1)) == 0
    started = time.perf_counter()
    noticed = _pass(engine)
    seconds = time.perf_counter() - started
    # Not `getrusage`, whose peak includes that of the process that started this one.
    status = Path("/proc/self/status").read_text("ascii")
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "noticed": noticed, "megabytes": peak}))


def _statements(url: str) -> list[tuple[str, Any, bool]]:
    """The SQL of a pass, with its parameters as the driver gets them."""
    statements: list[tuple[str, Any, bool]] = []
    engine = connect(url)

    @event.listens_for(engine, "before_cursor_execute")
    def collect(_: Connection, __: Any, sql: str, values: Any, ___: Any, is_many: bool) -> None:
        statements.append((sql, values, is_many))

    copy = bulk_insert.copy_rows

    def collect_copy(connection: Connection, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        statements.append((sql, list(rows), True))
        copy(connection, sql, statements[-1][1])

    with patch.object(bulk_insert, "copy_rows", collect_copy):
        _pass(engine)
    engine.dispose()
    return statements


def _time_driver(connection: Any, statements: Sequence[tuple[str, Any, bool]]) -> float:
    """The seconds that the driver alone takes for the same statements."""
    started = time.perf_counter()
    cursor = connection.cursor()
    for sql, values, is_many in statements:
        if sql.startswith("BEGIN"):
            connection.commit()
        if sql.startswith("COPY"):
            with cursor.copy(sql) as copy:
                for row in values:
                    copy.write_row(row)
        else:
            (cursor.executemany if is_many else cursor.execute)(sql, values)
        if cursor.description is not None:
            cursor.fetchall()
    connection.commit()
    return time.perf_counter() - started


def bench_noticing(name: str, url: str, copy_filled: Callable[[], str]) -> Iterator[BenchmarkResult]:
    """Fill the database at `url`; `copy_filled` makes a copy of it for each pass and returns its URL."""
    _fill(url)
    statements = _statements(copy_filled())
    pairs = []
    for _ in range(ROUNDS):
        ours, copied = _notice(copy_filled()), copy_filled()
        driver = (
            sqlite3.connect(copied.removeprefix("sqlite:///"), isolation_level=None)
            if name == "SQLite"
            else psycopg.connect(copied.replace("postgresql+psycopg", "postgresql"))
        )
        pairs.append((ours, _time_driver(driver, statements)))
        driver.close()
    ours, bare = sorted(pairs, key=lambda pair: pair[0]["seconds"] / pair[1])[ROUNDS // 2]
    title = f"noticing among {ACTIONS:,} actions and {SCHOOLS:,} schools, {name}"
    seconds = f"{ours['seconds']:.2f} s for {ours['noticed']:,.0f} messages, {bare:.2f} s"
    yield BenchmarkResult(title, "the driver alone with its SQL", ours["seconds"] / bare, 3, seconds)
    time_measured = f"{ours['seconds']:.2f} s, {MAX_SECONDS:g} s"
    yield BenchmarkResult(
        "the same: time", f"{MAX_SECONDS:g} s", ours["seconds"] / MAX_SECONDS, 1, time_measured
    )
    memory = f"{ours['megabytes']:.0f} MB, {MAX_MEGABYTES} MB"
    yield BenchmarkResult(
        "the same: memory", f"{MAX_MEGABYTES} MB", ours["megabytes"] / MAX_MEGABYTES, 1, memory
    )


def _workspace() -> Sandbox:
    sandbox = start(token=TOKEN, manifest=manifest(), at=NOW)
    for name in _channels():
        sandbox.space.channels[name] = Channel(name, name.lower(), members=[sandbox.space.bot["id"]])
    return sandbox


def _settings(url: str, sandbox: Sandbox) -> Settings:
    env = settings_of(url, sandbox, 0)
    return Settings(
        database_url=url, slack_bot_token=SecretStr(env["SLACK_BOT_TOKEN"]), slack_api_url=sandbox.api_url
    )


def _channels() -> list[str]:
    return [f"C9{number:07d}" for number in range(CHANNELS)]


def _time_deliveries(url: str) -> float:
    """The seconds until each channel has its message, with passes as often as the clock makes them."""
    sandbox, engine = _workspace(), connect(url)
    client = make_client(_settings(url, sandbox))
    with writing(engine) as session:
        rows = [deliveries.new_row(DeliveryKind.REMINDER, "1", name, NOW) for name in _channels()]
        session.connection().execute(insert(Delivery), rows)
    builders: dict[str, Build] = {
        DeliveryKind.REMINDER: lambda session, delivery, context: text_answer("Know the thresholds.")
    }
    started, passes, sent = time.monotonic(), 0, 0
    while sent < CHANNELS:
        time.sleep(max(0.0, started + passes * schedule.TICK_SECONDS - time.monotonic()))
        passes += 1
        sent += deliver(engine, client, builders, at(sandbox.clock()))["sent"]
    seconds = time.monotonic() - started
    engine.dispose()
    sandbox.stop()
    return seconds


def _time_bare_posts(url: str) -> float:
    """The seconds that as many bare posts take from several threads, each waiting as long as Slack asks."""
    sandbox = _workspace()
    client = make_client(_settings(url, sandbox), waits=False)

    def post(channel: str) -> None:
        while True:
            try:
                client.chat_postMessage(channel=channel, text="Know the thresholds.")
            except SlackApiError as error:
                time.sleep(int(error.response.headers["Retry-After"]))
            else:
                return

    started = time.monotonic()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(post, _channels()))
    seconds = time.monotonic() - started
    sandbox.stop()
    return seconds


def bench_delivering(url: str) -> Iterator[BenchmarkResult]:
    """`url` is an empty migrated database. Bare posts give the rate that Slack's limits allow."""
    ours, theirs = _time_deliveries(url), _time_bare_posts(url)
    title = f"delivering to {CHANNELS:,} channels, PostgreSQL: rate"
    rate = f"{CHANNELS / ours:.1f}/s, {CHANNELS / theirs:.1f}/s"
    yield BenchmarkResult(title, "bare posts as the limits allow", theirs / ours, 0.9, rate, at_least=True)


if __name__ == "__main__":
    measure_pass(sys.argv[1])
