"""`doctor`: what is set up and what is not, one line each, and which door Slack comes through."""

import socket
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from bot.manifest import manifest
from db.engine import writing
from sandbox.server import start
from tests.cast import BOARD_CHANNEL, COORDINATOR, NOW, SCHOOL_CHANNEL, unknown_delivery
from tests.conftest import SECRET, TOKEN, Program, Running


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set the settings that a line of `.env` would."""

    def set_(**settings: object) -> None:
        for name, value in settings.items():
            monkeypatch.setenv(name.upper(), str(value))

    return set_


def test_it_names_what_is_missing(run: Program) -> None:
    run.on_samples()
    done = run("doctor")

    assert done.code == 1
    assert "FAULT  SLACK_BOT_TOKEN is not set" in done.out
    assert "FAULT  SLACK_SIGNING_SECRET is not set" in done.out
    assert "leads without a person" in done.out
    assert "unbroken" in done.out


def test_it_asks_slack(run: Program, slack: Running, set_up: Callable[..., None]) -> None:
    set_up(
        slack_bot_token=TOKEN,
        slack_signing_secret="x",
        slack_api_url=slack.sandbox.api_url,
        coordinators="U0003COORD,U0099NOBODY",
    )
    out = run("doctor").out
    assert "ok     Slack knows the bot as partnership in workspace T0001HOME" in out
    assert "ok     all scopes are granted" in out
    assert "FAULT  coordinator U0099NOBODY is not known to Slack" in out
    slack.sandbox.space.tokens = {TOKEN: frozenset({"commands", "chat:write"})}
    assert (
        "FAULT  scopes missing: app_mentions:read, channels:history, channels:read, files:read"
        in run("doctor").out
    )
    set_up(slack_bot_token="xoxb-wrong")
    assert "Slack refuses the bot's token: invalid_auth" in run("doctor").out


@pytest.mark.parametrize(
    ("secret", "line"),
    [
        (SECRET, "ok     HTTP: on port {} the bot answers what Slack signs"),
        ("another", "FAULT  HTTP: on port {} something answers with another signing secret"),
    ],
)
def test_it_knocks_at_the_door_as_slack_does(
    run: Program, slack: Running, set_up: Callable[..., None], secret: str, line: str
) -> None:
    port = urlsplit(slack.web.url).port
    set_up(slack_signing_secret=secret, port=port)

    assert line.format(port) in run("doctor").out


def test_a_door_with_something_else_behind_it_is_told(run: Program, set_up: Callable[..., None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        def greet() -> None:
            taken, _ = other.accept()
            taken.recv(4096)
            taken.sendall(b"-ERR unknown command\r\n")
            taken.close()

        threading.Thread(target=greet, daemon=True).start()
        set_up(slack_signing_secret="x", port=port)
        assert f"FAULT  HTTP: on port {port} another program answers" in run("doctor").out


def test_a_door_that_nobody_stands_behind_is_no_fault(run: Program, set_up: Callable[..., None]) -> None:
    set_up(slack_signing_secret="x", port=9)

    assert "note   HTTP: on port 9 nothing answers. Start partnership-bot run or web" in run("doctor").out


@pytest.mark.parametrize(
    ("token", "line"),
    [
        ("xapp-1", "ok     Socket Mode: Slack lets the bot connect"),
        ("xapp-2", "FAULT  Socket Mode: SLACK_APP_TOKEN is refused by Slack (invalid_auth)"),
    ],
)
def test_with_an_app_token_it_tries_the_socket(
    run: Program, set_up: Callable[..., None], token: str, line: str
) -> None:
    sandbox = start(token=TOKEN, app_token="xapp-1", manifest=manifest(), at=NOW)
    set_up(slack_bot_token=TOKEN, slack_app_token=token, slack_api_url=sandbox.api_url)
    out = run("doctor").out
    sandbox.stop()

    assert line in out
    assert "SLACK_APP_TOKEN is set" in out
    assert "HTTP" not in out


def test_what_was_given_up_is_told_by_reason(
    run: Program, slack: Running, set_up: Callable[..., None]
) -> None:
    with writing(slack.engine) as session:
        session.add(unknown_delivery())
    slack.tick()
    set_up(database_url=slack.settings.database_url)

    assert "note   messages not delivered: 1, unknown kind" in run("doctor").out


def test_on_the_samples_nothing_is_a_fault(run: Program, slack: Running, set_up: Callable[..., None]) -> None:
    set_up(
        database_url=slack.settings.database_url,
        slack_bot_token=TOKEN,
        slack_signing_secret=SECRET,
        slack_api_url=slack.sandbox.api_url,
        coordinators=COORDINATOR,
        board_channel=BOARD_CHANNEL,
        port=urlsplit(slack.web.url).port,
        clock_start="2016-12-15T09:00",
    )
    done = run("doctor")

    assert "FAULT" not in done.out
    assert done.code == 0
    assert "note   leads without a person" in done.out
    assert "ok     BOARD_CHANNEL: the bot is in it" in done.out
    assert "ok     the bot is in the channels of 2 of 2 schools" in done.out


def test_channels_that_the_bot_cannot_post_to_are_named(
    run: Program, slack: Running, set_up: Callable[..., None]
) -> None:
    space = slack.sandbox.space
    space.channels[SCHOOL_CHANNEL].members.remove(space.bot["id"])
    space.channels[BOARD_CHANNEL].archived = True
    set_up(
        database_url=slack.settings.database_url,
        slack_bot_token=TOKEN,
        slack_api_url=slack.sandbox.api_url,
        board_channel=BOARD_CHANNEL,
    )
    out = run("doctor").out

    assert "FAULT  BOARD_CHANNEL: #" in out
    assert " is archived" in out
    assert "note   school Riverside School: the bot is not in #" in out
    assert "Type /invite @partnership there" in out
    assert "ok     the bot is in the channels of 1 of 2 schools" in out
    set_up(board_channel="C0NOBODY")
    assert "BOARD_CHANNEL: Slack knows no channel C0NOBODY that the bot may see" in run("doctor").out
