"""HTTP: Slack's one address, and two for whoever watches the process."""

from urllib.parse import parse_qsl

import structlog
from flask import Flask, Response, jsonify, request
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.flask.handler import to_flask_response
from slack_bolt.context import BoltContext
from slack_bolt.request.internals import build_context
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Request

from bot.settings import Settings
from db import schema

_LARGEST_BODY = 1_000_000


log = structlog.get_logger(__name__)


def create_web(settings: Settings, app: App, engine: Engine) -> Flask:
    """The WSGI application for gunicorn, or for a server in this process."""
    web = Flask(__name__)
    web.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY
    verifier = SignatureVerifier(settings.secret("slack_signing_secret"))

    @web.post("/slack/events")
    def events() -> Response:
        body = request.get_data(as_text=True)
        # Before Bolt sees it: Bolt logs the body of a request that is signed wrongly.
        if not _is_signed(verifier, body, request):
            return Response("not signed by Slack\n", 401)
        try:
            return to_flask_response(app.dispatch(to_bolt_request(request, body)))
        except (ValueError, KeyError, TypeError, AttributeError) as malformed:
            # Without its text, which may quote the body.
            log.warning("request not understood", error=type(malformed).__name__)
            return Response("not understood\n", 400)

    @web.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @web.get("/readyz")
    def readyz() -> Response:
        wrong = _not_ready(engine)
        answer = jsonify(status="not ready" if wrong else "ok", wrong=wrong)
        answer.status_code = 503 if wrong else 200
        return answer

    return web


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
    fields = dict(parse_qsl(body, keep_blank_values=True))
    if not bolt.body and "command" in fields:
        bolt.body = fields
        bolt.context = build_context(BoltContext(), fields)
    return bolt


def _not_ready(engine: Engine) -> str | None:
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        at = schema.current(engine)
    except SQLAlchemyError as away:
        return f"database: {type(away).__name__}"
    return None if at == schema.newest() else f"schema: at {at}, newest is {schema.newest()}"
