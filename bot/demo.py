"""The demo workspace: a Slack on this machine, and the bot in it over real signed HTTP."""

import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
from sandbox.deliver import App
from sandbox.server import Sandbox, serve, start

FOLDER = Path(".demo")
START = datetime(2016, 12, 15, 9, 0, tzinfo=ZoneInfo("Europe/London"))
COORDINATOR = "U0003COORD"
BOARD = "C0002BOARD"
LINE = "/action status 2.3"
USUAL_PORT = 8765
_TICK_SECONDS = 1


@dataclass(frozen=True)
class Demo:
    sandbox: Sandbox
    store: Store


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
    )
    with _bot(settings, sandbox) as store:
        yield Demo(sandbox, store)


@contextmanager
def _bot(settings: Settings, sandbox: Sandbox) -> Iterator[Store]:
    store = open_store(settings, sandbox.clock)
    with store.writing() as session:
        load_sample(session, Author("import:sample", store.clock()), store.today())
    web = serve(build_web(store))
    sandbox.users.app = App(f"{web.url}/slack/events", settings.secret("slack_signing_secret"))
    client = make_client(settings)
    scheduler = make_scheduler(store.engine, client, store.tick_context, every=_TICK_SECONDS)
    scheduler.start()
    try:
        yield store
    finally:
        scheduler.shutdown()
        web.stop()
        sandbox.stop()
        store.engine.dispose()


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
