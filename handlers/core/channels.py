"""What Slack says of channels: where an answer may be shared with everybody, and where not."""

import threading
import time

from cachetools import TLRUCache
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

_CACHE_SECONDS = 300
# Where Slack did not answer, it is asked again soon, but not at every command.
_UNKNOWN_SECONDS = 30
_CAPACITY = 10_000


def _until(channel: str, may_share: bool | None, now: float) -> float:
    return now + (_UNKNOWN_SECONDS if may_share is None else _CACHE_SECONDS)


class Channels:
    """Channels as Slack describes them, cached for five minutes; in doubt an answer stays private."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._open: TLRUCache[str, bool | None] = TLRUCache(_CAPACITY, _until, time.monotonic)

    def may_share(self, channel: str | None) -> bool:
        """Whether an answer may be shared: all readers are of this organisation, and there are some.

        False for direct messages, for a channel shared with another organisation, for a private one
        that the bot is not in, and whenever Slack cannot be asked.
        """
        if channel is None or channel.startswith("D"):
            return False
        with self._lock:
            if channel in self._open:
                return bool(self._open[channel])
        return self.may_share_now(channel)

    def may_share_now(self, channel: str) -> bool:
        """The same, asked of Slack and not of the cache: what is posted for everybody can't be taken back."""
        known = self._ask_slack(channel)
        with self._lock:
            self._open[channel] = known
        return bool(known)

    def _ask_slack(self, channel: str) -> bool | None:
        try:
            info = self._client.conversations_info(channel=channel)["channel"]
        except (SlackClientError, OSError):
            return None
        return not (info.get("is_ext_shared") or info.get("is_im"))

    def forget(self, channel: str) -> None:
        """Drop a channel from the cache: Slack said that it changed."""
        with self._lock:
            self._open.pop(channel, None)
