"""Load on the real processes: gunicorn as the Procfile starts it, and clients that never rest."""

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
    """One of the program's processes, with no other settings than these, ended as platforms end it."""
    whole = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **env}
    command = [sys.executable, "-m", *words]
    with subprocess.Popen(command, cwd=folder, env=whole, stderr=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.send_signal(signal.SIGTERM)
            started.communicate(timeout=30)


def until_up(url: str) -> None:
    """Ask until the process answers 200: it takes a second or two to start."""
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(f"{url} did not come up")


def signed(url: str, secret: str, fields: Mapping[str, str]) -> bytes:
    """A signed form as it goes over the wire, on a connection that is kept."""
    place = urlsplit(url)
    body, stamp = urlencode(fields), str(int(time.time()))
    head = (
        f"POST {place.path} HTTP/1.1",
        f"Host: {place.netloc}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        f"X-Slack-Request-Timestamp: {stamp}",
        f"X-Slack-Signature: {sign(secret, body, stamp)}",
    )
    return "\r\n".join([*head, "", body]).encode()


@dataclass(frozen=True)
class Measured:
    """What clients saw: seconds an answer took, sorted; how long the whole took; what went wrong."""

    seconds: list[float]
    whole: float
    failures: list[str]

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.whole

    def percentile(self, share: float) -> float:
        return self.seconds[min(int(len(self.seconds) * share), len(self.seconds) - 1)]

    @property
    def median(self) -> float:
        return self.percentile(0.5)


class _Client(threading.Thread):
    def __init__(self, address: tuple[str, int], requests: Sequence[bytes], until: float) -> None:
        super().__init__(daemon=True)
        self.address, self.requests, self.until = address, requests, until
        self.seconds: list[float] = []
        self.failure: str | None = None

    def run(self) -> None:
        try:
            with socket.create_connection(self.address, timeout=_ANSWER_SECONDS) as wire:
                wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                number = 0
                while (begun := time.perf_counter()) < self.until:
                    wire.sendall(self.requests[number % len(self.requests)])
                    self._check(_answer(wire))
                    self.seconds.append(time.perf_counter() - begun)
                    number += 1
        except (OSError, ValueError) as failed:
            self.failure = f"{type(failed).__name__}: {failed}"

    def _check(self, status: bytes) -> None:
        if b" 200 " not in status:
            raise ValueError(status.decode("latin-1"))


def _answer(wire: socket.socket) -> bytes:
    """Read one whole answer; its first line."""
    told = b""
    while b"\r\n\r\n" not in told:
        more = wire.recv(65536)
        if not more:
            raise ValueError("the connection was closed")
        told += more
    head, _, body = told.partition(b"\r\n\r\n")
    lengths = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    left = int(lengths[0].split(b":")[1]) - len(body)
    while left > 0:
        left -= len(wire.recv(65536))
    return head.split(b"\r\n")[0]


def _press(address: tuple[str, int], requests: Sequence[Sequence[bytes]], seconds: float) -> Measured:
    begun = time.perf_counter()
    clients = [_Client(address, mine, begun + seconds) for mine in requests]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    taken = sorted(one for client in clients for one in client.seconds)
    failures = [client.failure for client in clients if client.failure]
    return Measured(taken, time.perf_counter() - begun, failures)


def press(url: str, requests: Sequence[Sequence[bytes]], seconds: float) -> Measured:
    """Ask for that long, each client its own requests in turn; from a process of its own.

    In this process the clients would share its lock with the workspace that the bot asks.
    """
    place = urlsplit(url)
    address = (place.hostname or "127.0.0.1", place.port or 80)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_press, (address, requests, seconds))


def answer_of(url: str, request: bytes) -> dict[str, object]:
    """One whole answer, read as JSON: what the load is an answer to."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname or "", place.port or 80), timeout=_ANSWER_SECONDS) as wire:
        wire.sendall(request)
        told = b""
        while b"\r\n\r\n" not in told:
            told += wire.recv(65536)
        head, _, body = told.partition(b"\r\n\r\n")
        length = next(
            int(x.split(b":")[1]) for x in head.split(b"\r\n") if x.lower().startswith(b"content-length")
        )
        while len(body) < length:
            body += wire.recv(65536)
    found = json.loads(body)
    assert isinstance(found, dict)
    return found
