"""The part of Slack's Web API that this workspace offers, under `/api/`."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox import files
from sandbox.blocks import InvalidBlocks
from sandbox.faults import answer_with, rate_limited
from sandbox.workspace import APP_LEVEL, Channel, Message, Person, Refusal, View, Workspace

Args = Mapping[str, Any]
Method = Callable[[Workspace, Args], dict[str, Any]]
Scope = Callable[[Workspace, Args], str]


def _person_json(space: Workspace, person: Person, args: Args) -> dict[str, Any]:
    email = {"email": f"{person.handle}@example.org"} if "users:read.email" in args["_scopes"] else {}
    return {
        "id": person.id,
        "team_id": person.team,
        "name": person.handle,
        "real_name": person.name,
        "deleted": person.deleted,
        "is_bot": person.is_bot,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
        "is_stranger": person.team != space.home,
        "tz": "Europe/London",
        "profile": {"display_name": person.handle, **email},
    }


def _channel_json(space: Workspace, channel: Channel) -> dict[str, Any]:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": not channel.is_im,
        "is_im": channel.is_im,
        "is_private": channel.private,
        "is_archived": channel.archived,
        "is_member": space.bot["id"] in channel.members,
        "is_ext_shared": channel.shared_with is not None,
        "topic": {"value": channel.topic},
        "num_members": len(channel.members),
    }


def _message_json(space: Workspace, message: Message, *, metadata: bool = False) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "type": "message",
        "ts": message.ts,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
    }
    if message.thread_ts:
        fields["thread_ts"] = message.thread_ts
    if message.files:
        fields |= {"files": files.in_message(space, message), "upload": False}
    if metadata and message.metadata:
        fields["metadata"] = message.metadata
    return fields


def _view_json(view: View) -> dict[str, Any]:
    return {"view": {**view.view, "id": view.id, "hash": view.hash}}


def _require(args: Args, *names: str) -> None:
    missing = [name for name in names if not args.get(name)]
    if missing:
        raise Refusal("invalid_arguments", response_metadata={"messages": [f"missing: {missing[0]}"]})


def _auth_test(space: Workspace, args: Args) -> dict[str, Any]:
    team = space.teams[space.home]
    bot = {"user": space.bot["handle"], "user_id": space.bot["id"], "bot_id": space.bot["bot_id"]}
    return {"url": f"{space.base_url}/", "team": team["name"], "team_id": space.home, **bot}


def _connections_open(space: Workspace, args: Args) -> dict[str, Any]:
    return {"url": space.sockets.new_url()}


def _users_info(space: Workspace, args: Args) -> dict[str, Any]:
    return {"user": _person_json(space, space.person(str(args.get("user", ""))), args)}


def _users_list(space: Workspace, args: Args) -> dict[str, Any]:
    return {"members": [_person_json(space, person, args) for person in space.people.values()]}


def _lookup_by_email(space: Workspace, args: Args) -> dict[str, Any]:
    wanted = str(args.get("email", "")).lower()
    for person in space.people.values():
        user = _person_json(space, person, args)
        if user["profile"]["email"] == wanted:
            return {"user": user}
    raise Refusal("users_not_found")


def _conversations_list(space: Workspace, args: Args) -> dict[str, Any]:
    channels = [c for c in space.channels.values() if not c.is_im]
    return {"channels": [_channel_json(space, channel) for channel in channels]}


def _users_conversations(space: Workspace, args: Args) -> dict[str, Any]:
    """The channels that a person is in and the bot may know of, or those that the bot is in."""
    bot, user = space.bot["id"], str(args.get("user") or space.bot["id"])
    space.person(user)
    mine = [
        c
        for c in space.channels.values()
        if not c.is_im and user in c.members and (not c.private or bot in c.members)
    ]
    if _truthy(args.get("exclude_archived")):
        mine = [channel for channel in mine if not channel.archived]
    return {"channels": [_channel_json(space, channel) for channel in mine]}


def _conversations_info(space: Workspace, args: Args) -> dict[str, Any]:
    return {"channel": _channel_json(space, space.channel(str(args.get("channel", ""))))}


def _conversations_members(space: Workspace, args: Args) -> dict[str, Any]:
    return {"members": list(space.channel(str(args.get("channel", ""))).members)}


def _conversations_open(space: Workspace, args: Args) -> dict[str, Any]:
    _require(args, "users")
    return {"channel": {"id": space.direct(str(args["users"]).split(",")[0]).id}}


def _truthy(value: Any) -> bool:
    return str(value).lower() in ("1", "true")


def _history(space: Workspace, args: Args) -> dict[str, Any]:
    _require(args, "channel")
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    messages = [m for m in space.history(str(args["channel"])) if oldest <= float(m.ts) <= latest]
    begin, limit = int(args.get("cursor") or 0), int(args.get("limit") or 100)
    metadata = _truthy(args.get("include_all_metadata"))
    shown = [_message_json(space, message, metadata=metadata) for message in messages[begin : begin + limit]]
    more = len(messages) > begin + limit
    cursor = {"next_cursor": str(begin + limit) if more else ""}
    return {"messages": shown, "has_more": more, "response_metadata": cursor}


def _replies(space: Workspace, args: Args) -> dict[str, Any]:
    _require(args, "channel", "ts")
    metadata = _truthy(args.get("include_all_metadata"))
    thread = space.history(str(args["channel"]), str(args["ts"]))
    return {"messages": [_message_json(space, message, metadata=metadata) for message in thread]}


def _text_of(args: Args) -> str:
    """The plain text, which screen readers and notifications use. Slack only warns if it is missing."""
    text = str(args.get("text") or "")
    if not text:
        raise Refusal("no_text")
    return text


def _post_message(space: Workspace, args: Args) -> dict[str, Any]:
    _require(args, "channel")
    rest = {name: args.get(name) for name in ("blocks", "thread_ts", "metadata")}
    message = space.post(str(args["channel"]), space.bot["id"], _text_of(args), **rest)
    return {"channel": message.channel, "ts": message.ts, "message": _message_json(space, message)}


def _post_ephemeral(space: Workspace, args: Args) -> dict[str, Any]:
    _require(args, "channel", "user")
    channel = space.channel(str(args["channel"]))
    if space.bot["id"] not in channel.members and not channel.is_im:
        raise Refusal("channel_not_found" if channel.private else "not_in_channel")
    blocks = args.get("blocks") or []
    thread = str(args["thread_ts"]) if args.get("thread_ts") else None
    message = space.post_only_for(str(args["channel"]), str(args["user"]), _text_of(args), blocks, thread)
    return {"message_ts": message.ts}


def _update(space: Workspace, args: Args) -> dict[str, Any]:
    _require(args, "channel", "ts")
    message = space.update(str(args["channel"]), str(args["ts"]), args.get("text"), args.get("blocks"))
    return {"channel": message.channel, "ts": message.ts, "text": message.text}


def _delete(space: Workspace, args: Args) -> dict[str, Any]:
    _require(args, "channel", "ts")
    space.delete(str(args["channel"]), str(args["ts"]))
    return {"channel": args["channel"], "ts": args["ts"]}


def _permalink(space: Workspace, args: Args) -> dict[str, Any]:
    _require(args, "channel", "message_ts")
    channel = space.channel(str(args["channel"]))
    message = space.message(channel.id, str(args["message_ts"]))
    domain = space.teams[space.home]["domain"]
    link = f"https://{domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


def _views_open(space: Workspace, args: Args) -> dict[str, Any]:
    _require(args, "trigger_id", "view")
    return _view_json(space.open_view(space.use_trigger(str(args["trigger_id"])), args["view"]))


def _views_update(space: Workspace, args: Args) -> dict[str, Any]:
    _require(args, "view_id", "view")
    return _view_json(space.update_view(str(args["view_id"]), args["view"], args.get("hash")))


def _views_publish(space: Workspace, args: Args) -> dict[str, Any]:
    _require(args, "user_id", "view")
    return _view_json(space.publish(str(args["user_id"]), args["view"]))


def _scope_by_kind(right: str) -> Scope:
    """The scope for a right on the kind of the channel in the call, such as `channels:read`, `im:history`."""

    def scope(space: Workspace, args: Args) -> str:
        channel = space.channels.get(str(args.get("channel", "")))
        kind = "channels" if channel is None else "im" if channel.is_im else "groups"
        return f"{'channels' if channel is not None and not channel.private else kind}:{right}"

    return scope


@dataclass(frozen=True)
class ApiMethod:
    """A method of the Web API: what it does, the scope that its token needs, and its rate tier."""

    run: Method
    scope: str | Scope | None
    tier: str


METHODS: Mapping[str, ApiMethod] = {
    "api.test": ApiMethod(lambda space, args: {"args": dict(args)}, None, "4"),
    "auth.test": ApiMethod(_auth_test, None, "special"),
    "apps.connections.open": ApiMethod(_connections_open, "connections:write", "1"),
    "users.info": ApiMethod(_users_info, "users:read", "4"),
    "users.list": ApiMethod(_users_list, "users:read", "2"),
    "users.lookupByEmail": ApiMethod(_lookup_by_email, "users:read.email", "3"),
    "users.conversations": ApiMethod(_users_conversations, "channels:read", "3"),
    "conversations.list": ApiMethod(_conversations_list, "channels:read", "2"),
    "conversations.info": ApiMethod(_conversations_info, _scope_by_kind("read"), "3"),
    "conversations.members": ApiMethod(_conversations_members, _scope_by_kind("read"), "4"),
    "conversations.open": ApiMethod(_conversations_open, "im:write", "3"),
    "conversations.history": ApiMethod(_history, _scope_by_kind("history"), "3"),
    "conversations.replies": ApiMethod(_replies, _scope_by_kind("history"), "3"),
    "chat.postMessage": ApiMethod(_post_message, "chat:write", "posting"),
    "chat.postEphemeral": ApiMethod(_post_ephemeral, "chat:write", "4"),
    "chat.update": ApiMethod(_update, "chat:write", "3"),
    "chat.delete": ApiMethod(_delete, "chat:write", "3"),
    "chat.getPermalink": ApiMethod(_permalink, None, "special"),
    "files.info": ApiMethod(files.info, "files:read", "4"),
    "files.getUploadURLExternal": ApiMethod(files.announce, "files:write", "4"),
    "files.completeUploadExternal": ApiMethod(files.complete, "files:write", "4"),
    "views.open": ApiMethod(_views_open, None, "4"),
    "views.update": ApiMethod(_views_update, None, "4"),
    "views.publish": ApiMethod(_views_publish, None, "4"),
}


def _arguments() -> dict[str, Any]:
    """A call's arguments, from JSON or a form. Decodes those that are JSON inside a form."""
    args = {**request.args.to_dict(), **request.form.to_dict()}
    if request.is_json:
        args |= request.get_json(silent=True) or {}
    for name in ("blocks", "view", "metadata"):
        if isinstance(args.get(name), str):
            try:
                args[name] = json.loads(args[name])
            except ValueError as error:
                raise Refusal(f"invalid_{name}_format") from error
    return args


