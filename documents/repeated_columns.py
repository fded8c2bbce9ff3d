"""Rows with several actions side by side: under "Action 1", "Lead 1", "Action 2", or in two tables."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from documents.draft import Cell, FileContent, FileDoubt, Row
from documents.heading_meanings import meaning
from documents.heading_words import LONGEST_HEADING

# "Action 2", "Lead (2)", "Action 2: lead".
_WITH_NUMBER = re.compile(r"(?P<before>\D*?)[\s(#:–-]*\b(?P<number>[1-9])\b[\s):–-]*(?P<after>\D*)")
_WITHIN = 60


@dataclass(frozen=True)
class _Groups:
    """The columns of each group, in the file's order, and what the headings of the first one are without
    their number.
    """

    columns: Sequence[Sequence[int]]
    names: Sequence[str]
    action: int


def split_repeated_columns(content: FileContent) -> FileContent:
    """The file with a row for each action, in the columns of the first one.

    What stands beside the groups is the same for all actions of a row, as in joined cells.
    """
    for at, row in enumerate(content.rows[:_WITHIN]):
        groups = (_groups(row) or _blocks(row)) if row.banner is None else None
        if groups is not None:
            return _split(content, at, groups)
    return content


def _groups(row: Row) -> _Groups | None:
    places: dict[str, dict[int, int]] = {}
    for at, cell in enumerate(row.cells):
        found = _WITH_NUMBER.fullmatch(cell.text.strip()) if len(cell.text) <= LONGEST_HEADING else None
        if found:
            name = " ".join(f"{found['before']} {found['after']}".split())
            places.setdefault(name, {}).setdefault(int(found["number"]), at)
    action = next((name for name in places if meaning(name) == "text"), None)
    if action is None:
        return None
    numbers = sorted(places[action])
    names = [name for name, found in places.items() if sorted(found) == numbers]
    known = {meaning(name) for name in names} - {None}
    if numbers != list(range(1, len(numbers) + 1)) or len(numbers) < 2 or len(known) < 2:
        return None
    columns = [[places[name][number] for name in names] for number in numbers]
    return _Groups(columns, names, names.index(action))


def _blocks(row: Row) -> _Groups | None:
    """Two tables with the same headings side by side."""
    filled = [(at, " ".join(cell.text.split())) for at, cell in enumerate(row.cells) if cell.text.strip()]
    size, rest = divmod(len(filled), 2)
    first, second = filled[:size], filled[size:]
    names = [name for _, name in first]
    if rest or names != [name for _, name in second] or len(set(names)) < len(names):
        return None
    known = [meaning(name) for name in names]
    if known.count("text") != 1 or len({*known} - {None}) < 2:
        return None
    return _Groups([[at for at, _ in block] for block in (first, second)], names, known.index("text"))


def _split(content: FileContent, start: int, groups: _Groups) -> FileContent:
    heading = content.rows[start]
    texts = [cell.text for cell in heading.cells]
    rows = list(content.rows[: start + 1])
    rows[start] = _in_first(
        heading, groups, dict(zip(groups.columns[0], map(Cell, groups.names), strict=True))
    )
    for row in content.rows[start + 1 :]:
        if row.sheet != heading.sheet or row.banner is not None:
            rows.append(row)
        elif [cell.text for cell in row.cells] == texts:
            rows.append(rows[start]._replace(number=row.number))
        else:
            rows += _actions(row, groups)
    ends = (groups.columns[0], groups.columns[-1])
    first, last = (heading.cells[columns[groups.action]].text for columns in ends)
    text = f'a row has several actions, "{first}" to "{last}": each is read as an action of its own'
    if first == last:
        text = "two tables with the same headings stand side by side: both are read"
    doubt = FileDoubt(heading.number, text, sheet=heading.sheet)
    return replace(content, rows=rows, doubts=[*content.doubts, doubt])


def _actions(row: Row, groups: _Groups) -> Iterator[Row]:
    """A row for each group that is filled; the row without the other groups where none is."""
    given = 0
    for columns in groups.columns:
        cells = [row.cells[at] if at < len(row.cells) else Cell() for at in columns]
        if any(cell.text.strip() for cell in cells) or (columns == groups.columns[-1] and not given):
            moved = _in_first(row, groups, dict(zip(groups.columns[0], cells, strict=True)))
            yield _as_joined(moved, groups) if given else moved
            given += 1


def _in_first(row: Row, groups: _Groups, cells: Mapping[int, Cell]) -> Row:
    """The row with these cells in the columns of the first group, and nothing in those of the others."""
    of_groups = {at for columns in groups.columns for at in columns}
    width = max(len(row.cells), *(at + 1 for at in cells))
    padded = [*row.cells, *[Cell()] * (width - len(row.cells))]
    return row._replace(
        cells=tuple(cells.get(at, Cell() if at in of_groups else cell) for at, cell in enumerate(padded))
    )


def _as_joined(row: Row, groups: _Groups) -> Row:
    """The row with what its actions share as in a cell that is joined with the one above."""
    own = groups.columns[0]
    return row._replace(
        cells=tuple(
            cell._replace(merged=True) if at not in own and cell.text.strip() else cell
            for at, cell in enumerate(row.cells)
        )
    )
