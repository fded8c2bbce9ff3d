"""What Slack says of channels: where an answer may be shown to everybody, and where not."""

import threading
import time
from collections.abc import Callable, Iterator

from cachetools import TLRUCache, TTLCache
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from db.rules.membership import is_shared

# Only whether a button is offered depends on it: pressing it asks Slack again.
_OFFER_SECONDS = 300
# Which parts a Home tab has depends on it.
_MEMBER_SECONDS = 120
_MOST_PAGES = 5
# Whether small numbers are shown depends on it.
_READERS_SECONDS = 50
# Where Slack did not answer, it is asked again soon, but not at every command.
_UNKNOWN_SECONDS = 30
_CAPACITY = 10_000

# Why what members may see must not be shown to everybody in a channel, or None; raises what slack_sdk raises.
WhyClosed = Callable[[str], str | None]
_Cache = TLRUCache[str, bool | None]


class Channels:
    """Channels as Slack describes them; in doubt an answer stays private.

    `why_closed` is the check at the way out, which everything that the bot sends by itself passes too.
    """

    def __init__(self, client: WebClient, why_closed: WhyClosed) -> None:
        self._client = client
        self._why_closed = why_closed
        self._lock = threading.Lock()
        self._offered: _Cache = TLRUCache(_CAPACITY, _until(_OFFER_SECONDS), time.monotonic)
        self._internal: _Cache = TLRUCache(_CAPACITY, _until(_READERS_SECONDS), time.monotonic)
        self._of_people: TTLCache[str, frozenset[str]] = TTLCache(_CAPACITY, _MEMBER_SECONDS, time.monotonic)

    def offers_sharing(self, channel: str | None) -> bool:
        """Whether *Share in channel* is offered: not in direct messages, nor with another organisation."""
        return self._cached(self._offered, channel, self._ask_shared)

    def is_internal(self, channel: str | None) -> bool:
        """Whether all readers are full members of this workspace, and there are some.

        False for direct messages, for a channel shared with another organisation or read by a guest, for a
        private one that the bot is not in, and whenever Slack cannot be asked.
        """
        return self._cached(self._internal, channel, self._ask_readers)

    def is_internal_now(self, channel: str) -> bool:
        """The same, asked of Slack and not of the cache: what is posted for everybody can't be taken back."""
        self.forget(channel)
        return self.is_internal(channel)

    def of_person(self, user: str) -> frozenset[str]:
        """The channels that a person is in, of the private ones those with the bot in them.

        Empty where Slack cannot be asked.
        """
        with self._lock:
            if user in self._of_people:
                return self._of_people[user]
        try:
            found = frozenset(self._ask_channels_of(user))
        except (SlackClientError, OSError):
            return frozenset()
        with self._lock:
            self._of_people[user] = found
        return found

    def _ask_channels_of(self, user: str) -> Iterator[str]:
        cursor = None
        for _ in range(_MOST_PAGES):
            page = self._client.users_conversations(
                user=user,
                types="public_channel,private_channel",
                exclude_archived=True,
                limit=200,
                cursor=cursor,
            )
            yield from (str(one["id"]) for one in page["channels"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    def _cached(self, cache: _Cache, channel: str | None, ask: Callable[[str], bool | None]) -> bool:
        if channel is None or channel.startswith("D"):
            return False
        with self._lock:
            if channel in cache:
                return bool(cache[channel])
        known = ask(channel)
        with self._lock:
            cache[channel] = known
        return bool(known)

    def _ask_shared(self, channel: str) -> bool | None:
        try:
            info = self._client.conversations_info(channel=channel)["channel"]
        except (SlackClientError, OSError):
            return None
        return not (is_shared(info) or info.get("is_im"))

    def _ask_readers(self, channel: str) -> bool | None:
        try:
            return self._why_closed(channel) is None
        except (SlackClientError, OSError):
            return None

    def forget(self, channel: str) -> None:
        """Drop a channel from the caches: Slack said that it changed."""
        with self._lock:
            self._offered.pop(channel, None)
            self._internal.pop(channel, None)


def _until(seconds: float) -> Callable[[str, bool | None, float], float]:
    def until(channel: str, known: bool | None, now: float) -> float:
        return now + (_UNKNOWN_SECONDS if known is None else seconds)

    return until
