"""The manifest: made from the command table, least scopes, and of Slack's own schema."""

import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from pydantic import SecretStr

from bot.app import create_app, make_client
from bot.manifest import EVENTS, SCOPES, manifest
from bot.settings import Settings
from handlers.core.commands import COMMANDS
from tests.cast import NOW
from tests.conftest import shared_file

ROOT = Path(__file__).parents[2]
# Each Web API method that the code calls, with the scopes it needs.
NEEDS: dict[str, set[str]] = {
    "chat_postMessage": {"chat:write"},
    "chat_getPermalink": set(),
    "chat_postEphemeral": {"chat:write"},
    "conversations_info": {"channels:read", "groups:read", "mpim:read"},
    "conversations_open": {"im:write"},
    "conversations_members": {"channels:read", "groups:read"},
    "conversations_replies": {"im:history", "channels:history", "groups:history"},
    "chat_update": {"chat:write"},
    "chat_delete": {"chat:write"},
    "users_list": {"users:read"},
    "users_conversations": {"channels:read", "groups:read"},
    "conversations_history": {"im:history", "channels:history", "groups:history"},
    "users_info": {"users:read"},
    "users_lookupByEmail": {"users:read.email"},
    "views_open": set(),
    "views_publish": set(),
    "files_info": {"files:read"},
    "files_upload_v2": {"files:write"},
    "auth_test": set(),
}


def _listeners() -> int:
    """How many listeners an app is made with; making one asks neither Slack nor a database."""
    settings = Settings(slack_bot_token=SecretStr("xoxb-x"), slack_signing_secret=SecretStr("x"))
    engine: Any = None
    return len(create_app(settings, engine, make_client(settings), lambda: NOW)._listeners)


def test_every_command_of_the_table_is_in_the_manifest_and_has_a_listener() -> None:
    told = manifest()["features"]["slash_commands"]

    assert [one["command"] for one in told] == [command.name for command in COMMANDS]
    assert _listeners() > len(COMMANDS)
    for one in told:
        assert len(one["description"]) <= 2000
        assert one["should_escape"] is True


def test_events_are_those_that_are_listened_for() -> None:
    source = (ROOT / "handlers" / "core" / "events.py").read_text("utf-8")

    listened = set(re.findall(r'app\.event\("(\w+)"\)', source))
    assert listened == {name.split(".")[0] for name in EVENTS}
    assert manifest()["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)


def test_scopes_are_those_that_the_calls_need_and_no_more() -> None:
    source = "".join(
        path.read_text("utf-8")
        for room in ("bot", "handlers", "jobs")
        for path in (ROOT / room).rglob("*.py")
    )
    called = set(re.findall(r"client\.(\w+)\(", source)) & set(NEEDS) | set(
        re.findall(r"\.((?:chat|conversations|users|views|auth)_\w+)\(", source)
    )

    assert called == set(NEEDS)
    # What comes without a call: commands and mentions.
    received = {"commands", "app_mentions:read"}
    assert set(SCOPES) == {scope for scopes in NEEDS.values() for scope in scopes} | received


def test_the_manifest_is_valid_by_slacks_own_schema() -> None:
    path = shared_file("slack/manifest.schema.json")
    if path is None:
        return
    schema = json.loads(path.read_text("utf-8"))

    for told in (manifest(), manifest(None)):
        assert [error.message for error in Draft7Validator(schema).iter_errors(told)] == []


def test_over_a_socket_no_address_is_needed() -> None:
    told = manifest(None)

    assert told["settings"]["socket_mode_enabled"] is True
    assert "url" not in json.dumps(told)
    assert manifest()["settings"]["socket_mode_enabled"] is False