def _scopes(space: Workspace, args: Args) -> frozenset[str]:
    """The scopes of a call's token."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(args.get("token") or "")
    if not token:
        raise Refusal("not_authed")
    scopes = space.scopes_of(token)
    if scopes is None:
        raise Refusal("invalid_auth")
    return scopes


def _check_scope(space: Workspace, method: ApiMethod, args: Args, granted: frozenset[str]) -> None:
    needed = method.scope(space, args) if callable(method.scope) else method.scope
    app_level = granted == APP_LEVEL
    if app_level is not (needed in APP_LEVEL):
        raise Refusal("not_allowed_token_type")
    if needed is not None and needed not in granted:
        raise Refusal("missing_scope", needed=needed, provided=",".join(sorted(granted)))


def _call_method(space: Workspace, name: str, error: str | None) -> Response:
    """Call a method and return its answer, or return `error` in place of it."""
    granted: frozenset[str] = frozenset()
    try:
        args = _arguments()
        granted = _scopes(space, args)
        if name not in METHODS:
            raise Refusal("unknown_method", req_method=name)
        method = METHODS[name]
        _check_scope(space, method, args, granted)
        wait = space.rates.wait(name, method.tier, str(args.get("channel", "")))
        if wait:
            return rate_limited(wait)
        if error:
            raise Refusal(error)
        answer = jsonify(ok=True, **method.run(space, {**args, "_scopes": granted}))
    except Refusal as refusal:
        answer = jsonify(ok=False, error=refusal.code, **refusal.more)
    except InvalidBlocks as invalid:
        code = "invalid_arguments" if name.startswith("views.") else "invalid_blocks"
        messages = {"messages": [f"[ERROR] {invalid}"]}
        answer = jsonify(ok=False, error=code, response_metadata=messages)
    answer.headers["x-oauth-scopes"] = ",".join(sorted(granted))
    return answer


def _respond(space: Workspace, name: str) -> Response:
    """Take what was posted to a response URL."""
    fault = space.faults.next("response_url")
    if fault.error:
        # Slack answers 200 all the same.
        return jsonify(ok=False, error=fault.error)
    try:
        space.respond(name, request.get_json(force=True, silent=True) or {})
    except Refusal as refusal:
        return Response(json.dumps({"ok": False, "error": refusal.code}), 404, mimetype="application/json")
    except InvalidBlocks:
        return Response("invalid_blocks", 400)
    return Response("ok")


def blueprint(space: Workspace) -> Blueprint:
    """The routes of the Web API and of response URLs."""
    routes = Blueprint("api", __name__)

    @routes.route("/api/<method>", methods=["GET", "POST"])
    def call(method: str) -> Response:
        fault = space.faults.next(method)
        return answer_with(fault, lambda: _call_method(space, method, fault.error))

    @routes.post("/response/<name>")
    def respond(name: str) -> Response:
        return _respond(space, name)

    return routes
