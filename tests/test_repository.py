"""The repository itself: the laws of docs/architecture.md, its settings, its tables, its files."""

import ast
import inspect
import re
import threading
import tomllib
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.base_client import BaseClient
from sqlalchemy import event
from sqlmodel import Session
from typer.core import TyperGroup

from bot.cli.main import COMMANDS as CLI_COMMANDS
from bot.scheduler import make_scheduler
from bot.settings import Settings
from handlers.core.buttons import BUTTONS, FORMS, NUMBERED_BUTTONS
from handlers.core.commands import COMMANDS
from tests.cast import LEAD, LONDON
from tests.conftest import Running, run_bot

ROOT = Path(__file__).parents[1]
FOLDERS = {"bot", "handlers", "jobs", "messages", "documents", "db", "sandbox"}
# Which folder may import which; a dotted name allows that part alone.
ARROWS: dict[str, set[str]] = {
    "bot": {"handlers", "jobs", "messages", "documents", "db", "sandbox"},
    "handlers": {"messages", "db"},
    "jobs": {"messages", "db"},
    "messages": {"db.models", "db.rules"},
    "documents": {"db"},
    "db": set(),
    "sandbox": set(),
}
# Files that are sent in chat are read there, and the papers that are sent are written there.
EXCEPTIONS = {f"handlers/{name}.py": {"documents"} for name in ("imports", "board_paper", "report_card")}


def _files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def _imports(path: Path) -> set[str]:
    """What a file imports of our own, wherever in the file it does."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{name.name}" for name in node.names} | {node.module}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return {name for name in found if name.split(".")[0] in FOLDERS}


def _is_in(name: str, place: str) -> bool:
    return name == place or name.startswith(f"{place}.")


@pytest.mark.parametrize("folder", sorted(FOLDERS))
def test_imports_between_folders_point_one_way(folder: str) -> None:
    """Laws B and C: nobody imports `bot`, and `messages` gets rows and rules, never the store."""
    for path in _files(folder):
        for name in _imports(path):
            # `from db import models` shows up as `db` and as `db.models`.
            if name in FOLDERS or name.split(".")[0] == folder:
                continue
            allowed = ARROWS[folder] | EXCEPTIONS.get(path.relative_to(ROOT).as_posix(), set())
            assert any(_is_in(name, place) for place in allowed), f"{path.relative_to(ROOT)} imports {name}"


def test_rules_are_pure() -> None:
    """Law D: rules take rows, values and `now`; no session, no query, no engine."""
    for path in _files("db/rules"):
        source = path.read_text("utf-8")
        assert not re.search(r"\bSession\b|\bselect\(|sqlalchemy", source), path
        for name in _imports(path):
            assert any(_is_in(name, place) for place in ("db.models", "db.rules")) or name == "db", (
                f"{path.relative_to(ROOT)} imports {name}"
            )


def test_models_know_nothing_of_operations() -> None:
    for path in _files("db/models"):
        assert all(_is_in(name, "db.models") for name in _imports(path)), path


def test_operations_take_the_session_first_and_never_commit() -> None:
    """Law E: the caller owns the transaction."""
    for path in (one for one in (ROOT / "db").glob("*.py") if one.name not in ("engine.py", "__init__.py")):
        assert ".commit()" not in path.read_text("utf-8"), path
        module = import_module(_module(path))
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__ or name.startswith("_"):
                continue
            parameters = list(inspect.signature(function).parameters.values())
            places = [at for at, one in enumerate(parameters) if one.annotation is Session]
            assert places in ([], [0]), f"{module.__name__}.{name}"
            assert all(parameters[at].name == "session" for at in places), f"{module.__name__}.{name}"


@pytest.mark.parametrize("folder", ["handlers", "jobs"])
def test_a_feature_has_one_name_in_every_folder(folder: str) -> None:
    """Law F: `ls */reminders.py` is the feature."""
    # These are about several features, or are the way through itself.
    general = {
        "__init__",
        "home",
        "guests",
        "outbox",
        "retry",
        "recipients",
        "schedule",
        "preview",
        "daily_runs",
        "tick_context",
        "slack_client",
        "clock_check",
        "digest",
    }
    elsewhere = {path.stem for other in ("db", "messages") for path in (ROOT / other).glob("*.py")}
    for path in (ROOT / folder).glob("*.py"):
        assert path.stem in general | elsewhere, path


def test_a_question_reaches_its_row_in_five_calls(slack: Running) -> None:
    """Law G: from Slack to a row at most five modules, each of which does something."""
    depths: list[list[str]] = []

    def look(*arguments: Any) -> None:
        modules: list[str] = []
        frame = inspect.currentframe()
        while frame is not None:
            name = frame.f_globals.get("__name__", "")
            if name.split(".")[0] in FOLDERS - {"bot", "sandbox"} and [name] != modules[-1:]:
                modules.append(name)
            frame = frame.f_back
        depths.append([one for one in modules if one != "handlers.core.deadline"])

    event.listen(slack.engine, "before_cursor_execute", look)
    try:
        slack.ask(LEAD, "/action status 2.3")
    finally:
        event.remove(slack.engine, "before_cursor_execute", look)

    assert depths
    assert max(map(len, depths)) <= 5, max(depths, key=len)


def test_whatever_a_reference_means_passes_the_check_of_who_may_see_it() -> None:
    """A partner sees their own actions only, so no handler may look a reference up without that check."""
    for path in (ROOT / "handlers").rglob("*.py"):
        source = path.read_text("utf-8")
        looked_up = source.count("references.resolve(")
        assert source.count("visible(request, references.resolve(") == looked_up, path.name


def test_no_transaction_is_open_while_slack_is_called(
    copy_of: Callable[[str, bool], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law H: claim, commit, build, send, record. A slow Slack must never hold a row or a connection."""
    with run_bot(copy_of("sqlite", True)) as slack:
        in_use: Counter[int] = Counter()
        calls: list[str] = []
        held: list[str] = []

        def count(change: int) -> Callable[..., None]:
            return lambda *_: in_use.update({threading.get_ident(): change})

        event.listen(slack.engine, "checkout", count(1))
        event.listen(slack.engine, "checkin", count(-1))
        call = BaseClient.api_call

        def watched(client: BaseClient, api_method: str, **rest: Any) -> Any:
            calls.append(api_method)
            if in_use[threading.get_ident()]:
                held.append(api_method)
            return call(client, api_method, **rest)

        monkeypatch.setattr(BaseClient, "api_call", watched)
        slack.tick(datetime(2016, 12, 15, 10, tzinfo=LONDON))
        slack.tick(datetime(2017, 1, 9, 10, tzinfo=LONDON))
        slack.press(LEAD, slack.ask(LEAD, "/action status 2.3.5"), "update_form")
        slack.ask(LEAD, "/action due 2.3.5 Mar 2017: staff are away")
        slack.tick(datetime(2017, 1, 9, 11, tzinfo=LONDON))

    assert {"chat.postMessage", "views.open", "users.info"} <= set(calls)
    assert held == []


