"""The demo workspace: a Slack on this machine, and the bot in it over real signed HTTP."""

import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import func, select

from bot.app import make_client
from bot.cli.output import say
from bot.manifest import manifest
from bot.scheduler import make_scheduler, until_stopped
from bot.server import build_web
from bot.settings import Settings, SettingsError, load
from bot.store import Store, open_store
from db.audit_log import Author
from db.models import Entry
from documents.sample import load_sample
from sandbox.clock import Scene
from sandbox.deliver import App
from sandbox.server import Sandbox, serve, start

FOLDER = Path(".demo")
_LONDON = ZoneInfo("Europe/London")
START = datetime(2016, 12, 15, 9, 0, tzinfo=_LONDON)
SCENES = (
    Scene("December 2016: the plan under way", START),
    Scene("June 2019: the year's figures", datetime(2019, 6, 14, 9, 0, tzinfo=_LONDON)),
)
COORDINATOR = "U0003COORD"
BOARD = "C0002BOARD"
LINE = "/action status 2.3"
USUAL_PORT = 8765
_TICK_SECONDS = 1


class Demo:
    """A workspace, and the bot in it. `store` is the bot's own."""

    def __init__(self, sandbox: Sandbox, settings: Settings, folder: Path) -> None:
        self.sandbox, self._folder = sandbox, folder
        self._settings = settings
        self._bot = ExitStack()
        self.store = self._start()
        sandbox.users.scenes = SCENES
        sandbox.users.start_over = self.start_over

    def _start(self) -> Store:
        settings = self._settings
        store = open_store(settings, self.sandbox.clock)
        self._bot.callback(store.engine.dispose)
        with store.writing() as session:
            load_sample(session, Author("import:sample", store.clock()), store.today())
        web = serve(build_web(store))
        self._bot.callback(web.stop)
        secret = settings.secret("slack_signing_secret")
        self.sandbox.users.app = App(f"{web.url}/slack/events", secret)
        client = make_client(settings)
        scheduler = make_scheduler(store.engine, client, store.tick_context, every=_TICK_SECONDS)
        scheduler.start()
        self._bot.callback(scheduler.shutdown)
        return store

    def start_over(self, at: datetime) -> None:
        """Begin again with the samples alone, at an earlier moment."""
        self._bot.close()
        for file in self._folder.glob("partnership.db*"):
            file.unlink()
        self.sandbox.clock.set(at)
        self.store = self._start()
        # Last: an empty page says that the bot is there again.
        self.sandbox.space.clear()

    def stop(self) -> None:
        self._bot.close()
        self.sandbox.stop()


@contextmanager
def demo(folder: Path = FOLDER, *, port: int = 0, reset: bool = False) -> Iterator[Demo]:
    """A running demo workspace. Its clock starts at `START`, or where an earlier demo stopped."""
    if reset:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    token, secret = f"xoxb-{secrets.token_hex(12)}", secrets.token_hex(16)
    database = f"sqlite:///{folder / 'partnership.db'}"
    begin = _resumed(open_store(load(database_url=database)))
    if port and not _free(port):
        raise SettingsError(f"port {port} is in use. Choose another with --port")
    sandbox = start(token=token, secret=secret, manifest=manifest(), at=begin, port=port)
    settings = load(
        database_url=database,
        slack_bot_token=token,
        slack_signing_secret=secret,
        slack_api_url=sandbox.api_url,
        coordinators=COORDINATOR,
        board_channel=BOARD,
        safeguarding_contact="the MASH on 01632 960148",
    )
    running = Demo(sandbox, settings, folder)
    try:
        yield running
    finally:
        running.stop()


def _resumed(store: Store) -> datetime:
    """The start, or a minute after the last change in an earlier demo."""
    with store.reading() as session:
        last = session.exec(select(func.max(Entry.at))).one()
    store.engine.dispose()
    return START if last is None else max(START.astimezone(UTC), last + timedelta(minutes=1))


def run_demo(port: int | None, *, reset: bool) -> None:
    """Run the demo until it is interrupted, and say what to open and type.

    A port that was given must be free. The usual one is replaced by any other if it is in use.
    """
    usual = USUAL_PORT if _free(USUAL_PORT) else 0
    with demo(port=usual if port is None else port, reset=reset) as running:
        say(f"The demo workspace is at {running.sandbox.url}")
        say(f"Open it in a browser and type:  {LINE}")
        local = running.sandbox.clock.local()
        say(f"It is {local:%A} {local.day} {local:%B %Y, %H:%M} there.")
        say("Press Ctrl+C to stop. --reset starts afresh.")
        until_stopped()
        say("Stopped.")


def _free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
