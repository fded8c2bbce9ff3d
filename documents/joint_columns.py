"""Columns that say who leads and when it is due in one cell, as "Who / when": each is read as two."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from db.models import DueKind
from db.rules.due_dates import read_due
from db.rules.due_phrases import LACKS_DAY, LACKS_YEAR, SAYS_MORE
from documents.draft import Cell, FileContent, FileDoubt, Row
from documents.heading_meanings import known_meanings, meaning, plain
from documents.heading_words import LONGEST_HEADING

_BETWEEN = re.compile(r"\s*(?:/|&|\+|,|\n|\band\b)\s*", re.IGNORECASE)
# What stands between the two in a cell, the surest first.
_IN_CELL = ("\n", " / ", "/", " – ", " - ", "; ", ", ", ": ", " by ")
_WITHIN = 60
_BOTH = {"leads", "due"}


def split_joint_columns(content: FileContent, mapping: Mapping[str, str]) -> FileContent:
    """The file with a column of its own for each half of such a heading, the second one at the end.

    A heading that a person has mapped is left as it is. A cell that cannot be parted is taken as the
    date if it is one, and else as the lead.
    """
    for at, row in enumerate(content.rows[:_WITHIN]):
        for place, cell in enumerate(row.cells):
            halves = _halves(cell.text, mapping)
            if halves and set(known_meanings(one.text for one in row.cells)) - _BOTH:
                return _split(content, at, place, halves)
    return content


def _halves(heading: str, mapping: Collection[str]) -> list[str]:
    """The two halves of a heading that names the lead and the date; nothing for another one."""
    if len(heading) > LONGEST_HEADING or plain(heading) in mapping or meaning(heading):
        return []
    halves = _BETWEEN.split(heading.strip(" :.?"))
    return halves if len(halves) == 2 and {meaning(half) for half in halves} == _BOTH else []


def _split(content: FileContent, start: int, place: int, halves: Sequence[str]) -> FileContent:
    heading = " ".join(content.rows[start].cells[place].text.split())
    same_sheet = [row for row in content.rows if row.sheet == content.rows[start].sheet]
    width = max(len(row.cells) for row in same_sheet)
    is_due_first = meaning(halves[0]) == "due"
    rows = list(content.rows)
    for at in range(start, len(rows)):
        row = rows[at]
        if row.sheet != rows[start].sheet or row.banner is not None or place >= len(row.cells):
            continue
        cell = row.cells[place]
        is_heading = " ".join(cell.text.split()) == heading
        first, second = halves if is_heading else _parted(cell, is_due_first=is_due_first)
        rows[at] = _with_cells(row, place, width, first, second)
    text = f'"{heading}" says two things: it is read as "{halves[0]}" and "{halves[1]}"'
    doubt = FileDoubt(rows[start].number, text, sheet=rows[start].sheet)
    return replace(content, rows=rows, doubts=[*content.doubts, doubt])


def _with_cells(row: Row, place: int, width: int, first: str, second: str) -> Row:
    cells = [*row.cells, *[Cell()] * (width - len(row.cells))]
    joint = cells[place]
    cells[place] = joint if joint.text == first else joint._replace(text=first, day=None)
    return row._replace(cells=(*cells, Cell(second, merged=joint.merged)))


def _parted(cell: Cell, *, is_due_first: bool) -> tuple[str, str]:
    """The two parts of a cell in the order of its heading's halves."""
    text = cell.text.strip()
    alone = (text, "") if is_due_first else ("", text)
    if not text or _says_when(text):
        return alone
    for mark in _IN_CELL:
        before, found, after = text.partition(mark) if is_due_first else text.rpartition(mark)
        if found and _says_when(before if is_due_first else after):
            return before.strip(), after.strip()
    return alone if read_due(text).day is not None else alone[::-1]


def _says_when(text: str) -> bool:
    """Whether a text is a date or says how often, or is one that lacks a year or a day, and nothing more."""
    due = read_due(text.strip())
    if due.doubt is not None and SAYS_MORE in due.doubt:
        return False
    is_read = due.day is not None or due.frequency is not None or due.kind is not DueKind.UNCLEAR
    return is_read or (due.doubt is not None and any(one in due.doubt for one in (LACKS_YEAR, LACKS_DAY)))
