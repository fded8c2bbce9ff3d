"""Numbers and dates that stand beside a finding or in exports of project tools."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook

from db.models import Progress
from documents.draft import DocumentError, Draft
from documents.plan_files import read_plan_file
from tests.documents.office_files import doubts_of
from tests.files import word_table

HEAD = ("No", "Recommendation", "Action", "Lead", "Due")


def _draft(tmp_path: Path, *rows: Sequence[object], merged: Sequence[str] = ()) -> Draft:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    book.save(tmp_path / "plan.xlsx")
    return read_plan_file(tmp_path / "plan.xlsx")


@pytest.mark.parametrize(
    ("second", "merged"),
    [
        (("R1", "Improve assessments"), ()),
        ((None, None), ()),
        ((None, None), ("A2:A3", "B2:B3")),
    ],
)
def test_several_actions_beside_one_recommendation_are_numbered_within_its_number(
    tmp_path: Path, second: tuple[str | None, ...], merged: Sequence[str]
) -> None:
    draft = _draft(
        tmp_path,
        HEAD,
        ("R1", "Improve assessments", "Train staff", "PSW", "March 2026"),
        (*second, "Audit 30 cases", "QA Manager", "May 2026"),
        ("R2", "Improve recording", "Change the form", "IT Lead", "June 2026"),
        merged=merged,
    )
    assert [(one.ref, one.text) for one in draft.actions] == [
        ("R1.1", "Train staff"),
        ("R1.2", "Audit 30 cases"),
        ("R2", "Change the form"),
    ]
    assert "R1 is the number of what 2 actions answer" in doubts_of(draft)


def test_a_number_that_is_there_twice_beside_other_findings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="R1 is there twice, in row 2 and row 3"):
        _draft(
            tmp_path,
            HEAD,
            ("R1", "Improve assessments", "Train staff", "PSW", "March 2026"),
            ("R1", "Improve recording", "Change the form", "IT Lead", "June 2026"),
        )


def test_two_sections_of_one_number_stay_two_with_a_doubt(tmp_path: Path) -> None:
    document = Document()
    for title in (
        "Priority 1: Leadership",
        "Recommendation 1: Better data",
        "Priority 1: Leadership (continued)",
        "Recommendation 1: Better data",
    ):
        document.add_heading(title, 2)
        word_table(document, ["Action", "Lead", "Due"], [[f"Act on {title}", "DCS", "March 2026"]])
    document.save(str(tmp_path / "plan.docx"))
    draft = read_plan_file(tmp_path / "plan.docx")

    assert [(one.ref, one.title) for one in draft.sections] == [("1", "Leadership"), ("2", "Better data")]
    assert [one.section for one in draft.actions] == ["1", "2", "1", "2"]
    assert 'two sections have the number 1: "Better data" is numbered 2' in doubts_of(draft)


def test_a_target_in_words_is_what_its_actions_are_for(tmp_path: Path) -> None:
    draft = _draft(
        tmp_path,
        ("Target", "Actions", "By who", "Timescale"),
        ("1. Attendance of vulnerable pupils improves", "Call home each day", "Attendance lead", "Dec 2025"),
        (None, "Hold panels with parents", "DHT", "March 2026"),
        ("2. Safeguarding culture is strong", "Train all staff", "DSL", "May 2026"),
    )
    assert [(one.ref, one.title) for one in draft.sections] == [
        ("1", "Attendance of vulnerable pupils improves"),
        ("2", "Safeguarding culture is strong"),
    ]
    assert [(one.section, one.leads) for one in draft.actions] == [
        ("1", ["Attendance lead"]),
        ("1", ["DHT"]),
        ("2", ["DSL"]),
    ]


def test_a_date_that_was_not_revised_is_the_target_date(tmp_path: Path) -> None:
    draft = _draft(
        tmp_path,
        ("Action", "Lead", "Target date", "Revised date"),
        ("Do X", "DCI", "31/12/2025", "n/a"),
        ("Do Y", "DCI", "31/12/2025", "28/02/2026"),
    )
    assert [str(one.due.day) for one in draft.actions] == ["2025-12-31", "2026-02-28"]
    assert doubts_of(draft) == ""


def test_a_report_that_begins_with_a_status_says_how_far_it_is(tmp_path: Path) -> None:
    draft = _draft(
        tmp_path,
        ("Action", "Lead", "Due", "Current position"),
        ("Do W", "DCI", "31/12/2025", "Complete – a daily meeting with all agencies in place since Nov"),
        ("Do X", "DCI", "31/12/2025", "Not started - awaiting funding. The bid is due in May."),
        ("Do Y", "DCI", "31/12/2025", "Complete – except for two schools that are still to be trained"),
        ("Do Z", "DCI", "31/12/2025", "A bid for funding was sent to the board – it answers in May"),
    )
    assert [one.progress for one in draft.actions] == [
        Progress.COMPLETE,
        Progress.NOT_STARTED,
        Progress.COMPLETE_WITH_EXCEPTION,
        Progress.IN_PROGRESS,
    ]


def _export(tmp_path: Path, *rows: Sequence[str]) -> Draft:
    with (tmp_path / "export.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return read_plan_file(tmp_path / "export.csv")


def test_an_export_of_jira_has_its_keys_and_dates(tmp_path: Path) -> None:
    draft = _export(
        tmp_path,
        ("Summary", "Issue key", "Issue id", "Assignee", "Status", "Due date", "Resolved"),
        ("Review thresholds", "SAFE-12", "10012", "MASH Manager", "In Progress", "31/Mar/26 12:00 AM", ""),
        ("Publish a policy", "SAFE-13", "10013", "Policy Officer", "Done", "30/Nov/25 12:00 AM", "12/Nov/25"),
    )
    assert [(one.ref, str(one.due.day), one.progress) for one in draft.actions] == [
        ("SAFE-12", "2026-03-31", Progress.IN_PROGRESS),
        ("SAFE-13", "2025-11-30", Progress.COMPLETE),
    ]
    assert str(draft.actions[1].completed_on) == "2025-11-12"


def test_an_export_of_asana_has_its_sections_and_what_is_done(tmp_path: Path) -> None:
    draft = _export(
        tmp_path,
        ("Task ID", "Completed At", "Name", "Section/Column", "Assignee", "Start Date", "Due Date", "Notes"),
        (
            "1201",
            "",
            "Review thresholds",
            "Front door",
            "MASH Manager",
            "2025-09-10",
            "2026-03-31",
            "Draft shared",
        ),
        ("1202", "2025-11-10", "Publish a policy", "Quality", "Policy Officer", "", "2025-11-30", ""),
    )
    assert [section.title for section in draft.sections] == ["Front door", "Quality"]
    assert [one.progress for one in draft.actions] == [None, Progress.COMPLETE]


def test_an_export_of_project_has_its_resources_as_leads(tmp_path: Path) -> None:
    draft = _draft(
        tmp_path,
        ("ID", "Task Name", "Duration", "Start", "Finish", "Resource Names", "% Complete"),
        (1, "Review thresholds", "30 days", "Mon 01/09/25", "Fri 28/11/25", "MASH Manager", 1),
        (2, "Publish a policy", "20 days", "Mon 01/12/25", "Tue 31/03/26", "Policy Officer", 0.25),
    )
    assert [(one.leads, str(one.due.day), one.progress) for one in draft.actions] == [
        (["MASH Manager"], "2025-11-28", Progress.COMPLETE),
        (["Policy Officer"], "2026-03-31", Progress.IN_PROGRESS),
    ]


def test_a_file_without_sections_has_those_of_its_references(tmp_path: Path) -> None:
    draft = _draft(
        tmp_path,
        ("Ref", "Action", "Lead", "Due"),
        ("1.1", "Do X", "DCI", "31/12/2025"),
        ("1.2", "Do Y", "DCI", "31/12/2025"),
        ("3.1", "Do Z", "DCI", "31/12/2025"),
    )
    assert [(one.ref, one.title) for one in draft.sections] == [("1", "Section 1"), ("3", "Section 3")]
    assert [one.section for one in draft.actions] == ["1", "1", "3"]
    assert "no titles of sections: the references give 2, 1 to 3" in doubts_of(draft)
