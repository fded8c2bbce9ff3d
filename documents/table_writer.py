"""Tables of registers, ledgers and figures as files: one .csv, or an .xlsx with a sheet for each.

A spreadsheet program takes no cell for a formula; dates and numbers stay dates and numbers.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from documents.csv_reader import neutralise
from documents.draft import DocumentError

Value = str | int | float | date | None
Rows = Iterable[Sequence[Value]]


def write_table(path: Path, name: str, headings: Sequence[str], rows: Rows) -> None:
    """Write one table to .csv or .xlsx by the path's ending.

    Raises `DocumentError` for another ending; `OSError` when the file cannot be written.
    """
    ending = path.suffix.lower()
    if ending == ".csv":
        write_csv(path, headings, rows)
    elif ending == ".xlsx":
        write_book(path, {name: (headings, rows)})
    else:
        raise DocumentError(f"{path.name} ends in neither .csv nor .xlsx: name it with one of them")


def write_csv(path: Path, headings: Sequence[str], rows: Rows) -> None:
    # With the mark that tells Excel it is UTF-8.
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        for row in rows:
            writer.writerow([neutralise(cell) if isinstance(cell, str) else cell for cell in row])


def write_book(path: Path, sheets: Mapping[str, tuple[Sequence[str], Rows]]) -> None:
    """Row by row, so that a hundred thousand figures need not be held as cells."""
    book = Workbook(write_only=True)
    for name, (headings, rows) in sheets.items():
        sheet = book.create_sheet(name)
        assert isinstance(sheet, WriteOnlyWorksheet)
        sheet.freeze_panes = "A2"
        sheet.append([_heading(sheet, text) for text in headings])
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    book.save(path)


def _heading(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: WriteOnlyWorksheet, value: Value) -> object:
    if not isinstance(value, str) or not value.startswith(("=", "+", "-", "@")):
        return value
    # As text whatever it looks like: "=1+1" in a note is somebody's words.
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell
