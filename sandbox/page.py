"""The browser page, and what a person does on it: say, press, fill in, look, move the clock."""

import html
import json
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, request, send_from_directory

from sandbox.blocks import Invalid
from sandbox.clock import MovableClock
from sandbox.deliver import Door, NoAnswer
from sandbox.workspace import Message, Person, Refusal, Workspace

_SHOWN = 100


class Hands:
    """What people do in the workspace, carried to the app and back.

    `manifest` is the app's: its commands are the ones that exist here.
    """

    def __init__(self, space: Workspace, app: Door, manifest: Mapping[str, Any]) -> None:
        self.space = space
        self.app = app
        features = manifest.get("features", {})
        self.commands = {one["command"]: one for one in features.get("slash_commands", [])}
        events = manifest.get("settings", {}).get("event_subscriptions", {})
        self.events = frozenset(events.get("bot_events", []))

    def say(self, user: str, channel: str, text: str, thread: str | None = None) -> None:
        """Say something in a channel, or give a command there."""
        if text.startswith("/"):
            name, _, rest = text.partition(" ")
            self.command(user, channel, name, rest)
            return
        message = self.space.post(channel, user, self._escaped(text), thread_ts=thread)
        direct = self.space.channel(channel).is_im
        kind = "message.im" if direct else "message.channels"
        self.event(
            kind,
            {
                "type": "message",
                "channel": message.channel,
                "user": user,
                "text": message.text,
                "ts": message.ts,
                "channel_type": "im" if direct else "channel",
                **({"thread_ts": thread} if thread else {}),
            },
        )

    def _escaped(self, text: str) -> str:
        """What somebody typed, as Slack hands it on: escaped, people and channels by ID."""
        escaped = html.escape(text, quote=False)
        handles = {person.handle: person.id for person in self.space.people.values()}

        def named(found: re.Match[str]) -> str:
            user = handles.get(found[1].lower())
            return f"<@{user}|{found[1].lower()}>" if user else found.group()

        return re.sub(r"(?<![\w@<])@([a-z]+)\b", named, escaped)

    def command(self, user: str, channel: str, name: str, text: str) -> None:
        """Give a command. What goes wrong is told to its sender, as Slack tells it."""
        space = self.space
        if name not in self.commands:
            self._tell(user, channel, f"{name} is not a valid command.")
            return
        held = space.channel(channel)
        fields = {
            "token": "unused",
            "team_id": space.home,
            "team_domain": space.teams[space.home]["domain"],
            "channel_id": held.id,
            "channel_name": "directmessage" if held.is_im else held.name,
            "user_id": user,
            "user_name": space.person(user).handle,
            "command": name,
            "text": self._escaped(text).strip(),
            "api_app_id": space.bot["app_id"],
            "is_enterprise_install": "false",
            "response_url": space.new_response_url(held.id, user),
            "trigger_id": space.new_trigger(user),
        }
        try:
            said = self.app.form(fields)
            if said:
                space.respond(fields["response_url"].rsplit("/", 1)[1], said)
        except (NoAnswer, Invalid, Refusal) as failed:
            self._tell(user, channel, f"{name} failed with the error “{failed}”.")

    def _tell(self, user: str, channel: str, text: str) -> None:
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
            },
            "message": {"ts": ts, "text": message.text, "blocks": message.blocks},
            "response_url": space.new_response_url(channel, user, ts),
            "actions": [{**action, "block_id": block_id, "action_ts": space.new_ts()}],
        }
        try:
            self._interact(payload)
        except NoAnswer as failed:
            self._tell(user, channel, f"That did not work: {failed}.")

    def submit(self, user: str, view_id: str, values: Mapping[str, Any]) -> dict[str, str]:
        """Send a form in. Returns what is wrong with it by field; the form closes when nothing is."""
        held = self.space.views[view_id]
        view = {**held.view, "id": held.id, "hash": held.hash, "state": {"values": values}}
        payload = {**self._interaction("view_submission", user), "view": view, "response_urls": []}
        try:
            told = self._interact(payload)
        except NoAnswer as failed:
            return {"": f"We had some trouble connecting ({failed}). Try again?"}
        if told.get("response_action") == "errors":
            return dict(told["errors"])
        if told.get("response_action") == "update":
            self.space.update_view(view_id, told["view"], None)
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
        """Deliver an event the app subscribes to, behind the person's back: nobody waits for it."""
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


