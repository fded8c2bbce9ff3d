"""A Slack on this machine: the Web API, signed delivery and the page, at one local URL."""

import logging
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.http import http_date
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sandbox import api, page
from sandbox import files as uploads
from sandbox.clock import MovableClock
from sandbox.deliver import App
from sandbox.user_actions import UserActions
from sandbox.workspace import APP_LEVEL, Workspace

CAST = Path(str(files("sandbox") / "cast.toml"))


@dataclass
class Served:
    """A WSGI application served from a thread of this process."""

    server: BaseWSGIServer
    thread: threading.Thread

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def stop(self) -> None:
        ending = threading.Thread(target=self.server.shutdown)
        ending.start()
        # A connection wakes the server, which else looks only now and then whether it is to end.
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.server.port), timeout=1).close()
        ending.join(timeout=5)
        self.thread.join(timeout=5)
        self.server.server_close()


def serve(application: Flask, port: int = 0, clock: Callable[[], datetime] | None = None) -> Served:
    """Serve on this machine only. Port 0 picks a free port. Raises `OSError` if the port is in use.

    With a `clock`, the answers are dated by it and not by the machine's own.
    """
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # Bound here, because the server itself prints and exits if the port is in use.
    with socket.create_server(("127.0.0.1", port)) as bound:
        server = make_server(
            "127.0.0.1",
            bound.getsockname()[1],
            application,
            threaded=True,
            fd=bound.fileno(),
            request_handler=_dated_by(clock) if clock else None,
        )
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), name="served", daemon=True)
    thread.start()
    return Served(server, thread)


def _dated_by(clock: Callable[[], datetime]) -> type[WSGIRequestHandler]:
    class Handler(WSGIRequestHandler):
        def date_time_string(self, timestamp: float | None = None) -> str:
            return http_date(clock())

    return Handler


@dataclass
class Sandbox:
    space: Workspace
    users: UserActions
    clock: MovableClock
    served: Served

    @property
    def url(self) -> str:
        return self.served.url

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    def stop(self) -> None:
        self.served.stop()


def start(
    *,
    token: str,
    secret: str = "",
    app_url: str = "",
    app_token: str | None = None,
    manifest: Mapping[str, Any],
    at: datetime,
    port: int = 0,
    cast: Path = CAST,
) -> Sandbox:
    """Start a workspace with one installed app. The workspace's clock starts at `at`.

    The bot's `token` has the scopes that the manifest asks for. `app_url` is where the app takes requests;
    the app may start after the workspace. With an `app_token` the app is reached over Socket Mode instead.
    """
    clock = MovableClock(at)
    application = Flask(__name__, static_folder=None)
    tokens = {token: frozenset(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ()))}
    if app_token is not None:
        tokens[app_token] = APP_LEVEL
    space = Workspace(cast, clock, tokens)
    connection = space.sockets if app_token is not None else App(app_url, secret)
    users = UserActions(space, connection, manifest)
    application.register_blueprint(api.blueprint(space))
    application.register_blueprint(uploads.blueprint(space))
    application.register_blueprint(page.blueprint(users, clock, str(files("sandbox") / "page")))
    space.sockets.register(application)
    # Slack's answers say what time it is: here by the workspace's own clock.
    served = serve(application, port, clock)
    space.base_url = served.url
    space.sockets.address = served.url.replace("http", "ws", 1)
    return Sandbox(space, users, clock, served)
