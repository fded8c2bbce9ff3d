"""The long-running processes, started as the Procfile starts them: gunicorn, the clock, both in one."""

import json
import os
import re
import select
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.http_worker import ARRIVAL_SECONDS
from bot.manifest import manifest
from sandbox.deliver import App, NoAnswer
from sandbox.faults import Fault
from sandbox.server import Sandbox, start
from tests.cast import LEAD, NOW, PLAN_CHANNEL
from tests.conftest import SECRET, TOKEN, settings_of
from tests.load import free_port, process, until_up

ROOT = Path(__file__).parents[2]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    running = start(token=TOKEN, secret=SECRET, manifest=manifest(), at=NOW)
    yield running
    running.stop()


def _until_told(sandbox: Sandbox, version: int) -> None:
    """Wait until the coordinator is asked for a new date, among whatever else the clock sends."""
    while not any("asks for a new date" in message.text for message in sandbox.space.messages):
        assert sandbox.space.wait_past(version, 20)
        version = sandbox.space.version


@pytest.mark.parametrize(("name", "ticking"), [("web", False), ("run", True)])
def test_gunicorn_answers_slack_and_run_sends_what_is_owed(
    kind: str,
    copy_of: Callable[[str, bool], str],
    sandbox: Sandbox,
    tmp_path: Path,
    name: str,
    ticking: bool,
) -> None:
    port = free_port()
    with process(["bot", name], settings_of(copy_of(kind, True), sandbox, port), tmp_path) as started:
        until_up(f"http://127.0.0.1:{port}/readyz")
        sandbox.users.app = App(f"http://127.0.0.1:{port}/slack/events", SECRET)
        sandbox.users.say(LEAD, PLAN_CHANNEL, "/action status 2.3")
        assert "5 actions, 4 overdue" in sandbox.space.messages[-1].text
        version = sandbox.space.version
        sandbox.users.say(LEAD, PLAN_CHANNEL, "/action due 2.3.1 03/2017: cohort starts in January")
        if ticking:
            _until_told(sandbox, version)
    assert started.returncode == 0


@pytest.mark.soak
def test_two_hundred_slow_connections_hold_up_no_command(
    copy_of: Callable[[str, bool], str], sandbox: Sandbox, tmp_path: Path
) -> None:
    port = free_port()
    head = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
    with (
        process(["bot", "web"], settings_of(copy_of("sqlite", True), sandbox, port), tmp_path),
        ExitStack() as held,
    ):
        until_up(f"http://127.0.0.1:{port}/readyz")
        slow = [held.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(200)]
        began = time.monotonic()
        for one in slow:
            one.sendall(head)
        sandbox.users.app = App(f"http://127.0.0.1:{port}/slack/events", SECRET)
        for _ in range(5):
            sandbox.users.say(LEAD, PLAN_CHANNEL, "/action status 2.3")
            assert "5 actions, 4 overdue" in sandbox.space.messages[-1].text
        # Some of the request comes every second, and yet it is given up in time.
        left = slow
        while left and time.monotonic() < began + ARRIVAL_SECONDS + 5:
            left = [one for one in left if _goes_on(one)]
            select.select([], [], [], 1)
        assert not left
        assert time.monotonic() - began >= ARRIVAL_SECONDS


def _goes_on(connection: socket.socket) -> bool:
    """Send a little more of a header. Whether the other side still takes it."""
    try:
        connection.sendall(b"X-More: 1\r\n")
        connection.setblocking(False)
        return connection.recv(1) != b""
    except BlockingIOError:
        connection.setblocking(True)
        return True
    except OSError:
        return False


def test_two_web_processes_share_the_connections_that_stay_open(
    copy_of: Callable[[str, bool], str], sandbox: Sandbox, tmp_path: Path
) -> None:
    port = free_port()
    settings = settings_of(copy_of("sqlite", True), sandbox, port, WEB_CONCURRENCY="2")
    with process(["bot", "web"], settings, tmp_path) as started, ExitStack() as held:
        until_up(f"http://127.0.0.1:{port}/readyz")
        address = ("127.0.0.1", port)
        workers = _children(started.pid)
        assert len(workers) == 2
        before = [_sockets(pid) for pid in workers]

        def taken_by_each(more: int) -> list[int]:
            """Open so many more connections at once. How many each process has so far."""
            opened = [held.enter_context(socket.create_connection(address, timeout=10)) for _ in range(more)]
            for connection in opened:
                connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            for connection in opened:
                assert connection.recv(15).startswith(b"HTTP/1.1 200")
            return [_sockets(pid) - earlier for pid, earlier in zip(workers, before, strict=True)]

        # One process answers before the other has started.
        earlier = taken_by_each(1)
        for _ in range(300):
            if all(earlier):
                break
            select.select([], [], [], 0.1)
            earlier = taken_by_each(1)
        taken = [now - then for now, then in zip(taken_by_each(20), earlier, strict=True)]
        assert min(taken) >= 5, (earlier, taken)


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()


