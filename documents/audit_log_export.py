"""Write the record of changes to a file for the internal auditor."""

from collections.abc import Iterator
from pathlib import Path

from sqlmodel import Session, col, select

from db import disclosure
from db.models import Entry
from db.private_files import private_file
from db.rules.text import CONTROL_CHARACTERS
from documents.draft import DocumentError
from documents.table_writer import make_cell, write_csv

COLUMNS = tuple(Entry.model_fields)
# With the salt, a hidden figure could be found by trying which one has the hash.
_FIGURES = ("before", "after", "note", "salt")


def export_entries(session: Session, path: Path, *, board: bool = True) -> int:
    """Write every entry to .csv or .xlsx, in order, with its hashes, and return how many.

    No cell is a formula: a note that begins with "=" stays a note. Except for a `board`, the figures of KPIs
    that have small counts are hidden. Raises `DocumentError` for another ending.
    """
    write = {".csv": _to_csv, ".xlsx": _to_excel}.get(path.suffix.lower())
    if write is None:
        raise DocumentError(f"{path.name} ends in neither .csv nor .xlsx: name it with one of them")
    return write(_rows(session, board=board), path)


def _rows(session: Session, *, board: bool) -> Iterator[list[str]]:
    hidden_kpis = set() if board else disclosure.kpis_with_hidden_figures(session)
    query = select(Entry).order_by(col(Entry.seq)).execution_options(yield_per=1000)
    for entry in session.exec(query):
        is_hidden = entry.subject == "kpi" and entry.subject_id in hidden_kpis
        yield [
            "hidden" if is_hidden and name in _FIGURES else _text(getattr(entry, name)) for name in COLUMNS
        ]
        # The session would otherwise keep every entry in memory.
        session.expunge(entry)


def _text(value: object) -> str:
    return "" if value is None else CONTROL_CHARACTERS.sub("", str(value))


def _to_csv(rows: Iterator[list[str]], path: Path) -> int:
    return write_csv(path, COLUMNS, rows)


def _to_excel(rows: Iterator[list[str]], path: Path) -> int:
    # openpyxl takes long to import, and most commands and requests write no workbook.
    from openpyxl import Workbook

    count = 0
    with private_file(path) as part:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("Record")
        sheet.append(COLUMNS)
        for row in rows:
            sheet.append([make_cell(sheet, text) for text in row])
            count += 1
        book.save(part)
    return count
