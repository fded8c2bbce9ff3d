"""The numbers that Word gives paragraphs by itself are read as a reader sees them."""

from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from documents.draft import Draft
from documents.plan_files import read_plan_file
from tests.files import word_table

_HEADINGS = ["No.", "Action", "Lead", "By when"]


def _define(document: Any, number: int, *levels: tuple[str, str], restarts: bool = False) -> None:
    """Define a list of that number; each level has the form of its numbers and the text around them."""
    numbering = document.part.numbering_part.element
    written = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(levels)
    )
    definition = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{written}</w:abstractNum>'
    numbering.insert(0, parse_xml(definition))
    _add_list(document, number, number, restarts=restarts)


def _add_list(document: Any, number: int, definition: int, *, restarts: bool) -> None:
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>' if restarts else ""
    own = f'<w:abstractNumId w:val="{definition}"/>{override}'
    document.part.numbering_part.element.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}">{own}</w:num>')
    )


def _number(paragraph: Any, number: int, level: int = 0) -> None:
    properties = paragraph._p.get_or_add_pPr()
    own = f'<w:ilvl w:val="{level}"/><w:numId w:val="{number}"/>'
    properties.append(parse_xml(f"<w:numPr {nsdecls('w')}>{own}</w:numPr>"))


def _table(document: Any, number: int, *actions: str) -> Any:
    """A table whose first column has numbers of Word's own and no text."""
    rows = [["", action, "Head of MASH", "May 2027"] for action in actions]
    table = word_table(document, _HEADINGS, rows)
    for row in table.rows[1:]:
        _number(row.cells[0].paragraphs[0], number)
    return table


def _read(document: Any, folder: Path) -> Draft:
    document.save(str(folder / "plan.docx"))
    return read_plan_file(folder / "plan.docx")


def test_a_column_of_own_numbers_has_the_references(tmp_path: Path) -> None:
    document = Document()
    _define(document, 71, ("decimal", "%1."))
    _table(document, 71, "Train every school", "Publish the guide", "Audit the files")

    assert [one.ref for one in _read(document, tmp_path).actions] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("form", "refs"), [("upperLetter", ["A", "B"]), ("decimal", ["R1", "R2"]), ("bullet", [None, None])]
)
def test_letters_and_words_around_numbers_count_and_bullets_do_not(
    tmp_path: Path, form: str, refs: list[str | None]
) -> None:
    document = Document()
    _define(document, 71, (form, "R%1" if form == "decimal" else "%1."))
    _table(document, 71, "Train every school", "Publish the guide")

    assert [one.ref for one in _read(document, tmp_path).actions] == refs


def test_headings_and_levels_number_the_sections(tmp_path: Path) -> None:
    document = Document()
    _define(document, 71, ("decimal", "%1."), ("decimal", "%1.%2"))
    for title, actions in (("Front door", ["Train every school"]), ("Early help", ["Open a hub", "Map it"])):
        _number(document.add_heading(title, 2), 71)
        for row in _table(document, 71, *actions).rows[1:]:
            row.cells[0].paragraphs[0]._p.pPr.numPr.ilvl.val = 1
    draft = _read(document, tmp_path)

    assert [(one.ref, one.title) for one in draft.sections] == [("1", "Front door"), ("2", "Early help")]
    assert [one.ref for one in draft.actions] == ["1.1", "2.1", "2.2"]


def test_a_list_that_begins_anew_is_numbered_within_its_section(tmp_path: Path) -> None:
    document = Document()
    _define(document, 71, ("decimal", "%1."))
    _add_list(document, 72, 71, restarts=True)
    document.add_heading("Front door", 2)
    _table(document, 71, "Train every school", "Publish the guide")
    document.add_heading("Early help", 2)
    _table(document, 72, "Open a hub", "Map the offer")

    assert [one.ref for one in _read(document, tmp_path).actions] == ["1.1", "1.2", "2.1", "2.2"]


def test_steps_of_a_list_in_one_cell_keep_their_numbers(tmp_path: Path) -> None:
    document = Document()
    _define(document, 71, ("lowerLetter", "%1)"))
    table = word_table(document, ["Action", "Lead", "By when"], [["Agree a tool", "Head of QA", "May 2027"]])
    cell = table.rows[1].cells[0]
    cell.add_paragraph("Audit thirty files")
    cell.add_paragraph("")
    for paragraph in cell.paragraphs:
        _number(paragraph, 71)
    [action] = _read(document, tmp_path).actions

    assert action.text == "a) Agree a tool\nb) Audit thirty files"


def test_a_style_numbers_its_paragraphs(tmp_path: Path) -> None:
    document = Document()
    table = word_table(
        document,
        _HEADINGS,
        [["", "Train every school", "Head of MASH", "May 2027"], ["", "Map it", "Head of MASH", "May 2027"]],
    )
    for row in table.rows[1:]:
        row.cells[0].paragraphs[0].style = document.styles["List Number"]

    assert [one.ref for one in _read(document, tmp_path).actions] == ["1", "2"]
