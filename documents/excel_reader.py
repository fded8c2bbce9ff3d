"""Read Excel plans: every visible sheet, without hidden columns and struck-out text, dates as dates."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from documents.draft import Cell, FileContent, FileDoubt, Row
from documents.excel_styles import ThemeColours, fill_colour, without_struck_text
from documents.excel_values import ValueSheet, has_values_only, value_sheets
from documents.file_checks import check_file, check_rows
from documents.headings import read_headings
from documents.symbol_fonts import as_shown
from documents.workbooks import open_workbook, shows_month

_WIDEST = 200

# A merged range: its first row, its last row and its top left cell.
_MergedRange = tuple[int, int, tuple[int, int]]


def read_excel(path: Path, longest: int) -> FileContent:
    """The rows of every visible sheet, numbered as Excel numbers them.

    Hidden columns are left out, with a doubt that names them: an officer hides what the reader is not meant
    to see. Hidden rows are read, with a doubt: a filter hides them too. Struck-out text is left out. Raises
    `DocumentError` for more than `longest` rows in a sheet, and for a damaged file.
    """
    content = FileContent([], [])
    check_file(path)
    if has_values_only(path):
        check_rows(path, longest)
        for values in value_sheets(path):
            if values.is_visible:
                content.rows.extend(_rows_of_values(values, content))
            else:
                _doubt_hidden_sheet(values.title, content)
        return content
    with open_workbook(path, longest, rich=True) as book:
        uncalculated = uncalculated_formulas(path, book, longest)
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                content.rows.extend(_read_rows(sheet, uncalculated, content))
            else:
                _doubt_hidden_sheet(sheet.title, content)
    return content


def _doubt_hidden_sheet(title: str, content: FileContent) -> None:
    content.doubts.append(FileDoubt(None, f'the sheet "{title}" is hidden, so it is not read'))


def _rows_of_values(sheet: ValueSheet, content: FileContent) -> Iterator[Row]:
    """The rows of a sheet that has no colours, formulas or hidden parts."""
    merged = {
        (row, column): (first[0], last[0], first)
        for first, last in sheet.merged
        for row in range(first[0], last[0] + 1)
        for column in range(first[1], last[1] + 1)
    }
    texts: dict[tuple[int, int], Cell] = {}
    for number, values in sheet.rows:
        cells = [_value_cell(value, "") for value in values[:_WIDEST]]
        if not merged and not any(cell.text for cell in cells):
            continue
        if merged:
            cells = [
                _with_merge(cell, merged.get((number, at)), (number, at), texts)
                for at, cell in enumerate(cells, start=1)
            ]
        yield _row(number, cells, {}, merged, content, sheet.title)


def uncalculated_formulas(path: Path, book: Any, longest: int) -> set[tuple[str, str]]:
    """Sheet and cell of each formula that was never calculated: the file holds no value for it."""
    with zipfile.ZipFile(path) as package:
        sheets = [n for n in package.namelist() if n.startswith("xl/worksheets/")]
        if not any(b"<f>" in package.read(n) or b"<f " in package.read(n) for n in sheets):
            return set()
    with open_workbook(path, longest, formulas=True) as with_formulas:
        return {
            (sheet.title, cell.coordinate)
            for sheet in with_formulas.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f" and book[sheet.title][cell.coordinate].value is None
        }


def _read_rows(sheet: Any, uncalculated: set[tuple[str, str]], content: FileContent) -> Iterator[Row]:
    hidden = hidden_columns(sheet)
    merged = _merged_ranges(sheet)
    theme = ThemeColours(sheet.parent.loaded_theme)
    struck: list[str] = []
    hidden_rows = []
    texts: dict[tuple[int, int], Cell] = {}
    for sheet_row in sheet.iter_rows(max_col=min(sheet.max_column or 1, _WIDEST)):
        if not sheet_row:
            continue
        number = sheet_row[0].row
        if not any(cell.value is not None for cell in sheet_row) and not merged:
            continue
        cells = []
        for at, sheet_cell in enumerate(sheet_row, start=1):
            cell = _read_cell(sheet_cell, theme, struck)
            if merged:
                cell = _with_merge(cell, merged.get((number, at)), (number, at), texts)
            cells.append(cell)
        content.doubts.extend(
            FileDoubt(number, doubt, sheet=sheet.title)
            for one in sheet_row
            for doubt in cell_doubts(one, sheet, uncalculated)
        )
        if any(cell.text.strip() for cell in cells) and sheet.row_dimensions[number].hidden:
            hidden_rows.append(str(number))
        row = _row(number, cells, hidden, merged, content, sheet.title)
        yield row._replace(indent=_indent(sheet, sheet_row))
    if struck:
        content.doubts.append(
            FileDoubt(None, f"struck-out text of sheet {sheet.title!r} is left out: {some_of(struck)}")
        )
    if hidden_rows:
        found = f"sheet {sheet.title!r} has hidden rows, which are read: {some_of(hidden_rows)}"
        content.doubts.append(FileDoubt(None, found))


def _indent(sheet: Any, cells: Sequence[Any]) -> int:
    """How far a row is moved in: the level of its group, or the indent of its words."""
    level = int(sheet.row_dimensions[cells[0].row].outlineLevel or 0)
    moved = (cell.alignment.indent for cell in cells if cell.has_style and isinstance(cell.value, str))
    return level or int(max((by for by in moved if by), default=0))


def cell_doubts(cell: Any, sheet: Any, uncalculated: set[tuple[str, str]]) -> Iterator[str]:
    """What a cell has beside its value: a comment, or a formula that was never calculated."""
    if cell.comment is not None:
        comment = " ".join(str(cell.comment.text).split())
        yield f"the comment on {cell.coordinate} is not read: “{comment}”"
    if uncalculated and (sheet.title, cell.coordinate) in uncalculated:
        yield f"the formula in {cell.coordinate} has no value: save the file again in Excel"


def some_of(names: list[str]) -> str:
    """The first names of a list, and how many more there are."""
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def _row(
    number: int,
    cells: list[Cell],
    hidden: dict[int, str],
    merged: dict[tuple[int, int], _MergedRange],
    content: FileContent,
    title: str,
) -> Row:
    first_merge = merged.get((number, 1))
    filled = [cell.text for cell in cells if cell.text.strip() and not cell.merged]
    banner = None
    if len(filled) == 1 and cells[0].text.strip() and not cells[0].merged:
        banner = filled[0]
    is_one_row = first_merge is not None and first_merge[0] == first_merge[1]
    if hidden and read_headings([cell.text for cell in cells]) is not None:
        names = ", ".join(cells[at].text or letter for at, letter in hidden.items() if at < len(cells))
        content.doubts.append(
            FileDoubt(number, f"hidden columns of sheet {title!r} are left out: {names}", sheet=title)
        )
    visible = _without_hidden(number, cells, hidden, merged) if hidden else cells
    return Row(number, tuple(visible), banner, certain=is_one_row, sheet=title)


def _without_hidden(
    number: int,
    cells: list[Cell],
    hidden: dict[int, str],
    merged: dict[tuple[int, int], _MergedRange],
) -> list[Cell]:
    """A row without its hidden cells. A joined cell's words stand in the first column of it that shows."""
    visible = [Cell() if at in hidden else cell for at, cell in enumerate(cells)]
    for at in hidden:
        if at >= len(cells) or not cells[at].text.strip() or merged.get((number, at + 1)) is None:
            continue
        shown = at + 1
        while shown in hidden:
            shown += 1
        area = merged.get((number, shown + 1))
        if area is not None and area[2] == (number, at + 1):
            visible[shown] = cells[at]
    return visible


