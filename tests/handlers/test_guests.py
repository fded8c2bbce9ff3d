"""Guests: let in by name, to read and nothing else."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from documents.audit_log_export import COLUMNS, export_entries
from documents.csv_reader import read_rows, unneutralise
from documents.draft import DocumentError
from tests.cast import CHAIR, COORDINATOR, LEAD, OUTSIDER
from tests.conftest import Running


def _make_guest(slack: Running) -> None:
    slack.sandbox.space.people[CHAIR].is_restricted = True


def test_a_guest_reads_only_when_a_coordinator_lets_them_by_name(slack_on_both: Running) -> None:
    slack = slack_on_both
    _make_guest(slack)
    assert "not open to guests" in slack.ask(CHAIR, "/action status 2.3").text
    assert "Only a coordinator can say" in slack.ask(LEAD, "/plan allow @chair").text
    assert f"<@{CHAIR}> can now read" in slack.ask(COORDINATOR, "/plan allow @chair").text
    assert "already read" in slack.ask(COORDINATOR, "/plan allow @chair").text
    assert "5 actions" in slack.ask(CHAIR, "/action status 2.3").text

    assert "can no longer read" in slack.ask(COORDINATOR, "/plan disallow @chair").text
    assert "not open to guests" in slack.ask(CHAIR, "/action status 2.3").text


@pytest.mark.parametrize(
    "command",
    [
        "update 2.3.5 complete: x",
        "note 2.3.5: x",
        "due 2.3.1 03/2017",
        "evidence 2.3.5 https://e.org",
        "undo",
    ],
)
def test_a_guest_who_reads_changes_and_comments_nothing(slack: Running, command: str) -> None:
    _make_guest(slack)
    slack.ask(COORDINATOR, "/plan allow @chair")
    assert "As a guest you can read here" in slack.ask(CHAIR, f"/action {command}").text
    assert "No updates recorded" in slack.ask(LEAD, "/action status 2.3.5").text


def test_a_guest_holds_no_role_and_a_stranger_is_never_let_in(slack: Running) -> None:
    _make_guest(slack)
    refused = slack.ask(COORDINATOR, '/plan role set "CSC Area Managers" @chair')
    assert "guests can only read" in refused.text
    assert "not open to people of another workspace" in slack.ask(COORDINATOR, "/plan allow @outsider").text
    assert "can read already" in slack.ask(COORDINATOR, "/plan allow @lead").text
    assert "not open" in slack.ask(OUTSIDER, "/action status 2.3").text


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_the_record_is_written_for_the_auditor(slack_on_both: Running, tmp_path: Path, suffix: str) -> None:
    slack = slack_on_both
    slack.ask(LEAD, "/action note 2.3.5: =HYPERLINK is what I wrote")
    path = tmp_path / f"record{suffix}"
    with slack.store.reading() as session:
        count = export_entries(session, path)
    if suffix == ".csv":
        rows = [[unneutralise(cell) for cell in row] for row in read_rows(path, 1000)]
    else:
        sheet = load_workbook(path).active
        assert sheet is not None
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr"}
        rows = [
            ["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)
        ]

    assert rows[0] == list(COLUMNS)
    assert len(rows) == count + 1
    last = dict(zip(rows[0], rows[-1], strict=True))
    assert (last["who"], last["field"], last["note"]) == (LEAD, "note", "=HYPERLINK is what I wrote")
    assert len(last["hash"]) == 64


def test_the_record_is_written_to_no_other_kind_of_file(slack: Running, tmp_path: Path) -> None:
    with slack.store.reading() as session, pytest.raises(DocumentError, match=r"neither \.csv nor \.xlsx"):
        export_entries(session, tmp_path / "record.pdf")
