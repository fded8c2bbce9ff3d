"""Minutes with items, findings with numbers, priorities above objectives, forms, agencies by letters."""

from datetime import date
from pathlib import Path

import pytest
from docx import Document

from documents.draft import DocumentError
from documents.plan_files import read_plan_file
from tests.documents.office_files import doubts_of, plan_of_rows, workbook
from tests.files import word_table

_POLICE = (
    "Ref",
    "Pillar",
    "Area for improvement",
    "Force response – activity",
    "Strategic lead",
    "Tactical lead",
)


def test_actions_of_one_item_of_an_agenda_are_told_apart(tmp_path: Path) -> None:
    rows = [
        ("Item", "Action", "Who"),
        ("4", "Circulate it", "LADO"),
        ("3", "Publish it", "DCS"),
        ("3", "File it", "DCS"),
    ]
    draft = plan_of_rows(tmp_path, *rows)

    assert [action.ref for action in draft.actions] == ["4", "3.1", "3.2"]
    assert "3 is the number of what 2 actions answer" in doubts_of(draft)


@pytest.mark.parametrize("refs", [("3", "3"), ("4", "5", "6", "6"), ("2", "2", "3")])
def test_a_reference_that_is_there_twice_is_refused(tmp_path: Path, refs: tuple[str, ...]) -> None:
    rows = [("Ref", "Action", "Who"), *((ref, f"Publish part {at}", "DCS") for at, ref in enumerate(refs))]

    with pytest.raises(DocumentError, match=r"the reference \d is there twice"):
        plan_of_rows(tmp_path, *rows)


def test_a_finding_that_begins_with_a_number_makes_no_section(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ("Finding", "Action", "Who"),
        ("4 of 20 files had no reference", "Obtain the references", "Head of HR"),
        ("112 staff out of date", "Renew the checks", "Head of HR"),
    )

    assert [section.title for section in draft.sections] == ["Actions"]
    assert [action.finding for action in draft.actions] == [
        "4 of 20 files had no reference",
        "112 staff out of date",
    ]


def test_a_priority_above_objectives_is_the_section(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ("Objective", "Actions", "Led by", "Finish"),
        ("Priority 1: Writing", "", "", ""),
        ("Spelling", "Introduce sessions", "English Lead", "Dec 2026"),
        ("Priority 2: Attendance", "", "", ""),
        ("Absence", "Hold clinics", "Deputy Head", "July 2027"),
    )

    assert [(section.ref, section.title) for section in draft.sections] == [
        ("1", "Writing"),
        ("2", "Attendance"),
    ]
    assert [(action.section, action.notes) for action in draft.actions] == [
        ("1", ["Spelling"]),
        ("2", ["Absence"]),
    ]
    assert '"Spelling" stands below "Writing": kept as a note' in doubts_of(draft)


def test_two_tables_with_the_same_headings_are_no_forms(tmp_path: Path) -> None:
    live = [
        (*_POLICE, "Target date", "Expected date"),
        ("1", "PVP", "Answer calls", "Add a marker", "ACC", "Supt", "18/12/2026", "31/03/2027"),
    ]
    closed = [
        (*_POLICE, "Date closed", "Closed by"),
        ("7", "PVP", "Supervise", "Publish standards", "ACC", "Supt", "20/03/2026", "Letter"),
    ]
    draft = read_plan_file(workbook(tmp_path / "plan.xlsx", Live=live, Closed=closed))

    assert [action.text for action in draft.actions] == ["Add a marker", "Publish standards"]
    assert [action.finding for action in draft.actions] == ["Answer calls", "Supervise"]


def test_a_form_that_calls_no_label_the_action_is_told_what_to_call_it(tmp_path: Path) -> None:
    with pytest.raises(
        DocumentError, match='"Who is responsible\\?" and its value, as in a form: call what is to be done'
    ):
        plan_of_rows(tmp_path, ("Topic", "Records"), ("Who is responsible?", "Lead Nurse"))


def test_leads_by_letters_are_no_letters_of_a_matrix(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path, ("Action", "Lead", "Due"), ("Do it", "LA", "31/03/2027"), ("File it", "CSC", "31/03/2027")
    )

    assert [action.leads for action in draft.actions] == [["LA"], ["CSC"]]


def test_forms_with_the_number_in_their_label_keep_it(tmp_path: Path) -> None:
    forms = [
        row
        for number, words in (("1.1", "Add prompts"), ("1.2", "Brief staff"))
        for row in (
            ("Finding", "Hear from fathers"),
            (f"Action {number}", words),
            ("Lead", "LADO"),
            ("Due", "28/02/2027"),
        )
    ]
    draft = plan_of_rows(tmp_path, *forms)

    assert [(action.ref, action.text) for action in draft.actions] == [
        ("1.1", "Add prompts"),
        ("1.2", "Brief staff"),
    ]


def test_sheets_of_current_and_completed_actions_are_no_sections(tmp_path: Path) -> None:
    current = [("Action", "Owner", "Deadline"), ("Refresh it", "LADO", "Sept 26")]
    completed = [("Action", "Owner", "Completed on"), ("Set it up", "LADO", "19/05/2026")]
    sheets = {"Current actions": current, "Completed": completed}
    draft = read_plan_file(workbook(tmp_path / "plan.xlsx", **sheets))

    assert [section.title for section in draft.sections] == ["Actions"]
    assert [str(action.progress) for action in draft.actions] == ["None", "complete"]


def test_a_real_date_of_excel_has_no_month_first(tmp_path: Path) -> None:
    rows = [("Action", "Lead", "Due", "Last updated"), ("Call", "LADO", date(2027, 2, 12), "11/18/2026")]

    assert not plan_of_rows(tmp_path, *rows).actions[0].doubts


def test_no_date_or_lead_is_offered_as_the_action(tmp_path: Path) -> None:
    rows = [("Lead agency", "Start date", "Target date"), ("CSC", "01/12/2026", "31/01/2027")]

    with pytest.raises(DocumentError, match='none of them is the action: call what is to be done "Action"'):
        plan_of_rows(tmp_path, *rows)


def test_the_number_in_the_title_of_a_form_is_its_actions(tmp_path: Path) -> None:
    document = Document()
    for number, words in ((3, "Train staff"), (4, "Map venues")):
        document.add_heading(f"Action {number}", 2)
        word_table(document, ["Action", words], [["Lead", "LADO"], ["Due", "28/02/2027"]])
    document.save(str(tmp_path / "plan.docx"))
    draft = read_plan_file(tmp_path / "plan.docx")

    assert [(action.ref, action.text) for action in draft.actions] == [
        ("3", "Train staff"),
        ("4", "Map venues"),
    ]
    assert [section.title for section in draft.sections] == ["Actions"]
