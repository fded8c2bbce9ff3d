"""The one check at the way out: everything the bot sends by itself asks Slack who would read it."""

from functools import lru_cache

from slack_sdk import WebClient
from sqlalchemy import Engine

from db import guests
from db.deliveries import DeliveryKind
from db.engine import reading
from db.rules.membership import is_guest, reason_to_deny

NOT_ALLOWED = "not_allowed"
CHANNEL_SHARED = "channel_shared"
# What goes to schools, whose channels other organisations may share: it says nothing of a plan's progress.
_FOR_ANY_ORGANISATION = frozenset({DeliveryKind.REMINDER, DeliveryKind.REMINDER_CHASE})


class CannotReceive(Exception):
    """A recipient who has left, or who may not be sent this. The text is an error code of Slack or ours."""


def open_channel(engine: Engine, client: WebClient, recipient: str, kind: str) -> str:
    """The channel to post to. A person, by ID or email address, becomes their direct message channel.

    Raises `CannotReceive`, and what Slack's client raises. Slack is asked every time: somebody may have been
    deactivated, or a channel shared with another organisation, a moment ago.
    """
    if "@" in recipient:
        recipient = client.users_lookupByEmail(email=recipient)["user"]["id"]
    if recipient.startswith(("U", "W")):
        _check_person(engine, client, recipient)
        return str(client.conversations_open(users=recipient)["channel"]["id"])
    if kind not in _FOR_ANY_ORGANISATION:
        channel = client.conversations_info(channel=recipient)["channel"]
        if channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"):
            raise CannotReceive(CHANNEL_SHARED)
    return recipient


def _check_person(engine: Engine, client: WebClient, person: str) -> None:
    user_info = client.users_info(user=person)["user"]
    # Slack accepts a message to a deactivated account, but nobody can read it.
    if user_info.get("deleted"):
        raise CannotReceive("account_inactive")
    denied = reason_to_deny(user_info, _home(client))
    if denied is None and is_guest(user_info):
        with reading(engine) as session:
            denied = None if guests.may_read(session, person) else "guests"
    if denied is not None:
        raise CannotReceive(NOT_ALLOWED)


@lru_cache(maxsize=8)
def _home(client: WebClient) -> str:
    """The workspace that the bot is installed in: it never changes while a token lives."""
    return str(client.auth_test()["team_id"])
