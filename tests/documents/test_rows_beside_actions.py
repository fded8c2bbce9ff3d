"""Rows, tables and columns that stand beside a plan's actions: none of them is lost without a word."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook

from db.models import Progress
from documents.draft import Draft
from documents.plan_files import read_plan_file
from tests.documents.office_files import doubts_of
from tests.files import word_table

HEAD = ("Ref", "Action", "Lead", "Due", "Status")
GUIDE = ("1", "Write a guide", "DCS", "12/12/2025", "On track")


def _draft(tmp_path: Path, *rows: Sequence[str]) -> Draft:
    with (tmp_path / "plan.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return read_plan_file(tmp_path / "plan.csv")


def test_a_row_that_only_goes_on_with_the_one_above_is_told(tmp_path: Path) -> None:
    draft = _draft(
        tmp_path, HEAD, GUIDE, ("", "", "", "", "Green since 6/11"), ("2", "Check", "DCS", "May 2026", "")
    )
    assert [one.text for one in draft.actions] == ["Write a guide", "Check"]
    assert "the row has no action, only 'Green since 6/11': left out" in doubts_of(draft)


def test_a_key_below_the_table_that_begins_in_the_first_column_is_no_action(tmp_path: Path) -> None:
    draft = _draft(
        tmp_path,
        HEAD,
        GUIDE,
        ("Status key:", "1 – Complete", "", "", ""),
        ("", "2 – On track", "", "", ""),
        ("", "3 – Overdue", "", "", ""),
    )
    assert [one.text for one in draft.actions] == ["Write a guide"]


def test_a_line_below_the_table_is_told(tmp_path: Path) -> None:
    draft = _draft(tmp_path, HEAD, GUIDE, ("JB = the Principal Social Worker", "", "", "", ""))
    assert '"JB = the Principal Social Worker" has no action below it: left out' in doubts_of(draft)


@pytest.mark.parametrize(
    "none", ["None – tolerate", "No further action (accepted)", "No further action required"]
)
def test_a_row_that_says_that_nothing_is_to_be_done_is_no_action(tmp_path: Path, none: str) -> None:
    draft = _draft(tmp_path, HEAD, GUIDE, ("2", none, "DCS", "n/a", ""))
    assert [one.text for one in draft.actions] == ["Write a guide"]
    assert "says that there is nothing to do" in doubts_of(draft)


def test_who_answers_for_a_section_is_no_section(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for area, owner in (
        ("Area for action 1: Waiting times", "Chief Nurse"),
        ("Area for action 2: Plans", "AD SEND"),
    ):
        sheet.append([area])
        sheet.append([f"Senior responsible officer: {owner}"])
        sheet.append(["Action", "Lead", "End"])
        sheet.append([f"Act on {area}", "SEND Manager", "Dec 2025"])
        sheet.append([])
    book.save(tmp_path / "plan.xlsx")
    draft = read_plan_file(tmp_path / "plan.xlsx")
    assert all("responsible" not in one.title for one in draft.sections)
    assert '"Senior responsible officer: Chief Nurse" says something of a section' in doubts_of(draft)


def test_a_table_inside_a_cell_belongs_to_the_cell(tmp_path: Path) -> None:
    document = Document()
    table = word_table(
        document, ["Action", "Lead", "Due", "Progress"], [["Audit files", "Head of QA", "Oct 2025", ""]]
    )
    log = table.cell(1, 3).add_table(2, 2)
    for at, words in enumerate(("02/09/25", "Tool agreed", "30/10/25", "20 cases audited")):
        log.cell(at // 2, at % 2).text = words
    document.save(str(tmp_path / "plan.docx"))
    draft = read_plan_file(tmp_path / "plan.docx")
    assert draft.actions[0].progress_text == "02/09/25 Tool agreed\n30/10/25 20 cases audited"


@pytest.mark.parametrize("status", ["Force status", "Agency status", "Current status (Nov 25)"])
@pytest.mark.parametrize("due", ["Action due", "Completion due", "Completion"])
def test_any_heading_that_ends_in_status_or_names_when_it_is_due_is_read(
    tmp_path: Path, status: str, due: str
) -> None:
    draft = _draft(
        tmp_path, ("Ref", "Action", "Lead", due, status), ("1", "Do X", "DCS", "12/12/2025", "Closed")
    )
    assert (str(draft.actions[0].due.day), draft.actions[0].progress) == ("2025-12-12", Progress.COMPLETE)


def test_of_two_columns_of_one_name_the_right_one_is_the_latest(tmp_path: Path) -> None:
    draft = _draft(
        tmp_path,
        ("Action", "Lead", "Due", "BRAG", "Update", "BRAG"),
        ("Do X", "DCS", "12/12/2025", "Red", "", "Blue"),
        ("Do Y", "DCS", "12/12/2025", "Amber", "", ""),
    )
    assert [one.rating for one in draft.actions] == ["blue", "amber"]
    assert '"BRAG in column 6" is taken as the latest' in doubts_of(draft)


def test_a_column_called_action_wins_over_what_needs_to_improve(tmp_path: Path) -> None:
    draft = _draft(
        tmp_path,
        ("What needs to improve", "Action", "Lead", "Due"),
        ("Health assessments come late", "Hold a weekly meeting", "DCS", "12/12/2025"),
        ("Files are thin", "Train staff", "QA Manager", "12/12/2025"),
    )
    assert [(one.text, one.finding) for one in draft.actions] == [
        ("Hold a weekly meeting", "Health assessments come late"),
        ("Train staff", "Files are thin"),
    ]


def test_the_lists_of_a_board_are_statuses(tmp_path: Path) -> None:
    draft = _draft(
        tmp_path,
        ("Card Name", "Members", "Due Date", "List Name"),
        ("Write a leaflet for parents", "Midwife", "2025-11-14", "Done"),
        ("Train all foster carers", "Training Officer", "2026-03-13", "Doing"),
    )
    assert [one.progress for one in draft.actions] == [Progress.COMPLETE, Progress.IN_PROGRESS]


def test_numbers_before_headings_do_not_hide_them(tmp_path: Path) -> None:
    draft = _draft(
        tmp_path, ("1. Ref", "2. Action", "3. Who", "4. By when"), ("1", "Do X", "DCS", "12/12/2025")
    )
    assert [(one.text, one.leads) for one in draft.actions] == [("Do X", ["DCS"])]


def test_an_agency_beside_a_role_is_no_second_lead(tmp_path: Path) -> None:
    draft = _draft(
        tmp_path,
        ("Action", "Agency", "Lead officer", "Due"),
        ("Do X", "Council", "Systems Manager", "12/12/2025"),
        ("Do Y", "Police", "", "12/12/2025"),
    )
    assert [one.leads for one in draft.actions] == [["Systems Manager"], ["Police"]]
    assert [one.notes for one in draft.actions] == [["Agency: Council"], ["Agency: Police"]]
    assert doubts_of(draft) == ""


def test_indicators_in_the_table_of_actions_are_no_actions(tmp_path: Path) -> None:
    draft = _draft(
        tmp_path,
        HEAD,
        GUIDE,
        ("KPI", "Measure", "Baseline", "Mar 2026", "Target"),
        ("K1", "Average wait in weeks", "74", "50", "20"),
        ("", "", "", "", ""),
        ("2", "Check it", "DCS", "May 2026", "Open"),
    )
    assert [one.text for one in draft.actions] == ["Write a guide", "Check it"]
    assert "the row is of another table: left out (K1 / Average wait in weeks / 74 / 50 / 20)" in doubts_of(
        draft
    )


def test_subitems_of_a_board_are_told(tmp_path: Path) -> None:
    draft = _draft(
        tmp_path,
        ("Action", "Subitems", "Owner", "Status", "Due"),
        ("Adopt the toolkit", "Brief schools", "Education Lead", "Working on it", "27/03/2026"),
        ("Subitems", "Name", "Owner", "Status", "Date"),
        ("", "Brief schools", "Education Officer", "Done", "17/10/2025"),
        ("Train practices", "", "Named GP", "Stuck", "12/12/2025"),
    )
    assert [one.text for one in draft.actions] == ["Adopt the toolkit", "Train practices"]
    assert "left out (Brief schools / Education Officer / Done / 17/10/2025)" in doubts_of(draft)


def test_a_second_row_of_headings_is_no_action(tmp_path: Path) -> None:
    draft = _draft(
        tmp_path,
        ("Judgement", "Next steps", "Responsible", "Completion", "Progress"),
        ("", "Next steps", "Responsible", "Completion", "Autumn"),
        ("Quality", "Plan a governor visit", "Chair of Governors", "17/07/2026", ""),
    )
    assert [one.text for one in draft.actions] == ["Plan a governor visit"]


def test_words_that_go_on_below_an_action_are_added_to_it(tmp_path: Path) -> None:
    rest = ("", "to include neglect", "", "", "")
    draft = _draft(tmp_path, HEAD, GUIDE, rest, ("2", "Check", "DCS", "May 2026", ""))
    assert [one.text for one in draft.actions] == ["Write a guide to include neglect", "Check"]
    assert "row 3 goes on with it: its words are added" in doubts_of(draft)


def test_letters_below_the_names_of_agencies_are_no_roles(tmp_path: Path) -> None:
    draft = _draft(
        tmp_path,
        ("Ref", "Action", "Responsible", "Supporting agency", "Due"),
        ("1", "Do X", "L", "S", "12/12/2025"),
        ("2", "Do Y", "A", "C", "12/12/2025"),
    )
    assert [(one.leads, one.supporters) for one in draft.actions] == [([], []), ([], [])]
    assert 'the column "Supporting agency" is not used: its words are kept as notes' in doubts_of(draft)


def test_reviews_in_a_column_are_sections_whose_numbers_begin_anew(tmp_path: Path) -> None:
    draft = _draft(
        tmp_path,
        ("SAR", "Rec #", "Action", "Lead", "Due"),
        ("Adult K", "1", "Audit assessments", "DCS", "12/12/2025"),
        ("Adult M", "1", "Set up a panel", "DCS", "12/12/2025"),
    )
    assert [(one.section, one.ref) for one in draft.actions] == [("1", "1.1"), ("2", "2.1")]
