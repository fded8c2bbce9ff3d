"""The Web API that the app calls, under `/api/`: what this workspace offers of it."""

import hmac
import json
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox import files
from sandbox.blocks import Invalid
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


def _message_json(message: Message, *, metadata: bool = False) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": "message",
        "ts": message.ts,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
    }
    if message.thread_ts:
        told["thread_ts"] = message.thread_ts
    if metadata and message.metadata:
        told["metadata"] = message.metadata
    return told


def _view_json(view: View) -> dict[str, Any]:
    return {"view": {**view.view, "id": view.id, "hash": view.hash}}


def _needs(args: Args, *names: str) -> None:
    missing = [name for name in names if not args.get(name)]
    if missing:
        raise Refusal("invalid_arguments", response_metadata={"messages": [f"missing: {missing[0]}"]})


def _auth_test(space: Workspace, args: Args) -> dict[str, Any]:
    team = space.teams[space.home]
    bot = {"user": space.bot["handle"], "user_id": space.bot["id"], "bot_id": space.bot["bot_id"]}
    return {"url": f"{space.base_url}/", "team": team["name"], "team_id": space.home, **bot}


def _connections_open(space: Workspace, args: Args) -> dict[str, Any]:
    return {"url": space.sockets.invite()}


def _users_info(space: Workspace, args: Args) -> dict[str, Any]:
    return {"user": _person_json(space, space.person(str(args.get("user", ""))), args)}


def _users_list(space: Workspace, args: Args) -> dict[str, Any]:
    return {"members": [_person_json(space, person, args) for person in space.people.values()]}


def _lookup_by_email(space: Workspace, args: Args) -> dict[str, Any]:
    wanted = str(args.get("email", "")).lower()
    for person in space.people.values():
        told = _person_json(space, person, args)
        if told["profile"]["email"] == wanted:
            return {"user": told}
    raise Refusal("users_not_found")


def _conversations_list(space: Workspace, args: Args) -> dict[str, Any]:
    channels = [c for c in space.channels.values() if not c.is_im]
    return {"channels": [_channel_json(space, channel) for channel in channels]}


def _conversations_info(space: Workspace, args: Args) -> dict[str, Any]:
    return {"channel": _channel_json(space, space.channel(str(args.get("channel", ""))))}


def _conversations_members(space: Workspace, args: Args) -> dict[str, Any]:
    return {"members": list(space.channel(str(args.get("channel", ""))).members)}


def _conversations_open(space: Workspace, args: Args) -> dict[str, Any]:
    _needs(args, "users")
    return {"channel": {"id": space.direct(str(args["users"]).split(",")[0]).id}}


def _truthy(value: Any) -> bool:
    return str(value).lower() in ("1", "true")


def _history(space: Workspace, args: Args) -> dict[str, Any]:
    _needs(args, "channel")
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    kept = [m for m in space.history(str(args["channel"])) if oldest <= float(m.ts) <= latest]
    begin, limit = int(args.get("cursor") or 0), int(args.get("limit") or 100)
    metadata = _truthy(args.get("include_all_metadata"))
    shown = [_message_json(message, metadata=metadata) for message in kept[begin : begin + limit]]
    more = len(kept) > begin + limit
    following = {"next_cursor": str(begin + limit) if more else ""}
    return {"messages": shown, "has_more": more, "response_metadata": following}


def _replies(space: Workspace, args: Args) -> dict[str, Any]:
    _needs(args, "channel", "ts")
    metadata = _truthy(args.get("include_all_metadata"))
    thread = space.history(str(args["channel"]), str(args["ts"]))
    return {"messages": [_message_json(message, metadata=metadata) for message in thread]}


def _text_of(args: Args) -> str:
    """What a screen reader and a notification tell. Slack would only warn of a message without it."""
    text = str(args.get("text") or "")
    if not text:
        raise Refusal("no_text")
    return text


