"""An app that stores what the workspace delivers to it, and a browser and a demo for a module's tests."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.demo import Demo
from sandbox.workspace import Workspace
from tests.browser import open_browser
from tests.sandbox.pages import say_nothing, start_demo, with_samples

# The app's URL, its requests as headers and body, and the answers prepared for them.
Recorder = tuple[str, list[tuple[dict[str, str], str]], list[tuple[int, bytes]]]


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """An app that stores its requests and returns prepared answers: its URL, the requests, the answers."""
    requests: list[tuple[dict[str, str], str]] = []
    answers: list[tuple[int, bytes]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status, content = answers.pop(0) if answers else (200, b"")
            self.send_response(status)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", requests, answers
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def demo_folder(tmp_path: Path, templates: dict[tuple[str, bool], str]) -> Path:
    """A folder for a demo of the test's own, which has the samples: loading them takes a second or two."""
    return with_samples(tmp_path, templates)


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, templates: dict[tuple[str, bool], str]
) -> Iterator[Demo]:
    """A demo that the tests of a module share."""
    with start_demo(with_samples(tmp_path_factory.mktemp("demo"), templates)) as started:
        yield started


@pytest.fixture
def space(running: Demo) -> Workspace:
    """Its workspace, in which nothing has been said."""
    return say_nothing(running)
