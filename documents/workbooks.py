"""Open Excel workbooks: the only place that calls openpyxl's `load_workbook`."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from documents.draft import DocumentError
from documents.file_checks import check_file, check_rows, damaged_file

if TYPE_CHECKING:
    from openpyxl import Workbook


@contextmanager
def open_workbook(
    path: Path, longest: int, *, formulas: bool = False, streamed: bool = False, rich: bool = False
) -> Iterator["Workbook"]:
    """Check an .xlsx and open it, without its links to other workbooks. Raises `DocumentError`.

    A sheet may have at most `longest` rows. `formulas` reads formulas in place of the values last calculated.
    `streamed` reads each row only when it is asked for, through `streamed_rows`. `rich` tells the parts of a
    text with styles of their own.
    """
    # openpyxl takes long to import, and most commands and requests open no workbook.
    import openpyxl

    # What it warns of, such as sparklines, is nothing that a person can mend.
    warnings.filterwarnings("ignore", module="openpyxl")
    # Without defusedxml, openpyxl expands the entities that a worksheet declares.
    if not openpyxl.DEFUSEDXML:
        raise DocumentError(
            f"{path.name} cannot be opened safely here: install defusedxml and do not set OPENPYXL_DEFUSEDXML"
        )
    check_file(path, streamed=streamed)
    check_rows(path, longest)
    # openpyxl leaves a file that it opened itself open when it fails.
    with path.open("rb") as file:
        with _damage_reported(path):
            book = openpyxl.load_workbook(
                file, read_only=streamed, data_only=not formulas, keep_links=False, rich_text=rich
            )
        yield book


def streamed_rows(path: Path, sheet: Any, *, as_shown: bool = False) -> Iterator[Sequence[Any]]:
    """The rows of a streamed workbook's sheet, as values. Raises `DocumentError` for a damaged sheet.

    `as_shown` gives the text of a number that is shown as a percentage (0.71 as `71%`) and of a day that is
    shown as a month (`Jan 2026`): its number format tells what the cell means.
    """
    with _damage_reported(path):
        if as_shown:
            yield from ([_shown_value(cell) for cell in row] for row in sheet.iter_rows())
        else:
            yield from sheet.iter_rows(values_only=True)


# Excel's own formats: 0%, 0.00% and mmm-yy.
_BUILT_IN_FORMATS = re.compile(rb'numFmtId="(?:9|10|17)"')
_OWN_FORMATS = re.compile(rb'formatCode="([^"]*)"')


def changes_meaning(path: Path) -> bool:
    """Whether a workbook has a number format that changes what a cell means: a percentage, or a month alone.

    Reading every cell's format takes much longer than reading the values.
    """
    with zipfile.ZipFile(path) as package:
        if "xl/styles.xml" not in package.namelist():
            return False
        styles = package.read("xl/styles.xml")
    own = (found.decode("utf-8", "replace") for found in _OWN_FORMATS.findall(styles))
    return bool(_BUILT_IN_FORMATS.search(styles)) or any("%" in one or shows_month(one) for one in own)


def shows_month(number_format: str) -> bool:
    """Whether a date in this format shows its month and year and no day."""
    # Literal text and conditions are no part of the date.
    plain = re.sub(r"\[[^\]]*\]|\"[^\"]*\"|&quot;.*?&quot;|\\.", "", number_format.lower())
    return "m" in plain and "y" in plain and "d" not in plain


def _shown_value(cell: Any) -> Any:
    value = cell.value
    if isinstance(value, datetime | date) and shows_month(cell.number_format or ""):
        return f"{value:%b %Y}"
    if isinstance(value, int | float) and not isinstance(value, bool) and "%" in (cell.number_format or ""):
        return f"{value * 100:.12g}%"
    return value


@contextmanager
def _damage_reported(path: Path) -> Iterator[None]:
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        yield
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        KeyError,
        ValueError,
        SyntaxError,
        TypeError,
    ) as damage:
        raise damaged_file(path) from damage
