"""Socket Mode: the same bot over a connection that it keeps open, whatever becomes of it."""

import json
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from sqlmodel import select

from bot.app import create_app, make_client
from bot.manifest import manifest
from bot.settings import Settings, SettingsError
from bot.socket_mode import SILENT_SECONDS as SILENT_SECONDS_IN_EARNEST
from bot.socket_mode import Socket, check_token
from bot.store import Store, open_store
from db.engine import reading
from db.models import Entry
from sandbox.deliver import NoAnswer
from sandbox.faults import Fault
from sandbox.server import Sandbox, start
from sandbox.tcp_proxy import TcpProxy
from tests.cast import COORDINATOR, LEAD, NOW, OUTSIDER, PLAN_CHANNEL
from tests.conftest import TOKEN

APP_TOKEN = "xapp-test-token"
SILENT_SECONDS = 1.0
# How long a new connection may take to be there, on a machine that is busy too.
SECONDS = 20.0


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    running = start(token=TOKEN, app_token=APP_TOKEN, manifest=manifest(), at=NOW)
    yield running
    running.stop()


@pytest.fixture
def store(sandbox: Sandbox, copy_of: Callable[[str, bool], str]) -> Iterator[Store]:
    settings = Settings(
        database_url=copy_of("sqlite", True),
        slack_bot_token=SecretStr(TOKEN),
        slack_app_token=SecretStr(APP_TOKEN),
        slack_api_url=sandbox.api_url,
        coordinators=(COORDINATOR,),
    )
    opened = open_store(settings, sandbox.clock)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def connect(sandbox: Sandbox, store: Store) -> Iterator[Callable[[], Socket]]:
    """Connect one more bot to the workspace."""
    sockets: list[Socket] = []

    def one_more(silent_seconds: float = SILENT_SECONDS) -> Socket:
        app = create_app(store.settings, store.engine, make_client(store.settings), store.clock)
        socket = Socket(store.settings, app, silent_seconds)
        sockets.append(socket)
        socket.watch()
        assert sandbox.space.sockets.wait_for(len(sockets))
        return socket

    yield one_more
    for socket in sockets:
        socket.close()


def _ask(sandbox: Sandbox, command: str = "/action status 2.3", person: str = LEAD) -> str:
    before = len(sandbox.space.messages)
    sandbox.users.say(person, PLAN_CHANNEL, command)
    return " ".join(message.text for message in sandbox.space.messages[before:])


def _until(holds: Callable[[], bool], act: Callable[[], None] = lambda: None) -> None:
    until = time.monotonic() + SECONDS
    while not holds():
        act()
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.02)


def test_commands_buttons_forms_and_events_are_answered_over_the_socket(
    sandbox: Sandbox, store: Store, connect: Callable[[], Socket]
) -> None:
    connect()
    space = sandbox.space

    assert "5 actions, 4 overdue" in _ask(sandbox)
    assert "Noted" in _ask(sandbox, "/action note 2.3.5: payload agreed")
    sandbox.users.open_home(LEAD)
    _until(lambda: LEAD in space.homes)
    _ask(sandbox, "/action update 2.3.5")
    _until(lambda: bool(list(space.views_of(LEAD))))
    [view] = space.views_of(LEAD)
    empty = {"selected_option": None}
    started = {"selected_option": {"value": "in progress"}}
    said = {"action": {"action": empty}, "progress": {"progress": started}, "outcome": {"outcome": empty}}
    note = {"note": {"note": {"value": "by form"}}, "evidence": {"evidence": {"value": None}}}
    assert sandbox.users.submit(LEAD, view.id, {**said, **note}) == {}
    with reading(store.engine) as session:
        notes = [entry.note for entry in session.exec(select(Entry)) if entry.who == LEAD]
    assert notes[:2] == ["payload agreed", "by form"]


def test_each_delivery_goes_to_one_of_several_connections(
    sandbox: Sandbox, store: Store, connect: Callable[[], Socket]
) -> None:
    connect()
    connect()
    for number in range(6):
        assert "Noted" in _ask(sandbox, f"/action note 2.3.5: word {number}")

    assert {sandbox.space.sockets.delivered.count(one) for one in sandbox.space.sockets.open} == {3}
    with reading(store.engine) as session:
        assert len([entry for entry in session.exec(select(Entry)) if entry.who == LEAD]) == 6


