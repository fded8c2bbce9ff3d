"""Term dates in a council's own table: a row for each term and holiday, or a label beside each day."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, zip_longest

from db.rules.dates import read_written
from documents.registers import Faults, read_days
from documents.term_events import TermEvent, is_provisional

TERM_COLUMNS = ("calendar", "term", "starts", "ends", "kind")


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
        r"|commences?|(?:(?:pupils?|students?|children) )?returns?)(?: date| on| to school)?"
        r"(?: (?:for|of) (?:pupils?|students?|children|term|all))?"
    ),
    "ends": (
        r"(?:term |date |school )?(?:ends?|to|until|closes?|last day|end date|date to|breaks? up"
        r"|finish(?:es)?)(?: date| on)?(?: (?:for|of) (?:pupils?|students?|children|term|all))?"
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
    year = _YEAR.search(last)
    if year and not _YEAR.search(first) and not _DAY_ALONE.fullmatch(_WEEKDAY.sub("", first.strip())):
        # "26 October – 30 October 2026"; "21 December – 2 January 2027" begins in the year before.
        is_earlier = re.search(r"\bdec", first, re.I) and re.search(r"\bjan", last, re.I)
        first = f"{first} {int(year[0]) - bool(is_earlier)}"
    day, month = _DAY_ALONE.fullmatch(_WEEKDAY.sub("", first.strip())), _MONTH_AND_YEAR.search(last.strip())
    return (f"{day[1]} {month[0]}" if day and month else first), last


def is_our_form(row: Sequence[str]) -> bool:
    """Whether a row has the headings of the bot's own form."""
    return set(TERM_COLUMNS) <= {cell.strip().lower() for cell in row}


def turned(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """A table with a column for each term as one with a row for each: "First day" is then a heading."""
    start = next((at for at, row in enumerate(rows) if sum(map(bool, map(str.strip, row))) > 1), len(rows))
    turned = [list(column) for column in zip_longest(*rows[start:], fillvalue="")]
    if turned and not turned[0][0].strip():
        turned[0][0] = "Term"
    return turned


def find_headings(rows: list[list[str]]) -> tuple[int, dict[str, int], list[list[str]]] | None:
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


def labelled_days(rows: list[list[str]]) -> tuple[int, dict[str, int], list[list[str]]] | None:
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


def _wrong_weekdays(texts: Sequence[str], days: Sequence[date | None]) -> Iterator[str]:
    """A doubt for each day whose weekday, as it is written, is that of another day."""
    for text, day in zip(texts, days, strict=True):
        named = _WEEKDAY.match(text.strip())
        if named and day and not f"{day:%A}".lower().startswith(named[0].strip(" ,.").lower()[:3]):
            yield f"“{text}” is a {day:%A}: check the weekday and the day"


def read_own_table(
    table: tuple[int, dict[str, int], list[list[str]]], faults: Faults
) -> tuple[list[TermEvent], list[str]]:
    """What a council's own table has: a row for each term, holiday and INSET day. Also what is not read."""
    at, columns, rows = table
    # "School term dates 2027 to 2028 (proposed)".
    is_proposed = any(map(is_provisional, chain(*rows[: max(at, 0)])))
    reader = _TableReader(columns, faults, is_proposed=is_proposed, is_provisional=is_proposed)
    headings = _plain(rows[at]) if at >= 0 else None
    for number, row in enumerate(rows[at + 1 :], start=at + 2):
        # The headings of the next year's table may stand between.
        if _plain(row) != headings:
            reader.read(number, row)
    named = rows[at] if at >= 0 else []
    unread = [text for index, text in enumerate(named) if text.strip() and index not in columns.values()]
    return reader.events, [*reader.left_out, *(f'"{" ".join(text.split())}" is not read' for text in unread)]


@dataclass
class _TableReader:
    """Reads the rows of a council's table. `above` is the name of the last term.

    With `is_proposed` the whole table is provisional; `is_provisional` is that of the current year's rows.
    """

    columns: Mapping[str, int]
    faults: Faults
    is_proposed: bool
    is_provisional: bool
    above: str = ""
    events: list[TermEvent] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def read(self, number: int, row: Sequence[str]) -> None:
        """Add what a row says; `number` is that of the file."""
        cells = {name: row[index].strip() for name, index in self.columns.items() if index < len(row)}
        name = " ".join(cells.get("name", "").split())
        name = f"Term {name}" if re.fullmatch("[1-6]", name) else name
        starts, ends = cells.get("starts", cells.get("day", "")), cells.get("ends", "")
        if starts and ends and not name:
            # The second half of a term has no name of its own.
            name = self.above
        if not name or not (starts or ends):
            self._read_title(number, row)
            return
        self.above = name
        if not ends and (span := _span(starts)) is not None:
            starts, ends = span
        self._add(number, name, name, starts, ends or starts)
        half = _span(cells.get("half", "")) or (cells.get("half_starts", ""), cells.get("half_ends", ""))
        if any(half):
            self._add(number, name, f"{name} half term", *half)

    def _read_title(self, number: int, row: Sequence[str]) -> None:
        """A row without days may be the title of a year: "Academic year 2027 to 2028 (proposed)"."""
        text = " / ".join(filter(None, map(str.strip, row)))
        if _YEAR.search(text):
            self.is_provisional = self.is_proposed or is_provisional(text)
        if text and not _ONLY_YEARS.fullmatch(text):
            told = f"row {number} “{text[:100]}” has no day in its own column: it is left out"
            self.left_out.append(told)

    def _add(self, number: int, term: str, name: str, starts: str, ends: str) -> None:
        """Add an entry; where its days lack their year, they have that of the term's name."""
        year = _YEAR.search(term)
        days = {"starts": _with_year(starts, year), "ends": _with_year(ends, year)}
        first, last = read_days(number, days, "starts", "ends", self.faults, only_days=True)
        wrong = _wrong_weekdays((starts, ends), (first, last))
        self.left_out += dict.fromkeys(f"row {number}: {doubt}" for doubt in wrong)
        if first and last:
            self.events.append(TermEvent(name, first, last, is_provisional=self.is_provisional))


def _plain(row: Sequence[str]) -> list[str]:
    return [" ".join(cell.split()).lower() for cell in row]
