"""Socket Mode: the app calls, and is told over the connection that it keeps open."""

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

from sandbox.deliver import ANSWER_WITHIN, NoAnswer

_INVITED_SECONDS = 30.0
_MOST = 10
_APP = {"app_id": "A0000BOT"}


@dataclass
class _Connection:
    """One open connection, and what waits for an answer on it by envelope."""

    socket: Server
    waiting: dict[str, "queue.Queue[dict[str, Any]]"] = field(default_factory=dict)

    def tell(self, said: Mapping[str, Any]) -> None:
        try:
            self.socket.send(json.dumps(said))
        except ConnectionClosed as gone:
            raise NoAnswer("dispatch_failed") from gone


class Sockets:
    """An app's connections, up to ten, each told every so manieth thing. Takes the place of its address."""

    def __init__(self) -> None:
        self.address = ""
        # What was delivered over which connection, for whoever wants to see that they take turns.
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

    def invite(self) -> str:
        """An address to connect to, good once and for half a minute."""
        ticket = secrets.token_hex(8)
        with self._lock:
            self._tickets[ticket] = time.monotonic() + _INVITED_SECONDS
        return f"{self.address}/link/?ticket={ticket}"

    def register(self, application: Flask) -> None:
        sock = Sock(application)

        @sock.route("/link/")  # type: ignore[untyped-decorator]
        def link(socket: Server) -> None:
            self._serve(socket)

    def _serve(self, socket: Server) -> None:
        """Keep one connection: greet, and take what comes back, until it ends."""
        with self._change:
            until = self._tickets.pop(request.args.get("ticket", ""), 0.0)
            if until < time.monotonic() or len(self._open) >= _MOST:
                return
            number = next(self._serial)
            connection = self._open[number] = _Connection(socket)
            several = len(self._open)
            self._change.notify_all()
        try:
            connection.tell({"type": "hello", "num_connections": several, "connection_info": _APP})
            while True:
                self._heard(connection, json.loads(socket.receive() or "{}"))
        except (ConnectionClosed, NoAnswer):
            pass
        finally:
            with self._change:
                self._open.pop(number, None)
                self._change.notify_all()

    @staticmethod
    def _heard(connection: _Connection, told: Mapping[str, Any]) -> None:
        waiting = connection.waiting.pop(str(told.get("envelope_id")), None)
        if waiting is not None:
            waiting.put(told.get("payload") or {})

    def form(self, fields: Mapping[str, str]) -> dict[str, Any]:
        """Deliver a command or an interaction; what it is answered with. Raises `NoAnswer`."""
        if "payload" in fields:
            return self._deliver("interactive", json.loads(fields["payload"]))
        return self._deliver("slash_commands", fields)

    def event(self, envelope: Mapping[str, Any]) -> None:
        """Deliver an event. Raises `NoAnswer`."""
        self._deliver("events_api", envelope)

    def _deliver(self, kind: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Over one of the connections, each in its turn."""
        with self._lock:
            if not self._open:
                raise NoAnswer("dispatch_failed")
            last = self.delivered[-1] if self.delivered else 0
            number = next((one for one in self._open if one > last), min(self._open))
            self.delivered.append(number)
            connection = self._open[number]
        envelope = secrets.token_hex(12)
        answer = connection.waiting[envelope] = queue.Queue()
        connection.tell(
            {
                "type": kind,
                "envelope_id": envelope,
                "payload": payload,
                "accepts_response_payload": kind != "events_api",
            }
        )
        try:
            return answer.get(timeout=ANSWER_WITHIN)
        except queue.Empty as late:
            raise NoAnswer("operation_timeout") from late

    def refresh(self) -> None:
        """Ask every connection to make way for a new one, and end it, as Slack does every few hours."""
        with self._lock:
            connections = list(self._open.values())
        for connection in connections:
            connection.tell({"type": "disconnect", "reason": "refresh_requested"})
            connection.socket.close()

    def cut(self) -> None:
        """End every connection without a word."""
        with self._lock:
            connections = list(self._open.values())
        for connection in connections:
            if connection.socket.sock is not None:
                connection.socket.sock.shutdown(SHUT_RDWR)
