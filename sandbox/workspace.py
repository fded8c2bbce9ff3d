"""A Slack workspace in memory: people, channels, messages and forms, with Slack's rules for them."""

import hmac
import itertools
import threading
import time
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.blocks import InvalidBlocks, check_blocks, check_view
from sandbox.faults import Faults
from sandbox.rates import Rates
from sandbox.sockets import Sockets

TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 30 * 60.0
RESPONSE_URL_USES = 5
# The scopes of an app-level token; a bot token never has them.
APP_LEVEL = frozenset({"connections:write"})


class Refusal(Exception):
    """Slack refuses a call. `code` is Slack's error code; `more` are further fields of the answer."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


@dataclass
class Person:
    id: str
    handle: str
    name: str
    team: str
    part: str = ""
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False


@dataclass
class Channel:
    id: str
    name: str
    topic: str = ""
    members: list[str] = field(default_factory=list)
    private: bool = False
    archived: bool = False
    shared_with: str | None = None
    is_im: bool = False


@dataclass
class Message:
    channel: str
    ts: str
    user: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: dict[str, Any] | None = None
    # For an ephemeral message, the only person who sees it; no history includes it.
    only_for: str | None = None
    edited: bool = False
    client_msg_id: str | None = None
    # The IDs of its files.
    files: list[str] = field(default_factory=list)


@dataclass
class View:
    id: str
    kind: str
    user: str
    hash: str
    view: dict[str, Any]


@dataclass
class _ResponseUrl:
    channel: str
    user: str
    valid_until: float
    uses_left: int
    ts: str | None


class Workspace:
    """The whole state of a workspace. Every method is safe to call from any thread.

    `clock` stamps messages. `tokens` are the app's, each with its scopes. Triggers and response URLs
    expire in real time.
    """

    def __init__(
        self, cast: Path, clock: Callable[[], datetime], tokens: Mapping[str, frozenset[str]]
    ) -> None:
        cast_data = tomllib.loads(cast.read_text("utf-8"))
        self.lock = threading.RLock()
        self._change = threading.Condition(self.lock)
        self.clock = clock
        self.tokens = tokens
        self.base_url = ""
        self.teams = {team["id"]: team for team in cast_data["teams"]}
        self.home = cast_data["teams"][0]["id"]
        self.bot = cast_data["bot"]
        self.people = {
            row["id"]: Person(team=row.pop("team", self.home), **row) for row in cast_data["people"]
        }
        self.people[self.bot["id"]] = Person(
            self.bot["id"], self.bot["handle"], self.bot["name"], self.home, is_bot=True
        )
        self.channels = {row["id"]: Channel(**row) for row in cast_data["channels"]}
        self.messages: list[Message] = []
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.faults = Faults()
        self.rates = Rates(clock)
        self.sockets = Sockets()
        # Block types that this workspace refuses, as a Slack that does not support them yet.
        self.unsupported_blocks: frozenset[str] = frozenset()
        self.files: dict[str, Any] = {}
        self.version = 0
        # Slack never gives an ID twice, and an app remembers those of an earlier start: by the real clock.
        self._serial = itertools.count(int(time.time() * 100) % 10**9)
        self._triggers: dict[str, tuple[str, float]] = {}
        self._response_urls: dict[str, _ResponseUrl] = {}
        self._last_ts = 0.0

    def clear(self) -> None:
        """Forget all that was said: the workspace starts over, perhaps at an earlier moment."""
        with self._change:
            self.messages.clear()
            self.views.clear()
            self.homes.clear()
            self.files.clear()
            self._last_ts = 0.0
            self.changed()

    def changed(self) -> None:
        """Note a change, and wake everything that waits for one."""
        with self._change:
            self.version += 1
            self._change.notify_all()

    def wait_past(self, version: int, seconds: float = 5.0) -> bool:
        """Wait until the version is later than `version`. Returns False if it is not within `seconds`."""
        with self._change:
            return self._change.wait_for(lambda: self.version > version, seconds)

    def scopes_of(self, token: str) -> frozenset[str] | None:
        """The scopes of a token; None if the workspace does not know it."""
        given = token.encode()
        known = (
            scopes for valid, scopes in self.tokens.items() if hmac.compare_digest(given, valid.encode())
        )
        return next(known, None)

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{next(self._serial):08d}"

    def new_ts(self) -> str:
        """A message's `ts`: the moment, made unique."""
        with self.lock:
            self._last_ts = max(self.clock().timestamp(), self._last_ts + 0.000001)
            return f"{self._last_ts:.6f}"

    # People and channels

    def person(self, user: str) -> Person:
        found = self.people.get(user)
        if found is None:
            raise Refusal("user_not_found")
        return found

    def channel(self, channel: str) -> Channel:
        """A channel by ID. A person's ID means their direct messages with the bot."""
        found = self.channels.get(channel)
        if found is None and channel in self.people:
            return self.direct(channel)
        if found is None:
            raise Refusal("channel_not_found")
        return found

    def direct(self, user: str) -> Channel:
        """The direct messages between the bot and a person; opens them if they are not open."""
        self.person(user)
        with self.lock:
            name = f"D{user[1:]}"
            if name not in self.channels:
                members = [self.bot["id"], user]
                self.channels[name] = Channel(name, user, members=members, private=True, is_im=True)
            return self.channels[name]

    def channels_of(self, user: str) -> list[Channel]:
        return [channel for channel in self.channels.values() if user in channel.members]

    # Messages

    def _check(self, blocks: list[dict[str, Any]]) -> None:
        check_blocks(blocks)
        unsupported = next(
            (block["type"] for block in blocks if block["type"] in self.unsupported_blocks), None
        )
        if unsupported is not None:
            raise InvalidBlocks(f"unsupported type: {unsupported}")

    def post(self, channel_id: str, user: str, text: str, **rest: Any) -> Message:
        """Post as a member, in a channel that is not archived. Raises `Refusal` or `InvalidBlocks`."""
        with self.lock:
            channel = self.channel(channel_id)
            if channel.archived:
                raise Refusal("is_archived")
            if user not in channel.members:
                raise Refusal("not_in_channel" if not channel.private else "channel_not_found")
            blocks = rest.get("blocks") or []
            files = rest.get("files") or []
            if not text and not blocks and not files:
                raise Refusal("no_text")
            self._check(blocks)
            thread = rest.get("thread_ts")
            if thread and not self._find(channel.id, thread):
                raise Refusal("thread_not_found")
            metadata = rest.get("metadata")
            message = Message(channel.id, self.new_ts(), user, text, blocks, thread, metadata, files=files)
            self.messages.append(message)
            self.changed()
            return message

    def post_only_for(
        self, channel_id: str, to: str, text: str, blocks: list[dict[str, Any]], thread: str | None = None
    ) -> Message:
        """Post an ephemeral message: one person sees it, and no history includes it."""
        with self.lock:
            channel = self.channel(channel_id)
            if to not in channel.members:
                raise Refusal("user_not_in_channel")
            self._check(blocks)
            message = Message(channel.id, self.new_ts(), self.bot["id"], text, blocks, thread, only_for=to)
            self.messages.append(message)
            self.changed()
            return message

    def _find(self, channel: str, ts: str) -> Message | None:
        return next((m for m in self.messages if (m.channel, m.ts) == (channel, ts)), None)

    def message(self, channel: str, ts: str) -> Message:
        found = self._find(channel, ts)
        if found is None:
            raise Refusal("message_not_found")
        return found

    def update(
        self, channel_id: str, ts: str, text: str | None, blocks: list[dict[str, Any]] | None
    ) -> Message:
        with self.lock:
            message = self.message(self.channel(channel_id).id, ts)
            if message.user != self.bot["id"] or message.only_for:
                raise Refusal("cant_update_message")
            self._rewrite(message, text, blocks)
            return message

    def _rewrite(self, message: Message, text: str | None, blocks: list[dict[str, Any]] | None) -> None:
        self._check(blocks or [])
        if blocks and not text:
            raise Refusal("no_text")
        if text is not None:
            message.text = text
        message.blocks = blocks if blocks is not None else ([] if text is not None else message.blocks)
        message.edited = True
        self.changed()

    def delete(self, channel_id: str, ts: str) -> None:
        with self.lock:
            message = self.message(self.channel(channel_id).id, ts)
            if message.user != self.bot["id"]:
                raise Refusal("cant_delete_message")
            self._remove(message)

    def _remove(self, message: Message) -> None:
        self.messages.remove(message)
        self.changed()

    def history(self, channel_id: str, thread: str | None = None) -> list[Message]:
        """A channel's messages, newest first, or a thread's, oldest first. Leaves out ephemeral ones."""
        channel = self.channel(channel_id)
        if self.bot["id"] not in channel.members:
            raise Refusal("not_in_channel")
        visible = [m for m in self.messages if m.channel == channel.id and m.only_for is None]
        if thread is None:
            return [m for m in reversed(visible) if m.thread_ts in (None, m.ts)]
        if not any(m.ts == thread for m in visible):
            raise Refusal("thread_not_found")
        return [m for m in visible if thread in (m.ts, m.thread_ts)]

    def seen_by(self, user: str, channel: str) -> list[Message]:
        """What one person sees in a channel, oldest first."""
        with self.lock:
            return [m for m in self.messages if m.channel == channel and m.only_for in (None, user)]

    # Triggers, response URLs and forms

    def new_trigger(self, user: str) -> str:
        with self.lock:
            trigger = self.new_id("trigger.")
            self._triggers[trigger] = (user, time.monotonic() + TRIGGER_SECONDS)
            return trigger

    def use_trigger(self, trigger: str) -> str:
        """Use a trigger; returns its person. A trigger works once, and for three seconds."""
        with self.lock:
            found = self._triggers.pop(trigger, None)
        if found is None:
            raise Refusal(
                "invalid_trigger_id" if not trigger.startswith("trigger.") else "exchanged_trigger_id"
            )
        user, valid_until = found
        if valid_until < time.monotonic():
            raise Refusal("expired_trigger_id")
        return user

    def new_response_url(self, channel: str, user: str, ts: str | None = None) -> str:
        """A URL for answers to a command, or to a button press on the message `ts`."""
        with self.lock:
            name = self.new_id("R")
            valid_until = time.monotonic() + RESPONSE_URL_SECONDS
            self._response_urls[name] = _ResponseUrl(channel, user, valid_until, RESPONSE_URL_USES, ts)
            return f"{self.base_url}/response/{name}"

    def respond(self, name: str, payload: dict[str, Any]) -> None:
        """Post to a response URL: add a message, or rewrite or delete the message it belongs to."""
        with self.lock:
            url = self._response_urls.get(name)
            if url is None or url.valid_until < time.monotonic() or not url.uses_left:
                raise Refusal("expired_url")
            url.uses_left -= 1
            original = self._find(url.channel, url.ts) if url.ts else None
            if payload.get("delete_original"):
                if original is not None:
                    self._remove(original)
                return
            text, blocks = payload.get("text") or "", payload.get("blocks") or []
            if not text:
                # Slack only warns, but screen readers and notifications need the text.
                raise Refusal("no_text")
            if payload.get("replace_original") and original is not None:
                self._rewrite(original, text, blocks)
                return
            self._check(blocks)
            only_for = None if payload.get("response_type") == "in_channel" else url.user
            self.messages.append(
                Message(url.channel, self.new_ts(), self.bot["id"], text, blocks, only_for=only_for)
            )
            self.changed()

    def open_view(self, user: str, view: dict[str, Any]) -> View:
        check_view(view, "modal")
        with self.lock:
            opened = View(self.new_id("V"), "modal", user, self.new_id("h"), view)
            self.views[opened.id] = opened
            self.changed()
            return opened

    def update_view(self, view_id: str, view: dict[str, Any], hash_: str | None) -> View:
        check_view(view, "modal")
        with self.lock:
            current = self.views.get(view_id)
            if current is None:
                raise Refusal("not_found")
            if hash_ and hash_ != current.hash:
                raise Refusal("hash_conflict")
            current.view, current.hash = view, self.new_id("h")
            self.changed()
            return current

    def close_view(self, view_id: str) -> None:
        with self.lock:
            self.views.pop(view_id, None)
            self.changed()

    def publish(self, user: str, view: dict[str, Any]) -> View:
        self.person(user)
        check_view(view, "home")
        with self.lock:
            self.homes[user] = View(self.new_id("V"), "home", user, self.new_id("h"), view)
            self.changed()
            return self.homes[user]

    def views_of(self, user: str) -> Iterable[View]:
        return [view for view in self.views.values() if view.user == user]
