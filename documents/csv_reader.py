"""Read CSV files as Excel and council systems write them: three separators, three encodings."""

import csv
import io
from pathlib import Path

from documents.draft import Cell, DocumentError, FileContent, Row
from documents.heading_meanings import meaning

_SEPARATORS = (",", ";", "\t")


def decode_text(content: bytes) -> str:
    """Decode UTF-8, UTF-16 with a byte order mark, or else Windows-1252, which Excel writes in Britain."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_rows(path: Path, longest: int) -> list[list[str]]:
    """The records of a CSV file. The separator is the one that gives one row the most plan headings.

    Raises `DocumentError` for more than `longest` records, and for a file that is not CSV.
    """
    text = decode_text(path.read_bytes())
    if "\x00" in text:
        raise DocumentError(f"{path.name} is not text: save it as CSV (comma delimited)")
    separator = max(_SEPARATORS, key=lambda one: _count_headings(text, one))
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(row)
            if len(rows) > longest:
                raise DocumentError(
                    f"{path.name} has more than {longest:,} rows, the most that can be read: split it"
                )
    except csv.Error as damage:
        raise DocumentError(
            f"{path.name} is not a CSV file: open it in Excel and save it as CSV ({damage})"
        ) from damage
    return rows


def _count_headings(text: str, separator: str) -> tuple[int, int]:
    """The most plan headings in one of the first rows, then the most cells."""
    start = io.StringIO("".join(text.splitlines(keepends=True)[:30]), newline="")
    try:
        rows = list(csv.reader(start, delimiter=separator))
    except csv.Error:
        return 0, 0
    headings = max((sum(meaning(cell) is not None for cell in row) for row in rows), default=0)
    return headings, max(map(len, rows), default=0)


def neutralise(text: str) -> str:
    """A cell's text with an apostrophe before it where a spreadsheet program would run it as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "'")) else text


def unneutralise(text: str) -> str:
    """The text that `neutralise` was given."""
    return text[1:] if text.startswith(("'=", "'+", "'-", "'@", "'\t", "'\r", "''")) else text


def read_csv(path: Path, longest: int) -> FileContent:
    """The rows of a CSV plan, numbered as records from 1. A row with one filled cell is a banner."""
    rows = []
    for number, record in enumerate(read_rows(path, longest), start=1):
        filled = [cell for cell in record if cell.strip()]
        banner = filled[0] if len(filled) == 1 and record[0].strip() else None
        rows.append(Row(number, tuple(Cell(unneutralise(cell)) for cell in record), banner, certain=False))
    return FileContent(rows)
