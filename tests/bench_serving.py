"""The part of `make bench` that is measured from outside: gunicorn, PostgreSQL, clients that never rest."""

import itertools
import json
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.manifest import manifest
from sandbox.server import start
from tests.cast import LEAD, NOW, PLAN_CHANNEL
from tests.conftest import SECRET, TOKEN, settings_of
from tests.figures import Figure
from tests.load import Measured, answer_of, free_port, press, process, signed, until_up

MANY = 16
SECONDS = 6.0
ROUNDS = 3
STATUS = "status 2.3"


def spellings(word: str, rest: str, many: int = 20_000) -> list[str]:
    """The same question in more spellings than the bot keeps answers to: as if each came after a change."""
    ways = 1 << len(word)
    return [
        "".join(letter.upper() if n >> place & 1 else letter for place, letter in enumerate(word))
        + " " * (n // ways + 1)
        + rest
        for n in range(many)
    ]


_SPELLINGS = spellings("status", "2.3")
_STARTS = itertools.count(0, 700)


@dataclass(frozen=True)
class Served:
    """A process that takes Slack's requests, and its number."""

    url: str
    pid: int

    def asks(self, line: str) -> bytes:
        """A request for a command line; one that begins with no `/` is of `/action`."""
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

    def press(self, clients: int, texts: Sequence[str] = (STATUS,)) -> Measured:
        requests = [self.asks(text) for text in texts]
        # Each client begins elsewhere, and none where an earlier one may have asked the same lately.
        starts = [next(_STARTS) % len(requests) for _ in range(clients)]
        turned = [requests[at:] + requests[:at] for at in starts]
        seen = press(self.url, turned, SECONDS)
        assert not seen.failures, seen.failures
        return seen

    def memory(self) -> float:
        """MB that the process and its children have to themselves, what they share counted in parts."""
        tree = [self.pid, *_children(self.pid)]
        rolled = [Path(f"/proc/{pid}/smaps_rollup").read_text("ascii") for pid in tree]
        return sum(int(text.split("\nPss:")[1].split()[0]) for text in rolled) / 1024


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return [one for child in listed for one in (int(child), *_children(int(child)))]


class Stand:
    """Where processes are measured: one workspace that the bot asks who people are."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sandbox = start(token=TOKEN, secret=SECRET, manifest=manifest(), at=NOW)

    def stop(self) -> None:
        self._sandbox.stop()

    @contextmanager
    def serving(self, words: Sequence[str], url: str, **more: str) -> Iterator[Served]:
        port = free_port()
        with process(words, settings_of(url, self._sandbox, port, **more), self._folder) as started:
            until_up(f"http://127.0.0.1:{port}/healthz")
            yield Served(f"http://127.0.0.1:{port}/slack/events", started.pid)


def _middle(measure: Callable[[], tuple[float, float]]) -> tuple[float, float]:
    """The middle of several rounds, each of which measured the bot and its yardstick side by side."""
    rounds = sorted((measure() for _ in range(ROUNDS)), key=lambda pair: pair[0] / pair[1])
    return rounds[ROUNDS // 2]


def bench_serving(stand: Stand, urls: dict[int, str]) -> Iterator[Figure]:
    """`urls`: PostgreSQL databases by how many actions they hold."""
    usual = urls[10_000]
    with stand.serving(["tests.bare"], usual) as bare, stand.serving(["bot", "web"], usual) as bot:
        told = answer_of(bot.url, bot.asks(STATUS))
        assert "2.3.5" in json.dumps(told), told
        yield from _against_bare(bot, bare)
        yield from _anew(bot, bare)
    yield from _sizes(stand, urls)
    yield from _two_processes(stand, usual)
    yield from _memory(stand, usual)


def _against_bare(bot: Served, bare: Served) -> Iterator[Figure]:
    what = f"`/action {STATUS}` on PostgreSQL, 10,000 actions"
    many = [(bot.press(MANY), bare.press(MANY)) for _ in range(ROUNDS)]
    rates = statistics.median(ours.rate / theirs.rate for ours, theirs in many)
    slowest = statistics.median(ours.percentile(0.99) / theirs.percentile(0.99) for ours, theirs in many)
    ours, theirs = many[0]
    rate = f"{ours.rate:.0f}/s, {theirs.rate:.0f}/s"
    yield Figure(f"{what}, {MANY} clients: throughput", "bare Bolt's", rates, 0.6, rate, at_least=True)
    late = f"{ours.percentile(0.99) * 1000:.1f} ms, {theirs.percentile(0.99) * 1000:.1f} ms"
    yield Figure(f"{what}, {MANY} clients: 99th percentile", "bare Bolt's", slowest, 2, late)
    alone, bare_alone = bot.press(1), bare.press(1)
    more = (alone.median - bare_alone.median) * 1000
    middle = f"{alone.median * 1000:.2f} ms, {bare_alone.median * 1000:.2f} ms"
    yield Figure(f"{what}, 1 client: ms more at the median", "bare Bolt's", more, 1.5, middle)


def _anew(bot: Served, bare: Served) -> Iterator[Figure]:
    """What a change costs the next who asks: no answer is kept."""
    alone, bare_alone = bot.press(1, _SPELLINGS), bare.press(1)
    middle = f"{alone.median * 1000:.2f} ms, {bare_alone.median * 1000:.2f} ms"
    ratio = alone.median / bare_alone.median
    yield Figure("the same, first asked after a change, 1 client: median", "bare Bolt's", ratio, None, middle)
    many, bare_many = bot.press(MANY, _SPELLINGS), bare.press(MANY)
    rate = f"{many.rate:.0f}/s, {bare_many.rate:.0f}/s"
    ratio = many.rate / bare_many.rate
    yield Figure(f"the same, {MANY} clients: throughput", "bare Bolt's", ratio, None, rate)


def _sizes(stand: Stand, urls: dict[int, str]) -> Iterator[Figure]:
    small, large = min(urls), max(urls)
    with ExitStack() as stack:
        few, most = (stack.enter_context(stand.serving(["bot", "web"], urls[one])) for one in (small, large))
        for how, asked in (("", (STATUS,)), (", first asked after a change", _SPELLINGS)):

            def medians(asked: Sequence[str] = asked) -> tuple[float, float]:
                return most.press(1, asked).median, few.press(1, asked).median

            ours, theirs = _middle(medians)
            seconds = f"{ours * 1000:.2f} ms, {theirs * 1000:.2f} ms"
            what = f"`/action {STATUS}` beside {large:,} actions{how}: median"
            yield Figure(what, f"beside {small:,}", ours / theirs, 1.2, seconds)


def _two_processes(stand: Stand, url: str) -> Iterator[Figure]:
    with ExitStack() as stack:
        two = stack.enter_context(stand.serving(["bot", "web"], url, WEB_CONCURRENCY="2"))
        one = stack.enter_context(stand.serving(["bot", "web"], url))
        ours, theirs = _middle(lambda: (two.press(MANY).rate, one.press(MANY).rate))
    what = f"two web processes, {MANY} clients: throughput"
    yield Figure(what, "one's", ours / theirs, 1.7, f"{ours:.0f}/s, {theirs:.0f}/s", at_least=True)


def _memory(stand: Stand, url: str) -> Iterator[Figure]:
    with stand.serving(["bot", "run"], url) as run, stand.serving(["tests.bare"], url) as bare:
        ours, theirs = run.memory(), bare.memory()
    yield Figure(
        "memory of an idle `run`", "bare Bolt's", ours / theirs, None, f"{ours:.0f} MB, {theirs:.0f} MB"
    )
