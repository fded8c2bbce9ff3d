"""The repository itself: its arrows, its settings, its command table, its files."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from bot.settings import Settings
from handlers.core.commands import COMMANDS

ROOT = Path(__file__).parents[1]
ROOMS = {"bot", "handlers", "jobs", "messages", "documents", "db", "sandbox"}
# Who may import whom. `messages` gets row types and nothing else of the store.
ARROWS = {
    "bot": {"handlers", "jobs", "messages", "documents", "db", "sandbox"},
    "handlers": {"messages", "db"},
    "jobs": {"messages", "db"},
    "messages": {"db.models"},
    "documents": {"db"},
    "db": set(),
    "sandbox": set(),
}


def _files(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def _imports(path: Path) -> set[str]:
    """The rooms' modules that a file imports, wherever in the file it does."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{name.name}" for name in node.names} | {node.module}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return {name for name in found if name.split(".")[0] in ROOMS}


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_the_arrows_between_rooms_point_one_way(room: str) -> None:
    for path in _files(room):
        for name in _imports(path):
            if name.split(".")[0] == room or name in ("db", "db.models"):
                continue
            allowed = ARROWS[room]
            assert name.split(".")[0] in allowed or name.startswith(tuple(f"{a}." for a in allowed)), (
                f"{path.relative_to(ROOT)} imports {name}"
            )


def test_messages_never_reach_the_store() -> None:
    for path in _files("messages"):
        names = {name for name in _imports(path) if name.startswith("db")}
        assert all(name == "db.models" or name.startswith("db.models.") for name in names), path


def test_handlers_know_nothing_of_the_scheduler() -> None:
    for path in _files("handlers"):
        assert "apscheduler" not in path.read_text("utf-8").lower(), path


def test_only_the_settings_read_the_environment() -> None:
    for room in sorted(ROOMS):
        for path in _files(room):
            if path.name != "settings.py":
                assert not re.search(r"\bos\.(environ|getenv)\b", path.read_text("utf-8")), path


def test_operations_of_the_store_never_commit() -> None:
    for path in (one for one in _files("db") if one.name != "engine.py"):
        assert ".commit()" not in path.read_text("utf-8"), path


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_modules_stay_small_enough_to_read(room: str) -> None:
    for path in (one for one in _files(room) if "versions" not in one.parts):
        assert len(path.read_text("utf-8").splitlines()) <= 400, path


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_every_module_says_what_it_is(room: str) -> None:
    for path in _files(room):
        tree = ast.parse(path.read_text("utf-8"))
        assert ast.get_docstring(tree) or path.name == "__init__.py", path


def test_settings_the_example_and_the_readme_name_the_same() -> None:
    names = {name.upper() for name in Settings.model_fields}
    example = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    readme = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE))

    assert example == names
    assert readme == names


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for command in COMMANDS:
        for verb in command.sub_commands:
            assert f"`{command.name} {verb.name}" in readme, f"{command.name} {verb.name}"


def test_every_room_is_packaged() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    held = {
        str(path.parent.relative_to(ROOT)).replace("/", ".")
        for room in ROOMS
        for path in (ROOT / room).rglob("__init__.py")
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
    for room in (*sorted(ROOMS), "tests"):
        for path in _files(room):
            if path.name != "test_repository.py":
                assert not re.search(r"\b(TODO|FIXME|XXX)\b|mark\.(skip|xfail)", path.read_text("utf-8")), (
                    path
                )
