"""What a workbook has beside its values: hidden parts, comments, struck-out figures, empty formulas."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from documents.excel_reader import cell_doubts, hidden_columns, some_of, uncalculated_formulas
from documents.excel_values import has_values_only
from documents.workbooks import open_workbook


def beside_values(path: Path, longest: int) -> list[str]:
    """A sentence about each thing in the visible sheets that reading the values alone does not tell.

    Raises `DocumentError` as `open_workbook` does.
    """
    if has_values_only(path):
        return []
    with open_workbook(path, longest) as book:
        uncalculated = uncalculated_formulas(path, book, longest)
        return [
            text
            for sheet in book.worksheets
            if sheet.sheet_state == "visible"
            for text in _of_sheet(sheet, uncalculated)
        ]


def _of_sheet(sheet: Any, uncalculated: set[tuple[str, str]]) -> Iterator[str]:
    cells = [cell for row in sheet.iter_rows() for cell in row]
    filled = [cell for cell in cells if cell.value is not None]
    columns = {cell.column - 1 for cell in filled}
    hidden = [letter for at, letter in hidden_columns(sheet).items() if at in columns]
    rows = dict.fromkeys(cell.row for cell in filled if sheet.row_dimensions[cell.row].hidden)
    struck = [cell.coordinate for cell in filled if cell.has_style and cell.font.strike]
    for what, names in (("columns", hidden), ("rows", [str(row) for row in rows])):
        if names:
            yield f"sheet “{sheet.title}” has hidden {what}, which are read: {some_of(names)}"
    if struck:
        yield f"struck-out cells of sheet “{sheet.title}” are read: {some_of(struck)}"
    for cell in cells:
        yield from (f"sheet “{sheet.title}”: {text}" for text in cell_doubts(cell, sheet, uncalculated))
