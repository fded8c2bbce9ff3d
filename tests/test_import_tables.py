"""Plans in Excel and CSV."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from db.imports.csv_file import decode_text, neutral, plain
from db.imports.draft import Draft
from db.imports.files import read_plan_file
from db.imports.outline import settle
from db.models import Progress
from tests.files import DUE, excel_plan, excel_rows


def _read(path: Path) -> Draft:
    draft = read_plan_file(path)
    settle(draft, set())
    return draft


def test_a_workbook_is_read_like_the_word_plan(tmp_path: Path) -> None:
    draft = _read(excel_plan(tmp_path / "plan.xlsx"))

    assert {a.text: (a.due.day, a.due.kind) for a in draft.actions} == DUE
    assert [s.title for s in draft.sections] == ["Practice", "Systems"]
    assert draft.actions[0].progress is Progress.COMPLETE
    assert draft.actions[1].rating == "green"


def test_hidden_columns_are_left_out_and_named(tmp_path: Path) -> None:
    draft = _read(excel_plan(tmp_path / "plan.xlsx"))

    assert any("hidden columns" in text and "Clerk's notes" in text for _, text in draft.doubts)
    assert not any("not for the board" in a.progress_text for a in draft.actions)


def test_rows_are_numbered_as_excel_numbers_them(tmp_path: Path) -> None:
    draft = _read(excel_plan(tmp_path / "plan.xlsx"))
    sheet = load_workbook(tmp_path / "plan.xlsx").worksheets[0]

    assert [sheet.cell(a.row, 1).value for a in draft.actions] == [a.text for a in draft.actions]


def test_vertically_merged_cells_reach_every_row(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Section", "Action", "Lead", "When"],
        ["1 Practice", "Do this", "Head", "09/2016"],
        [None, "Do that", None, "10/2016"],
    ):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("C2:C3")
    book.save(tmp_path / "plan.xlsx")
    draft = _read(tmp_path / "plan.xlsx")

    assert [(a.ref, a.leads) for a in draft.actions] == [("1.1", ["Head"]), ("1.2", ["Head"])]


def test_a_colour_key_on_another_sheet_is_used(tmp_path: Path) -> None:
    path = excel_plan(tmp_path / "plan.xlsx")
    book = load_workbook(path)
    key = book.create_sheet("Key")
    for colour, means in (("Green", "Complete"), ("Amber", "In progress")):
        key.append([colour, means])
    book.save(path)

    assert _read(path).actions[1].progress is Progress.COMPLETE


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Action", "Lead", "When"])
    sheet.append([None, "Head", "09/2016"])
    sheet["A2"].value = "=HYPERLINK(1)"
    sheet["A2"].data_type = "s"
    book.save(tmp_path / "plan.xlsx")

    assert _read(tmp_path / "plan.xlsx").actions[0].text == "=HYPERLINK(1)"


def test_a_formula_without_a_value_is_a_doubt(tmp_path: Path) -> None:
    path = excel_rows(tmp_path / "plan.xlsx", [["Action", "Lead", "When"], ["Do it", "=A1", "09/2016"]])

    assert any("holds no value" in text for _, text in _read(path).doubts)


def test_a_wide_sheet_with_percentages_and_numbers(tmp_path: Path) -> None:
    path = excel_rows(
        tmp_path / "plan.xlsx", [["No", "Action", "Lead", "When"], [1.0, "Do it", "Head", date(2017, 1, 31)]]
    )
    action = _read(path).actions[0]

    assert (action.ref, action.due.day) == ("1", date(2017, 1, 31))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_in_every_usual_dress(tmp_path: Path, encoding: str, separator: str) -> None:
    lines = [["Action", "Lead", "When"], ["Children’s plan – “first”", "Head", "09/2016"]]
    text = "\r\n".join(separator.join(line) for line in lines)
    (tmp_path / "plan.csv").write_bytes(text.encode(encoding))
    action = _read(tmp_path / "plan.csv").actions[0]

    assert (action.text, action.due.day) == ("Children’s plan – “first”", date(2016, 9, 30))


def test_a_cell_over_several_lines_stays_one(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text('Action,Lead,When\n"Do this\nand that",Head,09/2016\n', "utf-8")

    assert _read(tmp_path / "plan.csv").actions[0].text == "Do this\nand that"


@pytest.mark.parametrize("text", ["=1+1", "+44", "-x", "@a", "'quoted", "plain", "", "'=1"])
def test_a_neutral_cell_is_read_back_as_it_was(text: str) -> None:
    assert plain(neutral(text)) == text
    assert not neutral(text).startswith(("=", "+", "-", "@"))


def test_bytes_of_any_kind_become_text() -> None:
    assert decode_text(b"caf\xe9") == "café"
