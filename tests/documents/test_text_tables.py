"""Registers and term dates as Excel workbooks, the way that officers keep them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from documents.draft import DocumentError
from documents.file_kinds import FileKind, file_kind
from documents.people import PEOPLE_COLUMNS, read_people
from documents.registers import unread_parts
from documents.schools import read_schools
from documents.terms import read_terms
from tests.conftest import Program
from tests.documents.office_files import workbook

PEOPLE: list[list[Any]] = [
    ["Who holds which role"],
    [],
    ["Role", "Organisation", "Slack ID", "From", "Phone"],
    ["Head of MASH", "Council", "U0002DEPUTY", date(2016, 9, 1), "01865 1"],
    ["Named Nurse", "Trust", "U0001LEAD", None, None],
]


def test_people_below_a_title_are_read_and_what_is_not_is_told(tmp_path: Path) -> None:
    path = workbook(tmp_path / "people.xlsx", Notes=[["Ask Sam", "first"]], People=PEOPLE)

    assert file_kind(path) is FileKind.PEOPLE
    first, second = read_people(path)
    assert (first.role, first.agency, first.slack_user) == ("Head of MASH", "Council", "U0002DEPUTY")
    assert (first.starts, second.starts) == (date(2016, 9, 1), None)
    assert unread_parts(path, PEOPLE_COLUMNS) == [
        "not used, so nothing of it is stored: “Phone”",
        "above the table, and not read: “Who holds which role”",
        'the sheet "Notes" is not read',
    ]


def test_a_fault_names_the_row_that_excel_shows(tmp_path: Path) -> None:
    path = workbook(tmp_path / "people.xlsx", People=[*PEOPLE, [], ["", "", "U0003"]])

    with pytest.raises(DocumentError, match=r"people\.xlsx, row 7: no role is given"):
        read_people(path)


def test_a_workbook_without_the_columns_says_what_it_has(tmp_path: Path) -> None:
    path = workbook(tmp_path / "schools.xlsx", Sheet=[["Pupil places", "Ward"], ["3", "North"]])

    with pytest.raises(DocumentError, match="has no column name: it has “Pupil places”, “Ward”"):
        read_schools(path)


def test_hidden_columns_of_a_register_are_told(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = workbook(tmp_path / "people.xlsx", People=PEOPLE[2:])
    book = load_workbook(path)
    book["People"].column_dimensions["B"].hidden = True
    book["People"]["A2"].comment = _comment("Leaves in May")
    book.save(path)

    assert [one.agency for one in read_people(path)] == ["", ""]
    told = "\n".join(unread_parts(path, PEOPLE_COLUMNS))
    assert "row 2: the comment on A2 is not read: “Leaves in May”" in told


def _comment(text: str) -> Any:
    from openpyxl.comments import Comment

    return Comment(text, "A")


TERMS: list[list[Any]] = [
    ["Term dates 2026 to 2027"],
    ["Term", "Starts", "Ends"],
    ["Autumn term 2026", date(2026, 9, 3), date(2026, 12, 18)],
    ["Autumn half term 2026", date(2026, 10, 26), date(2026, 10, 30)],
]


def test_term_dates_of_a_council_on_a_sheet_for_each_year(tmp_path: Path) -> None:
    later: list[list[Any]] = [
        ["Term", "Starts", "Ends"],
        ["Spring term 2027", date(2027, 1, 4), date(2027, 3, 25)],
    ]
    path = workbook(tmp_path / "dates.xlsx", Autumn=TERMS, Spring=later, Contacts=[["Ask", "the office"]])
    found = read_terms(path, "Wexmoor")

    assert sorted((one.term, one.kind.value, one.starts, one.ends) for one in found.spans) == [
        ("Autumn 2026", "half_term", date(2026, 10, 26), date(2026, 10, 30)),
        ("Autumn 2026", "term", date(2026, 9, 3), date(2026, 12, 18)),
        ("Spring 2027", "term", date(2027, 1, 4), date(2027, 3, 25)),
    ]
    assert 'the sheet "Contacts" is not read: it has no table of terms' in found.doubts


def test_term_dates_in_the_own_form_need_no_calendar(run: Program, tmp_path: Path) -> None:
    run.on_empty_database()
    rows: list[list[Any]] = [
        ["Calendar", "Term", "Starts", "Ends", "Kind", "Notes"],
        ["Wexmoor", "Autumn 2026", date(2026, 9, 3), date(2026, 12, 18), "term", "draft"],
    ]
    path = workbook(tmp_path / "terms.xlsx", Terms=rows)
    done = run("terms", "import", str(path))

    assert done.code == 0
    assert "not used, so nothing of it is stored: “Notes”" in done.out
    assert "2026-12-18" in run("terms", "list", "--format", "json").out
    assert file_kind(path) is FileKind.TERMS


def _terms(folder: Path, *rows: str) -> Any:
    path = folder / "dates.csv"
    path.write_text("\n".join(["Term,Starts,Ends", *rows]), "utf-8")
    return read_terms(path, "Wexmoor")


AUTUMN = "Autumn term 2026,1 September 2026,18 December 2026"


def test_a_mistyped_year_makes_no_half_term_of_a_year(tmp_path: Path) -> None:
    found = _terms(tmp_path, AUTUMN, "Autumn half term,26 October 2026,30 October 2027")

    assert [one.kind.value for one in found.spans] == ["term"]
    assert "would last 370 days: check its years" in "\n".join(found.doubts)
    with pytest.raises(DocumentError, match="would last 474 days"):
        _terms(tmp_path, AUTUMN.replace("18 December 2026", "18 December 2027"))


def test_a_term_that_is_there_twice_is_read_once(tmp_path: Path) -> None:
    found = _terms(tmp_path, AUTUMN, "Autumn term 2026,2 September 2026,17 December 2026")

    assert len(found.spans) == 1
    assert "“Autumn 2026” is there twice: 2 Sep 2026 to 17 Dec 2026 is left out" in found.doubts


def test_lines_of_a_council_without_a_day_of_their_own_are_told(tmp_path: Path) -> None:
    found = _terms(tmp_path, AUTUMN, "INSET days: 4 January 2027 and 12 April 2027", "2026/27")

    assert found.doubts == [
        "row 3 “INSET days: 4 January 2027 and 12 April 2027” has no day in its own column: it is left out"
    ]
