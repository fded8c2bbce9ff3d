"""What kind of file somebody has sent, by its name and its headings."""

from collections.abc import Sequence
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

from documents.csv_reader import read_rows
from documents.dfe_reader import is_dfe
from documents.draft import Cell, DocumentError, Row
from documents.excel_values import open_tables, row_texts
from documents.file_checks import check_file
from documents.heading_rows import find_headings
from documents.kpi_reader import IDENTIFYING_COLUMNS, SHEETS
from documents.registers import has_columns
from documents.scorecard_headings import is_scorecard
from documents.term_tables import TERM_COLUMNS

_LONGEST = 200_000
# So many rows at the top of a table tell what it is.
_LOOKED_AT = 60


class FileKind(StrEnum):
    PLAN = "plan"
    KPIS = "kpis"
    PEOPLE = "people"
    SCHOOLS = "schools"
    TERMS = "terms"
    REGISTER = "register"


# The columns that only one kind of register has.
_REGISTERS: dict[FileKind, frozenset[str]] = {
    FileKind.PEOPLE: frozenset({"role", "slack_user"}),
    FileKind.SCHOOLS: frozenset({"name", "channel", "calendar"}),
    FileKind.TERMS: frozenset(TERM_COLUMNS),
    # After the others, whose columns say more.
    FileKind.REGISTER: frozenset({"name", "contact"}),
}


# What tells them apart where the columns have other names, as GIAS and lists of staff give them.
_REGISTERS_BY_OTHER_NAMES: dict[FileKind, frozenset[str]] = {
    FileKind.PEOPLE: frozenset({"role", "slack_user"}),
    FileKind.SCHOOLS: frozenset({"name", "channel"}),
}


def file_kind(path: Path) -> FileKind | None:
    """What kind of file it is by its name and headings; `None` where they do not tell.

    Raises `DocumentError` for a file that is too large, damaged, or of a kind that nothing reads.
    """
    suffix = path.suffix.lower()
    if suffix == ".ics":
        return FileKind.TERMS
    if suffix not in (".docx", ".xlsx", ".csv"):
        raise DocumentError(
            f"{path.name} is not a kind of file that I read: send a plan as .docx, .xlsx or .csv, figures as "
            ".xlsx or .csv, registers as .xlsx or .csv, or term dates as .xlsx, .csv or .ics"
        )
    check_file(path)
    if suffix == ".docx":
        return FileKind.PLAN
    return _kind_of_csv(path) if suffix == ".csv" else _kind_of_workbook(path)


def _kind_of_csv(path: Path) -> FileKind | None:
    records = read_rows(path, _LONGEST)
    headings = _headings(records)
    kind = _kind_of_register(headings)
    if kind is not None:
        return kind
    is_kpi_table = "code" in headings and any(
        columns <= set(headings) for columns in IDENTIFYING_COLUMNS.values()
    )
    if is_kpi_table or is_dfe(records):
        return FileKind.KPIS
    return _plan_or_scorecard([records[:_LOOKED_AT]])


def _kind_of_workbook(path: Path) -> FileKind | None:
    with open_tables(path, _LONGEST) as tables:
        if {title.strip().lower() for title in tables} & set(SHEETS):
            return FileKind.KPIS
        tops = [list(islice(rows(), _LOOKED_AT)) for rows in tables.values()]
    kinds = [_kind_of_register(_headings(top)) for top in tops]
    return next(filter(None, kinds), None) or _plan_or_scorecard(tops)


def _headings(rows: Sequence[Sequence[Any]]) -> list[str]:
    """The first row with more than a title in it, in small letters."""
    texts = ([" ".join(str(cell or "").split()).lower() for cell in row] for row in rows[:_LOOKED_AT])
    return next((row for row in texts if sum(map(bool, row)) > 1), [])


def _kind_of_register(headings: Sequence[str]) -> FileKind | None:
    for kind, columns in _REGISTERS.items():
        if columns <= set(headings):
            return kind
    for kind, columns in _REGISTERS_BY_OTHER_NAMES.items():
        if has_columns(headings, columns):
            return kind
    return None


def _plan_or_scorecard(tables: Sequence[Sequence[Sequence[Any]]]) -> FileKind | None:
    texts = [[row_texts(row) for row in table] for table in tables]
    for table in texts:
        rows = [Row(number, tuple(map(Cell, row))) for number, row in enumerate(table, start=1)]
        if find_headings(rows).headings:
            return FileKind.PLAN
    return FileKind.KPIS if any(map(is_scorecard, texts)) else None
