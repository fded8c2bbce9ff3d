"""Rows that hold several actions, with their own dates, leads and statuses, and keys above a table."""

from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from db.models import Progress
from documents.draft import Draft
from documents.plan_files import read_plan_file
from documents.row_parts import labelled_parts
from tests.documents.office_files import doubts_of

HEAD = ("Ref", "Action", "Lead", "Due", "Status")


def _draft(tmp_path: Path, *rows: tuple[str, ...]) -> Draft:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(tmp_path / "plan.xlsx")
    return read_plan_file(tmp_path / "plan.xlsx")


def test_parts_in_one_line_have_their_own_lead_date_and_status(tmp_path: Path) -> None:
    draft = _draft(
        tmp_path,
        HEAD,
        (
            "1.1",
            "(i) Review the threshold document; (ii) publish it; and (iii) audit its use",
            "(i) Head of MASH; (ii) Head of Education; (iii) QA Manager",
            "(i) Dec 2025; (ii) Jan 2026; (iii) May 2026",
            "(i) Complete; (ii) On hold; (iii) Not started",
        ),
    )

    assert [(one.ref, one.text, one.leads, str(one.due.day), one.progress) for one in draft.actions] == [
        ("1.1.1", "Review the threshold document", ["Head of MASH"], "2025-12-31", Progress.COMPLETE),
        ("1.1.2", "publish it", ["Head of Education"], "2026-01-31", Progress.BLOCKED),
        ("1.1.3", "audit its use", ["QA Manager"], "2026-05-31", Progress.NOT_STARTED),
    ]
    assert doubts_of(draft).count("row 2 has 3 parts with their own dates: read as 3 actions") == 3


def test_what_stands_before_the_parts_belongs_to_each_and_a_part_may_have_two_lines(tmp_path: Path) -> None:
    parts = "The partnership will:\na) agree a protocol\nb) brief staff on it,\nin all teams"
    draft = _draft(tmp_path, HEAD, ("1.2", parts, "DCS", "a) 31/12/25\nb) 31/03/26", "In progress"))

    assert [(one.ref, one.text, one.leads) for one in draft.actions] == [
        ("1.2a", "The partnership will agree a protocol", ["DCS"]),
        ("1.2b", "The partnership will brief staff on it, in all teams", ["DCS"]),
    ]


def test_parts_with_one_date_are_one_action_whose_statuses_are_a_doubt(tmp_path: Path) -> None:
    draft = _draft(
        tmp_path,
        HEAD,
        ("1.3", "a) Choose a tool\nb) Train staff", "DCS", "March 2026", "a) Complete\nb) Open"),
    )

    (action,) = draft.actions
    assert action.progress is Progress.IN_PROGRESS
    assert "2 parts with a status each: read as one action, in progress" in doubts_of(draft)


@pytest.mark.parametrize(
    "text",
    [
        "Plan (a) and (b) apply",
        "See section 1. The rest is in section 2. It follows",
        "Do A. Then 1. one 2. two",
        "b) second\nc) third",
        "One action alone",
    ],
)
def test_what_does_not_count_up_from_the_first_has_no_parts(text: str) -> None:
    assert labelled_parts(text) == []


@pytest.mark.parametrize("label", ["Key", None])
def test_a_key_of_fills_above_a_table_counts_although_a_title_stands_between(
    tmp_path: Path, label: str | None
) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Improvement plan"])
    if label:
        sheet.append([label])
    for colour, means in (("00B050", "On track"), ("FF0000", "Not started"), ("0070C0", "Complete")):
        sheet.append(["", means])
        sheet.cell(sheet.max_row, 1).fill = PatternFill("solid", fgColor=colour)
    sheet.append(["Version 3, updated 4 November 2025"])
    sheet.append(["Ref", "Action", "Lead", "Due", "RAG"])
    for number, letter in enumerate("BGR", start=1):
        sheet.append([f"1.{number}", f"Do thing {number}", "Head of MASH", "March 2026", letter])
    book.save(tmp_path / "plan.xlsx")
    draft = read_plan_file(tmp_path / "plan.xlsx")

    assert [one.progress for one in draft.actions] == [
        Progress.COMPLETE,
        Progress.IN_PROGRESS,
        Progress.NOT_STARTED,
    ]
    assert doubts_of(draft) == "outside the table, and not read: “Version 3, updated 4 November 2025”"


def test_the_number_before_a_lead_is_no_number_of_a_section(tmp_path: Path) -> None:
    draft = _draft(
        tmp_path,
        ("Action", "Lead", "Due"),
        ("Review the threshold document", "1. Head of MASH\n2. QA Manager", "March 2026"),
        ("Audit its use", "QA Manager", "May 2026"),
    )
    assert [section.ref for section in draft.sections] == ["1"]
