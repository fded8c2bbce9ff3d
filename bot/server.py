"""The long-running processes: web, worker, and both in one."""

import errno
import gc
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger as GunicornLog
from slack_bolt import App
from slack_sdk.errors import SlackClientError

from bot.app import create_app, make_client
from bot.http_worker import HttpWorker
from bot.scheduler import make_scheduler, run_repeatedly, until_stopped
from bot.settings import Settings, SettingsError
from bot.socket_mode import WATCH_SECONDS, Socket, check_token
from bot.store import Store, open_store
from bot.web import create_web, take_requests


def build_web(store: Store) -> Flask:
    """The WSGI application of one process that Slack calls over HTTP."""
    web = create_web(store)
    take_requests(web, store.settings, _app(store))
    return web


def _app(store: Store) -> App:
    return create_app(store.settings, store.engine, make_client(store.settings), store.clock)


class _Log(GunicornLog):  # type: ignore[misc]  # gunicorn has no types
    """Sends gunicorn's own lines through our logging: by itself gunicorn would quote a bad request."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with our worker. Engines are made after the fork: processes must not share connections."""

    def __init__(self, settings: Settings, *, ticking: bool) -> None:
        self.settings = settings
        self.ticking = ticking
        self._ends: list[Callable[[], None]] = []
        super().__init__()

    def load_config(self) -> None:
        values: dict[str, Any] = {
            "bind": _address(self.settings),
            "workers": self.settings.web_concurrency,
            "threads": self.settings.web_threads,
            "worker_class": HttpWorker,
            "graceful_timeout": 20,
            "loglevel": (self.settings.log_level or "WARNING").lower(),
            "logger_class": _Log,
            "worker_exit": lambda server, worker: self.end(),
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        store = open_store(self.settings)
        connection = (
            Socket(self.settings, _app(store)) if self.ticking and self.settings.slack_app_token else None
        )
        if self.ticking:
            scheduler = make_scheduler(store.engine, make_client(self.settings), store.tick_context)
            if connection is not None:
                # The repeated check connects it: while Slack says "wait", the process already ticks.
                run_repeatedly(scheduler, "socket", connection.watch, WATCH_SECONDS)
                self._ends.append(connection.close)
            scheduler.start()
            # A running pass is finished: it sends and records the messages it has claimed.
            self._ends.insert(0, lambda: scheduler.shutdown(wait=True))
        web = build_web(store) if connection is None else create_web(store, connection)
        # What is loaded by now stays; collecting through all of it would delay answers.
        gc.collect()
        gc.freeze()
        return web

    def end(self) -> None:
        """Finish what is running before the process ends."""
        for end in self._ends:
            end()


def serve_web(settings: Settings) -> None:
    """Answer Slack over HTTP until stopped. Raises `SettingsError` before anything starts."""
    _check(settings, "slack_signing_secret")
    _start(Server(settings, ticking=False))


def serve_all(settings: Settings) -> None:
    """Answer Slack and run the clock until stopped: in Socket Mode where there is an app token, else HTTP.

    In Socket Mode HTTP still serves health checks. Raises `SettingsError` before anything starts.
    """
    _check(settings, "slack_app_token" if settings.slack_app_token else "slack_signing_secret")
    if settings.slack_app_token:
        with suppress(SlackClientError, OSError):
            # If Slack can't be reached now, the bot starts anyway and keeps trying.
            check_token(settings)
    _start(Server(settings, ticking=True))


def _address(settings: Settings) -> str:
    """The address to bind, as gunicorn reads it."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{host}:{settings.port}"


def _check_port(settings: Settings) -> None:
    """Raise `SettingsError` where nothing can listen there; gunicorn would only log and try again."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as refused:
        if refused.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"PORT: {settings.port} is in use. Stop what uses it, or set another port"
            ) from refused
        if refused.errno == errno.EACCES:
            raise SettingsError(
                f"PORT: {settings.port} needs more rights than this user has. Set a port above 1023"
            ) from refused
        raise SettingsError(f"HOST: {settings.host} is not an address of this machine") from refused


def _start(server: Server) -> None:
    _check_port(server.settings)
    # Before the fork, so that collecting garbage does not copy memory that both processes share: it saves a
    # fifth of it.
    gc.collect()
    gc.freeze()
    server.run()


def serve_worker(settings: Settings) -> None:
    """Run the clock until stopped."""
    store = _check(settings)
    scheduler = make_scheduler(store.engine, make_client(settings), store.tick_context)
    scheduler.start()
    until_stopped()
    scheduler.shutdown(wait=True)


def _check(settings: Settings, *secrets: str) -> Store:
    for name in ("slack_bot_token", *secrets):
        settings.secret(name)
    store = open_store(settings)
    store.engine.dispose()
    return store
