"""Plans in Excel and CSV."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from db.models import Progress
from documents.csv_reader import decode_text, neutralise, unneutralise
from documents.draft import Draft
from documents.numbering import number_and_link
from documents.plan_files import read_plan_file
from tests.files import DUE, excel_plan, excel_rows


def _read(path: Path) -> Draft:
    draft = read_plan_file(path)
    number_and_link(draft, set())
    return draft


def test_a_workbook_is_read_like_the_word_plan(tmp_path: Path) -> None:
    draft = _read(excel_plan(tmp_path / "plan.xlsx"))

    assert {a.text: (a.due.day, a.due.kind) for a in draft.actions} == DUE
    assert [s.title for s in draft.sections] == ["Practice", "Systems"]
    assert draft.actions[0].progress is Progress.COMPLETE
    assert draft.actions[1].rating == "green"


def test_hidden_columns_are_left_out_and_named(tmp_path: Path) -> None:
    draft = _read(excel_plan(tmp_path / "plan.xlsx"))

    assert any("hidden columns" in one.text and "Clerk's notes" in one.text for one in draft.doubts)
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

    assert any("has no value" in doubt.text for doubt in _read(path).doubts)


def test_a_whole_number_is_a_reference_and_a_date_cell_a_due_date(tmp_path: Path) -> None:
    path = excel_rows(
        tmp_path / "plan.xlsx", [["No", "Action", "Lead", "When"], [1.0, "Do it", "Head", date(2017, 1, 31)]]
    )
    action = _read(path).actions[0]

    assert (action.ref, action.due.day) == ("1", date(2017, 1, 31))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_is_read_in_every_usual_encoding_and_separator(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    lines = [["Action", "Lead", "When"], ["Children’s plan – “first”", "Head", "09/2016"]]
    text = "\r\n".join(separator.join(line) for line in lines)
    (tmp_path / "plan.csv").write_bytes(text.encode(encoding))
    action = _read(tmp_path / "plan.csv").actions[0]

    assert (action.text, action.due.day) == ("Children’s plan – “first”", date(2016, 9, 30))


def test_a_cell_over_several_lines_stays_one(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text('Action,Lead,When\n"Do this\nand that",Head,09/2016\n', "utf-8")

    assert _read(tmp_path / "plan.csv").actions[0].text == "Do this\nand that"


@pytest.mark.parametrize("text", ["=1+1", "+44", "-x", "@a", "'quoted", "plain", "", "'=1"])
def test_a_neutralised_cell_is_read_back_unchanged(text: str) -> None:
    assert unneutralise(neutralise(text)) == text
    assert not neutralise(text).startswith(("=", "+", "-", "@"))


def test_bytes_of_any_kind_become_text() -> None:
    assert decode_text(b"caf\xe9") == "café"


def test_a_row_with_only_an_action_is_an_action(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(
        "Action,Lead,Due\nCommission an audit,,\nTrain,Head,09/2016\n", "utf-8"
    )
    draft = _read(tmp_path / "plan.csv")

    assert [(a.ref, a.text) for a in draft.actions] == [("1.1", "Commission an audit"), ("1.2", "Train")]
    assert "no lead is given" in [doubt.text for doubt in draft.actions[0].doubts]


def test_a_number_that_is_a_reference_keeps_its_zero(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Ref", "Action", "Lead"], [1.1, "Do", "Head"], [1.1, "Do more", "Head"]):
        sheet.append(row)
    sheet["A2"].number_format, sheet["A3"].number_format = "0.0", "0.00"
    book.save(tmp_path / "plan.xlsx")

    assert [a.ref for a in _read(tmp_path / "plan.xlsx").actions] == ["1.1", "1.10"]


def test_a_date_format_in_capitals_keeps_its_day(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Action", "Lead", "When"], ["Do", "Head", date(2017, 3, 15)]):
        sheet.append(row)
    sheet["C2"].number_format = "DD/MM/YYYY"
    book.save(tmp_path / "plan.xlsx")

    assert _read(tmp_path / "plan.xlsx").actions[0].due.day == date(2017, 3, 15)


def test_an_action_over_merged_rows_is_one_with_all_its_leads(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Ref", "Action", "Lead", "When"],
        ["1.1", "Do", "Head", "09/2016"],
        [None, None, "DSL", "12/2016"],
    ):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("B2:B3")
    book.save(tmp_path / "plan.xlsx")
    [action] = _read(tmp_path / "plan.xlsx").actions

    assert action.leads == ["Head", "DSL"]
    assert any("12/2016" in doubt.text for doubt in action.doubts)


def test_a_column_of_revised_dates_moves_the_date_and_keeps_the_first(tmp_path: Path) -> None:
    rows = [["Action", "Lead", "Target date", "Revised date"], ["Do", "Head", "09/2016", "12/2016"]]
    action = _read(excel_rows(tmp_path / "plan.xlsx", rows)).actions[0]

    assert action.due.day == date(2016, 12, 31)
    assert action.original_due is not None
    assert action.original_due.day == date(2016, 9, 30)


def test_sections_without_numbers_take_those_of_their_refs(tmp_path: Path) -> None:
    rows = [
        ["Ref", "Action", "Lead"],
        ["Practice"],
        ["1.1", "Do", "Head"],
        ["Systems"],
        ["2.1", "Do", "Head"],
    ]
    (tmp_path / "plan.csv").write_text("\n".join(",".join(row) for row in rows), "utf-8")
    draft = _read(tmp_path / "plan.csv")

    assert [(s.ref, s.title) for s in draft.sections] == [("1", "Practice"), ("2", "Systems")]


def test_whole_number_refs_of_a_plan_without_sections_are_not_sections(tmp_path: Path) -> None:
    rows = [["Ref", "Action", "Lead"], ["1", "Do", "Head"], ["2", "Do more", "Head"]]
    (tmp_path / "plan.csv").write_text("\n".join(",".join(row) for row in rows), "utf-8")
    draft = _read(tmp_path / "plan.csv")

    assert [a.ref for a in draft.actions] == ["1", "2"]
    assert not {s.ref for s in draft.sections} & {"1", "2"}


@pytest.mark.parametrize("ref", ["2.3(b)", "4(a)", "CSE/01", "A1", "1.10"])
def test_a_reference_is_taken_as_the_plan_writes_it(tmp_path: Path, ref: str) -> None:
    (tmp_path / "plan.csv").write_text(f"Ref,Action,Lead\n{ref},Do,Head\n", "utf-8")

    assert _read(tmp_path / "plan.csv").actions[0].ref == ref
