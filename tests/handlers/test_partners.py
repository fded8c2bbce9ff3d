"""Partners: guests and people of other workspaces, who work on the actions of their role and nothing else."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from documents.audit_log_export import COLUMNS, export_entries
from documents.csv_reader import read_rows, unneutralise
from documents.draft import DocumentError
from handlers.core.buttons import BUTTONS
from handlers.core.commands import COMMANDS
from tests.cast import CHAIR, COORDINATOR, LEAD, OUTSIDER
from tests.conftest import Running

ROLE = "CSC Area Managers"
# Actions that the role leads, and one that it does not.
OWN, OTHER = "2.3.3", "2.3.5"
PARTNERS = pytest.mark.parametrize(("person", "handle"), [(CHAIR, "chair"), (OUTSIDER, "outsider")])


def _make_partner(slack: Running, handle: str) -> None:
    slack.sandbox.space.people[CHAIR].is_restricted = True
    slack.ask(COORDINATOR, f"/plan allow @{handle}")
    slack.ask(COORDINATOR, f'/plan role set "{ROLE}" @{handle}')


@PARTNERS
def test_a_partner_needs_a_coordinators_word_and_a_role(
    slack_on_both: Running, person: str, handle: str
) -> None:
    slack = slack_on_both
    slack.sandbox.space.people[CHAIR].is_restricted = True
    denied = "not open to"
    assert denied in slack.ask(person, "/action mine").text
    assert "Only a coordinator can say" in slack.ask(LEAD, f"/plan allow @{handle}").text
    assert "Allow them by name first" in slack.ask(COORDINATOR, f'/plan role set "{ROLE}" @{handle}').text
    assert "They hold no role yet" in slack.ask(COORDINATOR, f"/plan allow @{handle}").text
    assert denied in slack.ask(person, "/action mine").text
    slack.ask(COORDINATOR, f'/plan role set "{ROLE}" @{handle}')
    assert OWN in slack.ask(person, "/action mine").text
    assert "already allowed" in slack.ask(COORDINATOR, f"/plan allow @{handle}").text

    assert "no longer allowed" in slack.ask(COORDINATOR, f"/plan disallow @{handle}").text
    assert denied in slack.ask(person, "/action mine").text
    assert "member of the workspace" in slack.ask(COORDINATOR, "/plan allow @lead").text


@PARTNERS
def test_a_partner_reads_and_updates_the_actions_of_their_role(
    slack: Running, person: str, handle: str
) -> None:
    _make_partner(slack, handle)
    for line in (f"status {OWN}", f"history {OWN}"):
        assert OWN in slack.ask(person, f"/action {line}").text
    assert "in progress" in slack.ask(person, f"/action update {OWN} in progress: standards drafted").text
    for line in (f"note {OWN}: agreed", f"evidence {OWN} https://example.org/x", f"outcome {OWN} on track"):
        assert "Only" not in slack.ask(person, f"/action {line}").text
    assert "31 Mar 2017" in slack.ask(person, f"/action due {OWN} 31 Mar 2017: cohort").text
    assert "Undone" in slack.ask(person, "/action undo").text
    assert "standards drafted" in slack.ask(LEAD, f"/action history {OWN}").text


def test_a_partner_s_answer_says_nothing_of_the_plan_s_findings(slack: Running) -> None:
    slack.ask(COORDINATOR, f"/plan findings link F4 {OWN}")
    assert "Did it stick" in slack.ask(LEAD, f"/action status {OWN}").text
    _make_partner(slack, "outsider")

    assert "Did it stick" not in slack.ask(OUTSIDER, f"/action status {OWN}").text


# Every sub-command, as somebody would type it, that would show or change something that is not theirs.
_CLOSED = [
    f"/action status {OTHER}",
    "/action status 9.9",
    "/action status nonsense",
    f"/action history {OTHER}",
    f"/action update {OTHER} complete: x",
    f"/action note {OTHER}: x",
    f"/action evidence {OTHER} https://example.org/x",
    f"/action outcome {OTHER} on track",
    f"/action due {OTHER} 31 Mar 2017",
    f"/action snooze {OTHER} until 9 Jan 2017",
    "/action list",
    "/plan summary",
    "/plan overdue",
    "/plan check",
    "/plan changes since 2016-09-20",
    "/plan exceptions",
    "/plan silent",
    "/plan findings",
    "/plan findings link F4 2.3.3",
    "/plan stuck",
    "/plan terms 3",
    "/plan board",
    "/plan list",
    "/plan use ofsted2014",
    f'/plan role set "{ROLE}" @lead',
    "/plan roles",
    "/plan allow @school",
    "/plan disallow @school",
    "/reminder list",
    "/reminder preview 1.6",
    "/reminder status 1.6",
    "/kpi board",
    "/kpi list",
    "/kpi camhs 12 weeks",
    "/kpi history camhs 12 weeks",
    "/kpi record camhs 12 weeks 36% 2019/20",
]


@PARTNERS
def test_a_partner_sees_and_changes_nothing_else(slack: Running, person: str, handle: str) -> None:
    _make_partner(slack, handle)
    # A member's answer is in the cache: a partner must not get it from there.
    title = slack.ask(LEAD, f"/action status {OTHER}").text.splitlines()[0]
    before = len(slack.ask(LEAD, f"/action history {OTHER}").text)
    for line in _CLOSED:
        answer = slack.ask(person, line).text
        assert "`/action mine` lists them" in answer, line
        assert title not in answer, line
    assert len(slack.ask(LEAD, f"/action history {OTHER}").text) == before


def test_a_partner_sees_of_a_section_only_their_own_actions(slack: Running) -> None:
    _make_partner(slack, "chair")
    text = slack.ask(CHAIR, "/action status 2.3").text

    assert OWN in text
    assert "2.3.5" not in text


def test_a_partners_form_records_their_action_and_no_other(slack: Running) -> None:
    _make_partner(slack, "chair")
    answer = slack.ask(CHAIR, f"/action status {OWN}")
    view = slack.open_form(CHAIR, answer)
    assert slack.fill(CHAIR, view, progress="in progress", note="from the form") == {}
    assert "from the form" in slack.ask(LEAD, f"/action history {OWN}").text

    shared = slack.ask(LEAD, f"/action status {OTHER}")
    [refused] = slack.press(CHAIR, shared, "update_form")
    assert "among your actions" in refused.text


def test_a_partner_listed_as_coordinator_is_none(slack: Running) -> None:
    slack.sandbox.space.people[COORDINATOR].is_restricted = True
    assert "not open to guests" in slack.ask(COORDINATOR, "/plan allow @chair").text


def test_every_command_and_button_is_closed_to_partners_unless_it_is_marked() -> None:
    opened = {one.name for command in COMMANDS for one in command.all if one.for_partners}
    lead = {"status", "mine", "history", "update", "note", "evidence", "outcome", "due", "snooze", "undo"}
    assert opened == lead | {"nudges", "result", "rounds", "coverage", "covered"}
    closed = {name for name, button in BUTTONS.items() if not button.for_partners}
    assert {"sign_off", "due_grant", "due_refuse", "kpi_record", "kpi_chart", "kpi_table"} <= closed


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
        assert {one.data_type for row in sheet.iter_rows() for one in row if one.value} <= {"s", "inlineStr"}
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