def _message(message: Message) -> dict[str, Any]:
    return {
        "ts": message.ts,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "thread": message.thread_ts,
        "edited": message.edited,
        "only_for": message.only_for,
    }


def _state(hands: Hands, clock: MovableClock, me: Person, channel: str) -> dict[str, Any]:
    """All that one person sees at one place of the workspace."""
    space = hands.space
    channels = [
        {
            "id": one.id,
            "name": one.name,
            "topic": one.topic,
            "private": one.private,
            "im": one.is_im,
            "shared": one.shared_with is not None,
        }
        for one in space.channels_of(me.id)
    ]
    home = space.homes.get(me.id)
    return {
        "version": space.version,
        "now": _now(clock),
        "me": me.id,
        "people": {
            one.id: {
                "name": one.name,
                "handle": one.handle,
                "part": one.part,
                "bot": one.is_bot,
                "away": one.team != space.home,
            }
            for one in space.people.values()
        },
        "channels": channels,
        "channel": channel,
        "messages": [_message(one) for one in space.seen_by(me.id, channel)[-_SHOWN:]],
        "view": next(({"id": v.id, **v.view} for v in reversed(list(space.views_of(me.id)))), None),
        "home": home.view if home else None,
        "commands": [
            {"command": name, "about": one.get("description", ""), "hint": one.get("usage_hint", "")}
            for name, one in hands.commands.items()
        ],
        "team": space.teams[space.home]["name"],
    }


def blueprint(hands: Hands, clock: MovableClock, folder: str) -> Blueprint:
    """The page and the addresses it calls."""
    routes = Blueprint("page", __name__)
    _look(routes, hands, clock, folder)
    _do(routes, hands, clock)
    return routes


def _look(routes: Blueprint, hands: Hands, clock: MovableClock, folder: str) -> None:
    space = hands.space

    @routes.get("/")
    def page() -> Response:
        return send_from_directory(folder, "index.html")

    @routes.get("/page/<name>")
    def file(name: str) -> Response:
        return send_from_directory(folder, name)

    @routes.get("/ui/people")
    def people() -> Response:
        return jsonify([one.id for one in space.people.values() if not one.is_bot])

    @routes.get("/ui/state")
    def state() -> Response:
        me = space.person(request.args.get("as", ""))
        space.direct(me.id)
        mine = [one.id for one in space.channels_of(me.id)]
        wanted = request.args.get("channel", "")
        if request.args.get("version") == str(space.version) and wanted in mine:
            return jsonify(version=space.version, now=_now(clock))
        return jsonify(_state(hands, clock, me, wanted if wanted in mine else mine[0]))

    @routes.get("/archives/<channel>/<stamp>")
    def permalink(channel: str, stamp: str) -> Response:
        return Response(status=302, headers={"Location": f"/#{quote(channel)}"})


def _now(clock: MovableClock) -> str:
    local = clock.local()
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M}"


def _do(routes: Blueprint, hands: Hands, clock: MovableClock) -> None:
    """One address for each thing that a person does; what Slack refuses comes back as its code."""
    space = hands.space

    def move(said: Mapping[str, Any]) -> None:
        clock.move(said["to"])
        space.changed()

    acts: dict[str, Callable[[Mapping[str, Any]], object]] = {
        "say": lambda it: hands.say(it["as"], it["channel"], it["text"], it.get("thread")),
        "press": lambda it: hands.press(it["as"], it["channel"], it["ts"], it["block_id"], it["action"]),
        "submit": lambda it: {"errors": hands.submit(it["as"], it["view"], it["values"])},
        "close": lambda it: space.close_view(it["view"]),
        "home": lambda it: hands.open_home(it["as"]),
        "clock": move,
    }

    @routes.post("/ui/<act>")
    def act(act: str) -> Response:
        try:
            result = acts[act](request.get_json(force=True))
        except (Refusal, Invalid, ValueError, KeyError) as wrong:
            answer = jsonify(error=str(wrong))
            answer.status_code = 400
            return answer
        return jsonify(result if isinstance(result, dict) else {})
