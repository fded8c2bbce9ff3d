"""What is logged: structured, numbered by request, and never anybody's words, name or token."""

import json
import logging
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from structlog.contextvars import get_contextvars

from bot.logs import configure, one_request
from bot.manifest import manifest
from db.engine import connect
from handlers.core.deadline import Pool
from sandbox.deliver import App, NoAnswer
from sandbox.server import Sandbox, start
from tests.cast import JOINT_CHANNEL, LEAD, NOW, OUTSIDER, PLAN_CHANNEL
from tests.conftest import SECRET, TOKEN, settings_of
from tests.load import free_port, process, until_up

# Words of a note, a name, an address: none of them may be in any line.
WORDS = "perihelion"
PRIVATE = (WORDS, "Morgan", "Hale", "lead@example.org", "943 476 5919", TOKEN, SECRET, "xoxb", "v0=")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    running = start(token=TOKEN, manifest=manifest(), at=NOW)
    yield running
    running.stop()


def _lines(written: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.splitlines()]


def _garbled(port: int) -> None:
    """Requests that are no HTTP: what is sent stands where a request line or a header should."""
    line = "POST /slack/events HTTP/1.1\r\n"
    for sent in (
        f"{line}Host: x\r\nContent-Length: 3\r\n\r\na=b&text={WORDS} {WORDS} {WORDS}\r\n\r\n",
        f"{line}{WORDS} {WORDS}: x\r\n\r\n",
        f"{WORDS}\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
            wire.sendall(sent.encode())
            while wire.recv(4096):
                pass


def test_no_line_of_a_whole_day_holds_anything_that_was_typed(
    copy_of: Callable[[str, bool], str], sandbox: Sandbox, tmp_path: Path
) -> None:
    url, port = copy_of("postgresql", True), free_port()
    env = settings_of(url, sandbox, port, LOG_LEVEL="DEBUG")
    told: list[str] = []

    def say(person: str, command: str, channel: str = PLAN_CHANNEL) -> None:
        before = len(sandbox.space.messages)
        sandbox.users.say(person, channel, command)
        told.extend(message.text for message in sandbox.space.messages[before:])

    with process(["bot", "run"], env, tmp_path) as started:
        until_up(f"http://127.0.0.1:{port}/readyz")
        app = sandbox.users.app = App(f"http://127.0.0.1:{port}/slack/events", SECRET)
        say(LEAD, f"/action note 2.3.5: {WORDS} payload")
        say(LEAD, f"/action note 2.3.5: {WORDS} NHS number 943 476 5919")
        say(LEAD, f"/action due 2.3.1 03/2017: {WORDS}")
        say(LEAD, f"/{'action'} {WORDS}")
        say(OUTSIDER, f"/action note 2.3.5: {WORDS}", JOINT_CHANNEL)
        for body in ({"payload": WORDS}, {"payload": f'["{WORDS}"]'}, {"text": WORDS}, {"command": WORDS}):
            with pytest.raises(NoAnswer):
                app.form(body)
        with pytest.raises(NoAnswer):
            App(app.url, "another secret").form({"command": "/action", "text": WORDS})
        _garbled(port)
        engine = connect(url)
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE entry RENAME TO gone"))
        engine.dispose()
        say(LEAD, f"/action note 2.3.5: {WORDS} lost")
        started.terminate()
        written = started.communicate(timeout=30)[1]

    lines = _lines(written)
    assert not [line for line in lines for word in PRIVATE if word in json.dumps(line)]
    assert {line["level"] for line in lines} >= {"debug", "info", "error"}, "it was quiet, not discreet"
    number = re.search(r"\(Reference (\w+)\)", told[-1])
    assert number, told[-1]
    [failed] = [line for line in lines if line["event"] == "listener failed"]
    assert (failed["request"], failed["error"]) == (number[1], "ProgrammingError")
    assert failed["where"].startswith("audit_log.py:")


def _run(code: str) -> list[dict[str, Any]]:
    """What a program writes to its log."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return _lines(done.stderr)


def test_a_library_is_named_with_the_place_and_without_its_words() -> None:
    [line] = _run(
        "import logging\nfrom bot import logs\nlogs.configure('DEBUG')\n"
        "try: raise ValueError('a child')\n"
        "except ValueError: logging.getLogger('slack_sdk.web').exception('a body %s', 'a name')\n"
    )

    assert line.pop("timestamp")
    assert re.fullmatch(r"<string>:\d+", line.pop("where"))
    assert line == {
        "event": "library message hidden",
        "level": "error",
        "logger": "slack_sdk.web",
        "error": "ValueError",
    }


def test_what_gunicorn_says_of_its_processes_is_kept() -> None:
    [line] = _run(
        "import logging\nfrom bot import logs\nlogs.configure('INFO')\n"
        "logging.getLogger('gunicorn.error').info('Listening at: %s', 'http://127.0.0.1:3000')\n"
    )

    assert line["event"] == "Listening at: http://127.0.0.1:3000"


def test_a_one_off_command_logs_nothing() -> None:
    assert (
        _run(
            "import logging, structlog\nfrom bot import logs\nlogs.configure(None)\n"
            "structlog.get_logger().error('x')\nlogging.getLogger('y').critical('z')\n"
        )
        == []
    )


def test_a_requests_number_goes_with_it_into_other_threads() -> None:
    with Pool(1) as pool, one_request():
        own = get_contextvars()["request"]
        assert pool.submit(lambda: get_contextvars()["request"]).result() == own
    assert "request" not in get_contextvars()


def test_levels_below_the_one_that_was_chosen_are_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    configure("WARNING")
    try:
        logging.getLogger("anything").info("quiet")
        assert capsys.readouterr().err == ""
    finally:
        configure(None)
