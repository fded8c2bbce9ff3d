"""The demo: what it starts with, what it keeps, and how it is started."""

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from bot.demo import demo
from tests.cast import LEAD, PLAN_CHANNEL


def test_a_demo_goes_on_where_the_last_one_stopped_and_a_reset_forgets(tmp_path: Path) -> None:
    with demo(tmp_path) as running:
        assert running.sandbox.clock.local().isoformat().startswith("2016-12-15T09:00")
        running.sandbox.clock.move("2017-01-09")
        running.sandbox.users.say(LEAD, PLAN_CHANNEL, "/action update 2.3.5 started")
    with demo(tmp_path) as running:
        assert running.sandbox.clock.local().isoformat().startswith("2017-01-09T09:01")
        running.sandbox.users.say(LEAD, PLAN_CHANNEL, "/action status 2.3.5")
        assert "Actions: in progress" in running.sandbox.space.messages[-1].text
    with demo(tmp_path, reset=True) as running:
        assert running.sandbox.clock.local().isoformat().startswith("2016-12-15T09:00")
        running.sandbox.users.say(LEAD, PLAN_CHANNEL, "/action status 2.3.5")
        assert "Actions: not started" in running.sandbox.space.messages[-1].text


def test_what_is_done_after_a_restart_is_no_repetition(tmp_path: Path) -> None:
    for line, expected in (("started", "in progress"), ("blocked waiting for IT", "blocked")):
        with demo(tmp_path) as running:
            running.sandbox.users.say(LEAD, PLAN_CHANNEL, f"/action update 2.3.5 {line}")
            assert expected in running.sandbox.space.messages[-1].text


def test_the_program_prints_an_address_and_a_line_to_type(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "bot", "demo", "--port", "0"]
    root = Path(__file__).parents[2]
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(root)}
    with subprocess.Popen(program, cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        first, second = started.stdout.readline(), started.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", first)
        assert found is not None, first
        with urllib.request.urlopen(found.group()) as answer:
            assert b"Demo workspace" in answer.read()
        assert "/action status 2.3" in second
        started.send_signal(signal.SIGINT)
        assert started.wait(timeout=20) == 0


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        program = [sys.executable, "-m", "bot", "demo", "--port", port]
        env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2])}
        done = subprocess.run(program, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert port in done.stderr
