"""The part of `make bench` over HTTP: gunicorn, PostgreSQL, and clients that send without a pause."""

import itertools
import json
import statistics
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from bot.manifest import manifest
from db import audit_log
from db.engine import connect, writing
from sandbox.server import start
from tests.benchmark_results import BenchmarkResult
from tests.cast import LEAD, NOW, PLAN_CHANNEL
from tests.conftest import SECRET, TOKEN, settings_of
from tests.load import LoadResult, answer_of, free_port, press, process, signed, until_up

MANY = 16
SECONDS = 6.0
ROUNDS = 3
STATUS = "status 2.3"
UNCACHED_MS = 5
CHANGES_A_SECOND = 20


def spellings(word: str, rest: str, count: int = 20_000) -> list[str]:
    """One command in more spellings than the answer cache holds, as if each came after a change."""
    variants = 1 << len(word)
    return [
        "".join(letter.upper() if n >> place & 1 else letter for place, letter in enumerate(word))
        + " " * (n // variants + 1)
        + rest
        for n in range(count)
    ]


_SPELLINGS = spellings("status", "2.3")
_STARTS = itertools.count(0, 700)


@dataclass(frozen=True)
class ServerUnderTest:
    """A process that takes Slack's requests: its URL and process id."""

    url: str
    pid: int

    def request(self, line: str) -> bytes:
        """A signed request for a command line. Without a leading `/` it is an `/action` command."""
        command, _, text = line.partition(" ") if line.startswith("/") else ("/action", "", line)
        fields = {
            "command": command,
            "text": text,
            "user_id": LEAD,
            "channel_id": PLAN_CHANNEL,
            "team_id": "T0001HOME",
            "trigger_id": "t",
            "response_url": "http://127.0.0.1:9/",
        }
        return signed(self.url, SECRET, fields)

    def press(self, clients: int, texts: Sequence[str] = (STATUS,), seconds: float = SECONDS) -> LoadResult:
        requests = [self.request(text) for text in texts]
        # Each client starts at a different request, so that none repeats one that may still be cached.
        starts = [next(_STARTS) % len(requests) for _ in range(clients)]
        rotated = [requests[at:] + requests[:at] for at in starts]
        load = press(self.url, rotated, seconds)
        assert not load.failures, load.failures
        return load

    def memory(self) -> float:
        """MB of the process and its children; shared memory is divided between those that share it."""
        tree = [self.pid, *_children(self.pid)]
        rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text("ascii") for pid in tree]
        return sum(int(text.split("\nPss:")[1].split()[0]) for text in rollups) / 1024


