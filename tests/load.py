"""Load on the real processes: gunicorn as the Procfile starts it, and clients without a pause."""

import itertools
import json
import multiprocessing
import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from sandbox.deliver import sign

ROOT = Path(__file__).parents[1]
_START_SECONDS = 60
_ANSWER_SECONDS = 30
_OK = b"HTTP/1.1 200 "
_CONTENT_LENGTH = re.compile(rb"(?im)^content-length: *([0-9]+)")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def process(words: Sequence[str], env: Mapping[str, str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run one of the program's processes with only these settings; stop it with SIGTERM as platforms do."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **env}
    command = [sys.executable, "-m", *words]
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.send_signal(signal.SIGTERM)
            started.communicate(timeout=30)


def until_up(url: str) -> None:
    """Wait until the process answers 200, which takes a second or two."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(f"{url} did not come up")


def signed(url: str, secret: str, fields: Mapping[str, str]) -> bytes:
    """A signed form as a raw HTTP request, for a connection that stays open."""
    parts = urlsplit(url)
    body, stamp = urlencode(fields), str(int(time.time()))
    head = (
        f"POST {parts.path} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        f"X-Slack-Request-Timestamp: {stamp}",
        f"X-Slack-Signature: {sign(secret, body, stamp)}",
    )
    return "\r\n".join([*head, "", body]).encode()


@dataclass(frozen=True)
class LoadResult:
    """What the clients measured: each answer's seconds, sorted; the seconds of the run; the errors."""

    seconds: list[float]
    total_seconds: float
    failures: list[str]

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.total_seconds

    def percentile(self, share: float) -> float:
        return self.seconds[min(int(len(self.seconds) * share), len(self.seconds) - 1)]

    @property
    def median(self) -> float:
        return self.percentile(0.5)


class _Client:
    """A connection that stays open, and sends the next request as soon as it has an answer."""

    def __init__(self, address: tuple[str, int], requests: Sequence[bytes]) -> None:
        self.connection = socket.create_connection(address, timeout=_ANSWER_SECONDS)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests = itertools.cycle(requests)
        self._received = b""
        self._whole = 0
        self.sent_at = 0.0

    def send(self) -> None:
        self._received, self._whole = b"", 0
        self.sent_at = time.perf_counter()
        self.connection.sendall(next(self._requests))

    def receive(self) -> bool:
        """Read what has arrived; whether the answer is whole. Raises ValueError where it is not 200."""
        chunk = self.connection.recv(65536)
        if not chunk:
            raise ValueError("the connection was closed")
        self._received += chunk
        if not self._whole:
            self._whole = _length(self._received)
        return 0 < self._whole <= len(self._received)


def _length(received: bytes) -> int:
    """The bytes of the whole answer, from its head; 0 where the head is not whole yet."""
    head, end, _ = received.partition(b"\r\n\r\n")
    if not end:
        return 0
    if not head.startswith(_OK):
        raise ValueError(head.split(b"\r\n")[0].decode("latin-1"))
    length = _CONTENT_LENGTH.search(head)
    if length is None:
        raise ValueError("an answer without its length")
    return len(head) + len(end) + int(length[1])


def _press(address: tuple[str, int], requests: Sequence[Sequence[bytes]], seconds: float) -> LoadResult:
    """All clients in one thread: with one each, they would take a third of a processor from the server."""
    clients = [_Client(address, own_requests) for own_requests in requests]
    answer_seconds: list[float] = []
    failures: list[str] = []
    started = time.perf_counter()
    with selectors.DefaultSelector() as waiting:
        for client in clients:
            waiting.register(client.connection, selectors.EVENT_READ, client)
            client.send()
        while waiting.get_map():
            ready = waiting.select(_ANSWER_SECONDS)
            if not ready:
                failures.append(f"no answer within {_ANSWER_SECONDS} s")
                break
            for key, _ in ready:
                client = key.data
                try:
                    if not client.receive():
                        continue
                    now = time.perf_counter()
                    answer_seconds.append(now - client.sent_at)
                    if now < started + seconds:
                        client.send()
                        continue
                except (OSError, ValueError) as error:
                    failures.append(f"{type(error).__name__}: {error}")
                waiting.unregister(client.connection)
                client.connection.close()
    return LoadResult(sorted(answer_seconds), time.perf_counter() - started, failures)


def press(url: str, requests: Sequence[Sequence[bytes]], seconds: float) -> LoadResult:
    """Send requests for that many seconds, each client its own in turn, from a separate process.

    In this process the clients would share the interpreter lock with the local Slack.
    """
    parts = urlsplit(url)
    address = (parts.hostname or "127.0.0.1", parts.port or 80)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_press, (address, requests, seconds))


def answer_of(url: str, request: bytes) -> dict[str, object]:
    """Send one request and read its answer as JSON, to check what the load measures."""
    parts = urlsplit(url)
    with socket.create_connection(
        (parts.hostname or "", parts.port or 80), timeout=_ANSWER_SECONDS
    ) as connection:
        connection.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += connection.recv(65536)
        head, _, body = received.partition(b"\r\n\r\n")
        length = next(
            int(x.split(b":")[1]) for x in head.split(b"\r\n") if x.lower().startswith(b"content-length")
        )
        while len(body) < length:
            body += connection.recv(65536)
    found = json.loads(body)
    assert isinstance(found, dict)
    return found
