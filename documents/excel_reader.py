"""Read Excel plans: every visible sheet, without hidden columns and struck-out text, dates as dates."""

import re
import zipfile
from collections.abc import Iterator
from colorsys import hls_to_rgb, rgb_to_hls
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from documents.draft import Cell, FileContent, Row
from documents.headings import read_headings
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
    with open_workbook(path, longest) as book:
        uncalculated = _uncalculated_formulas(path, book, longest)
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                content.rows.extend(_read_rows(sheet, uncalculated, content))
    return content


def _uncalculated_formulas(path: Path, book: Any, longest: int) -> set[tuple[str, str]]:
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
    hidden = _hidden_columns(sheet)
    merged = _merged_ranges(sheet)
    theme = _ThemeColours(sheet.parent.loaded_theme)
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
            if uncalculated and (sheet.title, sheet_cell.coordinate) in uncalculated:
                doubt = f"the formula in {sheet_cell.coordinate} has no value: save the file again in Excel"
                content.doubts.append((number, doubt))
            cells.append(cell)
        if any(cell.text.strip() for cell in cells) and sheet.row_dimensions[number].hidden:
            hidden_rows.append(str(number))
        yield _row(number, cells, hidden, merged, content, sheet.title)
    if struck:
        content.doubts.append(
            (None, f"struck-out text of sheet {sheet.title!r} is left out: {_some(struck)}")
        )
    if hidden_rows:
        found = f"sheet {sheet.title!r} has hidden rows, which are read: {_some(hidden_rows)}"
        content.doubts.append((None, found))


def _some(names: list[str]) -> str:
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
        content.doubts.append((number, f"hidden columns of sheet {title!r} are left out: {names}"))
    visible = [Cell() if at in hidden else cell for at, cell in enumerate(cells)] if hidden else cells
    return Row(number, tuple(visible), banner, certain=is_one_row, sheet=title)


def _hidden_columns(sheet: Any) -> dict[int, str]:
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


def _read_cell(cell: Any, theme: "_ThemeColours", struck: list[str]) -> Cell:
    """A cell without its text where that is struck out; `struck` then gets its place."""
    value = cell.value
    if cell.has_style and value is not None and cell.font.strike:
        struck.append(cell.coordinate)
        value = None
    colour = _colour(cell, theme) if cell.has_style else None
    if value is None:
        return Cell(colour=colour) if colour else _EMPTY
    if isinstance(value, datetime | date):
        day = value.date() if isinstance(value, datetime) else value
        month_only = shows_month(cell.number_format or "")
        text = f"{day:%m/%Y}" if month_only else f"{day:%d/%m/%Y}"
        return Cell(text, colour, day, month_only)
    return Cell(_number_text(value, cell.number_format or ""), colour)


def _number_text(value: object, number_format: str) -> str:
    """A number as its format shows it, as far as a plan's meaning depends on it; other values as text."""
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


def _colour(cell: Any, theme: "_ThemeColours") -> str | None:
    fill = cell.fill
    # openpyxl takes long to import, and most commands open no workbook.
    from openpyxl.styles.colors import COLOR_INDEX

    if fill is None or fill.fill_type != "solid":
        return None
    colour = fill.fgColor
    if colour.type == "rgb" and isinstance(colour.rgb, str):
        return colour.rgb[-6:]
    if colour.type == "theme":
        return theme.colour(colour.theme, colour.tint)
    if colour.type == "indexed" and 0 <= colour.indexed < len(COLOR_INDEX):
        return str(COLOR_INDEX[colour.indexed])[-6:]
    return None


# A fill names its theme colour by this order, which is not that of the file.
_THEME_ORDER = [
    "lt1",
    "dk1",
    "lt2",
    "dk2",
    "accent1",
    "accent2",
    "accent3",
    "accent4",
    "accent5",
    "accent6",
    "hlink",
    "folHlink",
]


class _ThemeColours:
    """The colours of a workbook's theme. A tint makes one lighter (up to 1) or darker (down to -1)."""

    def __init__(self, theme: bytes | None) -> None:
        self._theme = theme

    @cached_property
    def _colours(self) -> dict[str, str]:
        text = (self._theme or b"").decode("utf-8", "replace")
        found = re.findall(
            r"<a:(dk1|lt1|dk2|lt2|accent[1-6]|hlink|folHlink)>\s*<a:\w+ [^>]*?(?:lastClr"
            r"|val)=\"([0-9A-Fa-f]{6})\"",
            text,
        )
        return dict(found)

    def colour(self, index: int, tint: float) -> str | None:
        name = _THEME_ORDER[index] if 0 <= index < len(_THEME_ORDER) else ""
        rgb = self._colours.get(name)
        if rgb is None:
            return None
        hue, light, saturation = rgb_to_hls(*(int(rgb[at : at + 2], 16) / 255 for at in (0, 2, 4)))
        light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
        channels = hls_to_rgb(hue, min(max(light, 0), 1), saturation)
        return "".join(f"{round(channel * 255):02X}" for channel in channels)
