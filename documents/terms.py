"""Read term dates from a .csv, .xlsx or .ics, and store them.

A .csv or .xlsx has `calendar,term,starts,ends,kind`, or is a council's own table whose calendar the person
names.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from db import audit_log
from db.audit_log import Author, Change
from db.models import DateStatus, SpanKind, TermDate
from db.rules.records import term_record
from documents.calendar_entries import read_entries
from documents.draft import DocumentError
from documents.file_checks import check_file
from documents.registers import LONGEST_REGISTER, Faults, read_columns, read_days, unread_parts
from documents.term_events import TermEvent, find_spans, is_too_long
from documents.term_tables import (
    TERM_COLUMNS,
    find_headings,
    is_our_form,
    labelled_days,
    read_own_table,
    turned,
)
from documents.text_tables import read_text_sheets

_LONDON = ZoneInfo("Europe/London")

V = TypeVar("V", SpanKind, DateStatus)


@dataclass(frozen=True)
class TermRow:
    """A term, half term or INSET day as a file gives it. The fields are the columns of `TermDate`."""

    calendar: str
    term: str
    starts: date
    ends: date
    kind: SpanKind
    standing: DateStatus = DateStatus.PUBLISHED


@dataclass(frozen=True)
class TermsFile:
    """The spans in a file, and a doubt for each event that is not one, for a person to look at."""

    spans: list[TermRow]
    doubts: list[str]


def read_terms(path: Path, calendar: str | None = None, zone: ZoneInfo = _LONDON) -> TermsFile:
    """Read the whole file, before anything is written. Raises `DocumentError`.

    `calendar` names the calendar of an .ics, in place of its own name, and that of a council's own table. A
    moment in an .ics is a day in `zone`.
    """
    if path.suffix.lower() == ".ics":
        return _read_ics(path, calendar, zone)
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise DocumentError(
            f"{path.name} is not a kind of file that term dates are read from: save it as .csv, .xlsx or .ics"
        )
    faults = Faults(path)
    if calendar:
        sheets, doubts = read_text_sheets(path, LONGEST_REGISTER)
        if not any(is_our_form(row) for rows in sheets.values() for row in rows):
            return _read_own_tables(path, sheets, calendar, doubts)
    rows = [
        _term_row(number, row, faults)
        for number, row in read_columns(path, TERM_COLUMNS, TERM_COLUMNS, faults)
    ]
    faults.report()
    return TermsFile(
        [row for row in rows if row is not None], unread_parts(path, (*TERM_COLUMNS, "standing"))
    )


def _read_own_tables(
    path: Path, sheets: Mapping[str | None, list[list[str]]], calendar: str, doubts: list[str]
) -> TermsFile:
    """Read a council's own tables, one on each sheet. Raises `DocumentError` where no sheet has one."""
    faults = Faults(path)
    events, left_out = list[TermEvent](), list(doubts)
    read_any = False
    for title, rows in sheets.items():
        table = find_headings(rows) or find_headings(turned(rows)) or labelled_days(rows)
        if table is None:
            left_out.append(f'the sheet "{title}" is not read: it has no table of terms')
            continue
        read_any = True
        found, unread = read_own_table(table, faults)
        events += found
        left_out += unread
    if not read_any:
        raise DocumentError(
            f"{path.name} has no table of terms that can be read: give it a row for each term, with the "
            "columns Term, Starts and Ends"
        )
    faults.report()
    return _terms_file(path, calendar, events, left_out)


def _terms_file(
    path: Path, calendar: str, events: Sequence[TermEvent], unread: Sequence[str] = ()
) -> TermsFile:
    """The spans of a calendar's entries. Raises `DocumentError` where none of them is a term."""
    spans, found = find_spans(events)
    doubts = [*unread, *found]
    if not any(span.kind is SpanKind.TERM for span in spans):
        some = "; ".join(f"“{event.name}”" for event in events[:5])
        raise DocumentError(
            f"{path.name} has no term: an entry such as “Autumn term” with its first and last day is needed. "
            f"It has {some or 'nothing'}{'. ' + found[0] if found else ''}"
        )
    standing = {True: DateStatus.PROVISIONAL, False: DateStatus.PUBLISHED}
    rows = [
        TermRow(calendar, one.term, one.first, one.last, one.kind, standing[one.is_provisional])
        for one in spans
    ]
    return TermsFile(rows, doubts)


def _term_row(number: int, row: dict[str, str], faults: Faults) -> TermRow | None:
    """The row's span; None where a fault is noted."""
    starts, ends = read_days(number, row, "starts", "ends", faults, only_days=True)
    kind = _word(number, SpanKind, row["kind"].lower().replace(" ", "_").replace("-", "_"), faults)
    standing = _word(number, DateStatus, row.get("standing", "").lower() or "published", faults)
    if starts is None or ends is None or kind is None or standing is None:
        return None
    if is_too_long(kind, starts, ends):
        faults.add(number, f"it would last {(ends - starts).days + 1} days: check its years")
        return None
    term = " ".join(row["term"].split())
    return TermRow(" ".join(row["calendar"].split()), term, starts, ends, kind, standing)


def _word(number: int, vocabulary: type[V], text: str, faults: Faults) -> V | None:
    try:
        return vocabulary(text)
    except ValueError:
        faults.add(number, f'"{text}" is not one of {", ".join(vocabulary)}')
        return None


def _read_ics(path: Path, calendar: str | None, zone: ZoneInfo) -> TermsFile:
    # icalendar takes long to import, and only an .ics needs it.
    from icalendar import Calendar

    check_file(path)
    try:
        content = Calendar.from_ical(path.read_bytes())
        events = read_entries(content.events, zone)
    except (ValueError, KeyError, IndexError, AttributeError, TypeError) as damage:
        raise DocumentError(
            f"{path.name} is not a calendar that can be read: export it again as .ics"
        ) from damage
    name = calendar or str(content.get("X-WR-CALNAME") or "").strip()
    if not name:
        fault = f"{path.name} does not say whose calendar it is"
        raise DocumentError(
            f"{fault}: name it with --calendar", f"{fault}: send it again and write `calendar NAME` with it"
        )
    return _terms_file(path, name, events)


def apply_terms(session: Session, spans: Iterable[TermRow], author: Author) -> int:
    """Replace the stored dates of each term in the file by the file's, and return how many changed.

    A term that the file leaves out stays.
    """
    changed = 0
    by_term: dict[tuple[str, str, SpanKind], list[TermRow]] = {}
    for span in spans:
        by_term.setdefault((span.calendar, span.term, span.kind), []).append(span)
    changes = []
    for (calendar, term, kind), new in by_term.items():
        query = select(TermDate).where(
            TermDate.calendar == calendar, TermDate.term == term, TermDate.kind == kind
        )
        stored = list(session.exec(query))
        before, after = term_record(stored), term_record(new)
        if before == after:
            continue
        for row in stored:
            session.delete(row)
        session.flush()
        session.add_all(TermDate(**vars(row)) for row in new)
        changes.append(Change("terms", None, f"{calendar}: {term}", kind, before or None, after))
        changed += len(new)
    audit_log.append(session, author, changes)
    return changed
