"""The local Slack: it refuses what Slack refuses, with Slack's error codes."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.webhook import WebhookClient

from bot.manifest import manifest
from sandbox import workspace
from sandbox.blocks import InvalidBlocks, check_blocks, check_view
from sandbox.clock import MovableClock
from sandbox.deliver import App
from sandbox.server import Sandbox, start
from sandbox.workspace import Refusal
from tests.cast import (
    BOARD_CHANNEL,
    CHAIR,
    GUEST,
    JOINT_CHANNEL,
    LEAD,
    NOW,
    OUTSIDER,
    PLAN_CHANNEL,
    SCHOOL,
)
from tests.conftest import SECRET, TOKEN
from tests.sandbox.conftest import Recorder

_SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    # The app may read every kind of channel, so that its scopes do not hide the rules under test.
    app_manifest = manifest()
    app_manifest["oauth_config"]["scopes"]["bot"] += ["channels:history", "groups:history"]
    running = start(token=TOKEN, secret=SECRET, app_url="http://127.0.0.1:9/", manifest=app_manifest, at=NOW)
    yield running
    running.stop()


@pytest.fixture
def client(sandbox: Sandbox) -> WebClient:
    return WebClient(token=TOKEN, base_url=sandbox.api_url)


def _error_of(call: Callable[[], object]) -> str:
    with pytest.raises(SlackApiError) as error:
        call()
    return str(error.value.response["error"])


def test_it_describes_the_app_people_and_channels(client: WebClient) -> None:
    assert client.auth_test()["team_id"] == "T0001HOME"
    assert client.users_info(user=LEAD)["user"]["is_stranger"] is False
    assert client.users_info(user=OUTSIDER)["user"]["team_id"] == "T0002PARTNER"
    assert client.users_lookupByEmail(email="lead@example.org")["user"]["id"] == LEAD
    assert len(client.users_list()["members"]) == 8
    assert client.users_info(user=GUEST)["user"]["is_restricted"] is True
    assert PLAN_CHANNEL in [channel["id"] for channel in client.conversations_list()["channels"]]
    assert CHAIR in client.conversations_members(channel=BOARD_CHANNEL)["members"]
    assert client.conversations_info(channel=PLAN_CHANNEL)["channel"]["is_ext_shared"] is False
    assert client.conversations_info(channel=JOINT_CHANNEL)["channel"]["is_ext_shared"] is True


@pytest.mark.parametrize(("token", "error"), [("xoxb-wrong", "invalid_auth"), ("", "not_authed")])
def test_a_bad_token_is_refused(sandbox: Sandbox, token: str, error: str) -> None:
    client = WebClient(token=token, base_url=sandbox.api_url)

    assert _error_of(client.auth_test) == error


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda c: c.chat_postMessage(channel="C0NOWHERE", text="x"), "channel_not_found"),
        (lambda c: c.api_call("chat.postMessage", params={"channel": PLAN_CHANNEL}), "no_text"),
        (lambda c: c.chat_postMessage(channel=PLAN_CHANNEL, text="x", thread_ts="1.2"), "thread_not_found"),
        (
            lambda c: c.chat_postMessage(channel=PLAN_CHANNEL, text="x", blocks=[_SECTION] * 51),
            "invalid_blocks",
        ),
        (lambda c: c.chat_postEphemeral(channel=PLAN_CHANNEL, user=SCHOOL, text="x"), "user_not_in_channel"),
        (lambda c: c.chat_update(channel=PLAN_CHANNEL, ts="1.2", text="x"), "message_not_found"),
        (lambda c: c.users_info(user="U0NOBODY"), "user_not_found"),
        (lambda c: c.users_lookupByEmail(email="x@y.z"), "users_not_found"),
        (lambda c: c.conversations_history(channel="C0NOWHERE"), "channel_not_found"),
        (lambda c: c.api_call("files.nothing"), "unknown_method"),
        (lambda c: c.views_open(trigger_id="nonsense", view={"type": "modal"}), "invalid_trigger_id"),
        (lambda c: c.api_call("chat.postMessage", params={"text": "x"}), "invalid_arguments"),
    ],
)
def test_it_refuses_what_slack_refuses(
    client: WebClient, act: Callable[[WebClient], object], error: str
) -> None:
    assert _error_of(lambda: act(client)) == error


def test_only_members_post_and_only_in_channels_that_are_not_archived(
    sandbox: Sandbox, client: WebClient
) -> None:
    channel = sandbox.space.channels[PLAN_CHANNEL]
    channel.members.remove("U0000BOT")
    assert _error_of(lambda: client.chat_postMessage(channel=PLAN_CHANNEL, text="x")) == "not_in_channel"
    assert _error_of(lambda: client.conversations_history(channel=PLAN_CHANNEL)) == "not_in_channel"
    channel.members.append("U0000BOT")
    channel.archived = True
    assert _error_of(lambda: client.chat_postMessage(channel=PLAN_CHANNEL, text="x")) == "is_archived"


def test_messages_are_posted_replied_to_updated_found_and_deleted(client: WebClient) -> None:
    metadata = {"event_type": "t", "event_payload": {"delivery": "1"}}
    first = client.chat_postMessage(channel=PLAN_CHANNEL, text="one", metadata=metadata)
    ts = str(first["ts"])
    client.chat_postMessage(channel=PLAN_CHANNEL, text="reply", thread_ts=ts)
    client.chat_update(channel=PLAN_CHANNEL, ts=ts, text="two")

    [message] = client.conversations_history(channel=PLAN_CHANNEL, include_all_metadata=True)["messages"]
    assert (message["text"], message["metadata"]) == ("two", metadata)
    assert "metadata" not in client.conversations_history(channel=PLAN_CHANNEL)["messages"][0]
    thread = client.conversations_replies(channel=PLAN_CHANNEL, ts=ts)["messages"]
    assert [message["text"] for message in thread] == ["two", "reply"]
    assert PLAN_CHANNEL in client.chat_getPermalink(channel=PLAN_CHANNEL, message_ts=ts)["permalink"]
    client.chat_delete(channel=PLAN_CHANNEL, ts=ts)
    assert not client.conversations_history(channel=PLAN_CHANNEL)["messages"]


def test_an_ephemeral_message_is_seen_by_one_person_and_is_in_no_history(
    sandbox: Sandbox, client: WebClient
) -> None:
    client.chat_postEphemeral(channel=PLAN_CHANNEL, user=LEAD, text="psst")

    assert [message.text for message in sandbox.space.seen_by(LEAD, PLAN_CHANNEL)] == ["psst"]
    assert sandbox.space.seen_by(CHAIR, PLAN_CHANNEL) == []
    assert client.conversations_history(channel=PLAN_CHANNEL)["messages"] == []


def test_a_direct_message_opens_by_itself(client: WebClient) -> None:
    opened = client.conversations_open(users=LEAD)["channel"]["id"]

    assert client.chat_postMessage(channel=LEAD, text="hello")["channel"] == opened


def _modal(**more: Any) -> dict[str, Any]:
    title = {"type": "plain_text", "text": "Title"}
    return {"type": "modal", "title": title, "blocks": [_SECTION], **more}


def test_a_trigger_works_once_and_for_three_seconds(
    sandbox: Sandbox, client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    trigger = sandbox.space.new_trigger(LEAD)
    view = client.views_open(trigger_id=trigger, view=_modal())["view"]
    assert client.views_update(view_id=view["id"], view=_modal(), hash=view["hash"])["ok"]
    assert (
        _error_of(lambda: client.views_update(view_id=view["id"], view=_modal(), hash="x")) == "hash_conflict"
    )
    assert _error_of(lambda: client.views_open(trigger_id=trigger, view=_modal())) == "exchanged_trigger_id"
    monkeypatch.setattr(workspace, "TRIGGER_SECONDS", -1)
    expired = sandbox.space.new_trigger(LEAD)
    assert _error_of(lambda: client.views_open(trigger_id=expired, view=_modal())) == "expired_trigger_id"


def test_a_response_url_works_five_times_and_for_half_an_hour(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = sandbox.space.new_response_url(PLAN_CHANNEL, LEAD)
    statuses = [WebhookClient(url).send(text="x").status_code for _ in range(6)]
    assert statuses == [200] * 5 + [404]
    monkeypatch.setattr(workspace, "RESPONSE_URL_SECONDS", -1)
    expired = sandbox.space.new_response_url(PLAN_CHANNEL, LEAD)
    assert WebhookClient(expired).send(text="x").status_code == 404
    assert [m.only_for for m in sandbox.space.messages] == [LEAD] * 5


def test_a_response_rewrites_or_deletes_its_message(sandbox: Sandbox) -> None:
    message = sandbox.space.post_only_for(PLAN_CHANNEL, LEAD, "before", [])
    url = sandbox.space.new_response_url(PLAN_CHANNEL, LEAD, message.ts)
    WebhookClient(url).send(text="after", replace_original=True)
    assert [m.text for m in sandbox.space.messages] == ["after"]
    WebhookClient(url).send(delete_original=True)
    assert sandbox.space.messages == []
    assert WebhookClient(url).send(text="x", blocks=[{"type": "nothing"}]).status_code == 400


def _button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Go"}, **more}


def _text(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


@pytest.mark.parametrize(
    "block",
    [
        {"type": "nothing"},
        {"type": "section"},
        {"type": "section", "text": {"type": "mrkdwn", "text": ""}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}},
        {"type": "header", "text": _text("x" * 151)},
        {"type": "context", "elements": []},
        {"type": "actions", "elements": [_button()] * 2},
        {"type": "actions", "elements": [_button(text=_text("x" * 76))]},
        {"type": "actions", "elements": [_button(value="x" * 2001)]},
        {"type": "actions", "elements": [{"type": "static_select", "options": []}]},
        {
            "type": "actions",
            "elements": [{"type": "static_select", "options": [{"text": _text("x" * 76), "value": "v"}]}],
        },
        {
            "type": "actions",
            "elements": [{"type": "static_select", "options": [{"text": _text("x"), "value": "v" * 151}]}],
        },
    ],
)
def test_a_block_over_its_limits_is_refused(block: dict[str, Any]) -> None:
    with pytest.raises(InvalidBlocks):
        check_blocks([block])


def test_two_blocks_with_the_same_id_are_refused() -> None:
    with pytest.raises(InvalidBlocks, match="unique"):
        check_blocks([{**_SECTION, "block_id": "a"}] * 2)


@pytest.mark.parametrize(
    "view",
    [
        _modal(title=_text("x" * 25)),
        _modal(private_metadata="x" * 3001),
        _modal(blocks=[_SECTION] * 101),
        _modal(blocks=[{"type": "input", "label": _text("x"), "element": {"type": "plain_text_input"}}]),
        {"type": "home", "blocks": []},
    ],
)
def test_a_form_over_its_limits_is_refused(view: dict[str, Any]) -> None:
    with pytest.raises(InvalidBlocks):
        check_view(view, "modal")


def test_the_clock_only_moves_forward_and_keeps_running() -> None:
    clock = MovableClock(datetime.fromisoformat("2016-12-15T09:00+00:00"))
    assert clock.move("next day").isoformat() == "2016-12-16T09:00:00+00:00"
    assert clock.move("next Monday").isoformat() == "2016-12-19T09:00:00+00:00"
    assert clock.move("next term").isoformat() == "2017-01-04T09:00:00+00:00"
    assert clock.move("2017-06-01").isoformat() == "2017-06-01T09:00:00+01:00"
    assert clock().isoformat() >= "2017-06-01T08:00:00+00:00"
    assert clock() <= clock()
    for wrong in ("2017-05-31", "2017-06-01", "whenever"):
        with pytest.raises(ValueError, match=r"forward|Invalid"):
            clock.move(wrong)


def test_a_command_is_delivered_signed_with_what_slack_sends(sandbox: Sandbox, recorder: Recorder) -> None:
    url, requests, answers = recorder
    sandbox.users.app = App(url, SECRET)
    answers.append((200, json.dumps({"response_type": "ephemeral", "text": "hello"}).encode()))
    sandbox.users.say(LEAD, PLAN_CHANNEL, "/action note 1.1: <b> & @chair")

    [(headers, body)] = requests
    assert SignatureVerifier(SECRET).is_valid_request(body, headers)
    fields = {name: values[0] for name, values in parse_qs(body).items()}
    assert (fields["command"], fields["user_id"], fields["channel_id"]) == ("/action", LEAD, PLAN_CHANNEL)
    assert fields["text"] == f"note 1.1: &lt;b&gt; &amp; <@{CHAIR}|chair>"
    assert fields["trigger_id"]
    assert fields["response_url"].startswith(sandbox.url)
    assert [(m.text, m.only_for) for m in sandbox.space.messages] == [("hello", LEAD)]


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ((500, b""), "/action failed with the error “http_service_error (500)”."),
        ((200, b"plain words"), "plain words"),
        ((200, json.dumps({"blocks": [{"type": "nothing"}]}).encode()), "/action failed with the error"),
    ],
)
def test_a_person_sees_when_the_app_answers_wrongly(
    sandbox: Sandbox, recorder: Recorder, answer: tuple[int, bytes], shown: str
) -> None:
    url, _, answers = recorder
    sandbox.users.app = App(url, SECRET)
    answers.append(answer)
    sandbox.users.say(LEAD, PLAN_CHANNEL, "/action x")

    assert sandbox.space.messages[-1].text.startswith(shown)
    assert sandbox.space.messages[-1].only_for == LEAD


def test_an_app_that_does_not_run_and_a_command_that_does_not_exist(sandbox: Sandbox) -> None:
    sandbox.users.say(LEAD, PLAN_CHANNEL, "/action x")
    sandbox.users.say(LEAD, PLAN_CHANNEL, "/nothing x")

    assert [m.text for m in sandbox.space.messages] == [
        "/action failed with the error “dispatch_failed”.",
        "/nothing is not a valid command.",
    ]


def test_a_press_says_which_workspace_the_person_belongs_to(sandbox: Sandbox, recorder: Recorder) -> None:
    url, requests, _ = recorder
    sandbox.users.app = App(url, SECRET)
    message = sandbox.space.post(PLAN_CHANNEL, "U0000BOT", "x", blocks=[_SECTION])
    sandbox.users.press(OUTSIDER, PLAN_CHANNEL, message.ts, "b", {"type": "button", "action_id": "a"})
    payload = json.loads(parse_qs(requests[0][1])["payload"][0])

    assert payload["user"]["team_id"] == "T0002PARTNER"
    assert payload["team"]["id"] == "T0001HOME"
    assert payload["container"]["is_ephemeral"] is False
    assert payload["actions"][0]["block_id"] == "b"


def test_a_press_on_the_home_tab_names_its_view_and_no_message(sandbox: Sandbox, recorder: Recorder) -> None:
    url, requests, _ = recorder
    sandbox.users.app = App(url, SECRET)
    home = sandbox.space.publish(LEAD, {"type": "home", "blocks": [_SECTION]})
    sandbox.users.press_home(LEAD, "b", {"type": "overflow", "action_id": "a"})
    payload = json.loads(parse_qs(requests[0][1])["payload"][0])

    assert payload["type"] == "block_actions"
    assert payload["container"] == {"type": "view", "view_id": home.id}
    assert payload["view"]["blocks"] == [_SECTION]
    assert {"channel", "message", "response_url"}.isdisjoint(payload)
    with pytest.raises(Refusal):
        sandbox.users.press_home(OUTSIDER, "b", {"type": "button", "action_id": "a"})


def test_a_messages_shortcut_carries_the_message(sandbox: Sandbox, recorder: Recorder) -> None:
    url, requests, _ = recorder
    sandbox.users.app = App(url, SECRET)
    message = sandbox.space.post(PLAN_CHANNEL, CHAIR, "templates issued")
    sandbox.users.use_shortcut(LEAD, PLAN_CHANNEL, message.ts, "use_as_update")
    payload = json.loads(parse_qs(requests[0][1])["payload"][0])

    assert (payload["type"], payload["callback_id"]) == ("message_action", "use_as_update")
    assert payload["channel"]["id"] == PLAN_CHANNEL
    assert payload["message_ts"] == payload["message"]["ts"] == message.ts
    assert (payload["message"]["text"], payload["message"]["user"]) == ("templates issued", CHAIR)
    assert payload["trigger_id"]


def test_a_form_shows_errors_and_stays_open_until_it_is_right(sandbox: Sandbox, recorder: Recorder) -> None:
    url, _, answers = recorder
    sandbox.users.app = App(url, SECRET)
    view = sandbox.space.open_view(LEAD, _modal())
    answers += [
        (200, json.dumps({"response_action": "errors", "errors": {"note": "too short"}}).encode()),
        (500, b""),
        (200, b""),
    ]

    assert sandbox.users.submit(LEAD, view.id, {}) == {"note": "too short"}
    assert "trouble connecting" in sandbox.users.submit(LEAD, view.id, {})[""]
    assert list(sandbox.space.views_of(LEAD)) == [view]
    assert sandbox.users.submit(LEAD, view.id, {}) == {}
    assert list(sandbox.space.views_of(LEAD)) == []
