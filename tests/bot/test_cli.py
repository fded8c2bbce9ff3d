"""The command line: results on stdout, one clear line on stderr, exit codes 0, 1 and 2."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pydantic import SecretStr
from sqlalchemy import text

from bot.settings import load
from db.engine import connect
from tests.cast import LEAD
from tests.conftest import SHARED, Program, Running, shared_file
from tests.files import word_plan


def test_a_plan_is_imported_shown_listed_and_exported(run: Program, tmp_path: Path) -> None:
    word_plan(tmp_path / "plan.docx")
    done = run("plan", "import", "plan.docx", "--plan", "improve", "--title", "Improvement plan")
    assert done.code == 0
    assert "improve: 10 added, 0 changed, 0 removed, 0 unchanged." in done.out
    assert "doubts to settle" in done.out
    assert "row 2 1.1: joint leads" in done.out
    assert (
        "improve: nothing changed (10 actions)."
        in run("plan", "import", "plan.docx", "--plan", "improve").out
    )
    assert run("plan", "list").out == "improve\t10 actions\tImprovement plan\n"
    shown = run("plan", "show", "improve").out
    assert "1.1  Publish the new guide" in shown
    assert "31 Jan 2017 (by)" in shown
    for name in ("out.xlsx", "out.csv", "out.docx"):
        assert run("plan", "export", "improve", name).code == 0
        assert "nothing changed" in run("plan", "import", name, "--plan", "improve").out
    assert "entries, unbroken" in run("audit", "verify").out


def test_a_dry_run_shows_it_and_writes_nothing(run: Program, tmp_path: Path) -> None:
    word_plan(tmp_path / "plan.docx")
    done = run("plan", "import", "plan.docx", "--plan", "improve", "--dry-run")

    assert "10 added" in done.out
    assert "Nothing was written" in done.out
    assert run("plan", "list").out == ""


def test_an_import_tells_programs_what_it_did(run: Program, tmp_path: Path) -> None:
    word_plan(tmp_path / "plan.docx")
    done = run("plan", "import", "plan.docx", "--plan", "improve", "--dry-run", "--format", "json")
    told = json.loads(done.out)

    counts = {
        name: told[name] for name in ("plan", "added", "changed", "removed", "unchanged", "pointer_rows")
    }
    assert counts == {
        "plan": "improve", "added": 10, "changed": 0, "removed": 0, "unchanged": 0, "pointer_rows": 0,
    }  # fmt: skip
    assert told["written"] is False
    assert set(told["doubts"][0]) == {"row", "ref", "text"}
    written = run("plan", "import", "plan.docx", "--plan", "improve", "--format", "json")
    assert json.loads(written.out)["written"] is True


def test_a_plan_as_json_has_its_stable_form(run: Program) -> None:
    run.on_samples()
    told = json.loads(run("plan", "show", "jtai2016", "--format", "json").out)

    assert (told["code"], told["title"]) == ("jtai2016", "JTAI 2016")
    assert [section["ref"] for section in told["sections"]] == ["1", "2.1", "2.2", "2.3", "3.1", "3.2"]
    assert [section["ref"] for section in told["headings"]] == ["2", "3"]
    [action] = [action for action in told["actions"] if action["ref"] == "2.2.4"]
    expected = {
        "section": "2.2", "due": "2016-07-31", "due_kind": "by", "due_as_written": "07/2016",
        "original_due": "2016-07-31", "leads": ["Principal Social Worker"], "recurrence": None,
        "progress": "not started", "outcome": "not assessed", "refers_to": ["1.9"],
    }  # fmt: skip
    assert {name: action[name] for name in expected} == expected
    assert {"title", "text", "outcome_text", "measure_text", "measures", "doubts"} <= set(action)
    assert {"kind", "operator", "value", "unit", "of"} <= set(action["measures"][0])


def test_the_officers_plan_over_the_sample_is_the_same_24_actions(run: Program) -> None:
    path = shared_file("plans/jtai-2016.docx")
    if path is None:
        return
    done = run("plan", "import", str(SHARED / "plans/jtai-2016.docx"), "--plan", "jtai2016")
    assert "24 added" in done.out
    assert "2 rows pointing elsewhere" in done.out
    assert "nothing changed" in run("plan", "import", str(path), "--plan", "jtai2016").out
    assert "jtai2016" not in run("sample").out
    assert (
        json.loads(run("plan", "show", "jtai2016", "--format", "json").out)["actions"][23]["ref"] == "3.2.1"
    )


def test_samples_are_loaded_once(run: Program) -> None:
    first = run("sample").out

    assert "jtai2016: 24 actions." in first
    assert "ofsted2014: 10 actions." in first
    assert "Nothing changed" in run("sample").out


def test_two_spellings_of_a_role_are_taken_as_one_on_request(run: Program, tmp_path: Path) -> None:
    lines = [
        "Action,Lead,When",
        "Do this,Principal Social Worker,09/2016",
        "Do that,Principal Social Workr,09/2016",
    ]
    (tmp_path / "plan.csv").write_text("\n".join(lines), "utf-8")
    assert "looks like" in run("plan", "import", "plan.csv", "--dry-run").out
    same = run("plan", "import", "plan.csv", "--same-role", "Principal Social Workr=Principal Social Worker")

    assert "looks like" not in same.out
    shown = json.loads(run("plan", "show", "plan", "--format", "json").out)
    assert {lead for action in shown["actions"] for lead in action["leads"]} == {"Principal Social Worker"}


def test_people_are_imported_whole_or_not_at_all(run: Program, tmp_path: Path) -> None:
    run.on_samples()
    head = "role,agency,slack_user,deputy,from,to\n"
    good = "Deputy Director CSC,Children's Social Care,U0009X,,2016-07-19,\n"
    (tmp_path / "people.csv").write_text(head + good, "utf-8")
    assert "1 role has other holders now" in run("people", "import", "people.csv").out
    assert "Nothing changed" in run("people", "import", "people.csv").out
    (tmp_path / "people.csv").write_text(
        head + good.replace("U0009X", "U0010Y") + "Head,,U1,,soon,\n", "utf-8"
    )
    bad = run("people", "import", "people.csv")

    assert bad.code == 1
    assert 'row 3: "soon" in column from is not a date' in bad.err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is empty"),
        ("agency\nx\n", "has no column role"),
        ("role,slack_user\n,U1\n", "row 2: no role is given"),
        ("role,slack_user\nHead,\n", "row 2: no slack_user is given"),
        ("role,slack_user,from,to\nHead,U1,2017-01-01,2016-01-01\n", "before it starts"),
    ],
)
def test_a_bad_people_file_is_refused_in_one_line(
    run: Program, tmp_path: Path, content: str, told: str
) -> None:
    (tmp_path / "people.csv").write_text(content, "utf-8")
    done = run("people", "import", "people.csv")

    assert done.code == 1
    assert told in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("plan", "import", "nothing.docx"), "there is no file"),
        (("plan", "show", "nothing"), 'no plan has the code "nothing"'),
        (("plan", "export", "nothing", "x.csv"), 'no plan has the code "nothing"'),
        (("people", "import", "nothing.csv"), "there is no file"),
        (("tick",), "SLACK_BOT_TOKEN is not set"),
        (("web",), "SLACK_BOT_TOKEN is not set"),
        (("worker",), "SLACK_BOT_TOKEN is not set"),
        (("run",), "SLACK_BOT_TOKEN is not set"),
        (("tick", "--at", "2016-12-15T09:00"), "can't be used while SLACK_API_URL is Slack's own"),
    ],
)
def test_what_is_wrong_is_one_line_and_exit_code_1(run: Program, words: tuple[str, ...], told: str) -> None:
    done = run(*words)

    assert done.code == 1
    assert told in done.err
    assert done.err.count("\n") == 1
    assert done.out == ""


@pytest.mark.parametrize(
    "words", [("nothing",), ("plan", "import"), ("plan", "show", "x", "--format", "xml")]
)
def test_wrong_usage_is_exit_code_2(run: Program, words: tuple[str, ...]) -> None:
    assert run(*words).code == 2


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DATABASE_URL", "nonsense", "DATABASE_URL: is not the address of a database"),
        ("DATABASE_URL", "mysql://u:secret@h/x", "DATABASE_URL: mysql is not a database that the bot works"),
        ("DATABASE_URL", "postgresql+psycopg2://u@h/x", "the driver psycopg2 is not installed"),
        ("DATABASE_URL", "postgresql://u:secret@h:port/x", "DATABASE_URL: has a port that is not a number"),
        ("SLACK_BOT_TOKEN", "xapp-1-A", "SLACK_BOT_TOKEN: is a token that begins with xapp-"),
        ("SLACK_BOT_TOKEN", "xoxb-1 2", "SLACK_BOT_TOKEN: has a space or a line break in it"),
        ("SLACK_SIGNING_SECRET", "xoxb-1", "the signing secret is no token"),
        ("COORDINATORS", "U0003COORD, @priya", "COORDINATORS: @priya is a name and not a Slack ID"),
        ("BOARD_CHANNEL", "#board", "BOARD_CHANNEL: #board is a name and not a Slack ID"),
        ("HOST", "http://localhost", "HOST: 'http://localhost' is not an address to listen on"),
        ("DATABASE_URL", "sqlite:////no/such/folder/x.db", "the database can't be reached"),
        ("DATABASE_URL", "postgresql://x@127.0.0.1:1/x", "the database can't be reached"),
        ("TIMEZONE", "Mars/Olympus", "TIMEZONE"),
        ("PORT", "many", "PORT"),
        ("SLACK_API_URL", "https://slack.com", "must end in /api/"),
        ("CLOCK_START", "2016-12-15T09:00", "CLOCK_START is for tests"),
        ("LOG_LEVEL", "LOUD", "must be one of"),
    ],
)
def test_a_wrong_setting_is_named(
    run: Program, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    done = run("plan", "list")

    assert done.code == 1
    assert told in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("slack_signing_secret", ' "0123abcd"\n', "0123abcd"),
        ("slack_bot_token", "“xoxb-1-a”", "xoxb-1-a"),
        ("slack_bot_token", "xoxb-1-a\r\n", "xoxb-1-a"),
        ("slack_app_token", "\ufeffxapp-1", "xapp-1"),
        ("coordinators", "<@U0003COORD>; <@U0002DEPUTY|priya>", ("U0003COORD", "U0002DEPUTY")),
        ("coordinators", "@U0003COORD u0002deputy", ("U0003COORD", "U0002DEPUTY")),
        ("coordinators", "  ", ()),
        ("board_channel", "<#C0002BOARD|board>", "C0002BOARD"),
        ("board_channel", "https://x.slack.com/archives/C0002BOARD", "C0002BOARD"),
        ("board_channel", "", None),
        ("port", "", 3000),
        ("port", " 4000 ", 4000),
        ("keep_text_months", "''", None),
        ("host", "::1", "::1"),
        ("host", "[::1]", "::1"),
        ("log_level", "debug ", "DEBUG"),
    ],
)
def test_settings_are_taken_as_people_paste_them(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, read: object
) -> None:
    monkeypatch.setenv(name.upper(), value)
    found = getattr(load(), name)
    assert (found.get_secret_value() if isinstance(found, SecretStr) else found) == read


def test_an_altered_record_is_found(run: Program, tmp_path: Path) -> None:
    run.on_samples()
    with connect(f"sqlite:///{tmp_path / 'partnership.db'}").begin() as connection:
        connection.execute(text("UPDATE entry SET after = 'x' WHERE seq = 5"))
    done = run("audit", "verify")

    assert done.code == 1
    assert "entry 5" in done.err


def test_a_database_from_before_has_to_be_migrated(
    run: Program, monkeypatch: pytest.MonkeyPatch, postgres: Callable[[str | None], str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres(None))
    assert "Run partnership-bot migrate" in run("plan", "list").err
    assert "The database is at" in run("migrate").out
    assert "already" in run("migrate").out
    assert run("sample").code == 0
    assert "24 actions" in run("plan", "list").out


def test_a_database_of_a_newer_version_is_told(run: Program, tmp_path: Path) -> None:
    run.on_empty_database()
    with connect(f"sqlite:///{tmp_path / 'partnership.db'}").begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for words in (("migrate",), ("plan", "list"), ("doctor",)):
        ran = run(*words)
        assert ran.code == 1, words
        assert "a newer version of the bot made" in ran.err + ran.out, words


def test_the_manifest_is_json(run: Program) -> None:
    told = json.loads(run("manifest", "--url", "https://bot.council.example/").out)

    assert told["settings"]["interactivity"]["request_url"] == "https://bot.council.example/slack/events"


@pytest.mark.parametrize("url", ["foo", "http://bot.example.org", "https://", "https://a b"])
def test_a_manifest_is_for_an_address_that_slack_can_call(run: Program, url: str) -> None:
    ran = run("manifest", "--url", url)
    assert ran.code == 1
    assert ran.err.startswith("partnership-bot: --url: the address ")


def test_a_tick_prints_one_json_object(slack: Running, monkeypatch: pytest.MonkeyPatch, run: Program) -> None:
    slack.ask(LEAD, "/action due 2.3.1 03/2017: cohort starts in January")
    for name, value in {
        "DATABASE_URL": slack.settings.database_url,
        "SLACK_BOT_TOKEN": "xoxb-test-token",
        "SLACK_SIGNING_SECRET": "x",
        "SLACK_API_URL": slack.sandbox.api_url,
        "CLOCK_START": "2016-12-15T09:06",
    }.items():
        monkeypatch.setenv(name, value)
    counts = {"noticed": 0, "sent": 1, "deferred": 0, "failed": 0, "skipped": 0}

    assert json.loads(run("tick", "--at", "2016-12-15T09:05").out) == counts
    assert json.loads(run("tick").out) == {**counts, "sent": 0}
    assert "is not an ISO 8601 time" in run("tick", "--at", "soon").err


def test_a_large_import_shows_a_bar_and_is_one_transaction(run: Program, tmp_path: Path) -> None:
    rows = "".join(f"Do thing number {n},Head,09/2016\n" for n in range(600))
    (tmp_path / "plan.csv").write_text(f"Action,Lead,When\n{rows}", "utf-8")

    assert "600 added" in run("plan", "import", "plan.csv").out


def test_the_program_starts_as_installed_and_logs_nothing(tmp_path: Path) -> None:
    program = shutil.which("partnership-bot", path=str(Path(sys.executable).parent))
    assert program is not None
    env = {"DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [program, "plan", "show", "nothing"],
        env=env,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == 'partnership-bot: no plan has the code "nothing". The plans are: none yet\n'


_WRITES = {
    "plan.xlsx": ("plan", "export", "jtai2016"),
    "plan.csv": ("plan", "export", "jtai2016"),
    "plan.docx": ("plan", "export", "jtai2016"),
    "record.csv": ("audit", "export"),
    "record.xlsx": ("audit", "export"),
    "kpis.xlsx": ("kpi", "export"),
    "copy.db": ("backup",),
}


def test_what_is_written_is_its_owners_alone_and_follows_no_link(run: Program, tmp_path: Path) -> None:
    run.on_samples()
    target = tmp_path / "shared"
    for name, command in _WRITES.items():
        (tmp_path / f"link-{name}").symlink_to(target)
        refused = run(*command, f"link-{name}")
        assert refused.code == 1, name
        assert "is a link. Name the file itself" in refused.err
        assert not target.exists(), name

        assert run(*command, name).code == 0, name
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600, name
        assert [one.name for one in tmp_path.iterdir() if one.name.startswith(f".{name}")] == []


def test_a_title_that_looks_like_a_formula_stays_text(run: Program, tmp_path: Path) -> None:
    word_plan(tmp_path / "plan.docx")
    run("plan", "import", "plan.docx", "--plan", "sums", "--title", "=1+1")
    run("plan", "export", "sums", "sums.xlsx")
    cell = load_workbook(tmp_path / "sums.xlsx").active["A1"]  # type: ignore[index]

    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)
