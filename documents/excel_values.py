"""Read a workbook's values by themselves: much faster, where no colours or hidden parts count."""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from documents.file_checks import check_file, check_rows, damaged_file
from documents.workbooks import changes_meaning, open_workbook, streamed_rows

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

# A cell's row and column, counted from 1.
Place = tuple[int, int]

# What makes a cell mean more than its value: a fill, struck-out text, decimals that are part of a reference.
# openpyxl with defusedxml refuses a file that declares entities.
_STYLES = re.compile(
    rb'<!(?:DOCTYPE|ENTITY)|patternType="solid"|Wingdings|<strike|<x:strike|numFmtId="(?:2|4)"|indent="[1-9]|formatCode="[^"]*0\\.0'
)
_SHEET = re.compile(
    rb'hidden="(?:1|true)"|<strike|<x:strike|<row [^>]*outlineLevel="[1-9]|<f[ >]|t="e"|<!(?:DOCTYPE|ENTITY)'
)
_COMMENTS = re.compile(r"xl/(?:comments|threadedComments)")


@dataclass(frozen=True)
class ValueSheet:
    """A sheet's rows by their numbers, and its merged ranges as their first and last cell."""

    title: str
    is_visible: bool
    rows: Iterator[tuple[int, list[Any]]]
    merged: list[tuple[Place, Place]]


def has_values_only(path: Path) -> bool:
    """Whether the values say all that a workbook tells: no colours, formulas, comments or hidden parts."""
    try:
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
            if any(_COMMENTS.match(name) for name in names):
                return False
            for name in names:
                looked_for = (
                    _SHEET
                    if name.startswith("xl/worksheets/")
                    else _STYLES
                    if name in ("xl/styles.xml", "xl/sharedStrings.xml")
                    else None
                )
                if looked_for is not None and looked_for.search(package.read(name)):
                    return False
    except (zipfile.BadZipFile, OSError, KeyError) as damage:
        raise damaged_file(path) from damage
    return not changes_meaning(path)


def value_sheets(path: Path) -> Iterator[ValueSheet]:
    """Every sheet of a checked workbook. Raises `DocumentError` for a damaged one."""
    # Only an Excel file needs it.
    from python_calamine import SheetVisibleEnum

    with _damage_reported(path):
        book = _open(path)
        for about in book.sheets_metadata:
            sheet = book.get_sheet_by_name(about.name)
            merged = [
                ((first[0] + 1, first[1] + 1), (last[0] + 1, last[1] + 1))
                for first, last in sheet.merged_cell_ranges or ()
            ]
            rows = enumerate(sheet.to_python(skip_empty_area=False), start=1)
            yield ValueSheet(about.name, about.visible is SheetVisibleEnum.Visible, iter(rows), merged)


def hidden_sheets(path: Path) -> list[str]:
    """The titles of a workbook's hidden sheets. Raises `DocumentError` for a damaged file."""
    from python_calamine import SheetVisibleEnum

    check_file(path, streamed=True)
    with _damage_reported(path):
        about = _open(path).sheets_metadata
    return [one.name for one in about if one.visible is not SheetVisibleEnum.Visible]


def _open(path: Path) -> "CalamineWorkbook":
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_path(str(path))


@contextmanager
def _damage_reported(path: Path) -> Iterator[None]:
    from python_calamine import CalamineError

    try:
        yield
    except (CalamineError, OSError, ValueError, KeyError) as damage:
        raise damaged_file(path) from damage


@contextmanager
def open_tables(path: Path, longest: int) -> Iterator[Mapping[str, Callable[[], Iterator[Sequence[Any]]]]]:
    """A workbook's sheets by title, each as a function that gives its rows from the first one on.

    A sheet may have at most `longest` rows. Where a number format changes what a cell means, cells are given
    as they are shown. Raises `DocumentError` for a file that is damaged or too large.
    """
    check_file(path, streamed=True)
    check_rows(path, longest)
    if has_values_only(path):
        with _damage_reported(path):
            values = _open(path)
            titles = list(values.sheet_names)
        yield {title: partial(_rows_of_values, path, values, title) for title in titles}
        return
    with open_workbook(path, longest, streamed=True) as book:
        as_shown = changes_meaning(path)
        yield {
            sheet.title: partial(streamed_rows, path, sheet, as_shown=as_shown) for sheet in book.worksheets
        }


def row_texts(row: Iterable[Any]) -> list[str]:
    """The cells of such a row as texts; an empty one is an empty text."""
    return ["" if cell is None else str(cell) for cell in row]


def _rows_of_values(path: Path, book: "CalamineWorkbook", title: str) -> Iterator[Sequence[Any]]:
    """The rows of a sheet, one by one. An empty cell is None, and a whole number an integer."""
    with _damage_reported(path):
        for row in book.get_sheet_by_name(title).iter_rows():
            yield [
                None if cell == "" else int(cell) if isinstance(cell, float) and cell.is_integer() else cell
                for cell in row
            ]
