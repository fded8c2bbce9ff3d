"""HTTP: one address for Slack, and three for health checks and metrics."""

import hmac
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qsl

import structlog
from flask import Flask, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import SecretStr
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.flask.handler import to_flask_response
from slack_bolt.context import BoltContext
from slack_bolt.request.internals import build_context
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Request

from bot.http_worker import LARGEST_BODY
from bot.logs import one_request
from bot.metrics import exposition
from bot.settings import Settings
from bot.socket_mode import Socket
from bot.store import Store
from db import health, schema
from db.engine import free_megabytes, reading

log = structlog.get_logger(__name__)


# Nobody looks at these answers in a browser; one that does shows and keeps nothing of them.
_SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# With less room than this the next import or night's check may fill the disk.
_ROOM_MEGABYTES = 100
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")


def create_web(store: Store, socket: Socket | None = None) -> Flask:
    """The WSGI application with health checks and metrics, for gunicorn or a server in this process."""
    web = Flask(__name__)
    web.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    engine, clock, token = store.engine, store.clock, store.settings.metrics_token

    @web.after_request
    def secure(answer: Response) -> Response:
        answer.headers.update(_SECURITY_HEADERS)
        return answer

    @web.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @web.get("/readyz")
    def readyz() -> Response:
        state = _readiness(engine, clock(), socket)
        details = state if _may_see_details(request, token) else {}
        answer = jsonify(status="not ready" if state["wrong"] else "ok", **details)
        answer.status_code = 503 if state["wrong"] else 200
        return answer

    @web.get("/metrics")
    def metrics() -> Response:
        if not _may_see_details(request, token):
            return Response("needs METRICS_TOKEN as its bearer token\n", 401, {"WWW-Authenticate": "Bearer"})
        return Response(exposition(engine, clock), content_type=CONTENT_TYPE_LATEST)

    return web


def _may_see_details(seen: Request, token: SecretStr | None) -> bool:
    """Whether a request may read how things stand: with the token, or without one set from this machine.

    What a proxy on this machine passes on comes from elsewhere.
    """
    if token is not None and token.get_secret_value():
        given = seen.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), token.get_secret_value().encode())
    passed_on = any(name in seen.headers for name in _FORWARDED)
    try:
        return not passed_on and ip_address(seen.remote_addr or "").is_loopback
    except ValueError:
        return False


def take_requests(web: Flask, settings: Settings, app: App) -> None:
    """Take Slack's signed commands, interactions and events over HTTP."""
    verifier = SignatureVerifier(settings.secret("slack_signing_secret"))

    @web.post("/slack/events")
    def events() -> Response:
        body = request.get_data(as_text=True)
        # Checked before Bolt sees it, because Bolt logs the body of a request with a bad signature.
        if "ssl_check=1" in body[:500].split("&"):
            # Slack's own check of the certificate: it is not signed, and asks for nothing.
            return Response("", 200)
        if not _is_signed(verifier, body, request):
            return Response("not signed by Slack\n", 401)
        with one_request():
            try:
                return to_flask_response(app.dispatch(to_bolt_request(request, body)))
            except (ValueError, KeyError, TypeError, AttributeError) as malformed:
                # Without the error's text, which may quote the body.
                log.warning("request not understood", error=type(malformed).__name__)
                return Response("not understood\n", 400)


def _is_signed(verifier: SignatureVerifier, body: str, seen: Request) -> bool:
    try:
        return verifier.is_valid_request(body, {k.lower(): v for k, v in seen.headers.items()})
    except (ValueError, TypeError):
        # A timestamp that is not a number, or a signature that is not ASCII.
        return False


def to_bolt_request(seen: Request, body: str) -> BoltRequest:
    """A request for Bolt, corrected where a slash command contains the word `payload`.

    Bolt 1.30 takes any body with that word for an interaction; the command would come out empty, and its
    sender would get a 404.
    """
    bolt = BoltRequest(body=body, query=seen.query_string.decode(), headers=dict(seen.headers.items()))
    if not bolt.body:
        fields = dict(parse_qsl(body, keep_blank_values=True))
        if "command" in fields:
            bolt.body = fields
            bolt.context = build_context(BoltContext(), fields)
    return bolt


def _readiness(engine: Engine, now: datetime, socket: Socket | None) -> dict[str, Any]:
    """What `/readyz` reports: the schema, the clock's last pass, the oldest unsent message, any fault."""
    state: dict[str, Any] = {"schema": None, "last_tick": None, "oldest_unsent": None}
    state |= {"record_checked": None, "wrong": None}
    if socket is not None:
        state["socket"] = "connected" if socket.connected else "not connected"
    try:
        state["schema"] = schema.current_revision(engine)
        if state["schema"] != schema.newest_revision():
            return {**state, "wrong": f"schema: at {state['schema']}, newest is {schema.newest_revision()}"}
        with reading(engine) as session:
            current = health.read_health(session, now)
    except SQLAlchemyError as away:
        return {**state, "wrong": f"database: {type(away).__name__}"}
    moments = {
        "last_tick": current.last_tick,
        "oldest_unsent": current.oldest_unsent,
        "record_checked": current.record_checked,
    }
    state |= {name: moment and moment.isoformat(timespec="seconds") for name, moment in moments.items()}
    free = free_megabytes(engine)
    full = f"disk: {free} MB left" if free is not None and free < _ROOM_MEGABYTES else None
    disconnected = "socket: not connected" if socket is not None and not socket.connected else None
    return {**state, "wrong": full or current.wrong(now) or disconnected}
