"""Fixtures for every test: both migrated databases, the Bolt app over signed HTTP, a local Slack."""

import hashlib
import itertools
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url
from typer.testing import CliRunner
from werkzeug.routing import Rule
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from bot import logs
from bot.cli.main import app as program
from bot.manifest import manifest
from bot.server import build_web
from bot.settings import Settings
from bot.store import Store, open_store
from db import daily_runs, schema
from db.audit_log import Author
from db.deliveries import DeliveryKind
from db.engine import connect, reading, writing
from documents.sample import load_sample
from jobs.schedule import tick
from jobs.tick_context import Stopwatch
from sandbox.clock import MovableClock
from sandbox.deliver import App
from sandbox.server import Sandbox, Served, serve, start
from sandbox.workspace import Message
from tests.cast import BOARD_CHANNEL, COORDINATOR, JOINT_CHANNEL, NOW, OUTSIDER, PLAN_CHANNEL, TODAY
from tests.postgres import LocalPostgres

# Every run uses the same examples, so that a test fails because of a change and never by chance.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")

TOKEN = "xoxb-test-token"
SECRET = "test-signing-secret"
SHARED = Path(__file__).parents[2] / "shared"

_numbers = itertools.count(1)
_not_checked: list[str] = []


class SharedStatements(dict[Any, Any]):
    """Statements as SQL, for all engines of a kind: each test has its own, and would make the same again."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_of_any_engine(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_of_any_engine(key), compiled)


def _of_any_engine(key: Any) -> Any:
    """SQLAlchemy's key of a statement begins with the dialect of its engine."""
    dialect, *rest = key
    return (dialect.name, *rest)


@pytest.fixture(scope="session", autouse=True)
def shared_statements() -> Iterator[None]:
    statements = SharedStatements()

    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=statements)

    event.listen(Engine, "engine_connect", share)
    yield
    event.remove(Engine, "engine_connect", share)


@pytest.fixture(scope="session", autouse=True)
def shared_routes() -> Iterator[None]:
    """How the URLs of routes are built, for all web applications: each test has its own, and would compile
    the same again.
    """
    compile_builder = Rule._compile_builder
    known: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}

    def compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, repr(rule._trace), repr(rule.defaults), append_unknown)
        if key not in known:
            known[key] = compile_builder(rule, append_unknown)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compile_once)
        yield


def shared_file(name: str) -> Path | None:
    """A document beside this checkout; None where it is missing, which the end of the run reports."""
    path = SHARED / name
    if path.exists():
        return path
    _not_checked.append(name)
    return None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name in _not_checked:
        terminalreporter.write_line(f"not checked here: {name} is not beside this checkout")


