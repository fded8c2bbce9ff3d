"""Ditto marks: a cell that only says that it has the words of the cell above it."""

from collections.abc import Mapping
from dataclasses import replace

from documents.draft import Cell, FileContent, FileDoubt, Row
from documents.heading_rows import FoundHeadings

_MARKS = frozenset(
    ['"', "”", "“", "''", '-"-', "-”-", "〃", ",,", "ditto", "do.", "as above", "same as above", "see above"]
)
# These name the action above in their doubt, and another one by its reference.
_READ_BY_ACTION = ("leads", "due", "original_due", "revised_due", "text", "ref")


def with_dittos_read(content: FileContent, found: FoundHeadings) -> FileContent:
    """The content with the words above in place of ditto marks, and a doubt for each column that has some.

    Leads and dates stay as they are: `action_reader` reads them.
    """
    rows: list[Row] = []
    told: dict[tuple[str | None, str], FileDoubt] = {}
    above: dict[int, Cell] = {}
    headings: Mapping[int, str] = {}
    for at, row in enumerate(content.rows):
        if at in found.headings:
            heading = found.headings[at]
            by_action = {one for name in _READ_BY_ACTION for one in heading.places.get(name, ())}
            headings = {one: text for one, text in enumerate(heading.headings) if one not in by_action}
            above = {}
        elif row.banner is None and headings:
            cells = list(row.cells)
            for place in [one for one, cell in enumerate(cells) if cell.text.strip().lower() in _MARKS]:
                if place in headings and place in above:
                    cells[place] = above[place]
                    text = f'ditto marks in the column "{headings[place]}" are read as the words above them'
                    told.setdefault((row.sheet, text), FileDoubt(row.number, text, sheet=row.sheet))
            above |= {one: cell for one, cell in enumerate(cells) if cell.text.strip()}
            row = row._replace(cells=tuple(cells))
        rows.append(row)
    return replace(content, rows=rows, doubts=[*content.doubts, *told.values()]) if told else content
