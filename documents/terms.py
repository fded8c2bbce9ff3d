"""Read term dates from a .csv, .xlsx or .ics, and store them.

A .csv or .xlsx has `calendar,term,starts,ends,kind`, or is a council's own table whose calendar the person
names.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from sqlmodel import Session, select

from db import audit_log
from db.audit_log import Author, Change
from db.models import DateStatus, SpanKind, TermDate
from db.rules.dates import read_written
from db.rules.records import term_record
from documents.draft import DocumentError
from documents.file_checks import check_file
from documents.registers import LONGEST_REGISTER, Faults, read_columns, read_days, unread_parts
from documents.term_events import TermEvent, find_spans, is_provisional, is_too_long
from documents.text_tables import read_text_sheets

TERM_COLUMNS = ("calendar", "term", "starts", "ends", "kind")
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
        if not any(_is_our_form(row) for rows in sheets.values() for row in rows):
            return _read_own_tables(path, sheets, calendar, doubts)
    rows = [
        _term_row(number, row, faults)
        for number, row in read_columns(path, TERM_COLUMNS, TERM_COLUMNS, faults)
    ]
    faults.report()
    return TermsFile(
        [row for row in rows if row is not None], unread_parts(path, (*TERM_COLUMNS, "standing"))
    )


# The headings of a council's own table, by what they mean.
_OWN_HEADINGS = {
    "name": (
        r"(?:school )?(?:term|event|period|holiday|description|name|date type|what)s?(?: name| dates?)?"
        r"(?:(?: ?/ ?| or | and ).*)?"
    ),
    "half": r"(?:half[ -]?term|mid[ -]?term)(?: break| holiday| closure)?s?",
    "half_starts": r"(?:half[ -]?term|mid[ -]?term).*(?:start|begin|from|first|close).*",
    "half_ends": r"(?:half[ -]?term|mid[ -]?term).*(?:end|to|last|finish|until|re-?open).*",
    "starts": (
        r"(?:term |date |school )?(?:starts?|begins?|from|opens?|first day|start date|date from"
        r"|commences?)(?: date| on)?"
    ),
    "ends": (
        r"(?:term |date |school )?(?:ends?|to|until|closes?|last day|end date|date to"
        r"|finish(?:es)?)(?: date| on)?"
    ),
    "day": r"date|day|dates",
}
# "Closes (end of day)".
_REMARKS = re.compile(r"\s*\([^()]*\)\s*$")
_YEAR = re.compile(r"\b(20\d\d)\b")
# The title of a year's rows.
_ONLY_YEARS = re.compile(r"(?:academic |school )?(?:year )?20\d\d(?:\s?[-/–]\s?(?:20)?\d\d)?", re.IGNORECASE)
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? ", re.IGNORECASE)


def _with_year(text: str, year: re.Match[str] | None) -> str:
    """A day with the year of its term, where it has none of its own, and without its weekday."""
    bare = _WEEKDAY.sub("", text.strip())
    return bare if not bare or year is None or _YEAR.search(bare) else f"{bare} {year[0]}"


_TO = re.compile(r"\s+(?:to|until|-|–|—)\s+", re.IGNORECASE)
_DAY_ALONE = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_MONTH_AND_YEAR = re.compile(r"[a-z]{3,9}\.?(?: (?:19|20)\d\d)?$", re.IGNORECASE)


def _span(text: str) -> tuple[str, str] | None:
    """The first and the last day of `27 - 31 October 2025`; None for one day."""
    parts = _TO.split(text)
    if len(parts) != 2:
        return None
    first, last = parts
    day, month = _DAY_ALONE.fullmatch(_WEEKDAY.sub("", first.strip())), _MONTH_AND_YEAR.search(last.strip())
    return (f"{day[1]} {month[0]}" if day and month else first), last


def _is_our_form(row: Sequence[str]) -> bool:
    """Whether a row has the headings of the bot's own form."""
    return set(TERM_COLUMNS) <= {cell.strip().lower() for cell in row}


