"""Load on the real processes: gunicorn as the Procfile starts it, and clients without a pause."""

import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
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


class _Client(threading.Thread):
    def __init__(self, address: tuple[str, int], requests: Sequence[bytes], deadline: float) -> None:
        super().__init__(daemon=True)
        self.address, self.requests, self.deadline = address, requests, deadline
        self.seconds: list[float] = []
        self.failure: str | None = None

    def run(self) -> None:
        try:
            with socket.create_connection(self.address, timeout=_ANSWER_SECONDS) as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                number = 0
                while (started := time.perf_counter()) < self.deadline:
                    connection.sendall(self.requests[number % len(self.requests)])
                    self._check(_read_answer(connection))
                    self.seconds.append(time.perf_counter() - started)
                    number += 1
        except (OSError, ValueError) as error:
            self.failure = f"{type(error).__name__}: {error}"

    def _check(self, status: bytes) -> None:
        if b" 200 " not in status:
            raise ValueError(status.decode("latin-1"))


def _read_answer(connection: socket.socket) -> bytes:
    """Read a whole answer; returns its first line."""
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        if not chunk:
            raise ValueError("the connection was closed")
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    left = int(lengths[0].split(b":")[1]) - len(body)
    while left > 0:
        left -= len(connection.recv(65536))
    return head.split(b"\r\n")[0]


def _press(address: tuple[str, int], requests: Sequence[Sequence[bytes]], seconds: float) -> LoadResult:
    started = time.perf_counter()
    clients = [_Client(address, own_requests, started + seconds) for own_requests in requests]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    answer_seconds = sorted(one for client in clients for one in client.seconds)
    failures = [client.failure for client in clients if client.failure]
    return LoadResult(answer_seconds, time.perf_counter() - started, failures)


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
