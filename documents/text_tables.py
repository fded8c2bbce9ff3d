"""Read the tables of a .csv or an .xlsx as texts: registers and term dates, which need no colours."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from documents.csv_reader import read_rows, unneutralise
from documents.excel_reader import read_excel
from documents.file_checks import check_file

# The row of headings is among so many at the top.
_LOOKED_AT = 20


@dataclass(frozen=True)
class TextTable:
    """A table of a file: the rows from `first`, and what else the file has that is not read.

    `rows` begin with the headings; `first` is their row as a person counts it.
    """

    first: int
    rows: list[list[str]]
    doubts: list[str]


def read_text_table(path: Path, longest: int, fit: Callable[[list[str]], int]) -> TextTable:
    """The table whose headings `fit` gives the highest number, of all rows at the top of all sheets.

    Where no row has a number above 0 it begins with the first row. Raises `DocumentError`.
    """
    sheets, doubts = read_text_sheets(path, longest)
    found = [
        (fit(row), title, at) for title, rows in sheets.items() for at, row in enumerate(rows[:_LOOKED_AT])
    ]
    _, title, at = max(found, key=lambda one: one[0], default=(0, None, 0))
    # A title above the headings says nothing that is stored.
    above = [" / ".join(filter(None, map(str.strip, row))) for row in sheets[title][:at]]
    doubts = [*doubts, *(f"above the table, and not read: “{text}”" for text in above if text)]
    doubts += [f'the sheet "{other}" is not read' for other in sheets if other != title]
    return TextTable(at + 1, sheets[title][at:], doubts)


def read_text_sheets(path: Path, longest: int) -> tuple[dict[str | None, list[list[str]]], list[str]]:
    """The rows of each visible sheet with anything in it, and the doubts about the file.

    A .csv is one sheet without a title. The first row is row 1, also where it is empty. Raises
    `DocumentError`.
    """
    check_file(path)
    if path.suffix.lower() != ".xlsx":
        rows = [[unneutralise(cell) for cell in row] for row in read_rows(path, longest)]
        return {None: rows or [[]]}, []
    content = read_excel(path, longest)
    sheets: dict[str | None, list[list[str]]] = {}
    for title, of_sheet in groupby(content.rows, lambda row: row.sheet):
        texts: list[list[str]] = []
        for row in of_sheet:
            # Empty rows are not in the content, and a person counts them.
            texts += [[]] * (row.number - 1 - len(texts))
            texts.append([cell.text for cell in row.cells])
        if any(cell.strip() for row in texts for cell in row):
            sheets[title] = texts
    doubts = [f"row {one.row}: {one.text}" if one.row else one.text for one in content.doubts]
    return sheets or {None: [[]]}, doubts
