"""Read registers from CSV files: rows by the names of their columns, and dates as people write them."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from db.models import DueKind
from db.rules.dates import read_due
from documents.csv_reader import read_rows, unneutralise
from documents.draft import DocumentError
from documents.file_checks import check_file

_LONGEST = 20_000


def read_columns(
    path: Path, columns: Sequence[str], needed: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row that is not empty, by column, with its number in the file.

    `columns` are all the columns that the file may have; every row must fill the `needed` ones. Raises
    `DocumentError` naming the row.
    """
    check_file(path)
    rows = read_rows(path, _LONGEST)
    headings = [cell.strip().lower() for cell in rows[0]]
    missing = [name for name in needed if name not in headings]
    if missing:
        raise DocumentError(
            f"{path.name} has no column {missing[0]}: give it the columns {','.join(columns)}"
        )
    for number, cells in enumerate(rows[1:], start=2):
        row = {name: unneutralise(cell).strip() for name, cell in zip(headings, cells, strict=False)}
        if any(row.values()):
            for name in needed:
                if not row.get(name):
                    raise DocumentError(f"{path.name}, row {number}: no {name} is given")
            yield number, row


def read_days(
    path: Path, number: int, row: dict[str, str], first: str, last: str
) -> tuple[date | None, date | None]:
    """The dates in the columns `first` and `last`, None where empty. Raises `DocumentError`."""
    starts, ends = (_read_day(path, number, name, row.get(name, "")) for name in (first, last))
    if starts and ends and ends < starts:
        raise DocumentError(f"{path.name}, row {number}: it ends on {ends} before it starts on {starts}")
    return starts, ends


def _read_day(path: Path, number: int, name: str, text: str) -> date | None:
    if not text:
        return None
    due = read_due(text)
    if due.day is None or due.kind is not DueKind.BY:
        raise DocumentError(
            f'{path.name}, row {number}: "{text}" in column {name} is not a date: write it as 2016-09-05'
        )
    return due.day
