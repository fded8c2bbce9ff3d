"""Excel plans: the sheet that holds the plan, without its hidden columns, real dates kept real."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from documents.draft import Cell, DocumentError, FileContent, Row
from documents.headings import read_headings

_HEADING_WITHIN = 60
_WIDEST = 200
_MOST_COLUMNS = 30


def read_excel(path: Path, longest: int) -> FileContent:
    """The rows of every visible sheet that has a plan's headings, numbered as Excel numbers them.

    A sheet without them (notes, a colour key) is kept as loose text. Hidden columns are left out
    with a doubt that names them: what an officer hid was not meant to be read.
    """
    _count_rows(path, longest)
    book = _open(path, formulas=False)
    formulas = _formulas(path, book)
    pages = FileContent([], [])
    for sheet in book.worksheets:
        rows = list(_rows(sheet, formulas, pages))
        if sheet.sheet_state == "visible" and _holds_plan(rows):
            pages.rows.extend(rows)
        elif sheet.sheet_state == "visible":
            # No separator between cells: a key's colour and its meaning stand in neighbours.
            pages.loose.extend(" : ".join(c.text for c in row.cells if c.text) for row in rows)
    return pages


def _open(path: Path, *, formulas: bool) -> Any:
    try:
        return load_workbook(path, data_only=not formulas, keep_links=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, SyntaxError, TypeError) as e:
        raise DocumentError(
            f"{path.name} is not really an Excel workbook, or is damaged: open it and save it as .xlsx"
        ) from e


def _count_rows(path: Path, longest: int) -> None:
    """Refuse a workbook with too many rows before it is unpacked into memory."""
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if not re.match(r"xl/worksheets/[^/]+\.xml$", name):
                continue
            rows = cells = 0
            rest = b""
            with package.open(name) as part:
                while chunk := part.read(1 << 20):
                    # What is cut in two by the end of a chunk is seen with the next one.
                    rows += (rest[-4:] + chunk).count(b"<row ")
                    cells += (rest[-2:] + chunk).count(b"<c ")
                    rest = chunk[-4:]
            if cells > longest * _MOST_COLUMNS:
                raise DocumentError(
                    f"{path.name} has {cells:,} cells in one sheet, which no plan has: refused"
                )
            if rows > longest:
                raise DocumentError(
                    f"{path.name} has {rows:,} rows in one sheet; the most a plan may have is {longest:,}"
                )


def _formulas(path: Path, book: Any) -> set[tuple[str, str]]:
    """Cells whose formula was never calculated, so that the file holds no value of theirs."""
    with zipfile.ZipFile(path) as package:
        sheets = [n for n in package.namelist() if n.startswith("xl/worksheets/")]
        if not any(b"<f>" in package.read(n) or b"<f " in package.read(n) for n in sheets):
            return set()
    return {
        (sheet.title, cell.coordinate)
        for sheet in _open(path, formulas=True).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" and book[sheet.title][cell.coordinate].value is None
    }


def _rows(sheet: Any, formulas: set[tuple[str, str]], pages: FileContent) -> Iterator[Row]:
    hidden = _hidden_columns(sheet)
    merged = _merged(sheet)
    texts: dict[tuple[int, int], Cell] = {}
    for record in sheet.iter_rows(max_col=min(sheet.max_column or 1, _WIDEST)):
        if not record:
            continue
        number = record[0].row
        if not any(cell.value is not None for cell in record) and not merged:
            continue
        cells = []
        for at, cell in enumerate(record, start=1):
            read = _read_cell(cell)
            if merged:
                read = _with_merge(read, merged.get((number, at)), (number, at), texts)
            if formulas and (sheet.title, cell.coordinate) in formulas:
                pages.doubts.append((number, f"the formula in {cell.coordinate} holds no value"))
            cells.append(read)
        yield _row(number, cells, hidden, merged, pages, sheet.title)


def _row(
    number: int,
    cells: list[Cell],
    hidden: dict[int, str],
    merged: dict[Any, Any],
    pages: FileContent,
    title: str,
) -> Row:
    spread = merged.get((number, 1))
    filled = [cell.text for cell in cells if cell.text.strip() and not cell.merged]
    banner = None
    if len(filled) == 1 and cells[0].text.strip() and (spread is None or spread[0] == spread[1]):
        banner = filled[0]
    if hidden and read_headings([cell.text for cell in cells]) is not None:
        names = ", ".join(cells[at].text or letter for at, letter in hidden.items() if at < len(cells))
        pages.doubts.append((number, f"hidden columns of sheet {title!r} are left out: {names}"))
    kept = [Cell() if at in hidden else cell for at, cell in enumerate(cells)] if hidden else cells
    return Row(number, tuple(kept), banner, certain=spread is not None)


def _hidden_columns(sheet: Any) -> dict[int, str]:
    """Index (from 0) to letter of each hidden column; one record may stand for a run of columns."""
    hidden = {}
    for letter, column in sheet.column_dimensions.items():
        if column.hidden:
            for at in range(column.min or 1, min((column.max or column.min or 1), _WIDEST) + 1):
                hidden[at - 1] = letter
    return hidden


def _merged(sheet: Any) -> dict[tuple[int, int], tuple[int, int, tuple[int, int]]]:
    """Each cell of a merged range to the range's first row, last row and first cell."""
    return {
        (row, column): (area.min_row, area.max_row, (area.min_row, area.min_col))
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    }


def _with_merge(
    cell: Cell,
    area: tuple[int, int, tuple[int, int]] | None,
    place: tuple[int, int],
    texts: dict[tuple[int, int], Cell],
) -> Cell:
    if area is None:
        return cell
    first_row, _, corner = area
    if place == corner:
        texts[corner] = cell
        return cell
    above = texts.get(corner, cell)
    # Only downwards: a title spread over a row's columns is one text, not one for each of them.
    if place[0] > first_row and place[1] == corner[1]:
        return Cell(above.text, above.colour, above.day, above.whole_month, merged=True)
    return Cell(merged=True)


def _read_cell(cell: Any) -> Cell:
    value = cell.value
    colour = _colour(cell) if cell.has_style else None
    if value is None:
        return Cell(colour=colour) if colour else _EMPTY
    if isinstance(value, datetime | date):
        day = value.date() if isinstance(value, datetime) else value
        shown_month_only = "d" not in re.sub(
            r"\[[^\]]*\]|\"[^\"]*\"", "", (cell.number_format or "d").lower()
        )
        text = f"{day:%m/%Y}" if shown_month_only else f"{day:%d/%m/%Y}"
        return Cell(text, colour, day, shown_month_only)
    if isinstance(value, float) and value.is_integer() and "." not in (cell.number_format or ""):
        value = int(value)
    if isinstance(value, int | float) and "%" in (cell.number_format or ""):
        return Cell(f"{value * 100:g}%", colour)
    decimals = re.fullmatch(r"0\.(0+)", cell.number_format or "")
    if decimals and isinstance(value, int | float):
        # 1.10 is a reference, not the number 1.1.
        return Cell(f"{value:.{len(decimals[1])}f}", colour)
    return Cell(str(value), colour)


_EMPTY = Cell()


def _colour(cell: Any) -> str | None:
    fill = cell.fill
    if fill is None or fill.fill_type != "solid":
        return None
    colour = fill.fgColor
    if colour.type == "rgb" and isinstance(colour.rgb, str):
        return colour.rgb[-6:]
    return None


def _holds_plan(rows: list[Row]) -> bool:
    return any(read_headings([cell.text for cell in row.cells]) is not None for row in rows[:_HEADING_WITHIN])