def test_the_scheduler_only_ticks() -> None:
    """Law A: the database is the schedule, so a late or missed run loses nothing."""
    scheduler = make_scheduler(None, None, None)  # type: ignore[arg-type]
    [job] = scheduler.get_jobs()

    assert job.coalesce
    assert job.misfire_grace_time is None
    assert job.max_instances == 1


def test_every_button_and_form_that_is_shown_is_answered_and_no_other() -> None:
    """Law I: the tables tell the truth."""
    shown, numbered = set(), set()
    for path in _files("messages"):
        source = path.read_text("utf-8")
        shown |= set(re.findall(r'button\(\s*[^()]*?(?:\([^()]*\)[^()]*?)*?,\s*"([a-z_]+)"', source))
        # The choices of a menu stand for buttons.
        shown |= set(re.findall(r'^    \("[A-Z][a-z ]+", "([a-z_]+)"\),$', source, re.MULTILINE))
        numbered |= set(re.findall(r'f"([a-z_]+)_\{at\}"', source))
        numbered |= {name[:-2] for name in re.findall(r'"([a-z_]+_0)"', source)}
    shown -= {f"{name}_0" for name in numbered}

    assert shown == set(BUTTONS)
    assert numbered == set(NUMBERED_BUTTONS)
    source = "".join(path.read_text("utf-8") for path in _files("messages"))
    constants = dict(re.findall(r'^([A-Z_]+_FORM) = "([a-z_]+)"$', source, re.MULTILINE))
    assert set(constants.values()) == set(FORMS)
    assert set(re.findall(r"callback_id=([A-Z_]+),", source)) == set(constants)


def test_the_command_line_lists_what_it_has() -> None:
    """The table stands apart from the commands, so that a list of them loads none."""
    for name, entry in CLI_COMMANDS.items():
        command = entry.load(name)
        assert command is not None, name
        first = (command.help or "").split("\n\n")[0].split(". ")[0].rstrip(".")
        if not isinstance(command, TyperGroup):
            assert " ".join(first.split()) == entry.help.split(". ")[0].rstrip("."), name


def test_handlers_know_nothing_of_the_scheduler() -> None:
    for path in _files("handlers"):
        assert "apscheduler" not in path.read_text("utf-8").lower(), path


def test_only_the_settings_read_the_environment() -> None:
    for folder in sorted(FOLDERS):
        for path in _files(folder):
            if path.name != "settings.py":
                assert not re.search(r"\bos\.(environ|getenv)\b", path.read_text("utf-8")), path


@pytest.mark.parametrize("folder", sorted(FOLDERS))
def test_modules_stay_small_enough_to_read(folder: str) -> None:
    for path in (one for one in _files(folder) if "versions" not in one.parts):
        assert len(path.read_text("utf-8").splitlines()) <= 400, path


@pytest.mark.parametrize("folder", sorted(FOLDERS))
def test_every_module_says_what_it_is(folder: str) -> None:
    for path in _files(folder):
        tree = ast.parse(path.read_text("utf-8"))
        assert ast.get_docstring(tree) or path.name == "__init__.py", path


def test_settings_the_example_and_the_docs_name_the_same() -> None:
    names = {name.upper() for name in Settings.model_fields}
    example = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))

    assert example == names
    assert documented == names


def test_the_docs_name_every_command() -> None:
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    for name in CLI_COMMANDS:
        assert f"`partnership-bot {name}" in page, name
    for command in COMMANDS:
        for verb in command.sub_commands:
            assert f"`{command.name} {verb.name}" in page, f"{command.name} {verb.name}"


def test_every_folder_is_packaged() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    held = {
        str(path.parent.relative_to(ROOT)).replace("/", ".")
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("__init__.py")
    }

    assert set(told) == held


def test_the_lock_names_no_address_and_hashes_everything() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        lock = path.read_text("utf-8")
        assert "://" not in lock
        pinned = re.findall(r"^[a-z0-9-]+(?:\[[a-z,]+\])?==", lock, re.MULTILINE)
        assert len(pinned) > 30
        assert len(re.findall(r"\\\n    --hash=sha256:", lock)) >= len(pinned)


def test_nothing_is_left_undone_in_the_code() -> None:
    for folder in (*sorted(FOLDERS), "tests"):
        for path in _files(folder):
            if path.name != "test_repository.py":
                assert not re.search(r"\b(TODO|FIXME|XXX)\b|mark\.(skip|xfail)", path.read_text("utf-8")), (
                    path
                )
