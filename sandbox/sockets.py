"""Socket Mode: the app connects, and Slack delivers over the connection that the app keeps open."""

import itertools
import json
import queue
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from socket import SHUT_RDWR
from typing import Any

from flask import Flask, request
from flask_sock import Sock
from simple_websocket import ConnectionClosed, Server

from sandbox.deliver import ANSWER_SECONDS, NoAnswer

_TICKET_SECONDS = 30.0
_MAX_CONNECTIONS = 10
_APP = {"app_id": "A0000BOT"}


@dataclass
class _Connection:
    """One open connection, and the queues that wait for an answer on it, by envelope id."""

    socket: Server
    waiting: dict[str, "queue.Queue[dict[str, Any]]"] = field(default_factory=dict)

    def send(self, message: Mapping[str, Any]) -> None:
        """Raises `NoAnswer` if the connection is closed."""
        try:
            self.socket.send(json.dumps(message))
        except ConnectionClosed as error:
            raise NoAnswer("dispatch_failed") from error


class Sockets:
    """An app's connections, at most ten. They take turns to carry deliveries, in place of the app's URL."""

    def __init__(self) -> None:
        self.address = ""
        # The connection of each delivery, so that a test can see that they take turns.
        self.delivered: list[int] = []
        self._lock = threading.Lock()
        self._tickets: dict[str, float] = {}
        self._open: dict[int, _Connection] = {}
        self._serial = itertools.count(1)
        self._change = threading.Condition(self._lock)

    @property
    def open(self) -> list[int]:
        """The connections that are open, the oldest first."""
        with self._lock:
            return list(self._open)

    def wait_for(self, number: int, seconds: float = 10.0) -> bool:
        """Wait until that many connections are open."""
        with self._change:
            return self._change.wait_for(lambda: len(self._open) == number, seconds)

    def new_url(self) -> str:
        """A URL to connect to. It works once, and for 30 seconds."""
        ticket = secrets.token_hex(8)
        with self._lock:
            self._tickets[ticket] = time.monotonic() + _TICKET_SECONDS
        return f"{self.address}/link/?ticket={ticket}"

    def register(self, application: Flask) -> None:
        sock = Sock(application)

        @sock.route("/link/")  # type: ignore[untyped-decorator]
        def link(socket: Server) -> None:
            self._serve(socket)

    def _serve(self, socket: Server) -> None:
        """Serve one connection: send the greeting, then receive answers until it closes."""
        with self._change:
            valid_until = self._tickets.pop(request.args.get("ticket", ""), 0.0)
            if valid_until < time.monotonic() or len(self._open) >= _MAX_CONNECTIONS:
                return
            number = next(self._serial)
            connection = self._open[number] = _Connection(socket)
            open_count = len(self._open)
            self._change.notify_all()
        try:
            connection.send({"type": "hello", "num_connections": open_count, "connection_info": _APP})
            while True:
                self._pass_on_answer(connection, json.loads(socket.receive() or "{}"))
        except (ConnectionClosed, NoAnswer):
            pass
        finally:
            with self._change:
                self._open.pop(number, None)
                self._change.notify_all()

    @staticmethod
    def _pass_on_answer(connection: _Connection, message: Mapping[str, Any]) -> None:
        answer = connection.waiting.pop(str(message.get("envelope_id")), None)
        if answer is not None:
            answer.put(message.get("payload") or {})

    def form(self, fields: Mapping[str, str]) -> dict[str, Any]:
        """Deliver a command or an interaction; returns the answer. Raises `NoAnswer`."""
        if "payload" in fields:
            return self._deliver("interactive", json.loads(fields["payload"]))
        return self._deliver("slash_commands", fields)

    def event(self, envelope: Mapping[str, Any]) -> None:
        """Deliver an event. Raises `NoAnswer`."""
        self._deliver("events_api", envelope)

    def _deliver(self, kind: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Deliver over the connection whose turn it is; returns the answer. Raises `NoAnswer`."""
        with self._lock:
            if not self._open:
                raise NoAnswer("dispatch_failed")
            last = self.delivered[-1] if self.delivered else 0
            number = next((one for one in self._open if one > last), min(self._open))
            self.delivered.append(number)
            connection = self._open[number]
        envelope = secrets.token_hex(12)
        answer = connection.waiting[envelope] = queue.Queue()
        connection.send(
            {
                "type": kind,
                "envelope_id": envelope,
                "payload": payload,
                "accepts_response_payload": kind != "events_api",
            }
        )
        try:
            return answer.get(timeout=ANSWER_SECONDS)
        except queue.Empty as error:
            raise NoAnswer("operation_timeout") from error

    def refresh(self) -> None:
        """Ask the app to reconnect and close every connection, as Slack does every few hours."""
        with self._lock:
            connections = list(self._open.values())
        for connection in connections:
            connection.send({"type": "disconnect", "reason": "refresh_requested"})
            connection.socket.close()

    def cut(self) -> None:
        """Cut every connection without a closing handshake."""
        with self._lock:
            connections = list(self._open.values())
        for connection in connections:
            if connection.socket.sock is not None:
                connection.socket.sock.shutdown(SHUT_RDWR)