def _children(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return [one for child in children for one in (int(child), *_children(int(child)))]


class Testbed:
    """Starts the processes to measure, with one local Slack for all of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sandbox = start(token=TOKEN, secret=SECRET, manifest=manifest(), at=NOW)

    def stop(self) -> None:
        self._sandbox.stop()

    @contextmanager
    def serving(self, words: Sequence[str], url: str, **more: str) -> Iterator[ServerUnderTest]:
        port = free_port()
        with process(words, settings_of(url, self._sandbox, port, **more), self._folder) as started:
            until_up(f"http://127.0.0.1:{port}/healthz")
            yield ServerUnderTest(f"http://127.0.0.1:{port}/slack/events", started.pid)


def median_round(measure: Callable[[], tuple[float, float]], rounds: int = ROUNDS) -> tuple[float, float]:
    """The median of several rounds, each of which measures the bot and its baseline."""
    pairs = sorted((measure() for _ in range(rounds)), key=lambda pair: pair[0] / pair[1])
    return pairs[rounds // 2]


def bench_serving(testbed: Testbed, urls: dict[int, str]) -> Iterator[BenchmarkResult]:
    """`urls` are PostgreSQL databases by their number of actions."""
    usual = urls[10_000]
    with testbed.serving(["tests.bare_app"], usual) as bare, testbed.serving(["bot", "web"], usual) as bot:
        answer = answer_of(bot.url, bot.request(STATUS))
        assert "2.3.5" in json.dumps(answer), answer
        yield from _against_bare(bot, bare)
        yield from _uncached(bot, bare)
        yield from _while_it_changes(bot, bare, usual)
    yield from _sizes(testbed, urls)
    yield from _two_processes(testbed, usual)
    yield from _memory(testbed, usual)


def _against_bare(bot: ServerUnderTest, bare: ServerUnderTest) -> Iterator[BenchmarkResult]:
    name = f"`/action {STATUS}` on PostgreSQL, 10,000 actions"
    many = [(bot.press(MANY), bare.press(MANY)) for _ in range(ROUNDS)]
    rates = statistics.median(ours.rate / theirs.rate for ours, theirs in many)
    slowest = statistics.median(ours.percentile(0.99) / theirs.percentile(0.99) for ours, theirs in many)
    ours, theirs = many[0]
    rate = f"{ours.rate:.0f}/s, {theirs.rate:.0f}/s"
    yield BenchmarkResult(
        f"{name}, {MANY} clients: throughput", "bare Bolt's", rates, 0.6, rate, at_least=True
    )
    late = f"{ours.percentile(0.99) * 1000:.1f} ms, {theirs.percentile(0.99) * 1000:.1f} ms"
    yield BenchmarkResult(f"{name}, {MANY} clients: 99th percentile", "bare Bolt's", slowest, 2, late)
    alone, bare_alone = bot.press(1), bare.press(1)
    more = (alone.median - bare_alone.median) * 1000
    middle = f"{alone.median * 1000:.2f} ms, {bare_alone.median * 1000:.2f} ms"
    yield BenchmarkResult(f"{name}, 1 client: ms more at the median", "bare Bolt's", more, 1.5, middle)


def _uncached(bot: ServerUnderTest, bare: ServerUnderTest) -> Iterator[BenchmarkResult]:
    """The time of the first answer after a change, when the cache is empty."""
    alone = bot.press(1, _SPELLINGS)
    middle = f"{alone.median * 1000:.2f} ms, {UNCACHED_MS} ms"
    ratio = alone.median * 1000 / UNCACHED_MS
    yield BenchmarkResult(
        "the same, first asked after a change, 1 client: median", f"{UNCACHED_MS} ms", ratio, 1, middle
    )
    many, bare_many = bot.press(MANY, _SPELLINGS), bare.press(MANY)
    rate = f"{many.rate:.0f}/s, {bare_many.rate:.0f}/s"
    ratio = many.rate / bare_many.rate
    name = f"the same, {MANY} clients: throughput"
    yield BenchmarkResult(name, "bare Bolt's", ratio, 0.2, rate, at_least=True)


def _while_it_changes(bot: ServerUnderTest, bare: ServerUnderTest, url: str) -> Iterator[BenchmarkResult]:
    """Everybody asks the same while somebody else writes, as in a meeting where updates are taken."""
    engine = connect(url)

    def measure() -> tuple[float, float]:
        bare_rate = bare.press(MANY).rate
        with _changing(engine):
            return bot.press(MANY).rate, bare_rate

    ours, theirs = median_round(measure)
    engine.dispose()
    name = f"the same, {MANY} clients and {CHANGES_A_SECOND} changes a second: throughput"
    rate = f"{ours:.0f}/s, {theirs:.0f}/s"
    yield BenchmarkResult(name, "bare Bolt's", ours / theirs, 0.2, rate, at_least=True)


@contextmanager
def _changing(engine: Engine) -> Iterator[None]:
    """Change something all the time, so that no answer stays cached."""
    ended = threading.Event()

    def change() -> None:
        while not ended.wait(1 / CHANGES_A_SECOND):
            with writing(engine) as session:
                audit_log.take_write_lock(session)

    with ThreadPoolExecutor(1) as writer:
        changes = writer.submit(change)
        try:
            yield
        finally:
            ended.set()
        changes.result()


def _sizes(testbed: Testbed, urls: dict[int, str]) -> Iterator[BenchmarkResult]:
    small, large = min(urls), max(urls)
    with ExitStack() as stack:
        few, most = (
            stack.enter_context(testbed.serving(["bot", "web"], urls[one])) for one in (small, large)
        )
        for how, commands in (("", (STATUS,)), (", first asked after a change", _SPELLINGS)):

            def medians(commands: Sequence[str] = commands) -> tuple[float, float]:
                return most.press(1, commands).median, few.press(1, commands).median

            ours, theirs = median_round(medians)
            seconds = f"{ours * 1000:.2f} ms, {theirs * 1000:.2f} ms"
            name = f"`/action {STATUS}` beside {large:,} actions{how}: median"
            yield BenchmarkResult(name, f"beside {small:,}", ours / theirs, 1.2, seconds)


def _two_processes(testbed: Testbed, url: str) -> Iterator[BenchmarkResult]:
    with ExitStack() as stack:
        two = stack.enter_context(testbed.serving(["bot", "web"], url, WEB_CONCURRENCY="2"))
        one = stack.enter_context(testbed.serving(["bot", "web"], url))
        ours, theirs = median_round(lambda: (two.press(MANY).rate, one.press(MANY).rate))
    name = f"two web processes, {MANY} clients: throughput"
    yield BenchmarkResult(name, "one's", ours / theirs, 1.7, f"{ours:.0f}/s, {theirs:.0f}/s", at_least=True)


def _memory(testbed: Testbed, url: str) -> Iterator[BenchmarkResult]:
    with testbed.serving(["bot", "run"], url) as run, testbed.serving(["tests.bare_app"], url) as bare:
        ours, theirs = run.memory(), bare.memory()
    yield BenchmarkResult(
        "memory of an idle `run`", "bare Bolt's", ours / theirs, None, f"{ours:.0f} MB, {theirs:.0f} MB"
    )
