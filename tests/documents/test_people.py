"""The register of people: a file is the truth for the roles it names, and is checked with Slack."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select
from typer.testing import CliRunner

from bot.cli.main import app
from db.audit_log import Author
from db.engine import reading, writing
from db.models import Entry, Role
from documents.people import apply_people, read_people
from tests.cast import CHAIR, COORDINATOR, DEPUTY, LEAD, NOW, OUTSIDER, TODAY
from tests.conftest import SECRET, TOKEN, Running

ROLE = "Principal Social Worker"
_YESTERDAY = TODAY - timedelta(days=1)


def _import(engine: Engine, folder: Path, *rows: str) -> int:
    path = folder / "people.csv"
    path.write_text("role,agency,slack_user,deputy,from,to\n" + "".join(f"{row}\n" for row in rows), "utf-8")
    with writing(engine) as session:
        return apply_people(session, read_people(path), Author("import:people.csv", NOW), TODAY)


def _holders(engine: Engine, role: str = ROLE) -> list[tuple[str, date | None, date | None]]:
    with reading(engine) as session:
        found = session.exec(select(Role).where(Role.name == role)).one()
        return sorted((one.slack_user, one.starts, one.ends) for one in found.holdings)


def _holder_today(engine: Engine, role: str = ROLE) -> str | None:
    with reading(engine) as session:
        held = session.exec(select(Role).where(Role.name == role)).one().holding_on(TODAY)
        return held.slack_user if held else None


def test_a_corrected_file_ends_what_the_wrong_one_began(empty: Engine, tmp_path: Path) -> None:
    assert _import(empty, tmp_path, f"{ROLE},,{OUTSIDER},,,", f"Chair,,{CHAIR},,,") == 2
    assert _import(empty, tmp_path, f"{ROLE},,{LEAD},{DEPUTY},,") == 1

    assert _holder_today(empty) == LEAD
    assert (OUTSIDER, None, _YESTERDAY) in _holders(empty)
    # A role that the file does not name keeps its holder.
    assert _holder_today(empty, "Chair") == CHAIR
    with reading(empty) as session:
        last = session.exec(select(Entry).order_by(Entry.seq.desc())).first()  # type: ignore[attr-defined]
    assert last is not None
    assert (last.field, OUTSIDER in (last.before or ""), LEAD in (last.after or "")) == ("holder", True, True)


def test_the_same_file_again_changes_nothing_even_after_a_handover_in_chat(
    slack: Running, tmp_path: Path
) -> None:
    row = f"{ROLE},Children's Social Care,{LEAD},{DEPUTY},,"
    _import(slack.engine, tmp_path, row)
    assert _import(slack.engine, tmp_path, row) == 0
    slack.ask(COORDINATOR, f'/plan role set "{ROLE}" @chair from 2016-12-01')
    assert _import(slack.engine, tmp_path, row) == 0
    assert _holder_today(slack.engine) == CHAIR
    # A file that brings something new is the truth again.
    assert _import(slack.engine, tmp_path, f"{ROLE},,{COORDINATOR},,,") == 1
    assert _holder_today(slack.engine) == COORDINATOR


def test_a_holding_that_had_not_begun_goes_and_one_that_is_over_stays(empty: Engine, tmp_path: Path) -> None:
    _import(empty, tmp_path, f"{ROLE},,{LEAD},,2015-01-01,2015-12-31", f"{ROLE},,{CHAIR},,2017-02-01,")
    _import(empty, tmp_path, f"{ROLE},,{DEPUTY},,2017-01-01,")

    assert _holders(empty) == [
        (LEAD, date(2015, 1, 1), date(2015, 12, 31)),
        (DEPUTY, date(2017, 1, 1), None),
    ]


def test_a_file_about_the_past_leaves_todays_holder(empty: Engine, tmp_path: Path) -> None:
    _import(empty, tmp_path, f"{ROLE},,{CHAIR},,2016-12-01,")
    _import(empty, tmp_path, f"{ROLE},,{LEAD},,,2016-11-30")

    assert _holder_today(empty) == CHAIR


@pytest.mark.parametrize(
    ("user", "wrong"),
    [
        ("nobody@example.org", "nobody in Slack has this email address"),
        ("U0009NOBODY", "nobody in Slack has this ID"),
        (OUTSIDER, "not a member of the workspace. Allow them by name first"),
        (DEPUTY, "deactivated accounts"),
    ],
)
def test_somebody_whom_slack_does_not_know_or_let_in_is_named_and_nothing_is_written(
    slack: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: str, wrong: str
) -> None:
    slack.sandbox.space.people[DEPUTY].deleted = True
    path = tmp_path / "people.csv"
    path.write_text(f"role,slack_user\n{ROLE},{LEAD}\n{ROLE},{user}\n")
    settings: dict[str, Any] = {
        "DATABASE_URL": slack.settings.database_url,
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": slack.sandbox.api_url,
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    before = _holders(slack.engine)
    ran = CliRunner().invoke(app, ["people", "import", str(path)])

    assert ran.exit_code == 1
    assert "row 3: slack_user" in ran.stderr
    assert wrong in ran.stderr
    assert _holders(slack.engine) == before
