"""The Slack app manifest, made from the tables of commands and shortcuts and what the listeners need."""

from typing import Any

from handlers.core.buttons import SHORTCUTS
from handlers.core.commands import COMMANDS

# Each scope with what needs it. Fewer scopes are safer.
SCOPES = {
    "commands": "the slash commands and the message shortcut",
    "app_mentions:read": "questions to the bot in a channel",
    "chat:write": "messages the bot sends by itself",
    "im:write": "opening a direct message with a lead or a coordinator",
    "im:history": "direct messages to the bot; finding out whether a message arrived",
    "channels:history": "replies under a reminder; whether a message arrived or quotes an erased text",
    "groups:history": "the same in a private channel",
    "users:read": "telling members from guests and people of other workspaces, also in a channel",
    "channels:read": "knowing which channels a guest or another organisation reads",
    "groups:read": "the same for private channels",
    "mpim:read": "the same for conversations of several people",
    "files:read": "plans, figures and registers that a coordinator sends in a direct message",
    "files:write": "the board paper; a chart as a picture, where Slack does not draw it",
    "users:read.email": "finding people that a register lists by e-mail address",
}
EVENTS = (
    "app_home_opened",
    "app_mention",
    "message.im",
    # Replies in the threads of the bot's messages.
    "message.channels",
    "message.groups",
    "user_change",
    "channel_shared",
    "channel_unshared",
)


def manifest(base_url: str | None = "https://bot.example.org") -> dict[str, Any]:
    """The manifest for an app that listens at `base_url`, or without one for Socket Mode."""
    socket = base_url is None
    address = "" if base_url is None else f"{base_url.rstrip('/')}/slack/events"
    # In Socket Mode Slack calls no address.
    url = {} if socket else {"url": address}
    request_url = {} if socket else {"request_url": address}
    return {
        "display_information": {
            "name": "Partnership Bot",
            "description": "Keeps a multi-agency action plan honest, in Slack",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "partnership", "always_online": True},
            "shortcuts": [
                {
                    "name": shortcut.name,
                    "type": "message",
                    "callback_id": callback_id,
                    "description": shortcut.about,
                }
                for callback_id, shortcut in SHORTCUTS.items()
            ],
            "slash_commands": [
                {
                    "command": command.name,
                    **url,
                    "description": command.about,
                    "usage_hint": command.hint,
                    "should_escape": True,
                }
                for command in COMMANDS
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**request_url, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **request_url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": False,
        },
    }
