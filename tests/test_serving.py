"""The long-running processes, started as the Procfile starts them: gunicorn, the clock, both in one."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.manifest import manifest
from sandbox.deliver import App
from sandbox.server import Sandbox, start
from tests.cast import COORDINATOR, LEAD, NOW, PLAN_CHANNEL
from tests.conftest import SECRET, TOKEN

ROOT = Path(__file__).parents[1]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    running = start(token=TOKEN, secret=SECRET, app_url="", manifest=manifest(), at=NOW)
    yield running
    running.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def _process(
    name: str, url: str, sandbox: Sandbox, port: int, folder: Path
) -> Iterator[subprocess.Popen[str]]:
    """One of the program's processes, ended by the signal that platforms send."""
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": url,
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": sandbox.api_url,
        "COORDINATORS": COORDINATOR,
        "PORT": str(port),
        "CLOCK_START": "2016-12-15T09:00",
    }
    words = [sys.executable, "-m", "bot", name]
    with subprocess.Popen(words, cwd=folder, env=env, stderr=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.send_signal(signal.SIGTERM)
            started.communicate(timeout=30)


def _until_ready(port: int) -> None:
    """Ask until the process answers: it takes a second or two to start."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
                assert answer.status == 200
                return
        except OSError:
            continue
    raise AssertionError("the process did not come up")


@pytest.mark.parametrize(("name", "ticking"), [("web", False), ("run", True)])
def test_gunicorn_answers_slack_and_run_sends_what_is_owed(
    kind: str,
    copy_of: Callable[[str, bool], str],
    sandbox: Sandbox,
    tmp_path: Path,
    name: str,
    ticking: bool,
) -> None:
    port = _free_port()
    with _process(name, copy_of(kind, True), sandbox, port, tmp_path) as started:
        _until_ready(port)
        sandbox.hands.app = App(f"http://127.0.0.1:{port}/slack/events", SECRET)
        sandbox.hands.say(LEAD, PLAN_CHANNEL, "/action status 2.3")
        assert "5 actions, 4 overdue" in sandbox.space.messages[-1].text
        version = sandbox.space.version
        sandbox.hands.say(LEAD, PLAN_CHANNEL, "/action due 2.3.1 03/2017: cohort starts in January")
        if ticking:
            assert sandbox.space.wait_past(version + 1, 20)
            assert "asks for a new date" in sandbox.space.messages[-1].text
    assert started.returncode == 0


def test_the_worker_sends_what_is_owed_and_ends_when_asked(
    copy_of: Callable[[str, bool], str], sandbox: Sandbox, tmp_path: Path
) -> None:
    url, port = copy_of("sqlite", True), _free_port()
    with (
        _process("web", url, sandbox, port, tmp_path),
        _process("worker", url, sandbox, port, tmp_path) as worker,
    ):
        _until_ready(port)
        sandbox.hands.app = App(f"http://127.0.0.1:{port}/slack/events", SECRET)
        version = sandbox.space.version
        sandbox.hands.say(LEAD, PLAN_CHANNEL, "/action due 2.3.1 03/2017: cohort starts in January")
        assert sandbox.space.wait_past(version + 1, 20)
        assert "asks for a new date" in sandbox.space.messages[-1].text
    assert worker.returncode == 0


def test_the_procfile_starts_what_the_program_has() -> None:
    lines = dict(re.findall(r"^(\w+): (.+)$", (ROOT / "Procfile").read_text("utf-8"), re.MULTILINE))

    assert lines == {
        "release": "partnership-bot migrate",
        "web": "HOST=0.0.0.0 partnership-bot web",
        "worker": "partnership-bot worker",
    }