def _sockets(pid: str) -> int:
    links = [os.readlink(one) for one in Path(f"/proc/{pid}/fd").iterdir()]
    return sum(link.startswith("socket:") for link in links)


def test_a_port_in_use_is_said(copy_of: Callable[[str, bool], str], sandbox: Sandbox, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = settings_of(copy_of("sqlite", True), sandbox, port)
        with process(["bot", "run"], settings, tmp_path) as started:
            told = started.communicate(timeout=30)[1]
    assert told.strip().splitlines()[-1] == (
        f"partnership-bot: PORT: {port} is in use. Stop what uses it, or set another port"
    )
    assert started.returncode == 1


def test_the_worker_sends_what_is_owed_and_ends_when_asked(
    copy_of: Callable[[str, bool], str], sandbox: Sandbox, tmp_path: Path
) -> None:
    url, port = copy_of("sqlite", True), free_port()
    with (
        process(["bot", "web"], settings_of(url, sandbox, port), tmp_path),
        process(["bot", "worker"], settings_of(url, sandbox, port), tmp_path) as worker,
    ):
        until_up(f"http://127.0.0.1:{port}/readyz")
        sandbox.users.app = App(f"http://127.0.0.1:{port}/slack/events", SECRET)
        version = sandbox.space.version
        sandbox.users.say(LEAD, PLAN_CHANNEL, "/action due 2.3.1 03/2017: cohort starts in January")
        _until_told(sandbox, version)
    assert worker.returncode == 0


def test_with_an_app_token_run_takes_the_socket_and_http_still_tells_how_it_is(
    copy_of: Callable[[str, bool], str], tmp_path: Path
) -> None:
    sandbox = start(token=TOKEN, app_token="xapp-1", manifest=manifest(), at=NOW)
    port = free_port()
    settings = settings_of(copy_of("sqlite", True), sandbox, port) | {"SLACK_APP_TOKEN": "xapp-1"}
    del settings["SLACK_SIGNING_SECRET"]
    with process(["bot", "run"], settings, tmp_path) as started:
        until_up(f"http://127.0.0.1:{port}/readyz")
        version = sandbox.space.version
        sandbox.users.say(LEAD, PLAN_CHANNEL, "/action due 2.3.1 03/2017: cohort starts in January")
        assert "Requested: 2.3.1" in sandbox.space.messages[0].text
        _until_told(sandbox, version)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            assert json.load(answer)["socket"] == "connected"
        with pytest.raises(NoAnswer, match="404"):
            App(f"http://127.0.0.1:{port}/slack/events", SECRET).form({"command": "/action"})
    assert started.returncode == 0
    assert sandbox.space.sockets.wait_for(0)
    sandbox.stop()


def test_while_slack_says_wait_the_process_lives_and_its_clock_goes(
    copy_of: Callable[[str, bool], str], tmp_path: Path
) -> None:
    sandbox = start(token=TOKEN, app_token="xapp-1", manifest=manifest(), at=NOW)
    sandbox.space.faults.order("apps.connections.open", Fault(), Fault(retry_after=4))
    port = free_port()
    settings = settings_of(copy_of("sqlite", True), sandbox, port) | {"SLACK_APP_TOKEN": "xapp-1"}
    with process(["bot", "run"], settings, tmp_path):
        until_up(f"http://127.0.0.1:{port}/healthz")
        with pytest.raises(urllib.error.HTTPError, match="503") as refused:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz")
        assert json.load(refused.value)["wrong"] == "socket: not connected"
        until_up(f"http://127.0.0.1:{port}/readyz")
        assert sandbox.space.sockets.open
    sandbox.stop()


def test_an_app_token_that_slack_refuses_ends_run_with_one_sentence(
    copy_of: Callable[[str, bool], str], tmp_path: Path
) -> None:
    sandbox = start(token=TOKEN, app_token="xapp-1", manifest=manifest(), at=NOW)
    settings = settings_of(copy_of("sqlite", True), sandbox, free_port()) | {"SLACK_APP_TOKEN": "xapp-2"}
    with process(["bot", "run"], settings, tmp_path) as started:
        told = started.communicate(timeout=30)[1]
    sandbox.stop()

    assert started.returncode == 1
    assert told.startswith("partnership-bot: SLACK_APP_TOKEN is refused by Slack (invalid_auth)")
    assert len(told.splitlines()) == 1


def test_the_procfile_starts_what_the_program_has() -> None:
    lines = dict(re.findall(r"^(\w+): (.+)$", (ROOT / "Procfile").read_text("utf-8"), re.MULTILINE))

    assert lines == {
        "release": "partnership-bot migrate",
        "web": "HOST=0.0.0.0 partnership-bot web",
        "worker": "partnership-bot worker",
    }
