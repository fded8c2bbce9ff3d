"""Workers are killed, clocks are wrong, tokens refused and Slack fails: no message is lost or sent twice."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.manifest import manifest
from db import daily_runs
from db.deliveries import DeliveryKind, enqueue
from db.engine import connect, reading, writing
from db.models import Delivery
from jobs.outbox import ABANDONED
from sandbox.faults import Fault
from sandbox.server import Sandbox, start
from sandbox.workspace import Channel
from tests.cast import NOW, TODAY
from tests.conftest import TOKEN, settings_of
from tests.load import ROOT

METHODS = ("chat.postMessage", "conversations.history", "chat.getPermalink")
_PASSES = 600
# Seconds for one pass, which waits when Slack asks it to, for up to a minute at a time.
_PASS_SECONDS = 240


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    running = start(token=TOKEN, manifest=manifest(), at=NOW)
    yield running
    running.stop()


def _order_faults(sandbox: Sandbox, dice: random.Random, fine: int) -> None:
    """Choose the faults of the next calls; `fine` of them to nine have none."""
    for method in METHODS:
        if not sandbox.space.faults.remaining(method):
            sandbox.space.faults.order(
                method,
                *dice.choices(
                    [
                        Fault(),
                        Fault(error="internal_error"),
                        # The bot's own: everything waits until the next pass has asked.
                        Fault(error="token_revoked"),
                        Fault(retry_after=0),
                        Fault(delay=0.05),
                        Fault(drop="before"),
                        Fault(drop="after"),
                        Fault(cut=True),
                    ],
                    weights=[fine, 1, 1, 1, 2, 1, 2, 1],
                    k=10,
                ),
            )


# The local Slack's rate limits start a timer for each call; of ten thousand one ends in a fault of CPython.
@pytest.mark.filterwarnings(
    r"ignore:Exception ignored in thread started by.*Timer:pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.soak
def test_no_delivery_is_lost_and_none_is_sent_twice(
    kind: str,
    copy_of: Callable[[str, bool], str],
    sandbox: Sandbox,
    tmp_path: Path,
    size: Callable[[int, int], int],
) -> None:
    workers = 2 if kind == "postgresql" else 1
    # How many messages, how many kills in all, and the most seconds between a worker's first post and its
    # death. The sooner it dies, the more passes it takes to send everything.
    message_count, kills, within = size(24, 500), size(2, 100) * workers, size(100, 20) / 1000
    dice = random.Random(20170106)
    channels = [f"C9{number:03d}" for number in range(message_count // size(2, 5))]
    for name in channels:
        sandbox.space.channels[name] = Channel(name, name.lower(), members=[sandbox.space.bot["id"]])
    url = copy_of(kind, False)
    engine = connect(url)
    with writing(engine) as session:
        daily_runs.mark_done(session, DeliveryKind.NUDGE, TODAY)
        for number in range(message_count):
            enqueue(session, DeliveryKind.NOT_MINE, str(number), channels[number % len(channels)], NOW)

    def count_unsent() -> int:
        with reading(engine) as session:
            return len(session.exec(select(Delivery.id).where(Delivery.sent_at == None)).all())  # noqa: E711

    killed = 0
    for _ in range(_PASSES):
        if not count_unsent():
            break
        moment = sandbox.clock.forward(ABANDONED + timedelta(minutes=1))
        _order_faults(sandbox, dice, size(40, 10))
        # One pass in ten is that of a machine whose clock is months ahead: it does nothing.
        wrong = timedelta(days=120) if dice.random() < 0.1 else timedelta()
        at = (moment + wrong).isoformat()
        passes = [_start_pass(url, sandbox, at, tmp_path) for _ in range(workers)]
        before = len(sandbox.space.messages)
        until = time.monotonic() + _PASS_SECONDS
        if killed < kills:
            # Kill the workers at a random moment after the first of them has begun to send.
            while len(sandbox.space.messages) == before and any(one.poll() is None for one in passes):
                assert time.monotonic() < until
                time.sleep(0.005)
            time.sleep(dice.random() * within)
            for one in passes:
                killed += one.poll() is None
                one.send_signal(signal.SIGKILL)
        for one in passes:
            one.wait(_PASS_SECONDS)

    assert count_unsent() == 0
    assert killed >= kills
    posted = Counter(
        message.metadata["event_payload"]["delivery"]
        for message in sandbox.space.messages
        if message.metadata is not None
    )
    assert len(posted) == message_count
    assert set(posted.values()) == {1}
    engine.dispose()


def _start_pass(url: str, sandbox: Sandbox, at: str, folder: Path) -> subprocess.Popen[bytes]:
    """One pass of the clock in a process of its own; a message of one kind is just its occurrence."""
    code = (
        "import sys\n"
        "from jobs import schedule\n"
        "from messages.blocks import text_answer\n"
        "schedule.BUILDERS['not_mine'] = lambda session, delivery, _: text_answer(delivery.occurrence)\n"
        "from bot.cli.main import main\n"
        f"sys.argv = ['partnership-bot', 'tick', '--at', {at!r}]\n"
        "main()\n"
    )
    env = {**settings_of(url, sandbox, 0), "PYTHONPATH": str(ROOT), "PATH": ""}
    return subprocess.Popen([sys.executable, "-c", code], env=env, cwd=folder, stdout=subprocess.DEVNULL)
