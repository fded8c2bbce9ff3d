"""What a person does in the workspace: write, press, use a shortcut, submit a form, open the Home tab."""

import html
import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sandbox import files
from sandbox.blocks import InvalidBlocks
from sandbox.clock import Scene
from sandbox.deliver import AppConnection, NoAnswer
from sandbox.unread import ReadMarks
from sandbox.workspace import Message, Refusal, Workspace


class UserActions:
    """What people do in the workspace: each action is delivered to the app, and its answer shown.

    `manifest` is the app's: the workspace has its slash commands, and sends the events it subscribes to.
    """

    def __init__(self, space: Workspace, app: AppConnection, manifest: Mapping[str, Any]) -> None:
        self.space = space
        self.app = app
        self.read = ReadMarks(space)
        # The moments that the page offers, and what starts the workspace over at an earlier one.
        self.scenes: Sequence[Scene] = ()
        self.start_over: Callable[[datetime], None] = lambda _: None
        features = manifest.get("features", {})
        self.commands = {one["command"]: one for one in features.get("slash_commands", [])}
        self.shortcuts = [one for one in features.get("shortcuts", []) if one["type"] == "message"]
        events = manifest.get("settings", {}).get("event_subscriptions", {})
        self.events = frozenset(events.get("bot_events", []))

    def say(self, user: str, channel: str, text: str, thread: str | None = None) -> None:
        """Write a message in a channel, or send a command there."""
        if text.startswith("/"):
            name, _, rest = text.partition(" ")
            self.command(user, channel, name, rest)
            return
        self._deliver_message(self.space.post(channel, user, self._message_text(text), thread_ts=thread))

    def share_file(
        self,
        user: str,
        channel: str,
        name: str,
        content: bytes,
        text: str = "",
        thread: str | None = None,
    ) -> str:
        """Write a message with a file, with text or without. Returns the file's ID. Raises `Refusal`."""
        space = self.space
        file = files.new(space, name, user, len(content))
        file.content = content
        with space.lock:
            message = space.post(channel, user, self._message_text(text), thread_ts=thread, files=[file.id])
            file.channel = message.channel
            space.files[file.id] = file
        shared = files.in_message(space, message)
        self._deliver_message(message, subtype="file_share", files=shared, upload=False)
        return file.id

    def _deliver_message(self, message: Message, **more: Any) -> None:
        channel = self.space.channel(message.channel)
        kind = "im" if channel.is_im else "groups" if channel.private else "channels"
        written = {
            "channel": message.channel,
            "user": message.user,
            "text": message.text,
            "ts": message.ts,
            **self._thread_of(message),
            **more,
        }
        self.event(f"message.{kind}", {"type": "message", "channel_type": kind.removesuffix("s"), **written})
        if f"<@{self.space.bot['id']}>" in message.text and not channel.is_im:
            self.event("app_mention", {"type": "app_mention", **written})

    def _thread_of(self, message: Message) -> dict[str, Any]:
        """The thread of a reply, and who began it."""
        if message.thread_ts is None:
            return {}
        first = next(
            (
                one.user
                for one in self.space.messages
                if one.ts == message.thread_ts and one.channel == message.channel
            ),
            None,
        )
        return {"thread_ts": message.thread_ts, **({"parent_user_id": first} if first else {})}

    def _message_text(self, text: str) -> str:
        """Typed text as a message has it: a person's ID alone, where a command has the name too."""
        return re.sub(r"(<@\w+)\|\w+>", r"\1>", self._escaped(text))

    def _escaped(self, text: str) -> str:
        """Typed text as Slack delivers it: escaped, with people as IDs."""
        escaped = html.escape(text, quote=False)
        people = self.space.people.values()
        # Slack lists people by name; here their first name does as well as their handle.
        handles = {person.name.split()[0].lower(): person.id for person in people}
        handles |= {person.handle: person.id for person in people}

        def mention(match: re.Match[str]) -> str:
            user = handles.get(match[1].lower())
            return f"<@{user}|{match[1].lower()}>" if user else match.group()

        return re.sub(r"(?<![\w@<])@([a-z]+)\b", mention, escaped)

    def command(self, user: str, channel: str, name: str, text: str) -> None:
        """Send a command. Its sender sees any failure, in Slack's words."""
        space = self.space
        if name not in self.commands:
            self._show_error(user, channel, f"{name} is not a valid command.")
            return
        place = space.channel(channel)
        fields = {
            "token": "unused",
            "team_id": space.home,
            "team_domain": space.teams[space.home]["domain"],
            "channel_id": place.id,
            "channel_name": "directmessage" if place.is_im else place.name,
            "user_id": user,
            "user_name": space.person(user).handle,
            "command": name,
            "text": self._escaped(text).strip(),
            "api_app_id": space.bot["app_id"],
            "is_enterprise_install": "false",
            "response_url": space.new_response_url(place.id, user),
            "trigger_id": space.new_trigger(user),
        }
        try:
            answer = self.app.form(fields)
            if answer:
                space.respond(fields["response_url"].rsplit("/", 1)[1], answer)
        except (NoAnswer, InvalidBlocks, Refusal) as error:
            self._show_error(user, channel, f"{name} failed with the error “{error}”.")

    def _show_error(self, user: str, channel: str, text: str) -> None:
        self.space.post_only_for(channel, user, text, [])

    def press(self, user: str, channel: str, ts: str, block_id: str, action: Mapping[str, Any]) -> None:
        """Press a button or choose from a menu in a message."""
        space = self.space
        message = space.message(channel, ts)
        payload = {
            **self._interaction("block_actions", user),
            "channel": {"id": channel, "name": space.channel(channel).name},
            "container": {
                "type": "message",
                "message_ts": ts,
                "channel_id": channel,
                "is_ephemeral": message.only_for is not None,
                **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
            },
            "message": {"ts": ts, "text": message.text, "blocks": message.blocks},
            "response_url": space.new_response_url(channel, user, ts),
            "actions": [{**action, "block_id": block_id, "action_ts": space.new_ts()}],
        }
        self._interact_from(user, channel, payload)

    def press_home(self, user: str, block_id: str, action: Mapping[str, Any]) -> None:
        """Press a button or choose from a menu on a person's Home tab. Raises `Refusal` without one."""
        home = self.space.homes.get(user)
        if home is None:
            raise Refusal("not_found")
        payload = {
            **self._interaction("block_actions", user),
            "container": {"type": "view", "view_id": home.id},
            "view": {**home.view, "id": home.id, "hash": home.hash},
            "actions": [{**action, "block_id": block_id, "action_ts": self.space.new_ts()}],
        }
        self._interact_from(user, self.space.direct(user).id, payload)

    def use_shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> None:
        """Choose one of the app's shortcuts in a message's menu."""
        space = self.space
        message = space.message(channel, ts)
        payload = {
            **self._interaction("message_action", user),
            "callback_id": callback_id,
            "channel": {"id": channel, "name": space.channel(channel).name},
            "message_ts": ts,
            "message": {
                "type": "message",
                "user": message.user,
                "ts": ts,
                "text": message.text,
                **self._thread_of(message),
            },
            "response_url": space.new_response_url(channel, user),
            "action_ts": space.new_ts(),
        }
        self._interact_from(user, channel, payload)

    def _interact_from(self, user: str, channel: str, payload: Mapping[str, Any]) -> None:
        """Deliver an interaction. A failure is shown to the person in that channel."""
        try:
            self._interact(payload)
        except NoAnswer as error:
            self._show_error(user, channel, f"That did not work. The error was “{error}”.")

    def submit(self, user: str, view_id: str, values: Mapping[str, Any]) -> dict[str, str]:
        """Submit a form. Returns the errors by field; the form closes if there are none."""
        current = self.space.views[view_id]
        view = {**current.view, "id": current.id, "hash": current.hash, "state": {"values": values}}
        payload = {**self._interaction("view_submission", user), "view": view, "response_urls": []}
        try:
            answer = self._interact(payload)
        except NoAnswer as error:
            return {"": f"We had some trouble connecting ({error}). Try again."}
        if answer.get("response_action") == "errors":
            return dict(answer["errors"])
        if answer.get("response_action") == "update":
            self.space.update_view(view_id, answer["view"], None)
        else:
            self.space.close_view(view_id)
        return {}

    def _interaction(self, kind: str, user: str) -> dict[str, Any]:
        person = self.space.person(user)
        home = self.space.home
        return {
            "type": kind,
            "team": {"id": home, "domain": self.space.teams[home]["domain"]},
            "user": {"id": user, "username": person.handle, "name": person.handle, "team_id": person.team},
            "api_app_id": self.space.bot["app_id"],
            "token": "unused",
            "trigger_id": self.space.new_trigger(user),
            "is_enterprise_install": False,
        }

    def _interact(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        return self.app.form({"payload": json.dumps(payload)})

    def open_home(self, user: str) -> None:
        event = {
            "type": "app_home_opened",
            "user": user,
            "channel": self.space.direct(user).id,
            "tab": "home",
        }
        self.event("app_home_opened", event)

    def event(self, kind: str, event: Mapping[str, Any]) -> None:
        """Deliver an event in the background, if the app subscribes to it."""
        if kind not in self.events:
            return
        envelope = {
            "type": "event_callback",
            "team_id": self.space.home,
            "api_app_id": self.space.bot["app_id"],
            "event_id": self.space.new_id("Ev"),
            "event_time": int(self.space.clock().timestamp()),
            "event": {**event, "event_ts": self.space.new_ts()},
        }

        def deliver() -> None:
            try:
                self.app.event(envelope)
            except NoAnswer:
                return

        threading.Thread(target=deliver, daemon=True).start()
