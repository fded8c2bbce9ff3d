"""The browser page: its files, what a person sees, and the routes by which they act and move the clock."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, request, send_from_directory

from sandbox import files
from sandbox.blocks import InvalidBlocks
from sandbox.clock import MovableClock
from sandbox.user_actions import UserActions
from sandbox.workspace import Message, Person, Refusal, Workspace

# How many of a channel's latest messages the page shows.
_SHOWN = 100


def _message(space: Workspace, message: Message) -> dict[str, Any]:
    return {
        "ts": message.ts,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "thread": message.thread_ts,
        "edited": message.edited,
        "only_for": message.only_for,
        "files": [
            {"id": file.id, "name": file.name, "size": file.length, "deleted": file.deleted}
            for file in files.of(space, message)
        ],
    }


def _state(users: UserActions, clock: MovableClock, me: Person, channel: str) -> dict[str, Any]:
    """Everything that one person sees in one channel of the workspace."""
    space = users.space
    channels = [
        {
            "id": one.id,
            "name": one.name,
            "topic": one.topic,
            "private": one.private,
            "im": one.is_im,
            "shared": one.shared_with is not None,
            "unread": users.read.count(me.id, one.id),
        }
        for one in space.channels_of(me.id)
    ]
    home = space.homes.get(me.id)
    return {
        "version": space.version,
        "now": _now(clock),
        "scenes": [{"label": one.label, "back": one.at <= clock()} for one in users.scenes],
        "me": me.id,
        "people": {
            one.id: {
                "name": one.name,
                "handle": one.handle,
                "part": one.part,
                "bot": one.is_bot,
                "away": one.team != space.home,
                "guest": one.is_restricted or one.is_ultra_restricted,
            }
            for one in space.people.values()
        },
        "channels": channels,
        "channel": channel,
        "messages": [_message(space, one) for one in space.seen_by(me.id, channel)[-_SHOWN:]],
        "view": next(({"id": v.id, **v.view} for v in reversed(list(space.views_of(me.id)))), None),
        "home": home.view if home else None,
        "commands": [
            {"command": name, "about": one.get("description", ""), "hint": one.get("usage_hint", "")}
            for name, one in users.commands.items()
        ],
        "shortcuts": [{"callback_id": one["callback_id"], "name": one["name"]} for one in users.shortcuts],
        "team": space.teams[space.home]["name"],
    }


def blueprint(users: UserActions, clock: MovableClock, folder: str) -> Blueprint:
    """The routes of the page, and those that it calls."""
    routes = Blueprint("page", __name__)
    _add_read_routes(routes, users, clock, folder)
    _add_action_routes(routes, users, clock)
    return routes


def _add_read_routes(routes: Blueprint, users: UserActions, clock: MovableClock, folder: str) -> None:
    space = users.space

    @routes.get("/")
    def page() -> Response:
        # Whoever asks for a file without a token is sent here with `redir`.
        return send_from_directory(folder, "sign_in.html" if "redir" in request.args else "index.html")

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
        channel_ids = [one.id for one in space.channels_of(me.id)]
        wanted = request.args.get("channel", "")
        if request.args.get("version") == str(space.version) and wanted in channel_ids:
            return jsonify(version=space.version, now=_now(clock))
        channel = wanted if wanted in channel_ids else channel_ids[0]
        if request.args.get("seen"):
            users.read.mark(me.id, channel)
        return jsonify(_state(users, clock, me, channel))

    @routes.get("/archives/<channel>/<stamp>")
    def permalink(channel: str, stamp: str) -> Response:
        return Response(status=302, headers={"Location": f"/#{quote(channel)}"})


def _now(clock: MovableClock) -> str:
    local = clock.local()
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M}"


def _add_action_routes(routes: Blueprint, users: UserActions, clock: MovableClock) -> None:
    """One route for each action of a person. An error comes back as its text, with status 400."""
    space = users.space

    def move(body: Mapping[str, Any]) -> None:
        clock.move(body["to"])
        space.changed()

    def show_scene(body: Mapping[str, Any]) -> None:
        scene = next(one for one in users.scenes if one.label == body["label"])
        if scene.at > clock():
            clock.set(scene.at)
            space.changed()
        else:
            # A clock only moves forward: what was said and recorded later would stand in the future.
            users.start_over(scene.at)
            users.read.clear()

    actions: dict[str, Callable[[Mapping[str, Any]], object]] = {
        "say": lambda body: users.say(body["as"], body["channel"], body["text"], body.get("thread")),
        "press": lambda body: users.press(
            body["as"], body["channel"], body["ts"], body["block_id"], body["action"]
        ),
        "press_home": lambda body: users.press_home(body["as"], body["block_id"], body["action"]),
        "shortcut": lambda body: users.use_shortcut(
            body["as"], body["channel"], body["ts"], body["callback_id"]
        ),
        "submit": lambda body: {"errors": users.submit(body["as"], body["view"], body["values"])},
        "close": lambda body: space.close_view(body["view"]),
        "home": lambda body: users.open_home(body["as"]),
        "clock": move,
        "scene": show_scene,
    }

    def share_file() -> str:
        form, file = request.form, request.files["file"]
        thread = form.get("thread") or None
        name, content = file.filename or "", file.read()
        return users.share_file(form["as"], form["channel"], name, content, form.get("text", ""), thread)

    @routes.post("/ui/upload")
    def upload() -> Response:
        return _answer(lambda: {"file": share_file()})

    @routes.post("/ui/<name>")
    def act(name: str) -> Response:
        return _answer(lambda: actions[name](request.get_json(force=True)))


def _answer(act: Callable[[], object]) -> Response:
    try:
        result = act()
    except (Refusal, InvalidBlocks, ValueError, KeyError) as error:
        answer = jsonify(error=str(error))
        answer.status_code = 400
        return answer
    return jsonify(result if isinstance(result, dict) else {})
