"""Dates with the month first, as American settings write them: a file that proves it is read so."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from db.models import DoubtAbout
from db.rules.dates import day_text
from db.rules.doubts import due_kind_of
from db.rules.due_dates import Due
from documents.draft import Draft, DraftAction, Row

_DATE = re.compile(r"\s*(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>(?:20)?\d\d)\b[\s\d:APM]*")
_MONTHS = 12


def read_month_first(draft: Draft, rows: Sequence[Row]) -> None:
    """Read due dates with the month first where a date of the file can only be so ("05/29/2026").

    Each gets a doubt. Where another date can only have the day first, both are possible: the dates stay as
    they are read, and each that could be either has a doubt.
    """
    is_month_first = is_day_first = False
    for found in _written(rows):
        is_month_first = is_month_first or int(found["second"]) > _MONTHS
        is_day_first = is_day_first or int(found["first"]) > _MONTHS
    if not is_month_first:
        return
    for action in draft.actions:
        _read_due(action, both=is_day_first)


def _written(rows: Sequence[Row]) -> Iterator[re.Match[str]]:
    """The dates in the cells of a file that are texts."""
    for row in rows:
        for cell in row.cells:
            if "/" in cell.text and cell.day is None and (found := _DATE.fullmatch(cell.text)):
                yield found


def _read_due(action: DraftAction, *, both: bool) -> None:
    written = action.due.as_written
    found = _DATE.fullmatch(written)
    if found is None or (both and int(found["first"]) > _MONTHS):
        return
    year = int(found["year"]) + (2000 if len(found["year"]) == len("26") else 0)
    try:
        day = date(year, int(found["first"]), int(found["second"]))
    except ValueError:
        return
    if day == action.due.day:
        return
    action.doubts = [one for one in action.doubts if one.about is not DoubtAbout.DUE]
    if both and action.due.day is not None:
        text = f'"{written}" may have the month first, as other dates of the file do: read as '
        action.doubt(f"{text}{day_text(action.due.day)}", DoubtAbout.DUE, written)
        return
    action.due = Due(day, due_kind_of(day, action.due.kind), written)
    text = f'"{written}" is read with the month first, as the file writes dates: {day_text(day)}'
    action.doubt(text, DoubtAbout.DUE, written)