def test_when_slack_asks_for_a_new_connection_there_is_one_within_seconds(
    sandbox: Sandbox, connect: Callable[..., Socket]
) -> None:
    # As in earnest, where the bot watches too: the library may miss what is asked of a new connection.
    socket = connect(silent_seconds=SILENT_SECONDS_IN_EARNEST)
    [first] = sandbox.space.sockets.open
    sandbox.space.sockets.refresh()

    _until(lambda: sandbox.space.sockets.open not in ([], [first]), socket.watch)
    _until(lambda: "5 actions, 4 overdue" in _ask(sandbox))
    assert first not in sandbox.space.sockets.open


@pytest.mark.parametrize("fault", [None, Fault(error="internal_error"), Fault(drop="before")])
def test_a_connection_that_is_cut_is_opened_again_even_if_slack_stumbles(
    sandbox: Sandbox, connect: Callable[..., Socket], fault: Fault | None
) -> None:
    # As in earnest: that a connection hung up is seen at once, not when it has been silent for long.
    socket = connect(silent_seconds=SILENT_SECONDS_IN_EARNEST)
    [first] = sandbox.space.sockets.open
    if fault:
        sandbox.space.faults.order("apps.connections.open", fault)
    sandbox.space.sockets.cut()
    _until(lambda: sandbox.space.sockets.open == [])

    _until(lambda: sandbox.space.sockets.open not in ([], [first]), socket.watch)
    # What is asked while the new one is being taken up has no answer; whoever asks again gets one.
    _until(lambda: "5 actions, 4 overdue" in _ask(sandbox))
    assert first not in sandbox.space.sockets.open


def test_a_connection_that_goes_silent_is_noticed_and_another_opened(
    sandbox: Sandbox, connect: Callable[[], Socket]
) -> None:
    proxy, direct = TcpProxy(sandbox.served.server.port), sandbox.space.sockets.address
    sandbox.space.sockets.address = f"ws://127.0.0.1:{proxy.port}"
    socket = connect()
    assert socket.connected
    assert "5 actions" in _ask(sandbox)
    proxy.silence()
    # Slack itself is well: only the connection is dead, and nobody is told so.
    sandbox.space.sockets.address = direct
    assert "operation_timeout" in _ask(sandbox)

    _until(lambda: not socket.connected)
    _until(lambda: "5 actions, 4 overdue" in _ask(sandbox), socket.watch)
    assert socket.connected
    proxy.close()


def test_an_outsider_is_refused_over_the_socket_too(sandbox: Sandbox, connect: Callable[[], Socket]) -> None:
    connect()
    told = sandbox.users.app.form(
        {"command": "/action", "text": "status 2.3", "user_id": OUTSIDER, "channel_id": PLAN_CHANNEL}
    )

    assert "not open to people of another workspace" in told["text"]
    assert "2.3" not in json.dumps(told)


def test_what_is_malformed_is_not_answered_and_ends_nothing(
    sandbox: Sandbox, connect: Callable[[], Socket]
) -> None:
    connect()
    with pytest.raises(NoAnswer):
        sandbox.users.app.form({"payload": '["no interaction at all"]'})

    assert "5 actions, 4 overdue" in _ask(sandbox)


def test_a_bot_that_ends_finishes_the_answer_it_is_at(
    sandbox: Sandbox, connect: Callable[[], Socket]
) -> None:
    socket = connect()
    _ask(sandbox)
    sandbox.space.faults.order("users.info", Fault(delay=0.5))
    answers: list[str] = []
    asking = threading.Thread(target=lambda: answers.append(_ask(sandbox, person=COORDINATOR)))
    asking.start()
    _until(lambda: not sandbox.space.faults.remaining("users.info"))
    socket.close()
    asking.join()

    assert "5 actions, 4 overdue" in answers[0]
    assert sandbox.space.sockets.wait_for(0)


def test_a_token_that_slack_refuses_is_named_at_once(store: Store) -> None:
    check_token(store.settings)
    wrong = store.settings.model_copy(update={"slack_app_token": SecretStr("xapp-wrong")})
    with pytest.raises(SettingsError, match="SLACK_APP_TOKEN is refused by Slack \\(invalid_auth\\)"):
        check_token(wrong)


def test_slacks_own_trouble_is_not_laid_at_the_tokens_door(sandbox: Sandbox, store: Store) -> None:
    sandbox.space.faults.order("apps.connections.open", Fault(error="internal_error"))
    with pytest.raises(SlackApiError, match="internal_error"):
        check_token(store.settings)