def _turned(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """A table with a column for each term as one with a row for each: "First day" is then a heading."""
    start = next((at for at, row in enumerate(rows) if sum(map(bool, map(str.strip, row))) > 1), len(rows))
    turned = [list(column) for column in zip_longest(*rows[start:], fillvalue="")]
    if turned and not turned[0][0].strip():
        turned[0][0] = "Term"
    return turned


def _find_headings(rows: list[list[str]]) -> tuple[int, dict[str, int], list[list[str]]] | None:
    """The heading row of a council's own table, its columns by meaning, and all rows; None for our form."""
    for at, row in enumerate(rows[:20]):
        headings = [_REMARKS.sub("", " ".join(cell.split())).strip(" :.").lower() for cell in row]
        if set(TERM_COLUMNS) <= set(headings):
            return None
        columns: dict[str, int] = {}
        for index, heading in enumerate(headings):
            for name, form in _OWN_HEADINGS.items():
                if name not in columns and re.fullmatch(form, heading):
                    columns[name] = index
                    break
        if {"starts", "ends"} <= set(columns) and "name" not in columns and headings[0] == "":
            # The names of the terms need no heading.
            columns["name"] = 0
        if "name" in columns and {"starts", "day"} & set(columns):
            return at, columns, rows
    return None


_FEWEST_DAYS = 3


def _labelled_days(rows: list[list[str]]) -> tuple[int, dict[str, int], list[list[str]]] | None:
    """A list of a label and a day, below the titles of its terms, as a table without headings.

    Each label gets the title above it: "Term ends" below "Autumn term 2025". None where it is no such list.
    """
    title, listed = "", list[list[str]]()
    for row in rows:
        label, day = (*(cell.strip() for cell in row), "", "")[:2]
        if label and not day:
            title = label
        elif label and not (_span(day) or read_written(_WEEKDAY.sub("", day), day).span):
            return None
        listed.append([f"{title} {label}", day] if label and day else [])
    is_list = sum(map(bool, listed)) >= _FEWEST_DAYS
    return (-1, {"name": 0, "day": 1}, listed) if is_list else None


def _read_own_tables(
    path: Path, sheets: Mapping[str | None, list[list[str]]], calendar: str, doubts: list[str]
) -> TermsFile:
    """Read a council's own tables, one on each sheet. Raises `DocumentError` where no sheet has one."""
    faults = Faults(path)
    events, left_out = list[TermEvent](), list(doubts)
    read_any = False
    for title, rows in sheets.items():
        table = _find_headings(rows) or _find_headings(_turned(rows)) or _labelled_days(rows)
        if table is None:
            left_out.append(f'the sheet "{title}" is not read: it has no table of terms')
            continue
        read_any = True
        found, unread = _read_own_table(table, faults)
        events += found
        left_out += unread
    if not read_any:
        raise DocumentError(
            f"{path.name} has no table of terms that can be read: give it a row for each term, with the "
            "columns Term, Starts and Ends"
        )
    faults.report()
    return _terms_file(path, calendar, events, left_out)


def _read_own_table(
    table: tuple[int, dict[str, int], list[list[str]]], faults: Faults
) -> tuple[list[TermEvent], list[str]]:
    """What a council's own table has: a row for each term, holiday and INSET day. Also what is not read."""
    at, columns, rows = table
    events, left_out = list[TermEvent](), list[str]()
    # "School term dates 2027 to 2028 (proposed)".
    remark = " (provisional)" if any(map(is_provisional, chain(*rows[: max(at, 0)]))) else ""
    headings = _plain(rows[at]) if at >= 0 else None
    for number, row in enumerate(rows[at + 1 :], start=at + 2):
        if _plain(row) == headings:
            # The headings of the next year's table.
            continue
        cells = {name: row[index].strip() for name, index in columns.items() if index < len(row)}
        name = " ".join(cells.get("name", "").split())
        name += remark if name else ""
        starts, ends = cells.get("starts", cells.get("day", "")), cells.get("ends", "")
        if not name or not (starts or ends):
            text = " / ".join(filter(None, map(str.strip, row)))
            if text and not _ONLY_YEARS.fullmatch(text):
                left_out.append(f"row {number} “{text[:100]}” has no day in its own column: it is left out")
            continue
        span = None if ends else _span(starts)
        if span is not None:
            starts, ends = span
        year = _YEAR.search(name)
        days = {"starts": _with_year(starts, year), "ends": _with_year(ends or starts, year)}
        first, last = read_days(number, days, "starts", "ends", faults, only_days=True)
        if first and last:
            events.append(TermEvent(name, first, last))
        half = {"starts": cells.get("half_starts", ""), "ends": cells.get("half_ends", "")}
        span = _span(cells.get("half", ""))
        if span is not None:
            half = {"starts": span[0], "ends": span[1]}
        half = {edge: _with_year(text, year) for edge, text in half.items()}
        half_first, half_last = read_days(number, half, "starts", "ends", faults, only_days=True)
        if half_first and half_last:
            events.append(TermEvent(f"{name} half term", half_first, half_last))
    headings = rows[at] if at >= 0 else []
    unread = [text for index, text in enumerate(headings) if text.strip() and index not in columns.values()]
    left_out += [f'"{" ".join(text.split())}" is not read' for text in unread]
    return events, left_out


def _plain(row: Sequence[str]) -> list[str]:
    return [" ".join(cell.split()).lower() for cell in row]


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
        events = [one for event in content.events for one in _events(event, zone)]
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


def _events(event: Any, zone: ZoneInfo) -> Iterator[TermEvent]:
    """The occurrences of an entry, with their days in `zone`. One that is cancelled has none."""
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return
    name = " ".join(str(event["SUMMARY"]).split())
    if str(event.get("STATUS", "")).upper() == "TENTATIVE":
        name = f"{name} (provisional)"
    first, last = _days(event.start, event.end, zone)
    yield TermEvent(name, first, last)
    rule = event.get("RRULE")
    if rule is None:
        return
    begins = datetime.combine(first, time())
    left_out = {_local(one.dt, zone) for one in _left_out(event)}
    # A rule without an end goes on for ever; terms of more than two years ahead are known to nobody.
    until = begins + timedelta(days=800)
    text = re.sub(r"(UNTIL=\d{8})T\d{6}Z?", r"\1", rule.to_ical().decode())
    for again in rrulestr(text, dtstart=begins).between(begins, until):
        if again.date() not in left_out:
            yield TermEvent(name, again.date(), again.date() + (last - first))


def _left_out(event: Any) -> list[Any]:
    found = event.get("EXDATE") or []
    lists = found if isinstance(found, list) else [found]
    return [one for each in lists for one in each.dts]


def _local(moment: date, zone: ZoneInfo) -> date:
    if isinstance(moment, datetime):
        return (moment.astimezone(zone) if moment.tzinfo else moment).date()
    return moment


def _days(start: date, end: date, zone: ZoneInfo) -> tuple[date, date]:
    """The first and the last day of an entry. One that ends at midnight ends with the day before."""
    first, last = _local(start, zone), _local(end, zone)
    is_midnight = (
        not isinstance(end, datetime) or (end.astimezone(zone) if end.tzinfo else end).time() == time()
    )
    return first, max(first, last - timedelta(days=1)) if is_midnight else last


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