def hidden_columns(sheet: Any) -> dict[int, str]:
    """Index (from 0) to letter of each hidden column. One entry of the file may cover several columns."""
    hidden = {}
    for letter, column in sheet.column_dimensions.items():
        if column.hidden:
            for at in range(column.min or 1, min((column.max or column.min or 1), _WIDEST) + 1):
                hidden[at - 1] = letter
    return hidden


def _merged_ranges(sheet: Any) -> dict[tuple[int, int], _MergedRange]:
    """Row and column of each merged cell to the range it belongs to."""
    return {
        (row, column): (area.min_row, area.max_row, (area.min_row, area.min_col))
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    }


def _with_merge(
    cell: Cell,
    area: _MergedRange | None,
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
    # Repeat the text only downwards: a title merged across columns is one text, not one for each column.
    if place[0] > first_row and place[1] == corner[1]:
        return Cell(above.text, above.colour, above.day, above.whole_month, merged=True)
    return Cell(merged=True)


def _read_cell(cell: Any, theme: ThemeColours, struck: list[str]) -> Cell:
    """A cell without the text of it that is struck out; `struck` then gets its place."""
    value = cell.value
    if value is not None:
        value, is_struck = without_struck_text(cell)
        if is_struck:
            struck.append(f"{cell.coordinate} “{str(cell.value)[:60]}”")
    if isinstance(value, str) and cell.has_style:
        value = as_shown(value, cell.font.name)
    colour = fill_colour(cell, theme) if cell.has_style else None
    found = _value_cell(value, cell.number_format or "")
    return found._replace(colour=colour) if colour else found


def _value_cell(value: Any, number_format: str) -> Cell:
    """A cell by its value: a real date as a day, everything else as the text that is shown."""
    if value is None or value == "":
        return _EMPTY
    if isinstance(value, datetime | date):
        day = value.date() if isinstance(value, datetime) else value
        month_only = shows_month(number_format)
        text = f"{day:%m/%Y}" if month_only else f"{day:%d/%m/%Y}"
        return Cell(text, None, day, month_only)
    return Cell(_number_text(value, number_format))


def _number_text(value: object, number_format: str) -> str:
    """A number as its format shows it, as far as a plan's meaning depends on it; other values as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and "." not in number_format:
        value = int(value)
    if isinstance(value, int | float) and "%" in number_format:
        return f"{value * 100:g}%"
    decimals = re.fullmatch(r"0\.(0+)", number_format)
    if decimals and isinstance(value, int | float):
        # 1.10 is a reference, not the number 1.1.
        return f"{value:.{len(decimals[1])}f}"
    return str(value)


_EMPTY = Cell()
