"""Workers killed in the middle, while Slack stumbles in every way it can: each message once, none lost."""

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
from db.deliveries import enqueue
from db.engine import connect, reading, writing
from db.models import Delivery
from db.nudges import KIND
from jobs.outbox import ABANDONED
from sandbox.faults import Fault
from sandbox.server import Sandbox, start
from sandbox.workspace import Channel
from tests.cast import NOW, TODAY
from tests.conftest import TOKEN, settings_of
from tests.load import ROOT

METHODS = ("chat.postMessage", "conversations.history", "chat.getPermalink")
_PASSES = 600
# A pass waits when Slack says so, for up to a minute at a time.
_PATIENCE = 240


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    running = start(token=TOKEN, manifest=manifest(), at=NOW)
    yield running
    running.stop()


def _stumble(sandbox: Sandbox, dice: random.Random) -> None:
    """Order what goes wrong next."""
    for method in METHODS:
        if not sandbox.space.faults.left(method):
            sandbox.space.faults.order(
                method,
                *dice.choices(
                    [
                        Fault(),
                        Fault(error="internal_error"),
                        Fault(retry_after=0),
                        Fault(delay=0.05),
                        Fault(drop="before"),
                        Fault(drop="after"),
                        Fault(cut=True),
                    ],
                    weights=[10, 1, 1, 2, 1, 2, 1],
                    k=10,
                ),
            )


@pytest.mark.soak
def test_of_many_deliveries_none_is_lost_and_none_sent_twice(
    kind: str,
    copy_of: Callable[[str, bool], str],
    sandbox: Sandbox,
    tmp_path: Path,
    size: Callable[[int, int], int],
) -> None:
    workers = 2 if kind == "postgresql" else 1
    # Each worker so often; the sooner, the more deaths it takes to get all of it out.
    many, kills, within = size(60, 500), size(6, 100) * workers, size(100, 20) / 1000
    dice = random.Random(20170106)
    channels = [f"C9{number:03d}" for number in range(many // 5)]
    for name in channels:
        sandbox.space.channels[name] = Channel(name, name.lower(), members=[sandbox.space.bot["id"]])
    url = copy_of(kind, False)
    engine = connect(url)
    with writing(engine) as session:
        daily_runs.mark_done(session, KIND, TODAY)
        for number in range(many):
            enqueue(session, "due_note", str(number), channels[number % len(channels)], NOW)

    def left() -> int:
        with reading(engine) as session:
            return len(session.exec(select(Delivery.id).where(Delivery.sent_at == None)).all())  # noqa: E711

    killed = 0
    for _ in range(_PASSES):
        if not left():
            break
        moment = sandbox.clock.forward(ABANDONED + timedelta(minutes=1))
        _stumble(sandbox, dice)
        running = [_pass(url, sandbox, moment.isoformat(), tmp_path) for _ in range(workers)]
        before = len(sandbox.space.messages)
        until = time.monotonic() + _PATIENCE
        if killed < kills:
            # Once it has begun to send, at any place of its work.
            while len(sandbox.space.messages) == before and any(one.poll() is None for one in running):
                assert time.monotonic() < until
                time.sleep(0.005)
            time.sleep(dice.random() * within)
            for one in running:
                killed += one.poll() is None
                one.send_signal(signal.SIGKILL)
        for one in running:
            one.wait(_PATIENCE)

    assert left() == 0
    assert killed >= kills
    posted = Counter(
        message.metadata["event_payload"]["delivery"]
        for message in sandbox.space.messages
        if message.metadata is not None
    )
    assert len(posted) == many
    assert set(posted.values()) == {1}
    engine.dispose()


def _pass(url: str, sandbox: Sandbox, at: str, folder: Path) -> subprocess.Popen[bytes]:
    """One pass of the clock in a process of its own, with one more kind of message."""
    code = (
        "import sys\n"
        "from jobs import schedule\n"
        "from messages.limits import say\n"
        "schedule.BUILDERS['due_note'] = lambda session, delivery, moment: say(delivery.occurrence)\n"
        "from bot.__main__ import main\n"
        f"sys.argv = ['partnership-bot', 'tick', '--at', {at!r}]\n"
        "main()\n"
    )
    env = {**settings_of(url, sandbox, 0), "PYTHONPATH": str(ROOT), "PATH": ""}
    return subprocess.Popen([sys.executable, "-c", code], env=env, cwd=folder, stdout=subprocess.DEVNULL)
