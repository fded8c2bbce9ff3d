"""The HTTP worker of gunicorn: waitress reads every request in one thread, and hands over what is complete.

gunicorn's own threads each read a request themselves, so as many half-sent ones as there are threads stop
the bot for as long as somebody holds them.
"""

import os
import time
from collections.abc import Callable, Mapping
from typing import Any

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server

# A request has to arrive within so many seconds of its first byte, and the first of its connection.
ARRIVAL_SECONDS = 5
CONNECTIONS = 1000
LARGEST_BODY = 1_000_000
_LARGEST_HEADERS = 32_768
_LOOP_SECONDS = 1
# How long a process leaves a new connection to the others, for each that it has.
_WAIT_SECONDS = 0.0001
_MOST_WAITS = 10


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection. A request gets no more time by sending a little of it now and then."""

    last_activity: float

    def handle_read(self) -> None:
        began: float | None = self.last_activity if self.request is not None else None
        super().handle_read()
        if began is not None and self.request is not None:
            self.last_activity = began


class HttpWorker(Worker):  # type: ignore[misc]  # gunicorn has no types
    """One process of `run` or `web`. It ends when told to, after the answers that are under way."""

    def run(self) -> None:
        self._server = create_server(
            self.wsgi,
            sockets=[one.sock for one in self.sockets],
            threads=self.cfg.threads,
            channel_timeout=ARRIVAL_SECONDS,
            cleanup_interval=1,
            connection_limit=CONNECTIONS,
            max_request_body_size=LARGEST_BODY,
            max_request_header_size=_LARGEST_HEADERS,
            asyncore_use_poll=True,
            # Head and body go out in one piece.
            send_bytes=1 << 18,
            ident=None,
            # Whether a proxy passed a request on decides what it may read.
            clear_untrusted_proxy_headers=False,
        )
        servers = [one for one in self._map.values() if hasattr(one, "active_channels")]
        for server in servers:
            server.channel_class = Channel
            if self.cfg.workers > 1:
                server.handle_accept = _give_way_when_busy(server)
        while self.alive and self.ppid == os.getppid():
            self._loop()
        for server in servers:
            server.accepting = False
        until = time.monotonic() + self.cfg.graceful_timeout
        while time.monotonic() < until and any(map(_is_busy, servers)):
            self._loop(0.1)
        self._server.task_dispatcher.shutdown(timeout=1)
        wasyncore.close_all(self._map)

    @property
    def _map(self) -> Mapping[int, Any]:
        """The sockets that are waited for: waitress names it differently for one address and for several."""
        found: Mapping[int, Any] = getattr(self._server, "_map", None) or self._server.map
        return found

    def _loop(self, seconds: float = _LOOP_SECONDS) -> None:
        self.notify()
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._map, count=1)

    def handle_exit(self, sig: int, frame: Any) -> None:
        super().handle_exit(sig, frame)
        self.alive = False

    def handle_quit(self, sig: int, frame: Any) -> None:
        self.alive = False


def _give_way_when_busy(server: Any) -> Callable[[], None]:
    """How a server accepts connections that it shares with other processes.

    All of them wake up for a new connection. Without this the first that is awake takes most of them, and a
    proxy that keeps its connections open leaves the other processes idle.
    """
    accept: Callable[[], None] = server.handle_accept

    def give_way() -> None:
        time.sleep(min(len(server.active_channels), _MOST_WAITS) * _WAIT_SECONDS)
        accept()

    return give_way


def _is_busy(server: Any) -> bool:
    return any(one.requests or one.total_outbufs_len for one in server.active_channels.values())
