"""The part of `make bench` about the clock: noticing among many rows, delivering to many channels."""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from sqlalchemy import Connection, Engine, event, insert

from bot.app import make_client
from bot.manifest import manifest
from bot.settings import Settings
from db import deliveries, schema
from db.audit_log import Author, Change, append
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
from jobs import schedule
from jobs.outbox import deliver
from jobs.tick_context import TickContext
from messages.limits import text_answer
from sandbox.server import Sandbox, start
from sandbox.workspace import Channel
from tests.cast import LONDON, NOW, at
from tests.conftest import TOKEN, settings_of
from tests.figures import Figure
from tests.load import ROOT

ACTIONS, SCHOOLS, ROLES = 100_000, 10_000, 400
SECONDS, MEGABYTES = 2.0, 300
CHANNELS, AT_ONCE, EVERY = 1_000, 16, 5.0
ROUNDS = 3
# A Monday, and the fourth school day of a term: the board's digest, the nudges and the reminders at once.
MONDAY = datetime(2017, 1, 9, 9, 0, tzinfo=LONDON)
_ASKED = date(2017, 1, 5)


def _rows() -> Iterator[tuple[type, list[dict[str, Any]]]]:
    """A partnership of a size that none has: half its actions late, most of those asked about lately."""
    yield Plan, [{"id": 1, "code": "big", "title": "Big", "terms_per_year": 3}]
    yield Section, [_defaults(Section, id=1, plan_id=1, ref="1", title="All")]
    roles = range(1, ROLES + 1)
    yield Role, [{"id": n, "name": f"Head of Service {n}"} for n in roles]
    yield Holding, [_defaults(Holding, role_id=n, slack_user=f"U9{n:05d}") for n in roles]
    late = range(1, ACTIONS + 1)
    yield Action, [_action(n) for n in late]
    yield Lead, [{"action_id": n, "role_id": n % ROLES + 1, "position": 0} for n in late]
    asked = [n for n in late if n % 4]
    yield (
        Nudge,
        [
            _defaults(Nudge, action_id=n, person=f"U9{n % ROLES + 1:05d}", day=_ASKED, disowned=False)
            for n in asked
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
            _defaults(School, name=f"School {n}", channel=f"C9{n:05d}", calendar="County")
            for n in range(SCHOOLS)
        ],
    )
    yield (
        Reminder,
        [_defaults(Reminder, action_id=1, day=4, message="Know the thresholds.", since=_ASKED, paused=False)],
    )


def _defaults(model: type, **values: Any) -> dict[str, Any]:
    """The columns of a row; those that are not named are as an unsaved row has them."""
    row = model(**values)
    names = (column.name for column in model.__table__.columns)  # type: ignore[attr-defined]
    return {name: getattr(row, name) for name in names if name in values or name != "id"}


