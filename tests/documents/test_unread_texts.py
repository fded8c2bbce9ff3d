"""What a plan's file says outside its tables is told."""

from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from documents.plan_files import read_plan_file
from tests.documents.office_files import doubts_of
from tests.files import excel_rows, word_table

_HEADINGS = ["Ref", "Action", "Lead", "Due"]
_ACTION = ["1", "Write the guide for schools", "Head of MASH", "March 2026"]


def _word() -> Any:
    document = Document()
    document.add_heading("Neglect plan", 0)
    return document


def _doubts(document: Any, folder: Path) -> str:
    word_table(document, _HEADINGS, [_ACTION])
    document.save(folder / "plan.docx")
    return doubts_of(read_plan_file(folder / "plan.docx"))


def test_words_around_a_word_plan_are_told_but_for_its_title_and_its_key(tmp_path: Path) -> None:
    document = _word()
    document.add_paragraph("Approved 2 July 2026.")
    document.add_paragraph("JT = Jo Tanner, Partnership Officer")
    document.add_paragraph("Key: green = complete, red = not started")
    word_table(document, ["Term", "Meaning"], [["MASH", "Multi-agency safeguarding hub"]])
    document.sections[0].header.paragraphs[0].text = "Version 4, draft"
    document.sections[0].footer.paragraphs[0].text = "Page 1 of 3"

    assert _doubts(document, tmp_path) == (
        "outside the table, and not read: “Approved 2 July 2026.”; “JT = Jo Tanner, Partnership Officer”; "
        "“Term : Meaning”; “MASH : Multi-agency safeguarding hub”; “Version 4, draft”"
    )


def test_a_title_alone_needs_no_doubt(tmp_path: Path) -> None:
    assert _doubts(_word(), tmp_path) == ""


@pytest.mark.parametrize("text", ["Action 2 is withdrawn by the Executive", "Leads answer for their teams."])
def test_a_sentence_above_everything_is_no_title(tmp_path: Path, text: str) -> None:
    path = excel_rows(tmp_path / "plan.xlsx", [[text], _HEADINGS, _ACTION])

    assert doubts_of(read_plan_file(path)) == f"outside the table, and not read: “{text}”"


def test_personal_data_around_a_table_is_counted_and_not_quoted(tmp_path: Path) -> None:
    document = _word()
    document.add_paragraph("Approved 2 July 2026.")
    document.add_paragraph("Call the family on 01865 496 000")

    told = _doubts(document, tmp_path)
    assert told == "outside the table, and not read: “Approved 2 July 2026.”; 1 more"


def test_many_words_around_a_table_are_counted(tmp_path: Path) -> None:
    document = _word()
    for number in range(20):
        document.add_paragraph(f"Line {number} " + "of words " * 20)

    told = _doubts(document, tmp_path)
    assert told.endswith("; 8 more")
    assert len(told) < 3000


def test_a_comment_in_the_margin_and_tracked_changes_are_told(tmp_path: Path) -> None:
    document = _word()
    paragraph = document.add_paragraph("Approved.")
    document.add_comment(paragraph.runs, "Ask the board first", author="A")
    deleted = OxmlElement("w:del")
    run, words = OxmlElement("w:r"), OxmlElement("w:delText")
    words.text = "not "
    run.append(words)
    deleted.append(run)
    deleted.set(qn("w:author"), "A")
    paragraph._p.append(deleted)

    told = _doubts(document, tmp_path)
    assert "a comment in the margin is not read: “Ask the board first”" in told
    assert "what tracked changes delete is left out, in 1 place, and what they add is read" in told


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_rows_above_and_long_ones_below_a_table_are_told(tmp_path: Path, ending: str) -> None:
    long = "This note to the reader is longer than any title can be. " * 4
    rows = [["Neglect plan"], ["Owner: Head of MASH", "Version 3"], _HEADINGS, _ACTION, [long]]
    path = tmp_path / f"plan.{ending}"
    if ending == "xlsx":
        excel_rows(path, rows)
    else:
        path.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in rows))

    told = doubts_of(read_plan_file(path))
    assert told.startswith("outside the table, and not read: “Owner: Head of MASH / Version 3”; “This note")
