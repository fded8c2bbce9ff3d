"""The one check at the way out: everything the bot sends or shares asks Slack who would read it."""

import threading
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from cachetools import TTLCache
from slack_sdk import WebClient
from sqlalchemy import Engine

from db import partners
from db.deliveries import DeliveryKind
from db.engine import reading
from db.rules.membership import is_shared, outside, reason_to_deny

NOT_ALLOWED = "not_allowed"
CHANNEL_SHARED = "channel_shared"
GUEST_IN_CHANNEL = "guest_in_channel"
# What goes to schools, whose channels other organisations may share: it says nothing of a plan's progress.
_FOR_ANY_ORGANISATION = frozenset(
    {
        DeliveryKind.REMINDER,
        DeliveryKind.REMINDER_CHASE,
        DeliveryKind.SCHOOL_ANSWER,
        DeliveryKind.COVERAGE,
    }
)
# What a partner gets: about the actions that they lead, and nothing else.
_FOR_PARTNERS = frozenset({DeliveryKind.NUDGE, DeliveryKind.DUE_DECISION})
_PAGE = 1000
# Who is from outside, for less than a minute.
_RECENT: TTLCache[WebClient, frozenset[str]] = TTLCache(8, 30)
_lock = threading.Lock()


class CannotReceive(Exception):
    """A recipient who has left, or who may not be sent this. The text is an error code of Slack or ours."""


def open_channel(engine: Engine, client: WebClient, recipient: str, kind: str, today: date) -> str:
    """The channel to post to. A person, by ID or email address, becomes their direct message channel.

    Raises `CannotReceive`, and what Slack's client raises. Slack is asked every time: somebody may have been
    deactivated, or a channel shared with another organisation, a moment ago.
    """
    email = None
    if "@" in recipient:
        email = recipient.lower()
        recipient = client.users_lookupByEmail(email=recipient)["user"]["id"]
    if recipient.startswith(("U", "W")):
        _check_person(engine, client, recipient, email, kind, today)
        return str(client.conversations_open(users=recipient)["channel"]["id"])
    if kind not in _FOR_ANY_ORGANISATION:
        closed = _why_closed(client, recipient, lambda: _recent_outsiders(client))
        if closed is not None:
            raise CannotReceive(closed)
    return recipient


def why_closed(client: WebClient, channel: str) -> str | None:
    """Why what members may see must not be shown to everybody in a channel; None where it may.

    `CHANNEL_SHARED` where another organisation reads it, `GUEST_IN_CHANNEL` where a guest does. Raises what
    Slack's client raises.
    """
    return _why_closed(client, channel, lambda: _outsiders(client))


def _why_closed(client: WebClient, channel: str, find_outsiders: Callable[[], frozenset[str]]) -> str | None:
    if is_shared(client.conversations_info(channel=channel)["channel"]):
        return CHANNEL_SHARED
    outsiders = find_outsiders()
    cursor = ""
    while outsiders:
        page = client.conversations_members(channel=channel, limit=_PAGE, cursor=cursor)
        if not outsiders.isdisjoint(page["members"]):
            return GUEST_IN_CHANNEL
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return None
    return None


def _recent_outsiders(client: WebClient) -> frozenset[str]:
    """The same list for all messages of a pass: Slack gives it only some 20 times a minute."""
    with _lock:
        if client not in _RECENT:
            _RECENT[client] = _outsiders(client)
        return _RECENT[client]


def _outsiders(client: WebClient) -> frozenset[str]:
    """Everybody whom Slack knows and who is no full member of the home workspace, bots apart."""
    home, cursor = _home(client), ""
    found: set[str] = set()
    while True:
        page = client.users_list(limit=_PAGE, cursor=cursor)
        found |= {
            str(user["id"])
            for user in page["members"]
            if reason_to_deny(user) is None and outside(user, home) is not None
        }
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return frozenset(found)


def _check_person(
    engine: Engine, client: WebClient, person: str, email: str | None, kind: str, today: date
) -> None:
    user_info = client.users_info(user=person)["user"]
    # Slack accepts a message to a deactivated account, but nobody can read it.
    if user_info.get("deleted"):
        raise CannotReceive("account_inactive")
    if reason_to_deny(user_info) is not None:
        raise CannotReceive(NOT_ALLOWED)
    if outside(user_info, _home(client)) is None:
        return
    ids = [one for one in (person, email, (user_info.get("profile") or {}).get("email")) if one]
    with reading(engine) as session:
        own = partners.actions_of_partner(session, person, ids, today)
    if own is None or kind not in _FOR_PARTNERS:
        raise CannotReceive(NOT_ALLOWED)


@lru_cache(maxsize=8)
def _home(client: WebClient) -> str:
    """The workspace that the bot is installed in: it never changes while a token lives."""
    return str(client.auth_test()["team_id"])