def _action(number: int) -> dict[str, Any]:
    return _defaults(
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


def _filled(url: str) -> None:
    engine = connect(url)
    schema.upgrade(engine)
    with writing(engine) as session:
        for model, rows in _rows():
            session.connection().execute(insert(model), rows)
        said = Author("U9", NOW - timedelta(days=60))
        notes = (Change("action", n, f"big:1.{n}", "note", note="as planned") for n in range(1, ACTIONS, 5))
        append(session, said, notes)
    engine.dispose()


def _notice(url: str) -> dict[str, float]:
    """One pass in a process of its own: its seconds, how many were noticed, and the most memory it had."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench_clock", url], cwd=ROOT, capture_output=True, check=True, text=True
    )
    seen: dict[str, float] = json.loads(told.stdout)
    return seen


def _pass(engine: Engine) -> int:
    moment: TickContext = at(MONDAY)
    return sum(notice(engine, moment) for notice in schedule.NOTICES)


def measure_pass(url: str) -> None:
    """What `_notice` runs: prints its figures as JSON."""
    engine = connect(url)
    begun = time.perf_counter()
    noticed = _pass(engine)
    seconds = time.perf_counter() - begun
    # Not `getrusage`, which begins with the most that the process had that started this one.
    status = Path("/proc/self/status").read_text("ascii")
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "noticed": noticed, "megabytes": peak}))


def _statements(url: str) -> list[tuple[str, Any, bool]]:
    """The SQL of a pass, with its parameters as the driver gets them."""
    said: list[tuple[str, Any, bool]] = []
    engine = connect(url)

    @event.listens_for(engine, "before_cursor_execute")
    def note(_: Connection, __: Any, sql: str, values: Any, ___: Any, many: bool) -> None:
        said.append((sql, values, many))

    _pass(engine)
    engine.dispose()
    return said


def _bare(connection: Any, statements: Sequence[tuple[str, Any, bool]]) -> float:
    """Seconds that the driver alone takes for the same rows."""
    begun = time.perf_counter()
    cursor = connection.cursor()
    for sql, values, many in statements:
        if sql.startswith("BEGIN"):
            connection.commit()
        (cursor.executemany if many else cursor.execute)(sql, values)
        if cursor.description is not None:
            cursor.fetchall()
    connection.commit()
    return time.perf_counter() - begun


def bench_noticing(name: str, url: str, fresh: Callable[[], str]) -> Iterator[Figure]:
    """`url` is filled once; `fresh` makes a copy of it for each pass."""
    _filled(url)
    statements = _statements(fresh())
    pairs = []
    for _ in range(ROUNDS):
        ours, copy = _notice(fresh()), fresh()
        driver = (
            sqlite3.connect(copy.removeprefix("sqlite:///"), isolation_level=None)
            if name == "SQLite"
            else psycopg.connect(copy.replace("postgresql+psycopg", "postgresql"))
        )
        pairs.append((ours, _bare(driver, statements)))
        driver.close()
    ours, bare = sorted(pairs, key=lambda pair: pair[0]["seconds"] / pair[1])[ROUNDS // 2]
    what = f"noticing among {ACTIONS:,} actions and {SCHOOLS:,} schools, {name}"
    seconds = f"{ours['seconds']:.2f} s for {ours['noticed']:,.0f} messages, {bare:.2f} s"
    yield Figure(what, "the driver alone with its SQL", ours["seconds"] / bare, 3, seconds)
    spent = f"{ours['seconds']:.2f} s, {SECONDS:g} s"
    yield Figure("the same: time", f"{SECONDS:g} s", ours["seconds"] / SECONDS, 1, spent)
    memory = f"{ours['megabytes']:.0f} MB, {MEGABYTES} MB"
    yield Figure("the same: memory", f"{MEGABYTES} MB", ours["megabytes"] / MEGABYTES, 1, memory)


def _workspace() -> Sandbox:
    sandbox = start(token=TOKEN, manifest=manifest(), at=NOW)
    for name in _channels():
        sandbox.space.channels[name] = Channel(name, name.lower(), members=[sandbox.space.bot["id"]])
    return sandbox


def _settings(url: str, sandbox: Sandbox) -> Settings:
    told = settings_of(url, sandbox, 0)
    return Settings(
        database_url=url, slack_bot_token=SecretStr(told["SLACK_BOT_TOKEN"]), slack_api_url=sandbox.api_url
    )


def _channels() -> list[str]:
    return [f"C9{number:05d}" for number in range(CHANNELS)]


def _delivered(url: str) -> float:
    """Seconds until each channel has its message: passes every five seconds, as the clock makes them."""
    sandbox, engine = _workspace(), connect(url)
    client = make_client(_settings(url, sandbox))
    with writing(engine) as session:
        rows = [deliveries.new_row("bench", "1", name, NOW) for name in _channels()]
        session.connection().execute(insert(Delivery), rows)
    builders = {"bench": lambda session, delivery, moment: text_answer("Know the thresholds.")}
    begun, passes, sent = time.monotonic(), 0, 0
    while sent < CHANNELS:
        time.sleep(max(0.0, begun + passes * EVERY - time.monotonic()))
        passes += 1
        sent += deliver(engine, client, builders, at(sandbox.clock()))["sent"]
    taken = time.monotonic() - begun
    engine.dispose()
    sandbox.stop()
    return taken


def _posted(url: str) -> float:
    """Seconds that as many bare posts take, from as many threads, each waiting as long as Slack says."""
    sandbox = _workspace()
    client = make_client(_settings(url, sandbox), waits=False)

    def post(channel: str) -> None:
        while True:
            try:
                client.chat_postMessage(channel=channel, text="Know the thresholds.")
            except SlackApiError as refused:
                time.sleep(int(refused.response.headers["Retry-After"]))
            else:
                return

    begun = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(post, _channels()))
    taken = time.monotonic() - begun
    sandbox.stop()
    return taken


def bench_delivering(url: str) -> Iterator[Figure]:
    """`url` is a database of the newest schema; bare posts are the rate that the limits allow."""
    ours, theirs = _delivered(url), _posted(url)
    what = f"delivering to {CHANNELS:,} channels, PostgreSQL: rate"
    rate = f"{CHANNELS / ours:.1f}/s, {CHANNELS / theirs:.1f}/s"
    yield Figure(what, "bare posts as the limits allow", theirs / ours, 0.9, rate, at_least=True)


if __name__ == "__main__":
    measure_pass(sys.argv[1])
