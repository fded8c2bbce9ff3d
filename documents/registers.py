"""Read registers from CSV files: rows by the names of their columns, and dates as people write them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from rapidfuzz import process

from db.models import DueKind
from db.rules.due_dates import read_due
from db.text_checks import fault_of
from documents.csv_reader import read_rows, unneutralise
from documents.draft import DocumentError
from documents.file_checks import check_file

LONGEST_REGISTER = 20_000
# How many faults one answer names.
_MOST = 30


class Faults:
    """What is wrong in a file, so that one answer names all of it and nothing is written."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self._found: list[tuple[int, str]] = []

    def add(self, row: int, what: str) -> None:
        """Note a fault. Personal data is not quoted, even if the fault is another one."""
        unfit = fault_of(what, frozenset)
        self._found.append((row, f"it {unfit}" if unfit else what))

    def report(self) -> None:
        """Raise `DocumentError` if anything was added."""
        if self._found:
            lines = [f"{self._name}, row {row}: {what}" for row, what in sorted(self._found)[:_MOST]]
            more = len(self._found) - _MOST
            raise DocumentError("\n".join([*lines, *([f"and {more} more"] if more > 0 else [])]))


def read_columns(
    path: Path, columns: Sequence[str], needed: Sequence[str], faults: Faults
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row that is not empty, by column, with its number in the file.

    `columns` are all the columns that the file may have. A row that leaves a `needed` one empty is left out
    and noted in `faults`. Raises `DocumentError` for a file without a needed column.
    """
    check_file(path)
    rows = read_rows(path, LONGEST_REGISTER)
    headings = [cell.strip().lower() for cell in rows[0]]
    missing = [name for name in needed if name not in headings]
    if missing:
        raise DocumentError(
            f"{path.name} has no column {missing[0]}: give it the columns {','.join(columns)}"
        )
    for number, cells in enumerate(rows[1:], start=2):
        row = {name: unneutralise(cell).strip() for name, cell in zip(headings, cells, strict=False)}
        if any(row.values()):
            empty = [name for name in needed if not row.get(name)]
            if empty:
                faults.add(number, f"no {empty[0]} is given")
            else:
                yield number, row


def read_days(
    number: int, row: dict[str, str], first: str, last: str, faults: Faults
) -> tuple[date | None, date | None]:
    """The dates in the columns `first` and `last`, None where empty or where a fault is noted."""
    starts, ends = (_read_day(number, name, row.get(name, ""), faults) for name in (first, last))
    if starts and ends and ends < starts:
        faults.add(number, f"it ends on {ends} before it starts on {starts}")
    return starts, ends


def _read_day(number: int, name: str, text: str, faults: Faults) -> date | None:
    if not text:
        return None
    due = read_due(text)
    if due.day is None or due.kind is not DueKind.BY or due.doubt or due.original:
        faults.add(number, f'"{text}" in column {name} is not a date: write it as 2016-09-05')
        return None
    return due.day


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question with the known word that is nearest, to put after a sentence, or nothing."""
    found = process.extractOne(word, list(known), processor=str.lower, score_cutoff=70)
    return f". Did you mean “{found[0]}”?" if found else ""
