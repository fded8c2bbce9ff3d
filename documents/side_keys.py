"""A key of colours that stands beside a table, in columns of its own under the heading "Key"."""

from dataclasses import replace

from documents.draft import Cell, FileContent, Row
from documents.heading_meanings import HeadingRow, plain
from documents.heading_rows import FoundHeadings
from documents.heading_words import LEGEND
from documents.row_kinds import loose_text


def take_side_key(content: FileContent, found: FoundHeadings) -> tuple[FileContent, FoundHeadings]:
    """The content with a key beside its table as loose text, and the headings without it.

    Its words explain colours and say nothing of the actions that they happen to stand beside.
    """
    columns = {at: _key_columns(heading) for at, heading in found.headings.items()}
    if not any(columns.values()):
        return content, found
    rows: list[Row] = []
    key: list[str] = []
    here: range = range(0)
    for at, row in enumerate(content.rows):
        here = columns.get(at, here if rows and row.sheet == rows[-1].sheet else range(0))
        inside = range(here.start, min(here.stop, len(row.cells))) if row.banner is None else range(0)
        text = loose_text(row._replace(cells=row.cells[inside.start : inside.stop])) if inside else ""
        if text and at not in columns:
            key.append(text)
        cells = tuple(Cell() if place in inside else cell for place, cell in enumerate(row.cells))
        rows.append(row._replace(cells=cells) if inside else row)
    headings = {at: _without(heading, columns[at]) for at, heading in found.headings.items()}
    return (
        replace(content, rows=rows, loose=[*content.loose, "\n".join(key)]),
        replace(found, headings=headings),
    )


def _key_columns(heading: HeadingRow) -> range:
    """The column called "Key" and those without a heading on its right."""
    # "RAG key" looks like a rating, and Jira's "Key" is a reference.
    read = [places for name, places in heading.places.items() if name not in ("rating", "status")]
    used = {at for places in read for at in places}
    keys = (
        at for at, text in enumerate(heading.headings) if LEGEND.fullmatch(plain(text)) and at not in used
    )
    first = next(keys, None)
    if first is None:
        return range(0)
    named = (at for at, text in enumerate(heading.headings) if at > first and text.strip())
    # A key has a colour and its meaning.
    return range(first, min(next(named, first + 3), first + 3))


def _without(heading: HeadingRow, columns: range) -> HeadingRow:
    left = {name: tuple(at for at in found if at not in columns) for name, found in heading.places.items()}
    return replace(heading, places={name: places for name, places in left.items() if places})
