"""Term dates from a .csv of `calendar,term,starts,ends,kind` or from an .ics as councils publish it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from icalendar import Calendar as ICalendar
from sqlmodel import Session, select

from db import audit_log
from db.audit_log import Author, Change
from db.models import DateStatus, SpanKind, TermDate
from db.rules.calendars import school_year
from documents.draft import DocumentError
from documents.plan_files import check_size
from documents.registers import read_columns, read_days

_COLUMNS = ("calendar", "term", "starts", "ends", "kind")
_SEASONS = ("autumn", "spring", "summer")

V = TypeVar("V", SpanKind, DateStatus)


@dataclass(frozen=True)
class TermRow:
    """One row of a calendar as a file tells it."""

    calendar: str
    term: str
    starts: date
    ends: date
    kind: SpanKind
    standing: DateStatus = DateStatus.PUBLISHED


@dataclass(frozen=True)
class TermsFile:
    """What a file holds, and what in it was not understood, for a person to look at."""

    spans: list[TermRow]
    doubts: list[str]


def read_terms(path: Path, calendar: str | None = None) -> TermsFile:
    """Read the whole file before anything is written. Raises `DocumentError`.

    `calendar` names the calendar of an .ics that does not name itself.
    """
    if path.suffix.lower() == ".ics":
        return _read_ics(path, calendar)
    if path.suffix.lower() != ".csv":
        raise DocumentError(f"{path.name} is not a kind of file that term dates are read from: .csv or .ics")
    return TermsFile([_span(path, number, row) for number, row in read_columns(path, _COLUMNS, _COLUMNS)], [])


def _span(path: Path, number: int, row: dict[str, str]) -> TermRow:
    starts, ends = read_days(path, number, row, "starts", "ends")
    assert starts is not None
    assert ends is not None
    kind = _word(path, number, SpanKind, row["kind"].lower().replace(" ", "_").replace("-", "_"))
    standing = _word(path, number, DateStatus, row.get("standing", "").lower() or "published")
    term = " ".join(row["term"].split())
    return TermRow(" ".join(row["calendar"].split()), term, starts, ends, kind, standing)


def _word(path: Path, number: int, vocabulary: type[V], said: str) -> V:
    try:
        return vocabulary(said)
    except ValueError:
        known = ", ".join(vocabulary)
        raise DocumentError(f'{path.name}, row {number}: "{said}" is none of {known}') from None


def _read_ics(path: Path, calendar: str | None) -> TermsFile:
    check_size(path)
    try:
        held = ICalendar.from_ical(path.read_bytes())
        events = [_event(event) for event in held.events]
    except (ValueError, KeyError, IndexError, AttributeError, TypeError) as wrong:
        raise DocumentError(
            f"{path.name} is not a calendar that can be read: export it again as .ics"
        ) from wrong
    name = calendar or str(held.get("X-WR-CALNAME") or "").strip()
    if not name:
        raise DocumentError(f"{path.name} does not say whose calendar it is: name it with --calendar")
    terms, rest = _terms_of(events)
    spans = [TermRow(name, term, first, last, SpanKind.TERM) for term, first, last in terms]
    doubts = []
    for summary, first, last in rest:
        kind = _kind(summary)
        if kind is None:
            doubts.append(f"“{summary}” on {first} is no term, half term or INSET day: left out")
            continue
        inside = next((term for term, begins, ends in terms if begins <= first <= ends), None)
        spans.append(TermRow(name, inside or _with_year(summary, first), first, last, kind))
    return TermsFile(spans, doubts)


def _event(event: Any) -> tuple[str, date, date]:
    """What an event is called, and its first and last day: an all-day event ends before its `DTEND`."""
    first, last = event.start, event.end
    if isinstance(first, datetime):
        return str(event["SUMMARY"]).strip(), first.date(), last.date()
    return str(event["SUMMARY"]).strip(), first, max(first, last - timedelta(days=1))


_Event = tuple[str, date, date]


def _terms_of(events: Iterable[_Event]) -> tuple[list[_Event], list[_Event]]:
    """Terms, given whole or by the days they start and end on; and all that is no term."""
    terms, rest, begun = [], [], {}
    for summary, first, last in sorted(events, key=lambda event: event[1]):
        if _kind(summary) is not SpanKind.TERM:
            rest.append((summary, first, last))
            continue
        edge = re.search(r"\b(?:(starts?|begins?|first day)|(ends?|last day))\b", summary, re.IGNORECASE)
        bare = re.sub(
            r"\b(?:starts?|begins?|ends?|first day(?: of)?|last day(?: of)?)\b", "", summary, flags=re.I
        )
        if edge is None:
            terms.append((_with_year(bare, first), first, last))
        elif edge[1]:
            begun[_key(bare)] = (_with_year(bare, first), first)
        elif _key(bare) in begun:
            name, starts = begun.pop(_key(bare))
            terms.append((name, starts, last))
    return terms, rest


def _key(summary: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", summary.lower()))


def _kind(summary: str) -> SpanKind | None:
    said = summary.lower()
    if re.search(r"\binset\b|\btraining day|\bstaff day|\bteacher day", said):
        return SpanKind.INSET
    if re.search(r"\bhalf[ -]?term\b", said):
        return SpanKind.HALF_TERM
    if re.search(r"holiday|break|closed", said):
        return None
    return SpanKind.TERM if re.search(r"\bterm\b|^\s*(?:autumn|spring|summer)\b", said) else None


def _with_year(summary: str, first: date) -> str:
    """A term's name with the year it belongs to, as it is asked for: `Autumn 2025`, `Term 1 2025-26`."""
    said = summary.lower()
    season = next((one for one in _SEASONS if one in said), None)
    if season:
        return f"{season.capitalize()} {first.year}"
    number = re.search(r"\bterm\s*([1-6])\b", said)
    year = school_year(first)
    return f"Term {number[1]} {year}-{(year + 1) % 100:02d}" if number else " ".join(summary.split())


def apply_terms(session: Session, spans: Iterable[TermRow], author: Author) -> int:
    """Make what is held of each term what the file says of it. Returns how many of them changed."""
    wanted: dict[tuple[str, str, SpanKind], list[TermRow]] = {}
    for one in spans:
        wanted.setdefault((one.calendar, one.term, one.kind), []).append(one)
    changes = []
    for (calendar, term, kind), new in wanted.items():
        query = select(TermDate).where(
            TermDate.calendar == calendar, TermDate.term == term, TermDate.kind == kind
        )
        held = list(session.exec(query))
        before, after = _days(held), _days(new)
        if before == after:
            continue
        for row in held:
            session.delete(row)
        session.flush()
        session.add_all(TermDate(**vars(one)) for one in new)
        changes.append(Change("terms", None, f"{calendar}: {term}", kind, before or None, after))
    audit_log.append(session, author, changes)
    return len(changes)


def _days(spans: Iterable[TermRow | TermDate]) -> list[list[str]]:
    return sorted([one.starts.isoformat(), one.ends.isoformat(), str(one.standing)] for one in spans)
