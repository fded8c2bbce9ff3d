"""Slack's limits on an app: the scopes of its token, rates, and the size of a message."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.blocks import InvalidBlocks, check_blocks
from sandbox.rates import Rates
from sandbox.server import Sandbox, start
from sandbox.workspace import Refusal
from tests.cast import BOARD_CHANNEL, LEAD, NOW, PLAN_CHANNEL, SCHOOL_CHANNEL
from tests.conftest import TOKEN

APP_TOKEN = "xapp-test-token"


def _manifest(*scopes: str) -> dict[str, Any]:
    return {"oauth_config": {"scopes": {"bot": list(scopes)}}}


@pytest.fixture
def start_with() -> Iterator[Callable[..., WebClient]]:
    """Call it to start a workspace whose app has these scopes. Returns a client with its token or another."""
    started: list[Sandbox] = []

    def start_workspace(*scopes: str, token: str = TOKEN) -> WebClient:
        running = start(token=TOKEN, app_token=APP_TOKEN, manifest=_manifest(*scopes), at=NOW)
        started.append(running)
        return WebClient(token=token, base_url=running.api_url, retry_handlers=[])

    yield start_workspace
    for running in started:
        running.stop()


def _error_response(call: Callable[[], object]) -> Any:
    with pytest.raises(SlackApiError) as error:
        call()
    return error.value.response


def test_a_token_may_do_what_its_scopes_allow_and_slack_names_a_missing_one(
    start_with: Callable[..., WebClient],
) -> None:
    client = start_with("chat:write")

    assert client.chat_postMessage(channel=PLAN_CHANNEL, text="x")["ok"]
    assert client.auth_test().headers["x-oauth-scopes"] == "chat:write"
    error = _error_response(lambda: client.users_info(user=LEAD))
    assert (error["error"], error["needed"], error["provided"]) == (
        "missing_scope",
        "users:read",
        "chat:write",
    )


@pytest.mark.parametrize(
    ("scope", "channel", "needed"),
    [
        ("channels:read", BOARD_CHANNEL, "groups:read"),
        ("groups:read", PLAN_CHANNEL, "channels:read"),
        ("channels:read", f"D{LEAD[1:]}", "im:read"),
    ],
)
def test_each_kind_of_channel_has_its_own_scope(
    start_with: Callable[..., WebClient], scope: str, channel: str, needed: str
) -> None:
    client = start_with(scope, "im:write")
    client.conversations_open(users=LEAD)

    assert _error_response(lambda: client.conversations_info(channel=channel))["needed"] == needed


def test_an_email_address_needs_its_own_scope(start_with: Callable[..., WebClient]) -> None:
    without, allowed = start_with("users:read"), start_with("users:read", "users:read.email")

    assert "email" not in without.users_info(user=LEAD)["user"]["profile"]
    assert allowed.users_info(user=LEAD)["user"]["profile"]["email"] == "lead@example.org"


def test_an_app_token_is_not_a_bot_token_and_the_other_way_round(
    start_with: Callable[..., WebClient],
) -> None:
    bot, app = start_with("chat:write"), start_with("chat:write", token=APP_TOKEN)

    assert (
        _error_response(lambda: bot.apps_connections_open(app_token=TOKEN))["error"]
        == "not_allowed_token_type"
    )
    assert _error_response(app.auth_test)["error"] == "not_allowed_token_type"
    assert app.apps_connections_open(app_token=APP_TOKEN)["url"].startswith("ws://127.0.0.1:")


@pytest.mark.parametrize(("act", "allowed"), [("conversations_list", 20), ("users_list", 20)])
def test_a_method_called_too_often_answers_429_and_when_to_try_again(
    start_with: Callable[..., WebClient], act: str, allowed: int
) -> None:
    client = start_with("channels:read", "users:read")
    for _ in range(allowed):
        assert getattr(client, act)()["ok"]

    error = _error_response(getattr(client, act))
    assert (error.status_code, error["error"]) == (429, "ratelimited")
    assert 1 <= int(error.headers["Retry-After"]) <= 60
    assert client.auth_test()["ok"], "another method has its own count"


def test_posting_is_limited_by_channel(start_with: Callable[..., WebClient]) -> None:
    client = start_with("chat:write")
    for number in range(5):
        client.chat_postMessage(channel=PLAN_CHANNEL, text=f"{number}")

    error = _error_response(lambda: client.chat_postMessage(channel=PLAN_CHANNEL, text="one too many"))
    assert error.status_code == 429
    assert int(error.headers["Retry-After"]) <= 5
    assert client.chat_postMessage(channel=SCHOOL_CHANNEL, text="elsewhere")["ok"]


def test_posting_is_limited_by_workspace_too_and_moving_the_clock_resets_the_limits() -> None:
    offset = [timedelta(0)]
    rates = Rates(lambda: datetime.now(UTC) + offset[0])
    assert {rates.wait("chat.postMessage", "posting", f"C{number}") for number in range(600)} == {0}
    assert 1 <= rates.wait("chat.postMessage", "posting", "C600") <= 60

    offset[0] = timedelta(seconds=59)
    assert rates.wait("chat.postMessage", "posting", "C601")
    offset[0] = timedelta(seconds=60)
    assert not rates.wait("chat.postMessage", "posting", "C602")


def test_a_message_without_text_is_refused(start_with: Callable[..., WebClient]) -> None:
    client = start_with("chat:write")
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}]

    body = {"channel": PLAN_CHANNEL, "blocks": blocks}
    assert _error_response(lambda: client.api_call("chat.postMessage", json=body))["error"] == "no_text"


def _table(text: str, rows: int) -> dict[str, Any]:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] for _ in range(rows)]}


@pytest.mark.parametrize(
    ("blocks", "error"),
    [
        ([_table("x" * 100, 51), _table("x" * 100, 50)], "too much text"),
        ([{"type": "data_visualization"}] * 3, "charts"),
        ([{"type": "section", "block_id": "same", "text": {"type": "mrkdwn", "text": "x"}}] * 2, "unique"),
    ],
)
def test_limits_over_all_blocks_together_are_checked(blocks: list[dict[str, Any]], error: str) -> None:
    check_blocks(blocks[:1])
    with pytest.raises(InvalidBlocks, match=error):
        check_blocks(blocks)


def _with(element: dict[str, Any], kind: str = "actions") -> dict[str, Any]:
    return {"type": kind, "elements": [element]}


_BUTTON = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "x"}}


@pytest.mark.parametrize(
    "block",
    [
        {"type": "table"},
        _table("x", 101),
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]},
        _with({**_BUTTON, "action_id": "x" * 256}),
        _with({**_BUTTON, "style": "blue"}),
        _with({**_BUTTON, "url": "https://x.y/" + "z" * 3000}),
        _with({**_BUTTON, "text": {"type": "mrkdwn", "text": "x"}}),
        _with({**_BUTTON, "text": {"type": "plain_text", "text": 7}}),
        _with({"type": "lever"}),
        _with(_BUTTON, "context"),
        {"type": "actions", "elements": ["button"]},
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
    ],
)
def test_a_block_that_slack_would_refuse_is_refused_and_never_breaks_the_workspace(
    block: dict[str, Any],
) -> None:
    with pytest.raises(InvalidBlocks):
        check_blocks([block])


def test_an_answer_without_text_is_refused_at_a_response_url_too() -> None:
    running = start(token=TOKEN, manifest=_manifest("chat:write"), at=NOW)
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}]
    name = running.space.new_response_url(PLAN_CHANNEL, LEAD).rsplit("/", 1)[1]
    with pytest.raises(Refusal, match="no_text"):
        running.space.respond(name, {"blocks": blocks})
    running.stop()
