"""Plans as officers write them: .docx and .xlsx files with the quirks of real ones."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl import Workbook
from openpyxl.styles import PatternFill

GREEN, AMBER, RED, BLUE = "00B050", "FFC000", "FF0000", "0070C0"

HEADINGS = ["What", "Who", "When", "Success measures", "RAG"]

# What | Who | When | Success measures | colour, with each way to write a date once.
ROWS: list[list[str]] = [
    ["Publish the new guide", "Head of Service & Team Manager", "31.01.17", "Guide published", BLUE],
    ["Run the first audit", "Named Nurse, Designated Doctor", "Dec 2016", "Audit of 30 cases", GREEN],
    ["Train the panel", "Partnership Manager", "end of March 2017", "90% of panel members trained", AMBER],
    ["Agree the data set", "Data Analyst", "Q2 2017/18", "Data set agreed", RED],
    ["Hold a joint event", "Team Manager", "Spring term 2017", "One event in each locality", ""],
    ["Keep the register", "Team Manager", "ongoing", "Quarterly report to the board", GREEN],
    ["Replace the form", "Team Manager", "ASAP", "See above.", RED],
    ["Close the old route", "Team Manager", "late 2015", "At most 5% of referrals by the old route", AMBER],
    ["Check the links", "Team Manager", "31/02/2017", "Links checked", ""],
    ["Remind every school", "Team Manager", "From 09/2016", "100% of schools reminded each term", GREEN],
]
DUE = {
    "Publish the new guide": (date(2017, 1, 31), "by"),
    "Run the first audit": (date(2016, 12, 31), "by"),
    "Train the panel": (date(2017, 3, 31), "by"),
    "Agree the data set": (date(2017, 9, 30), "by"),
    "Hold a joint event": (date(2017, 4, 15), "by"),
    "Keep the register": (None, "ongoing"),
    "Replace the form": (None, "unclear"),
    "Close the old route": (None, "unclear"),
    "Check the links": (None, "unclear"),
    "Remind every school": (date(2016, 9, 1), "from"),
}


def shade(cell: Any, colour: str) -> None:
    """Shade a cell of a Word table."""
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shading)


def word_table(
    document: Any, headings: Sequence[str], rows: Sequence[Sequence[str]], colours: Sequence[str] = ()
) -> Any:
    """Add a table. A row with one text becomes a title across merged cells."""
    table = document.add_table(rows=1, cols=len(headings), style="Table Grid")
    for cell, heading in zip(table.rows[0].cells, headings, strict=True):
        cell.text = heading
    for number, row in enumerate(rows):
        cells = table.add_row().cells
        if len(row) == 1:
            cells[0].merge(cells[-1]).text = row[0]
            continue
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
        if colours and colours[number]:
            shade(cells[-1], colours[number])
    return table


def word_plan(path: Path, key: str | None = None) -> Path:
    """Save the plan of `ROWS` in Word: two sections, each with headings, and ratings by colour alone."""
    document = Document()
    document.add_heading("Improvement plan 2016-17", 0)
    if key:
        document.add_paragraph(key)
    for title, rows in (("Section 1: Practice", ROWS[:5]), ("Section 2: Systems", ROWS[5:])):
        document.add_paragraph(title)
        word_table(document, HEADINGS, [[*row[:4], ""] for row in rows], [row[4] for row in rows])
    document.save(str(path))
    return path


def excel_plan(path: Path) -> Path:
    """Save the same plan in Excel: a title block, a hidden column, a notes sheet, dates beside text."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Improvement plan 2016-17"])
    sheet.append(["Version 3, last saved by the clerk"])
    sheet.append([])
    sheet.append([*HEADINGS, "Clerk's notes"])
    for number, row in enumerate(ROWS):
        if number in (0, 5):
            title = "Section 1: Practice" if number == 0 else "Section 2: Systems"
            sheet.append([title])
            sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=6)
        sheet.append([*row[:4], None, "not for the board"])
        row_number = sheet.max_row
        if row[4]:
            sheet.cell(row_number, 5).fill = PatternFill("solid", fgColor=f"FF{row[4]}")
        if row[2] == "31.01.17":
            sheet.cell(row_number, 3).value = date(2017, 1, 31)
            sheet.cell(row_number, 3).number_format = "dd/mm/yyyy"
        if row[2] == "Dec 2016":
            sheet.cell(row_number, 3).value = date(2016, 12, 1)
            sheet.cell(row_number, 3).number_format = "mmm-yy"
    sheet.column_dimensions["F"].hidden = True
    notes = book.create_sheet("Notes")
    notes.append(["What this is", "A workbook of the clerk's"])
    book.save(path)
    return path


def excel_rows(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """Save a workbook with just these rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Plan")
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path