class WholeModules(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist has no types
    """Hands out tests one by one, but the modules of the page whole: each shares a browser and a demo.

    pytest-xdist has groups for this, which pytest 9.2 does not see.
    """

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0] if nodeid.startswith("tests/sandbox/") else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> WholeModules:
    return WholeModules(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mix the tests that wait for a process with those that calculate, so that no core is idle.

    By their names and not by chance: each worker must have the same order.
    """
    items.sort(key=lambda item: _place(item.nodeid))


def _place(nodeid: str) -> str:
    """The page's modules stay whole, and come in the first half: what begins late ends late."""
    module = nodeid.partition("::")[0]
    if module.startswith("tests/sandbox/"):
        digest = hashlib.sha256(module.encode()).hexdigest()
        return f"{int(digest[0], 16) // 2:x}{digest[1:]}"
    return hashlib.sha256(nodeid.encode()).hexdigest()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run the long tests at full size")


@pytest.fixture
def size(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """Choose between a test's two sizes: the reduced one, or the full one under `make soak`."""
    soaking = request.config.getoption("--soak")
    return lambda reduced, full: full if soaking else reduced


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the environment and the `.env` file of the person who runs the tests away from them."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    # An earlier test may have run a command that set up logging to a stream that is closed now.
    logs.configure(None)


@pytest.fixture(autouse=True)
def long_deadline(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give slow machines more time to answer, except in modules that test the deadline itself.

    The bot may take longer than Slack's three seconds, and the Slack of the tests waits for it; so does
    the bot for what it asks Slack.
    """
    if not hasattr(request.module, "SLACK_WAITS"):
        monkeypatch.setattr("bot.app.QUICK_SECONDS", 20)
        monkeypatch.setattr("handlers.core.deadline.ANSWER_SECONDS", 20.0)
        monkeypatch.setattr("sandbox.deliver.ANSWER_SECONDS", 22.0)


@pytest.fixture(scope="session")
def local_postgres() -> Iterator[LocalPostgres]:
    """A real PostgreSQL."""
    server = LocalPostgres()
    yield server
    server.end()


@pytest.fixture
def postgres(local_postgres: LocalPostgres) -> Iterator[Callable[[str | None], str]]:
    """Call it for the URL of a new PostgreSQL database, copied from the one at a URL if that is given.

    Each is dropped after the test, so that hundreds of them need no more room than one.
    """
    urls = []

    def create(template: str | None = None) -> str:
        urls.append(local_postgres.create(template))
        return urls[-1]

    yield create
    for url in urls:
        local_postgres.drop(url)


def migrated(url: str, *, sample: bool) -> None:
    engine = connect(url)
    schema.upgrade(engine)
    engine.dispose()
    if sample:
        _load_sample(url)


def _load_sample(url: str) -> None:
    engine = connect(url)
    with writing(engine) as session:
        load_sample(session, Author("import:sample", NOW), TODAY)
    engine.dispose()


@pytest.fixture(scope="session")
def templates(
    tmp_path_factory: pytest.TempPathFactory, local_postgres: LocalPostgres
) -> dict[tuple[str, bool], str]:
    """The URL of a migrated database of each kind, empty and with the samples, to copy for each test."""
    folder = tmp_path_factory.mktemp("templates")
    empty = {"sqlite": f"sqlite:///{folder / 'empty.db'}", "postgresql": local_postgres.create()}
    for url in empty.values():
        migrated(url, sample=False)
    sampled = {
        "sqlite": copy_sqlite(empty["sqlite"], folder / "sampled.db"),
        "postgresql": local_postgres.create(empty["postgresql"]),
    }
    for url in sampled.values():
        _load_sample(url)
    return {
        **{(kind, False): url for kind, url in empty.items()},
        **{(kind, True): url for kind, url in sampled.items()},
    }


def copy_sqlite(template: str, path: Path) -> str:
    """Copy the SQLite database at the URL `template` to a file. Returns the URL of the copy."""
    shutil.copy(str(make_url(template).database), path)
    return f"sqlite:///{path}"


@pytest.fixture
def copy_of(
    tmp_path: Path,
    postgres: Callable[[str | None], str],
    templates: dict[tuple[str, bool], str],
) -> Callable[[str, bool], str]:
    """Call it for the URL of a fresh copy of a template: its kind, and whether it has the samples."""

    def copy(kind: str, sample: bool) -> str:
        template = templates[kind, sample]
        if kind == "postgresql":
            return postgres(template)
        return copy_sqlite(template, tmp_path / f"{next(_numbers)}.db")

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
    """The samples on SQLite alone, for tests that do not depend on the kind of database."""
    with _engine(copy_of("sqlite", True)) as engine:
        yield engine


def controls(blocks: Sequence[dict[str, Any]], action_id: str) -> list[tuple[str, dict[str, Any]]]:
    """The buttons with that id and the choices of menus that stand for it, each with its block's id."""
    found = []
    for block in blocks:
        for element in block.get("elements") or []:
            if element.get("action_id") == action_id:
                found.append((block.get("block_id", ""), element))
            for option in element.get("options") or []:
                if option["value"].split("\n")[0] == action_id:
                    found.append((block.get("block_id", ""), {**element, "selected_option": option}))
    return found


class SkippingStopwatch(Stopwatch):
    """Waiting moves the workspace's clock, and takes no time."""

    def __init__(self, clock: MovableClock | None = None) -> None:
        super().__init__()
        self._clock, self._skipped = clock, 0.0

    def seconds(self) -> float:
        return super().seconds() + self._skipped

    def wait(self, seconds: float) -> None:
        self._skipped += seconds
        if self._clock is not None:
            self._clock.forward(timedelta(seconds=seconds))


# On a slow machine the first picture takes longer than the usual five seconds.
_SECONDS = 20.0
# What Slack sends of a control that was used.
_SENT = ("type", "action_id", "text", "value", "selected_option")


# Where Slack puts what was filled in, by the kind of the field.
_FIELD_VALUES = {"datepicker": "selected_date", "static_select": "selected_option"}


@dataclass
class Running:
    """A workspace with the bot in it: what people do there and what they see."""

    sandbox: Sandbox
    store: Store
    settings: Settings
    web: Served

    @property
    def engine(self) -> Engine:
        return self.store.engine

    def messages_after(self, act: Callable[[], object]) -> list[Message]:
        """The messages that appear during an act, whoever can see them."""
        before = len(self.sandbox.space.messages)
        act()
        return self.sandbox.space.messages[before:]

    def ask(self, person: str, command: str, channel: str | None = None) -> Message:
        """Send a command as a person, by default in a channel of theirs. Returns the one answer."""
        channel = channel or (JOINT_CHANNEL if person == OUTSIDER else PLAN_CHANNEL)
        answers = self.messages_after(lambda: self.sandbox.users.say(person, channel, command))
        assert len(answers) == 1, [message.text for message in answers]
        return answers[0]

    def write(self, person: str, channel: str, text: str, thread: str | None = None) -> Message:
        """Write a message as a person. Returns the bot's first answer that they see."""
        space = self.sandbox.space
        before = len(space.messages)
        self.sandbox.users.say(person, channel, text, thread)
        while True:
            # Read the version first, so that an answer that comes before the wait ends it at once.
            version = space.version
            for one in space.messages[before:]:
                if one.user == space.bot["id"] and one.only_for in (None, person):
                    return one
            assert space.wait_past(version)

    def ask_nothing(self, person: str, command: str, channel: str = PLAN_CHANNEL) -> None:
        """Send a command that a form answers and not a message."""
        answers = self.messages_after(lambda: self._wait_for_form(person, channel, command))
        assert answers == [], [message.text for message in answers]

    def _wait_for_form(self, person: str, channel: str, command: str) -> None:
        space = self.sandbox.space
        version = space.version
        self.sandbox.users.say(person, channel, command)
        assert space.wait_past(version, _SECONDS), f"{command} opened no form"

    def press(self, person: str, message: Message, action_id: str) -> list[Message]:
        """Press a button of a message as a person. Returns the messages that appear."""
        [(block_id, button)] = controls(message.blocks, action_id)
        return self.messages_after(lambda: self.press_button(person, message, block_id, button))

    def press_button(self, person: str, message: Message, block_id: str, button: dict[str, Any]) -> None:
        """Press and wait for a change: Slack's acknowledgement comes before the answer."""
        space = self.sandbox.space
        version = space.version
        pressed = {name: button.get(name) for name in _SENT}
        self.sandbox.users.press(person, message.channel, message.ts, block_id, pressed)
        assert space.wait_past(version, _SECONDS), f"pressing {button['action_id']} changed nothing"

    def open_form(self, person: str, answer: Message) -> dict[str, Any]:
        """Press *Update* under an answer. Returns the form that opens."""
        self.press(person, answer, "update_form")
        [view] = self.sandbox.space.views_of(person)
        return {"id": view.id, **view.view}

    def fill(self, person: str, view: dict[str, Any], **texts: str) -> dict[str, str]:
        """Submit a form. Returns the errors by field."""
        values: dict[str, Any] = {}
        for name in ("action", "progress", "outcome"):
            value = texts.get(name)
            values[name] = {name: {"selected_option": {"value": value} if value else None}}
        for name in ("note", "evidence"):
            values[name] = {name: {"value": texts.get(name)}}
        version = self.sandbox.space.version
        errors = self.sandbox.users.submit(person, view["id"], values)
        if not errors:
            # The form closes first and then the answer appears.
            self.sandbox.space.wait_past(version + 1)
        return errors

    def fill_form(
        self, person: str, message: Message, action_id: str, nth: int = 0, **texts: str
    ) -> dict[str, str]:
        """Press a button that opens a form and send the form in. Returns the errors by field."""
        self.press_button(person, message, *controls(message.blocks, action_id)[nth])
        return self.send_form(person, **texts)

    def send_form(self, person: str, **texts: str) -> dict[str, str]:
        """Fill in the form that is open and send it in; one with errors is closed. Returns the errors."""
        view = list(self.sandbox.space.views_of(person))[-1]
        values = {}
        for block in view.view["blocks"]:
            if block["type"] == "input":
                name, kind = block["block_id"], block["element"]["type"]
                chosen: Any = texts.get(name)
                if kind == "static_select" and chosen is not None:
                    chosen = {"value": chosen}
                values[name] = {name: {_FIELD_VALUES.get(kind, "value"): chosen}}
        version = self.sandbox.space.version
        errors = self.sandbox.users.submit(person, view.id, values)
        if errors:
            self.sandbox.space.close_view(view.id)
        else:
            self.sandbox.space.wait_past(version + 1)
        return errors

    def tick(self, now: datetime | None = None) -> dict[str, int]:
        """One pass of the clock, in which waiting moves the workspace's clock and takes no time.

        With `now` that clock is set first: Slack's time has to be the bot's.
        """
        from bot.app import make_client

        if now is not None:
            self.sandbox.clock.set(now)
        context = replace(self.store.tick_context(), stopwatch=SkippingStopwatch(self.sandbox.clock))
        counts = tick(self.engine, make_client(self.settings), context)
        # The next pass is later, so that it may send to the same channels.
        self.sandbox.clock.forward(timedelta(seconds=1.1))
        return counts


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
    sandbox.users.app = App(f"{web.url}/slack/events", SECRET)
    yield Running(sandbox, store, settings, web)
    web.stop()
    sandbox.stop()
    store.engine.dispose()


def settings_of(url: str, sandbox: Sandbox, port: int, **more: str) -> dict[str, str]:
    """The environment of one of the program's processes, in a workspace whose clock starts at `NOW`."""
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
    """Mark every daily run as done, for tests of other things that the clock does."""
    with writing(running.engine) as session:
        for kind in (DeliveryKind.NUDGE, DeliveryKind.DIGEST, DeliveryKind.KPI):
            daily_runs.mark_done(session, kind, date.max)
    return running


@pytest.fixture
def slack(copy_of: Callable[[str, bool], str]) -> Iterator[Running]:
    """The bot with the samples on SQLite; it nudges nobody."""
    with run_bot(copy_of("sqlite", True)) as running:
        yield no_nudges(running)


@pytest.fixture
def slack_on_both(kind: str, copy_of: Callable[[str, bool], str]) -> Iterator[Running]:
    """The bot with the samples, on both kinds of database; it nudges nobody."""
    with run_bot(copy_of(kind, True)) as running:
        yield no_nudges(running)


@dataclass
class Ran:
    code: int
    out: str
    err: str


class Program:
    """Runs command lines in a new folder with a database of its own, `partnership.db`."""

    def __init__(self, folder: Path, templates: dict[tuple[str, bool], str]) -> None:
        self.folder, self._templates = folder, templates

    def __call__(self, *words: str) -> Ran:
        result = CliRunner().invoke(program, list(words))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    def on_empty_database(self) -> None:
        """Begin as after `partnership-bot migrate`."""
        self._copy(sample=False)

    def on_samples(self) -> None:
        """Begin as after `partnership-bot sample`."""
        self._copy(sample=True)

    def _copy(self, *, sample: bool) -> None:
        copy_sqlite(self._templates["sqlite", sample], self.folder / "partnership.db")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, templates: dict[tuple[str, bool], str]) -> Program:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'partnership.db'}")
    return Program(tmp_path, templates)


@pytest.fixture
def plan_of(sqlite_sampled: Engine) -> Callable[[str], dict[str, object]]:
    """The stable JSON form of a sample plan's actions, by ref."""
    from db import plans

    def read(code: str) -> dict[str, object]:
        with reading(sqlite_sampled) as session:
            plan = plans.plan_by_code(session, code)
            assert plan is not None
            as_json = plans.plan_as_json(plan, plans.actions_of(session, plan))
        return {action["ref"]: action for action in as_json["actions"]}

    return read
