"""Where a plan's table begins, what its columns are and which titles it has: kinds met after the samples."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook
from sqlalchemy import Engine
from sqlmodel import select

from db.audit_log import Author
from db.engine import reading, writing
from db.models import Action, Plan, Progress
from documents.plan_apply import apply_plan
from documents.plan_diff import diff_plan
from documents.plan_files import read_plan_file
from tests.cast import NOW, TODAY
from tests.documents.office_files import doubts_of
from tests.files import word_table


def _csv(tmp_path: Path, *rows: Sequence[str]) -> Path:
    with (tmp_path / "plan.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return tmp_path / "plan.csv"


def test_the_first_heading_above_a_table_of_word_is_a_section_as_the_others_are(tmp_path: Path) -> None:
    document = Document()
    document.add_heading("School improvement plan", 1)
    for title in ("Leadership and management", "Behaviour and attitudes"):
        document.add_heading(title, 2)
        word_table(
            document, ["Action", "Who", "When"], [[f"Train staff in {title}", "Headteacher", "31/03/2027"]]
        )
    document.save(str(tmp_path / "plan.docx"))
    draft = read_plan_file(tmp_path / "plan.docx")

    assert [one.title for one in draft.sections] == ["Leadership and management", "Behaviour and attitudes"]
    assert [one.section for one in draft.actions] == ["1", "2"]


def test_a_section_of_an_act_is_no_section_of_the_plan(tmp_path: Path) -> None:
    document = Document()
    document.add_heading("Section 11 audit: actions arising", 1)
    word_table(document, ["Action", "Lead", "Due"], [["Name an executive", "Chief Executive", "31/03/2027"]])
    document.save(str(tmp_path / "plan.docx"))
    draft = read_plan_file(tmp_path / "plan.docx")

    assert [one.ref for one in draft.sections] == ["1"]
    assert "11" not in draft.sections[0].title


def test_headings_joined_down_over_two_rows_give_the_end_and_not_the_start(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Ref", "Action required", "Timescale", None, "Delivery status"])
    sheet.append([None, None, "Start date", "Completion date", None])
    sheet.append(["M1", "Complete daily checks", date(2026, 6, 1), date(2026, 9, 30), "On track"])
    for joined in ("A1:A2", "B1:B2", "C1:D1", "E1:E2"):
        sheet.merge_cells(joined)
    book.save(tmp_path / "plan.xlsx")
    draft = read_plan_file(tmp_path / "plan.xlsx")

    assert [(one.text, one.due.day) for one in draft.actions] == [
        ("Complete daily checks", date(2026, 9, 30))
    ]
    assert '"Timescale Start date" is not used' in doubts_of(draft)


def test_a_row_of_a_list_is_not_taken_for_its_headings(tmp_path: Path) -> None:
    draft = read_plan_file(
        _csv(
            tmp_path,
            ["Title", "Assigned To", "Due Date", "Action Status", "Comments", "Item Type", "Path"],
            [
                "Update strategy",
                "Strategy Officer",
                "2026-12-19",
                "In Progress",
                "Drafted",
                "Item",
                "x/Actions",
            ],
            [
                "Review visits",
                "Missing Coordinator",
                "2026-10-31",
                "Completed",
                "Weekly",
                "Item",
                "x/Actions",
            ],
            ["Map hotspots", "Police Analyst", "2027-01-16", "Not started", "", "Item", "x/Actions"],
        )
    )

    assert [one.text for one in draft.actions] == ["Update strategy", "Review visits", "Map hotspots"]
    assert draft.actions[1].progress is Progress.COMPLETE


def test_do_by_is_the_due_date_and_date_done_the_completion(tmp_path: Path) -> None:
    draft = read_plan_file(
        _csv(
            tmp_path,
            ["What needs to change", "Who will do it", "Do by", "Done? (Y/N)", "Date done"],
            ["Rewrite letters", "Customer Relations Manager", "31/10/2026", "Y", "28/10/2026"],
            ["Add a tracker", "SEND Manager", "30/11/2026", "N", ""],
        )
    )

    assert [one.due.day for one in draft.actions] == [date(2026, 10, 31), date(2026, 11, 30)]
    assert [one.progress for one in draft.actions] == [Progress.COMPLETE, Progress.NOT_STARTED]
    assert draft.actions[0].completed_on == date(2026, 10, 28)


@pytest.mark.parametrize(
    ("heading", "cell", "leads", "supporters"),
    [
        (
            "Lead / Support",
            "Lead: Head of Safeguarding; Support: Police",
            ["Head of Safeguarding"],
            ["Police"],
        ),
        ("Who is accountable?", "Head of Safeguarding", ["Head of Safeguarding"], []),
    ],
)
def test_who_leads_is_found_below_headings_of_other_words(
    tmp_path: Path, heading: str, cell: str, leads: list[str], supporters: list[str]
) -> None:
    draft = read_plan_file(
        _csv(tmp_path, ["Task", heading, "To be completed"], ["Write the policy", cell, "31/01/2027"])
    )

    assert draft.actions[0].leads == leads
    assert draft.actions[0].supporters == supporters
    assert draft.actions[0].due.day == date(2027, 1, 31)


def test_from_and_to_are_the_start_and_the_end(tmp_path: Path) -> None:
    draft = read_plan_file(
        _csv(
            tmp_path,
            ["Action", "From", "To", "Revised To", "Accountable", "% done"],
            ["Find 20 foster homes", "01/04/2026", "31/03/2027", "", "Fostering Manager", "45%"],
            ["Improve the offer", "01/04/2026", "30/09/2026", "31/01/2027", "Leaving Care Manager", "100%"],
        )
    )

    assert [one.due.day for one in draft.actions] == [date(2027, 3, 31), date(2027, 1, 31)]
    assert [one.progress for one in draft.actions] == [Progress.IN_PROGRESS, Progress.COMPLETE]


def test_a_column_of_dates_is_never_the_action(tmp_path: Path) -> None:
    draft = read_plan_file(
        _csv(
            tmp_path,
            ["Ref", "Intervention", "Responsible", "Item for the board", "Status"],
            ["A1", "Knife bins", "Chief Inspector", "30 November 2026", "On track"],
            ["A2", "Mentors", "Programme Manager", "31 March 2027", "On track"],
        )
    )

    assert [one.text for one in draft.actions] == ["Knife bins", "Mentors"]


def test_an_impact_that_was_seen_is_no_target(tmp_path: Path) -> None:
    draft = read_plan_file(
        _csv(
            tmp_path,
            ["Action", "Lead", "Due", "Evidence of impact"],
            ["Brief schools", "Training Lead", "31/03/2027", "Referrals rose by 12%"],
        )
    )

    assert draft.actions[0].measures == []
    assert draft.actions[0].notes == ["Referrals rose by 12%"]


def test_notes_of_two_columns_are_not_read_together_as_an_address(tmp_path: Path, empty: Engine) -> None:
    path = _csv(
        tmp_path,
        ["Action", "Lead", "Due", "Budget", "Project close"],
        ["Recruit detectives", "Head of Crime", "30/09/2027", "500", "May 2027"],
    )
    with writing(empty) as session:
        merge = diff_plan(session, Plan(code="p1", title="Plan"), read_plan_file(path))
        apply_plan(session, merge, Author("import:p1", NOW), TODAY)

    with reading(empty) as session:
        assert session.exec(select(Action.notes)).all() == ["Budget: 500.\nProject close: May 2027"]


@pytest.mark.parametrize(
    ("text", "often"),
    [
        ("Draft the annual report", None),
        ("Set up a monthly newsletter", None),
        ("Set up monthly audits", "monthly"),
        ("Undertake quarterly audits", "quarterly"),
    ],
)
def test_what_an_action_makes_may_come_round_and_the_action_not(
    tmp_path: Path, text: str, often: str | None
) -> None:
    draft = read_plan_file(_csv(tmp_path, ["Action", "Lead", "Due"], [text, "Board Manager", "31/03/2027"]))

    assert draft.actions[0].recurrence == often
    assert ("read as what it is about" in doubts_of(draft)) == (often is None)


@pytest.mark.parametrize("text", ["None", "N/A", "No action required", "-"])
def test_nothing_to_do_is_no_action_and_a_doubt(tmp_path: Path, text: str) -> None:
    draft = read_plan_file(
        _csv(
            tmp_path,
            ["Recommendation", "Action", "Lead", "Due"],
            ["Keep a log", "Begin a log", "Board Manager", "31/03/2027"],
            ["Move the team", text, "n/a", "n/a"],
        )
    )

    assert [one.text for one in draft.actions] == ["Begin a log"]
    assert "row says that there is nothing to do: left out (Move the team" in doubts_of(draft)
