"""HTTP: Slack's one address, and three for whoever watches the process."""

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import structlog
from flask import Flask, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.flask.handler import to_flask_response
from slack_bolt.context import BoltContext
from slack_bolt.request.internals import build_context
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Request

from bot.logs import one_request
from bot.metrics import exposition
from bot.settings import Clock, Settings
from bot.socket_mode import Socket
from db import health, schema
from db.engine import reading

_LARGEST_BODY = 1_000_000


log = structlog.get_logger(__name__)


def create_web(engine: Engine, clock: Clock, socket: Socket | None = None) -> Flask:
    """The WSGI application, for gunicorn or a server in this process, with what watchers ask for."""
    web = Flask(__name__)
    web.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY

    @web.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @web.get("/readyz")
    def readyz() -> Response:
        told = _readiness(engine, clock(), socket)
        answer = jsonify(status="not ready" if told["wrong"] else "ok", **told)
        answer.status_code = 503 if told["wrong"] else 200
        return answer

    @web.get("/metrics")
    def metrics() -> Response:
        return Response(exposition(engine, clock), content_type=CONTENT_TYPE_LATEST)

    return web


def take_requests(web: Flask, settings: Settings, app: App) -> None:
    """Let Slack in over HTTP: commands, interactions and events, each signed."""
    verifier = SignatureVerifier(settings.secret("slack_signing_secret"))

    @web.post("/slack/events")
    def events() -> Response:
        body = request.get_data(as_text=True)
        # Before Bolt sees it: Bolt logs the body of a request that is signed wrongly.
        if not _is_signed(verifier, body, request):
            return Response("not signed by Slack\n", 401)
        with one_request():
            try:
                return to_flask_response(app.dispatch(to_bolt_request(request, body)))
            except (ValueError, KeyError, TypeError, AttributeError) as malformed:
                # Without its text, which may quote the body.
                log.warning("request not understood", error=type(malformed).__name__)
                return Response("not understood\n", 400)


def _is_signed(verifier: SignatureVerifier, body: str, seen: Request) -> bool:
    try:
        return verifier.is_valid_request(body, {k.lower(): v for k, v in seen.headers.items()})
    except (ValueError, TypeError):
        # A stamp that is no number, a signature that is no ASCII.
        return False


def to_bolt_request(seen: Request, body: str) -> BoltRequest:
    """A request for Bolt, put right where Bolt takes the word `payload` in a command for its form.

    Bolt 1.30 looks for "payload" anywhere in the body; a slash command that contains it comes out
    empty, and its sender gets a 404.
    """
    bolt = BoltRequest(body=body, query=seen.query_string.decode(), headers=dict(seen.headers.items()))
    if not bolt.body:
        fields = dict(parse_qsl(body, keep_blank_values=True))
        if "command" in fields:
            bolt.body = fields
            bolt.context = build_context(BoltContext(), fields)
    return bolt


def _readiness(engine: Engine, now: datetime, socket: Socket | None) -> dict[str, Any]:
    """What `/readyz` tells: the schema, the clock's last pass, the oldest unsent message, what is wrong."""
    told: dict[str, Any] = {"schema": None, "last_tick": None, "oldest_unsent": None, "wrong": None}
    if socket is not None:
        told["socket"] = "connected" if socket.connected else "not connected"
    try:
        told["schema"] = schema.current_revision(engine)
        if told["schema"] != schema.newest_revision():
            return {**told, "wrong": f"schema: at {told['schema']}, newest is {schema.newest_revision()}"}
        with reading(engine) as session:
            seen = health.read_health(session)
    except SQLAlchemyError as away:
        return {**told, "wrong": f"database: {type(away).__name__}"}
    moments = {"last_tick": seen.last_tick, "oldest_unsent": seen.oldest_unsent}
    told |= {name: moment and moment.isoformat(timespec="seconds") for name, moment in moments.items()}
    apart = "socket: not connected" if socket is not None and not socket.connected else None
    return {**told, "wrong": seen.wrong(now) or apart}
