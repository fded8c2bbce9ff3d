"""Write tables as files: one .csv, or an .xlsx with a sheet for each table.

No cell is a formula to a spreadsheet program. Dates and numbers stay dates and numbers.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from db.private_files import private_file
from db.rules.text import CONTROL_CHARACTERS
from documents.csv_reader import neutralise
from documents.draft import DocumentError

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Value = str | int | float | date | None
Rows = Iterable[Sequence[Value]]


def write_table(path: Path, name: str, headings: Sequence[str], rows: Rows) -> None:
    """Write one table to .csv or .xlsx by the path's ending; `name` is the sheet's.

    Raises `DocumentError` for another ending, and `OSError` when the file cannot be written.
    """
    ending = path.suffix.lower()
    if ending == ".csv":
        write_csv(path, headings, rows)
    elif ending == ".xlsx":
        write_book(path, {name: (headings, rows)})
    else:
        raise DocumentError(f"{path.name} ends in neither .csv nor .xlsx: name it with one of them")


def write_csv(path: Path, headings: Sequence[str], rows: Rows) -> int:
    """Write one table to a CSV file, and return how many rows it has besides the headings."""
    count = 0
    # "utf-8-sig" writes the mark by which Excel recognises UTF-8.
    with private_file(path) as part, part.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        for row in rows:
            writer.writerow([neutralise(cell) if isinstance(cell, str) else cell for cell in row])
            count += 1
    return count


def write_book(path: Path, sheets: Mapping[str, tuple[Sequence[str], Rows]]) -> None:
    """Write each table to a sheet of its name, row by row: a hundred thousand figures fit in memory."""
    # openpyxl takes long to import, and most commands and requests write no workbook.
    from openpyxl import Workbook

    with private_file(path) as part:
        book = Workbook(write_only=True)
        for name, (headings, rows) in sheets.items():
            sheet: WriteOnlyWorksheet = book.create_sheet(name)
            sheet.freeze_panes = "A2"
            sheet.append([_heading(sheet, text) for text in headings])
            for row in rows:
                sheet.append([make_cell(sheet, value) for value in row])
        book.save(part)


def _heading(sheet: "WriteOnlyWorksheet", text: str) -> "Cell":
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def make_cell(sheet: "WriteOnlyWorksheet", value: Value) -> object:
    """A value as a cell to append: text is never a formula, anything else stays as it is."""
    if not isinstance(value, str):
        return value
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet)
    set_text(cell, value)
    return cell


def set_text(cell: "Cell | MergedCell", text: str) -> None:
    """Put text into a workbook's cell. Text it stays: "=1+1" was written by a person."""
    cell.value = CONTROL_CHARACTERS.sub("", text) or None
    if text:
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
