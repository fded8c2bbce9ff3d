"""Read term dates from a .csv of `calendar,term,starts,ends,kind` or a council's .ics, and store them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlmodel import Session, select

from db import audit_log
from db.audit_log import Author, Change
from db.models import DateStatus, SpanKind, TermDate
from db.rules.calendars import school_year
from db.rules.records import term_record
from documents.draft import DocumentError
from documents.file_checks import check_file
from documents.registers import Faults, read_columns, read_days

_COLUMNS = ("calendar", "term", "starts", "ends", "kind")
_SEASONS = ("autumn", "spring", "summer")

# What an event is called, its first day and its last day.
_Event = tuple[str, date, date]

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


def read_terms(path: Path, calendar: str | None = None) -> TermsFile:
    """Read the whole file, before anything is written. Raises `DocumentError`.

    `calendar` names the calendar of an .ics, in place of its own name.
    """
    if path.suffix.lower() == ".ics":
        return _read_ics(path, calendar)
    if path.suffix.lower() != ".csv":
        raise DocumentError(
            f"{path.name} is not a kind of file that term dates are read from: save it as .csv or .ics"
        )
    faults = Faults(path)
    rows = [_term_row(number, row, faults) for number, row in read_columns(path, _COLUMNS, _COLUMNS, faults)]
    faults.report()
    return TermsFile([row for row in rows if row is not None], [])


def _term_row(number: int, row: dict[str, str], faults: Faults) -> TermRow | None:
    """The row's span; None where a fault is noted."""
    starts, ends = read_days(number, row, "starts", "ends", faults)
    kind = _word(number, SpanKind, row["kind"].lower().replace(" ", "_").replace("-", "_"), faults)
    standing = _word(number, DateStatus, row.get("standing", "").lower() or "published", faults)
    if starts is None or ends is None or kind is None or standing is None:
        return None
    term = " ".join(row["term"].split())
    return TermRow(" ".join(row["calendar"].split()), term, starts, ends, kind, standing)


def _word(number: int, vocabulary: type[V], text: str, faults: Faults) -> V | None:
    try:
        return vocabulary(text)
    except ValueError:
        faults.add(number, f'"{text}" is not one of {", ".join(vocabulary)}')
        return None


def _read_ics(path: Path, calendar: str | None) -> TermsFile:
    # icalendar takes long to import, and only an .ics needs it.
    from icalendar import Calendar

    check_file(path)
    try:
        content = Calendar.from_ical(path.read_bytes())
        events = [_event(event) for event in content.events]
    except (ValueError, KeyError, IndexError, AttributeError, TypeError) as damage:
        raise DocumentError(
            f"{path.name} is not a calendar that can be read: export it again as .ics"
        ) from damage
    name = calendar or str(content.get("X-WR-CALNAME") or "").strip()
    if not name:
        raise DocumentError(f"{path.name} does not say whose calendar it is: name it with --calendar")
    terms, others = _terms_of(events)
    spans = [TermRow(name, term, first, last, SpanKind.TERM) for term, first, last in terms]
    doubts = []
    for summary, first, last in others:
        kind = _kind(summary)
        if kind is None:
            doubts.append(
                f"“{summary}” on {first} is not a term, a half term or an INSET day: it is left out"
            )
            continue
        inside = next((term for term, starts, ends in terms if starts <= first <= ends), None)
        spans.append(TermRow(name, inside or _with_year(summary, first), first, last, kind))
    return TermsFile(spans, doubts)


def _event(event: Any) -> _Event:
    """An event's name and days. The last day of an all-day event is the one before its `DTEND`."""
    first, last = event.start, event.end
    if isinstance(first, datetime):
        return str(event["SUMMARY"]).strip(), first.date(), last.date()
    return str(event["SUMMARY"]).strip(), first, max(first, last - timedelta(days=1))


def _terms_of(events: Iterable[_Event]) -> tuple[list[_Event], list[_Event]]:
    """The terms, and the other events. A term is one event, or one for its first and one for its last day."""
    terms, others, begun = [], [], {}
    for summary, first, last in sorted(events, key=lambda event: event[1]):
        if _kind(summary) is not SpanKind.TERM:
            others.append((summary, first, last))
            continue
        edge = re.search(r"\b(?:(starts?|begins?|first day)|(ends?|last day))\b", summary, re.IGNORECASE)
        name = re.sub(
            r"\b(?:starts?|begins?|ends?|first day(?: of)?|last day(?: of)?)\b", "", summary, flags=re.I
        )
        if edge is None:
            terms.append((_with_year(name, first), first, last))
        elif edge[1]:
            begun[_key(name)] = (_with_year(name, first), first)
        elif _key(name) in begun:
            full_name, starts = begun.pop(_key(name))
            terms.append((full_name, starts, last))
    return terms, others


def _key(summary: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", summary.lower()))


def _kind(summary: str) -> SpanKind | None:
    text = summary.lower()
    if re.search(r"\binset\b|\btraining day|\bstaff day|\bteacher day", text):
        return SpanKind.INSET
    if re.search(r"\bhalf[ -]?term\b", text):
        return SpanKind.HALF_TERM
    if re.search(r"holiday|break|closed", text):
        return None
    return SpanKind.TERM if re.search(r"\bterm\b|^\s*(?:autumn|spring|summer)\b", text) else None


def _with_year(summary: str, first: date) -> str:
    """A term's name with its year, as people type it: `Autumn 2025`, `Term 1 2025-26`."""
    text = summary.lower()
    season = next((season for season in _SEASONS if season in text), None)
    if season:
        return f"{season.capitalize()} {first.year}"
    number = re.search(r"\bterm\s*([1-6])\b", text)
    year = school_year(first)
    return f"Term {number[1]} {year}-{(year + 1) % 100:02d}" if number else " ".join(summary.split())


def apply_terms(session: Session, spans: Iterable[TermRow], author: Author) -> int:
    """Replace the stored dates of each term in the file by the file's, and return how many changed.

    A term that the file leaves out stays.
    """
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
    audit_log.append(session, author, changes)
    return len(changes)
