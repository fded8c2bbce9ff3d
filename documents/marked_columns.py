"""Tables that mark who or when: a column for each agency with L and S, a column for each month with an x."""

import re
from collections.abc import Mapping, Sequence

from db.models import DoubtAbout, DueKind
from db.rules.dates import MONTHS, month_end
from db.rules.due_dates import read_due
from db.rules.due_days import Due
from documents.draft import ColumnRead, Draft, DraftAction, FileDoubt, Row
from documents.heading_meanings import HeadingRow
from documents.row_kinds import tidy

# So many columns beside each other are a table of marks, and no column of its own.
_LEAST = 3
_LEADS = frozenset(("L", "LEAD", "LEADS", "R", "A", "R/A", "A/R", "L/S", "S/L"))
_HELPS = frozenset(("S", "SUPPORT", "SUPPORTS", "C", "I", "C/I"))
_YEAR_FIRST = re.compile(r"(?P<first>20\d\d)(?P<second>\s?[/–-]\s?(?:20)?\d\d)? (?P<month>[^\W\d]+)\.?")
_MARK = re.compile(r"[x×✓✔✗■●▪•*–—-]+|yes|y", re.IGNORECASE)
# Another letter in such a column says something of its own, such as a milestone.
_ANY_MARK = re.compile(rf"(?:{_MARK.pattern})|[^\W\d_]{{1,2}}|[^\w\s]{{1,3}}", re.IGNORECASE)


def read_marked_columns(draft: Draft, rows: Sequence[Row], headings: Mapping[int, HeadingRow]) -> None:
    """Read marks as leads, supporters and due dates, where no other column says who or when.

    Where marks do not say it either, that is a doubt about the file.
    """
    if {"leads", "due"} <= draft.columns:
        return
    if len(headings) == 1:
        # In several tables a row's number does not tell whose action it is.
        _read_marks(draft, rows, headings)
    for name, label in (("due", "dates"), ("leads", "leads")):
        if name not in draft.columns and draft.actions:
            draft.doubts.append(FileDoubt(None, f"the plan has no column for {label}"))


def _read_marks(draft: Draft, rows: Sequence[Row], headings: Mapping[int, HeadingRow]) -> None:
    [(at, heading)] = headings.items()
    by_number = {action.row: action for action in draft.actions}
    marked = [(by_number[row.number], row) for row in rows[at + 1 :] if row.number in by_number]
    if "leads" not in draft.columns:
        _read_roles(draft, heading, marked)
    if "due" not in draft.columns:
        _read_months(draft, heading, marked)


def _read_roles(draft: Draft, heading: HeadingRow, marked: Sequence[tuple[DraftAction, Row]]) -> None:
    marks = {at: {mark.upper() for mark in _marks(at, marked)} for at in heading.unread}
    columns = [at for at, found in marks.items() if found and found <= _LEADS | _HELPS]
    leading = {mark for at in columns for mark in marks[at] & _LEADS}
    helping = {mark for at in columns for mark in marks[at] & _HELPS}
    if len(columns) < _LEAST or not leading:
        return
    names = _short_names(heading, columns)
    for action, row in marked:
        for at in columns:
            mark = _text(row, at).upper()
            if mark:
                (action.leads if mark in _LEADS else action.supporters).append(names[at])
    supports = f", and {' and '.join(sorted(helping))} as who supports" if helping else ""
    text = (
        f"no column says who leads: {' and '.join(sorted(leading))} below {_listed(names)} is read as who "
        f"leads{supports}"
    )
    _take(draft, heading, columns, "lead", text)


def _read_months(draft: Draft, heading: HeadingRow, marked: Sequence[tuple[DraftAction, Row]]) -> None:
    ends = {at: _month(heading.name(at)) for at in heading.unread}
    columns = [
        at
        for at, due in ends.items()
        if due.day is not None
        and due.day == month_end(due.day.year, due.day.month)
        and all(map(_ANY_MARK.fullmatch, _marks(at, marked)))
    ]
    if len(columns) < _LEAST or not any(map(_MARK.fullmatch, _all_marks(columns, marked))):
        return
    names = _short_names(heading, columns)
    for action, row in marked:
        last = max((at for at in columns if _text(row, at)), key=lambda at: ends[at].day or 0, default=None)
        if last is not None:
            action.due = Due(ends[last].day, DueKind.BY, ends[last].as_written)
            mark = _text(row, last)
            if not _MARK.fullmatch(mark):
                said = f'"{mark}" below "{names[last]}" is read as when it is due'
                action.doubt(said, DoubtAbout.DUE, mark)
    text = f"no column has dates: the last month marked of {_listed(names)} is read as due"
    _take(draft, heading, columns, "due", text)


def _month(heading: str) -> Due:
    """The month of a heading; joined to the one above it the year comes first: "2026 Oct", "2026/27 Jan"."""
    found = _YEAR_FIRST.fullmatch(heading)
    if found is None:
        return read_due(heading)
    # A financial year begins in April.
    is_second = found["second"] is not None and MONTHS.get(found["month"].lower(), 4) < 4
    return read_due(f"{found['month']} {int(found['first']) + is_second}")


def _marks(at: int, marked: Sequence[tuple[DraftAction, Row]]) -> list[str]:
    return [text for _, row in marked if (text := _text(row, at))]


def _all_marks(columns: Sequence[int], marked: Sequence[tuple[DraftAction, Row]]) -> list[str]:
    return [mark for at in columns for mark in _marks(at, marked)]


def _text(row: Row, at: int) -> str:
    return tidy(row.cells[at].text) if at < len(row.cells) else ""


def _short_names(heading: HeadingRow, columns: Sequence[int]) -> dict[int, str]:
    """The columns' names without the words of a heading that is joined above them: "Agencies Police"."""
    names = {at: heading.headings[at].split() for at in columns}
    while (
        all(len(words) > 1 for words in names.values()) and len({words[0] for words in names.values()}) == 1
    ):
        names = {at: words[1:] for at, words in names.items()}
    return {at: " ".join(words) for at, words in names.items()}


def _listed(names: Mapping[int, str]) -> str:
    return ", ".join(f'"{name}"' for name in names.values())


def _take(draft: Draft, heading: HeadingRow, columns: Sequence[int], meaning: str, doubt: str) -> None:
    """Say that columns are read, where they were said to be unused and kept as notes."""
    names = {heading.name(at) for at in columns}
    draft.columns.add("leads" if meaning == "lead" else "due")
    draft.columns_read = [
        ColumnRead(one.heading, meaning, one.sheet) if one.heading in names else one
        for one in draft.columns_read
    ]
    unused = tuple(f'the column "{name}" is not used' for name in names)
    draft.doubts = [one for one in draft.doubts if not one.text.startswith(unused)]
    draft.doubts.append(FileDoubt(None, doubt))
    starts = tuple(f"{name}: " for name in names)
    for action in draft.actions:
        action.notes = [note for note in action.notes if not note.startswith(starts)]
