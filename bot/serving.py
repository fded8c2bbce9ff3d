"""The long-running processes: web, worker, and both in one."""

import gc
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from bot.app import create_app, make_client
from bot.opening import Store, open_store
from bot.scheduler import make_scheduler, until_stopped
from bot.settings import Settings
from bot.web import create_web


def build_web(store: Store) -> Flask:
    """The WSGI application of one process."""
    client = make_client(store.settings)
    app = create_app(store.settings, store.engine, client, store.clock)
    return create_web(store.settings, app, store.engine, store.clock)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with threads. Engines are made after the fork: connections must not be shared by it."""

    def __init__(self, settings: Settings, *, ticking: bool) -> None:
        self.settings = settings
        self.ticking = ticking
        super().__init__()

    def load_config(self) -> None:
        values: dict[str, Any] = {
            "bind": f"{self.settings.host}:{self.settings.port}",
            "workers": self.settings.web_concurrency,
            "threads": self.settings.web_threads,
            "worker_class": "gthread",
            "keepalive": 30,
            "graceful_timeout": 20,
            "loglevel": (self.settings.log_level or "WARNING").lower(),
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        store = open_store(self.settings)
        if self.ticking:
            make_scheduler(store.engine, make_client(self.settings), store.clock).start()
        web = build_web(store)
        # What was loaded stays for good: a sweep through all of it would hold up every answer.
        gc.collect()
        gc.freeze()
        return web


def serve_web(settings: Settings, *, ticking: bool = False) -> None:
    """Answer Slack over HTTP until stopped; with `ticking` run the clock in the same processes.

    Raises `SettingsFault` before anything is started.
    """
    _check(settings)
    Server(settings, ticking=ticking).run()


def serve_worker(settings: Settings) -> None:
    """Run the clock until stopped."""
    store = _check(settings)
    scheduler = make_scheduler(store.engine, make_client(settings), store.clock)
    scheduler.start()
    until_stopped()
    # A pass that is under way is finished: what it has claimed, it sends and records.
    scheduler.shutdown(wait=True)


def _check(settings: Settings) -> Store:
    settings.secret("slack_bot_token")
    settings.secret("slack_signing_secret")
    store = open_store(settings)
    store.engine.dispose()
    return store
