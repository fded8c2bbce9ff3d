"""What Slack says of people: who is of the home workspace, and who is not let in."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cachetools import TTLCache
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

_KEPT_SECONDS = 300
_KEPT = 10_000


@dataclass(frozen=True)
class Person:
    """Somebody of the home workspace. `ids` are what a register may hold for them."""

    user: str
    email: str | None = None
    # A guest of the workspace: let in only by name, and only to read.
    guest: bool = False

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(one for one in (self.user, (self.email or "").lower()) if one)


class AccessDenied(Exception):
    """Somebody who may not ask. Its text is the one friendly sentence that says so."""


class People:
    """What Slack says of people, kept for five minutes; in doubt nobody is let in."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._known: TTLCache[str, Person | str] = TTLCache(_KEPT, _KEPT_SECONDS)
        self._home: str | None = None

    def person(self, user: str, team: str | None = None) -> Person:
        """Somebody by Slack ID; `team` is the workspace an interaction says they are of.

        Raises `Outsider` for bots, deactivated people, people of another workspace, and
        whenever Slack cannot be asked.
        """
        if team is not None and team != self._home_team():
            raise AccessDenied(denial("people of another workspace"))
        with self._lock:
            kept = self._known.get(user)
        if kept is None:
            kept = self._asked(user)
            with self._lock:
                self._known[user] = kept
        if isinstance(kept, str):
            raise AccessDenied(denial(kept))
        return kept

    def forget(self, user: str) -> None:
        """Ask Slack anew about somebody: Slack said that they changed."""
        with self._lock:
            self._known.pop(user, None)

    def _home_team(self) -> str:
        if self._home is None:
            try:
                self._home = str(self._client.auth_test()["team_id"])
            except (SlackClientError, OSError) as unreachable:
                raise AccessDenied(CANNOT_IDENTIFY) from unreachable
        return self._home

    def _asked(self, user: str) -> Person | str:
        home = self._home_team()
        try:
            told: Mapping[str, Any] = self._client.users_info(user=user)["user"]
        except (SlackClientError, OSError) as unreachable:
            raise AccessDenied(CANNOT_IDENTIFY) from unreachable
        guest = bool(told.get("is_restricted") or told.get("is_ultra_restricted"))
        return _reason_to_deny(told, home) or Person(user, (told.get("profile") or {}).get("email"), guest)


CANNOT_IDENTIFY = "Slack cannot say just now who you are, so nothing was done. Please try again in a minute."


def denial(whom: str) -> str:
    return (
        f"Sorry, this plan is not open to {whom}; nothing was shown or changed. "
        "Ask the partnership's coordinator for what you need."
    )


def _reason_to_deny(told: Mapping[str, Any], home: str) -> str | None:
    """In plural words what keeps somebody out, or None for a member of the home workspace."""
    if told.get("is_stranger") or told.get("team_id") != home:
        return "people of another workspace"
    if told.get("deleted"):
        return "deactivated accounts"
    if told.get("is_bot") or told.get("is_workflow_bot"):
        return "bots"
    return None