def _post_message(space: Workspace, args: Args) -> dict[str, Any]:
    _needs(args, "channel")
    rest = {name: args.get(name) for name in ("blocks", "thread_ts", "metadata")}
    message = space.post(str(args["channel"]), space.bot["id"], _text_of(args), **rest)
    return {"channel": message.channel, "ts": message.ts, "message": _message_json(message)}


def _post_ephemeral(space: Workspace, args: Args) -> dict[str, Any]:
    _needs(args, "channel", "user")
    blocks = args.get("blocks") or []
    message = space.post_only_for(str(args["channel"]), str(args["user"]), _text_of(args), blocks)
    return {"message_ts": message.ts}


def _update(space: Workspace, args: Args) -> dict[str, Any]:
    _needs(args, "channel", "ts")
    message = space.update(str(args["channel"]), str(args["ts"]), args.get("text"), args.get("blocks"))
    return {"channel": message.channel, "ts": message.ts, "text": message.text}


def _delete(space: Workspace, args: Args) -> dict[str, Any]:
    _needs(args, "channel", "ts")
    space.delete(str(args["channel"]), str(args["ts"]))
    return {"channel": args["channel"], "ts": args["ts"]}


def _permalink(space: Workspace, args: Args) -> dict[str, Any]:
    _needs(args, "channel", "message_ts")
    channel = space.channel(str(args["channel"]))
    message = space.message(channel.id, str(args["message_ts"]))
    link = f"{space.base_url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


def _views_open(space: Workspace, args: Args) -> dict[str, Any]:
    _needs(args, "trigger_id", "view")
    return _view_json(space.open_view(space.use_trigger(str(args["trigger_id"])), args["view"]))


def _views_update(space: Workspace, args: Args) -> dict[str, Any]:
    _needs(args, "view_id", "view")
    return _view_json(space.update_view(str(args["view_id"]), args["view"], args.get("hash")))


def _views_publish(space: Workspace, args: Args) -> dict[str, Any]:
    _needs(args, "user_id", "view")
    return _view_json(space.publish(str(args["user_id"]), args["view"]))


def _by_kind(of: str) -> Scope:
    """The scope for a channel of the kind that is asked about: `channels:read`, `im:history`."""

    def scope(space: Workspace, args: Args) -> str:
        channel = space.channels.get(str(args.get("channel", "")))
        kind = "channels" if channel is None else "im" if channel.is_im else "groups"
        return f"{'channels' if channel is not None and not channel.private else kind}:{of}"

    return scope


@dataclass(frozen=True)
class Offered:
    """A method of the Web API: what it does, the scope that a token needs for it, how often."""

    run: Method
    scope: str | Scope | None
    tier: str


METHODS: Mapping[str, Offered] = {
    "api.test": Offered(lambda space, args: {"args": dict(args)}, None, "4"),
    "auth.test": Offered(_auth_test, None, "special"),
    "apps.connections.open": Offered(_connections_open, "connections:write", "1"),
    "users.info": Offered(_users_info, "users:read", "4"),
    "users.list": Offered(_users_list, "users:read", "2"),
    "users.lookupByEmail": Offered(_lookup_by_email, "users:read.email", "3"),
    "conversations.list": Offered(_conversations_list, "channels:read", "2"),
    "conversations.info": Offered(_conversations_info, _by_kind("read"), "3"),
    "conversations.members": Offered(_conversations_members, _by_kind("read"), "4"),
    "conversations.open": Offered(_conversations_open, "im:write", "3"),
    "conversations.history": Offered(_history, _by_kind("history"), "3"),
    "conversations.replies": Offered(_replies, _by_kind("history"), "3"),
    "chat.postMessage": Offered(_post_message, "chat:write", "posting"),
    "chat.postEphemeral": Offered(_post_ephemeral, "chat:write", "4"),
    "chat.update": Offered(_update, "chat:write", "3"),
    "chat.delete": Offered(_delete, "chat:write", "3"),
    "chat.getPermalink": Offered(_permalink, None, "special"),
    "files.getUploadURLExternal": Offered(files.announce, "files:write", "4"),
    "files.completeUploadExternal": Offered(files.complete, "files:write", "4"),
    "views.open": Offered(_views_open, None, "4"),
    "views.update": Offered(_views_update, None, "4"),
    "views.publish": Offered(_views_publish, None, "4"),
}


