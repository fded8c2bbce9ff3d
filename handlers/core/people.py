"""What Slack says of people: who belongs to the home workspace, and who is never let in."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog
from cachetools import TTLCache
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from db.rules.membership import OTHER_WORKSPACE, grid_teams, outside, reason_to_deny

# Somebody who was deactivated, or made a guest, a moment ago must change nothing, event or no event.
_CACHE_SECONDS = 50
_CAPACITY = 10_000


@dataclass(frozen=True)
class Person:
    """Somebody whom Slack knows. `outside` is None for a full member of the home workspace.

    Else it says what they are, in the plural: `GUESTS` or `OTHER_WORKSPACE`.
    """

    user: str
    email: str | None = None
    outside: str | None = None
    # Whether Slack says that they belong to the home workspace by way of an organisation on Enterprise Grid.
    on_grid: bool = False
    # What Slack shows for them, and their name in full.
    name: str = ""
    full_name: str = ""

    @property
    def ids(self) -> frozenset[str]:
        """What the register of people may have for them: Slack ID and e-mail address."""
        return frozenset(one for one in (self.user, (self.email or "").lower()) if one)


class AccessDenied(Exception):
    """Somebody who may not use the bot here. The text is one friendly sentence that says so."""


class People:
    """People as Slack describes them, cached for less than a minute; in doubt nobody is let in."""

    def __init__(self, client: WebClient, timer: Callable[[], float] = time.monotonic) -> None:
        """`timer` gives seconds that only grow."""
        self._client = client
        self._lock = threading.Lock()
        self._known: TTLCache[str, Person | str] = TTLCache(_CAPACITY, _CACHE_SECONDS, timer)
        self._home: str | None = None

    def person(self, user: str, team: str | None = None) -> Person:
        """Look somebody up by Slack ID; `team` is the workspace that a press says they belong to.

        Raises `AccessDenied` for bots, deactivated accounts, and whenever Slack can't be asked.
        """
        with self._lock:
            known = self._known.get(user)
        if known is None:
            known = self._ask_slack(user)
            with self._lock:
                self._known[user] = known
        if isinstance(known, str):
            raise AccessDenied(denial(known))
        if team is not None and team != self._home_team() and not known.on_grid:
            return replace(known, outside=OTHER_WORKSPACE)
        return known

    def name_of(self, user: str) -> str | None:
        """What Slack shows for somebody; None where it can't be asked or says nothing."""
        try:
            return self.person(user).name or None
        except AccessDenied:
            return None

    def full_name_of(self, user: str) -> str:
        """Somebody's name in full; empty where Slack can't be asked or says nothing."""
        try:
            return self.person(user).full_name
        except AccessDenied:
            return ""

    def forget(self, user: str) -> None:
        """Drop somebody from the cache: Slack said that they changed."""
        with self._lock:
            self._known.pop(user, None)

    def _home_team(self) -> str:
        if self._home is None:
            try:
                self._home = str(self._client.auth_test()["team_id"])
            except (SlackClientError, OSError) as unreachable:
                raise _unidentified("auth.test", unreachable) from unreachable
        return self._home

    def _ask_slack(self, user: str) -> Person | str:
        home = self._home_team()
        try:
            user_info: Mapping[str, Any] = self._client.users_info(user=user)["user"]
        except (SlackClientError, OSError) as unreachable:
            raise _unidentified("users.info", unreachable) from unreachable
        return reason_to_deny(user_info) or Person(
            user,
            (user_info.get("profile") or {}).get("email"),
            outside(user_info, home),
            on_grid=home in grid_teams(user_info),
            name=_name(user_info),
            full_name=_full_name(user_info),
        )


def _full_name(user_info: Mapping[str, Any]) -> str:
    profile = user_info.get("profile") or {}
    return str(profile.get("real_name") or user_info.get("real_name") or "")


def _name(user_info: Mapping[str, Any]) -> str:
    profile = user_info.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user_info.get("name"))
    return next((str(one) for one in names if one), "")


CANNOT_IDENTIFY = (
    "I can't check with Slack who you are, so I have done nothing. Please try again in a minute."
)

log = structlog.get_logger(__name__)


def _unidentified(method: str, error: Exception) -> AccessDenied:
    """Somebody could not be looked up. Whoever runs the bot finds the reason in the log."""
    log.warning("slack not reached", method=method, error=type(error).__name__)
    return AccessDenied(CANNOT_IDENTIFY)


def denial(whom: str) -> str:
    return (
        f"Sorry, this plan is not open to {whom}. Nothing was shown or changed. "
        "Please ask the partnership's coordinator."
    )
