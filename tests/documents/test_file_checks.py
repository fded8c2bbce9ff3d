"""Workbooks are checked before they are opened, and opened only with defusedxml."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from documents.draft import DocumentError
from documents.file_checks import LARGEST_PART
from documents.kpi_reader import read_kpis
from documents.plan_files import read_plan_file
from documents.workbooks import open_workbook, streamed_rows
from tests.documents.office_files import kpi_workbook, rewritten, with_entity
from tests.files import excel_rows

ROOT = Path(__file__).parents[2]
_SHEET = "xl/worksheets/sheet1.xml"
# More than `check_file` reads of each part, so that only the XML parser can find what comes after.
_FAR = 70_000


def _plan(folder: Path) -> Path:
    return excel_rows(folder / "plan.xlsx", [["Action", "Lead", "When"], ["Do", "Head", "09/2016"]])


def _relationship(content: bytes) -> bytes:
    link = (
        b'<Relationship Id="rX" TargetMode="External" Target="http://127.0.0.1:9/x" Type="http://schemas.'
        b'openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>'
    )
    return content.replace(b"</Relationships>", link)


@pytest.mark.parametrize(
    ("part", "change", "problem"),
    [
        (_SHEET, lambda _: b"\0" * 400_000_000, "unpacks to more than 200 MB"),
        ("xl/styles.xml", lambda x: x + b" " * LARGEST_PART, "unpacks to more than 30 MB"),
        ("xl/_rels/workbook.xml.rels", _relationship, "linked to a file outside itself"),
        ("xl/externalLinks/externalLink1.xml", lambda _: b"<externalLink/>", "another workbook"),
        (_SHEET, with_entity, "declares XML entities in xl/worksheets/sheet1.xml"),
        ("xl/workbook.xml", with_entity, "declares XML entities in xl/workbook.xml"),
        (_SHEET, lambda x: with_entity(x, after=_FAR), "is not really an Excel workbook"),
        (_SHEET, lambda x: x[: len(x) // 2], "is not really an Excel workbook"),
    ],
    ids=[
        "zip bomb",
        "large part",
        "external relationship",
        "external link",
        "entity in a sheet",
        "entity in the workbook",
        "entity behind a comment",
        "cut off",
    ],
)
@pytest.mark.parametrize(
    ("make", "read"),
    [
        pytest.param(lambda folder: kpi_workbook(folder / "kpis.xlsx"), read_kpis, id="kpis"),
        pytest.param(_plan, read_plan_file, id="plan"),
    ],
)
def test_a_bad_workbook_is_refused_whatever_it_holds(
    tmp_path: Path,
    make: Callable[[Path], Path],
    read: Callable[[Path], object],
    part: str,
    change: Callable[[bytes], bytes],
    problem: str,
) -> None:
    path = rewritten(make(tmp_path), part, change)

    with pytest.raises(DocumentError, match=problem):
        read(path)


@pytest.mark.parametrize("content", [b"", b"not a zip"])
def test_a_kpi_workbook_that_is_not_one_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "kpis.xlsx"
    path.write_bytes(content)

    with pytest.raises(DocumentError, match="is not really an Excel workbook" if content else "is empty"):
        read_kpis(path)


def test_a_kpi_workbook_with_too_many_rows_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = rewritten(kpi_workbook(tmp_path / "kpis.xlsx"), _SHEET, lambda _: b"<row />" * 200_001)

    with pytest.raises(DocumentError, match="200,001 rows in one sheet, and the most is 200,000"):
        read_kpis(path)


def test_a_sheet_that_is_read_row_by_row_may_be_larger_than_one_held_in_memory(tmp_path: Path) -> None:
    path = rewritten(kpi_workbook(tmp_path / "kpis.xlsx"), _SHEET, lambda x: x + b" " * LARGEST_PART)

    assert [definition.code for definition in read_kpis(path).definitions] == ["lac"]
    with pytest.raises(DocumentError, match="unpacks to more than 30 MB"):
        read_plan_file(path)


def test_openpyxl_reads_worksheets_with_defusedxml() -> None:
    assert openpyxl.DEFUSEDXML


def test_no_workbook_is_opened_without_defusedxml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openpyxl, "DEFUSEDXML", False)
    path = _plan(tmp_path)
    book = openpyxl.load_workbook(path)
    # A colour makes it a workbook for openpyxl: values alone are read by a library that expands nothing.
    book.worksheets[0]["A1"].fill = PatternFill("solid", fgColor="FF0000")
    book.save(path)

    with pytest.raises(DocumentError, match="install defusedxml"):
        read_plan_file(path)


def test_a_streamed_sheet_is_read_up_to_the_row_where_it_is_damaged(tmp_path: Path) -> None:
    rows = [[f"row {number}"] for number in range(20_000)]
    # Excel states a sheet's size at its beginning, so that openpyxl opens it without reading it to its end.
    size = b'<dimension ref="A1:A20000"/><sheetData>'
    path = rewritten(
        excel_rows(tmp_path / "kpis.xlsx", rows), _SHEET, lambda x: x.replace(b"<sheetData>", size)[:-100]
    )
    with open_workbook(path, len(rows), streamed=True) as book:
        read = streamed_rows(path, book.worksheets[0])

        assert next(read) == ("row 0",)
        with pytest.raises(DocumentError, match="is not really an Excel workbook"):
            list(read)


def test_only_one_module_opens_workbooks() -> None:
    found = {p.name for p in (ROOT / "documents").glob("*.py") if "load_workbook(" in p.read_text("utf-8")}

    assert found == {"workbooks.py"}


def test_importing_the_readers_and_writers_imports_no_office_library() -> None:
    modules = sorted(path.stem for path in (ROOT / "documents").glob("*.py") if path.stem != "__init__")
    code = (
        f"import importlib, sys\nfor name in {modules}: importlib.import_module('documents.' + name)\n"
        "print(sorted({'openpyxl', 'docx', 'icalendar', 'lxml'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == "[]"