def _arguments() -> dict[str, Any]:
    """A call's arguments, from JSON or a form, structured ones decoded."""
    args = {**request.args.to_dict(), **request.form.to_dict()}
    if request.is_json:
        args |= request.get_json(silent=True) or {}
    for name in ("blocks", "view", "metadata"):
        if isinstance(args.get(name), str):
            try:
                args[name] = json.loads(args[name])
            except ValueError as wrong:
                raise Refusal(f"invalid_{name}_format") from wrong
    return args


def _scopes(space: Workspace, args: Args) -> frozenset[str]:
    """What the token of a call may do."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(args.get("token") or "")
    if not token:
        raise Refusal("not_authed")
    for known, scopes in space.tokens.items():
        if hmac.compare_digest(token, known):
            return scopes
    raise Refusal("invalid_auth")


def _check_scope(space: Workspace, offered: Offered, args: Args, granted: frozenset[str]) -> None:
    needed = offered.scope(space, args) if callable(offered.scope) else offered.scope
    app_level = granted == APP_LEVEL
    if app_level is not (needed in APP_LEVEL):
        raise Refusal("not_allowed_token_type")
    if needed is not None and needed not in granted:
        raise Refusal("missing_scope", needed=needed, provided=",".join(sorted(granted)))


def _dropped() -> Response:
    """No answer: the connection is closed, as by a network that goes away."""
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return Response()


def _limited(seconds: int) -> Response:
    told = json.dumps({"ok": False, "error": "ratelimited"})
    return Response(told, 429, {"Retry-After": str(seconds)}, mimetype="application/json")


def _called(space: Workspace, method: str, error: str | None) -> Response:
    """The answer of a method, or `error` in its place."""
    granted: frozenset[str] = frozenset()
    try:
        args = _arguments()
        granted = _scopes(space, args)
        if method not in METHODS:
            raise Refusal("unknown_method", req_method=method)
        offered = METHODS[method]
        _check_scope(space, offered, args, granted)
        wait = space.rates.wait(method, offered.tier, str(args.get("channel", "")))
        if wait:
            return _limited(wait)
        if error:
            raise Refusal(error)
        answer = jsonify(ok=True, **offered.run(space, {**args, "_scopes": granted}))
    except Refusal as refused:
        answer = jsonify(ok=False, error=refused.code, **refused.more)
    except Invalid as invalid:
        code = "invalid_arguments" if method.startswith("views.") else "invalid_blocks"
        messages = {"messages": [f"[ERROR] {invalid}"]}
        answer = jsonify(ok=False, error=code, response_metadata=messages)
    answer.headers["x-oauth-scopes"] = ",".join(sorted(granted))
    return answer


def blueprint(space: Workspace) -> Blueprint:
    """The routes of the Web API and of response addresses."""
    routes = Blueprint("api", __name__)

    @routes.route("/api/<method>", methods=["GET", "POST"])
    def call(method: str) -> Response:
        fault = space.faults.next(method)
        if fault.delay:
            time.sleep(fault.delay)
        if fault.drop == "before":
            return _dropped()
        if fault.retry_after is not None:
            return _limited(fault.retry_after)
        answer = _called(space, method, fault.error)
        if fault.cut:
            # More is promised than comes.
            answer.headers["Content-Length"] = str(len(answer.get_data()) + 100)
            answer.headers["Connection"] = "close"
        return _dropped() if fault.drop else answer

    @routes.post("/response/<name>")
    def respond(name: str) -> Response:
        try:
            space.respond(name, request.get_json(force=True, silent=True) or {})
        except Refusal as refused:
            return Response(
                json.dumps({"ok": False, "error": refused.code}), 404, mimetype="application/json"
            )
        except Invalid:
            return Response("invalid_blocks", 400)
        return Response("ok")

    return routes
