"""CSV plans, as Excel and council systems write them: any of three separators and encodings."""

import csv
import io
from pathlib import Path

from documents.draft import Cell, DocumentError, FileContent, Row
from documents.headings import meaning

_SEPARATORS = (",", ";", "\t")


def decode_text(content: bytes) -> str:
    """UTF-8 or UTF-16 by its mark, UTF-8 without, else Windows-1252, which Excel writes in Britain."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_rows(path: Path, longest: int) -> list[list[str]]:
    """A CSV file's records. The separator is the one that gives a row the most known headings."""
    text = decode_text(path.read_bytes())
    if "\x00" in text:
        raise DocumentError(f"{path.name} is not text: save it as CSV (comma delimited)")
    separator = max(_SEPARATORS, key=lambda one: _known_headings(text, one))
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(row)
            if len(rows) > longest:
                raise DocumentError(f"{path.name} has more than {longest:,} rows, the most that are taken")
    except csv.Error as damaged:
        raise DocumentError(f"{path.name} is not a CSV file: {damaged}") from damaged
    return rows


def _known_headings(text: str, separator: str) -> tuple[int, int]:
    start = io.StringIO("".join(text.splitlines(keepends=True)[:30]), newline="")
    try:
        rows = list(csv.reader(start, delimiter=separator))
    except csv.Error:
        return 0, 0
    known = max((sum(meaning(cell) is not None for cell in row) for row in rows), default=0)
    return known, max(map(len, rows), default=0)


def neutralise(text: str) -> str:
    """A cell that a spreadsheet program cannot take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "'")) else text


def unneutralise(text: str) -> str:
    """What `neutral` wrote, as it was before."""
    return text[1:] if text.startswith(("'=", "'+", "'-", "'@", "'\t", "'\r", "''")) else text


def read_csv(path: Path, longest: int) -> FileContent:
    """A CSV plan's rows, numbered as records from 1; a row with one filled cell is a banner."""
    rows = []
    for number, record in enumerate(read_rows(path, longest), start=1):
        filled = [cell for cell in record if cell.strip()]
        banner = filled[0] if len(filled) == 1 and record[0].strip() else None
        rows.append(Row(number, tuple(Cell(unneutralise(cell)) for cell in record), banner, certain=False))
    return FileContent(rows)
