"""Dates with the month first, as American settings write them: a column that proves it is read so."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from db.models import DoubtAbout
from db.rules.dates import day_text, full_year
from db.rules.doubts import due_kind_of
from db.rules.due_days import Due
from documents.draft import Cell, Draft, DraftAction, FileDoubt, Row
from documents.heading_meanings import HeadingRow

_DATE = re.compile(r"\s*(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>(?:20)?\d\d)\b[\s\d:APM]*")
_MONTHS = 12
_DUE = ("due", "revised_due", "original_due")


def read_month_first(draft: Draft, rows: Sequence[Row], headings: Mapping[int, HeadingRow]) -> None:
    """Read dates with the month first where one of their own can only be so ("05/29/2026"), with doubts.

    Where another column of the file alone writes so, or another date of their own has the day first, they
    stay as they are read, and each that could be either has a doubt.
    """
    if not any(int(found["first"]) <= _MONTHS < int(found["second"]) for found in _written(rows, None)):
        return
    due = [at for one in headings.values() for name in _DUE for at in one.places.get(name, ())]
    own = list(_written(rows, due))
    # A real date of the file has no other reading.
    texts, is_sure = {found[0].strip() for found in own}, _is_sure(own)
    for action in draft.actions:
        if action.due.as_written in texts:
            _read_due(action, is_sure=is_sure)
    completed = _completed_columns(headings)
    own = list(_written(rows, completed))
    if not _is_sure(own) and any(int(found["first"]) <= _MONTHS for found in own):
        text = "the column of completion may have the month first, as other dates of the file do"
        draft.doubts.append(FileDoubt(None, f"{text}: its days are read with the day first"))


def take_completions(rows: list[Row], headings: Mapping[int, HeadingRow]) -> list[FileDoubt]:
    """Give the cells of completion their days where one of them can only have the month first.

    Returns the doubt about it. The rows are replaced in the list.
    """
    columns = _completed_columns(headings)
    own = list(_written(rows, columns))
    if not _is_sure(own):
        return []
    for at, row in enumerate(rows):
        cells = [
            cell._replace(day=_month_first(found)) if place in columns and (found := _found(cell)) else cell
            for place, cell in enumerate(row.cells)
        ]
        rows[at] = row._replace(cells=tuple(cells))
    proof = next(found[0].strip() for found in own if int(found["second"]) > _MONTHS)
    return [FileDoubt(None, f'the days of completion are read with the month first, as "{proof}" has it')]


def _completed_columns(headings: Mapping[int, HeadingRow]) -> set[int]:
    return {at for one in headings.values() for at in one.places.get("completed", ())}


def _is_sure(own: Sequence[re.Match[str]]) -> bool:
    """Whether one of some dates can only have the month first, and none only the day."""
    return any(int(found["second"]) > _MONTHS for found in own) and not any(
        int(found["first"]) > _MONTHS for found in own
    )


def _month_first(found: re.Match[str]) -> date | None:
    try:
        return date(full_year(found["year"]), int(found["first"]), int(found["second"]))
    except ValueError:
        return None


def _written(rows: Sequence[Row], columns: Iterable[int] | None) -> Iterator[re.Match[str]]:
    """The dates in cells that are texts: those of some columns, or all."""
    for row in rows:
        cells = row.cells if columns is None else [row.cells[at] for at in columns if at < len(row.cells)]
        yield from filter(None, map(_found, cells))


def _found(cell: Cell) -> re.Match[str] | None:
    return _DATE.fullmatch(cell.text) if "/" in cell.text and cell.day is None else None


def _read_due(action: DraftAction, *, is_sure: bool) -> None:
    written = action.due.as_written
    found = _DATE.fullmatch(written)
    if found is None or int(found["first"]) > _MONTHS:
        return
    day = _month_first(found)
    if day is None or day == action.due.day:
        return
    action.drop_doubts(DoubtAbout.DUE)
    if action.due.day is not None and not is_sure:
        text = f'"{written}" may have the month first, as another date of the file does: read as'
        action.doubt(f"{text} {day_text(action.due.day)}", DoubtAbout.DUE, written)
        return
    # Of one that can only be so nothing else can be meant.
    action.due = Due(day, due_kind_of(day, action.due.kind), written)
    text = f'"{written}" is read with the month first: {day_text(day)}'
    action.doubt(text, DoubtAbout.DUE, written)
