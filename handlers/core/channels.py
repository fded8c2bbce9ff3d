"""What Slack says of channels: where an answer may be put in front of everybody, and where not."""

import threading
import time

from cachetools import TLRUCache
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

_KEPT_SECONDS = 300
# What Slack would not say is asked again soon, but not at every command.
_UNKNOWN_SECONDS = 30
_KEPT = 10_000


def _until(channel: str, may_share: bool | None, now: float) -> float:
    return now + (_UNKNOWN_SECONDS if may_share is None else _KEPT_SECONDS)


class Channels:
    """What Slack says of channels, kept for five minutes; in doubt an answer stays private."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._open: TLRUCache[str, bool | None] = TLRUCache(_KEPT, _until, time.monotonic)

    def may_share(self, channel: str | None) -> bool:
        """Whether all who read a channel are of this organisation, and there are others to read it.

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
        """The same, asked of Slack whatever was known: before something is put in front of everybody."""
        known = self._asked(channel)
        with self._lock:
            self._open[channel] = known
        return bool(known)

    def _asked(self, channel: str) -> bool | None:
        try:
            told = self._client.conversations_info(channel=channel)["channel"]
        except (SlackClientError, OSError):
            return None
        return not (told.get("is_ext_shared") or told.get("is_im"))

    def forget(self, channel: str) -> None:
        """Ask Slack anew about a channel: Slack said that it changed."""
        with self._lock:
            self._open.pop(channel, None)
