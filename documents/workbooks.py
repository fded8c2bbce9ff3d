"""Open Excel workbooks: the only place that calls openpyxl's `load_workbook`."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from documents.draft import DocumentError
from documents.file_checks import check_file, check_rows, damaged_file

if TYPE_CHECKING:
    from openpyxl import Workbook


@contextmanager
def open_workbook(
    path: Path, longest: int, *, formulas: bool = False, streamed: bool = False
) -> Iterator["Workbook"]:
    """Check an .xlsx and open it, without its links to other workbooks. Raises `DocumentError`.

    A sheet may have at most `longest` rows. `formulas` reads formulas in place of the values last calculated.
    `streamed` reads each row only when it is asked for, through `streamed_rows`.
    """
    # openpyxl takes long to import, and most commands and requests open no workbook.
    import openpyxl

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
            book = openpyxl.load_workbook(file, read_only=streamed, data_only=not formulas, keep_links=False)
        yield book


def streamed_rows(path: Path, sheet: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a streamed workbook's sheet, as values. Raises `DocumentError` for a damaged sheet."""
    with _damage_reported(path):
        yield from sheet.iter_rows(values_only=True)


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
