"""The headings of a scorecard: which column is what, and which columns are periods.

Years may stand in a row of their own above the months or quarters, or in a line above the table.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from db.rules import periods
from db.rules.dates import MONTHS, Span, full_year
from db.rules.typed_dates import DateNotRead

_HEADING_WITHIN = 20
_MEANINGS: Mapping[str, str] = {
    "ref": r"no\.?|ref(?:erence)?|#|id|code|(?:pi|kpi|indicator) (?:no\.?|ref|code|id)",
    "name": (
        r"(?:performance |key performance |key )?(?:indicators?|measures?|metrics?|pi|kpi)"
        r"(?: name| description)?|description|name|title"
    ),
    "polarity": (
        r"good (?:perf(?:ormance)?|is|to be|direction)(?: is)?|polarity|direction(?: of good)?"
        r"|good|(?:higher|lower|bigger|smaller) is better|aim"
    ),
    "unit": r"units?(?: of measure)?|data (?:note|type|format)|format|measured? (?:type|as|in)|type",
    "target": r"(?:current |annual |year[- ]end )?target(?: .*)?|goal",
    "tolerance": r"tolerance|amber(?: threshold)?",
    "baseline": r"baseline(?: .*)?",
    "owner_role": r"owner|lead(?: officer)?|responsible(?: officer)?|service",
    "note": r"comments?|commentary|notes?|narrative|caveats?",
    "definition": r"definition|rationale|calculation",
    "source": r"(?:data )?source",
    "frequency": r"frequency|reported|reporting",
}
_COMPARATORS = re.compile(
    r"(?:stat(?:istical|\.)? ?neigh\w*|sn|nat(?:ional|\.)?|england|region(?:al)?|south|north|london"
    r"|eastern|benchmark"
    r"|comparator|family|peer)\b.*|.*\b(?:neighbours?|national|england|benchmark|average|ave|avg)\b.*",
    re.IGNORECASE,
)
# What is worked out from the other columns.
_DERIVED = re.compile(
    r"(?:rag|status|trend|dot|variance|change|ytd|year to date|direction|rank\w*)\b.*", re.IGNORECASE
)
# A month or a quarter without its year, and the year that may stand above it.
_MONTH = re.compile(rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?", re.IGNORECASE)
_QUARTER = re.compile(r"(?:q|qtr|quarter)\s?(?P<quarter>[1-4])", re.IGNORECASE)
_YEARS = re.compile(r"(?<!\d)(?P<first>20\d\d)(?:\s?[/–-]\s?(?P<second>(?:20)?\d\d))?(?!\d)")
# The figure of a whole year among its months.
_WHOLE_YEAR = re.compile(r"out-?turn|year[- ]end|full year|annual|total|actual", re.IGNORECASE)


@dataclass
class ScorecardColumns:
    """The heading row: what each column is. `periods` are the columns of figures.

    `number` is the row of the headings, of the lower one where there are two. `without_year` are columns of
    months or quarters of which nothing says the year.
    """

    number: int
    places: dict[str, int] = field(default_factory=dict)
    periods: dict[int, Span] = field(default_factory=dict)
    comparators: dict[int, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    without_year: list[str] = field(default_factory=list)


def find_columns(rows: Sequence[Sequence[str]], today: date) -> ScorecardColumns | None:
    """The columns of a scorecard's heading row, or None where no row is one."""
    for at, cells in enumerate(rows[:_HEADING_WITHIN]):
        below = rows[at + 1] if at + 1 < len(rows) else ()
        joined = _joined(cells, below)
        if joined is not None and (found := _read_headings(at + 2, joined, today)):
            return found
        year = _year_above(rows[:at])
        dated = [_dated(text, year) or text for text in cells] if year else list(cells)
        found = _read_headings(at + 1, dated, today)
        if found is None and not year:
            found = _without_year(at + 1, cells, today)
        if found is not None:
            if year and dated != list(cells):
                found.doubts.append(f"the columns have no year: read as {year}, which stands above the table")
            return found
    return None


def _is_sub_period(text: str) -> bool:
    return bool(_MONTH.fullmatch(text.strip()) or _QUARTER.fullmatch(text.strip()))


def _joined(above: Sequence[str], below: Sequence[str]) -> list[str] | None:
    """The headings of two rows: years above, months or quarters below; None where they are not so."""
    if sum(map(_is_sub_period, below)) < 2 or not any(_YEARS.search(text) for text in above):
        return None
    joined, year = [], ""
    for at in range(max(len(above), len(below))):
        head = above[at].strip() if at < len(above) else ""
        sub = below[at].strip() if at < len(below) else ""
        if head:
            year = head if _YEARS.search(head) else ""
            if year and sub and not (_is_sub_period(sub) or _WHOLE_YEAR.fullmatch(sub)):
                # A line above the whole table, and no heading of columns.
                return None
        if not sub:
            joined.append(head)
        elif year and _WHOLE_YEAR.fullmatch(sub):
            joined.append(year)
        else:
            joined.append((_dated(sub, year) if year else None) or sub)
    return joined


def _dated(text: str, year: str) -> str | None:
    """A month or quarter with its year: `Jan` of 2025/26 is in 2026. None for anything else."""
    years = _YEARS.search(year)
    month, quarter = _MONTH.fullmatch(text.strip()), _QUARTER.fullmatch(text.strip())
    if years is None or not (month or quarter):
        return None
    if quarter:
        return f"Q{quarter['quarter']} {years[0]}"
    first = int(years["first"])
    assert month is not None
    later = years["second"] is not None and MONTHS[month["month"].lower()] < 4
    return f"{month['month']} {full_year(years['second']) if later else first}"


def _year_above(rows: Sequence[Sequence[str]]) -> str:
    """The one year that the lines above a table name, or nothing."""
    found = {match[0] for cells in rows for text in cells for match in _YEARS.finditer(text)}
    return found.pop() if len(found) == 1 else ""


def _without_year(number: int, cells: Sequence[str], today: date) -> ScorecardColumns | None:
    """The columns of a row whose months or quarters have no year, for a refusal."""
    bare = [text.strip() for text in cells if _is_sub_period(text)]
    if len(bare) < 2:
        return None
    found = _read_headings(number, [_dated(text, "2000/01") or text for text in cells], today)
    if found is not None:
        found.without_year = bare
    return found


def is_scorecard(rows: Iterable[Sequence[str]]) -> bool:
    """Whether one of the first rows has a scorecard's headings."""
    # The day only gives a year to periods that are written without one.
    return find_columns(list(rows), date(2100, 1, 1)) is not None


def _read_headings(number: int, cells: Sequence[str], today: date) -> ScorecardColumns | None:
    """The columns of a heading row: an indicator's name, and two periods or more."""
    found, derived = ScorecardColumns(number), list[str]()
    for at, text in enumerate(cells):
        heading = " ".join(text.split()).strip(" :").lower()
        if not heading:
            continue
        name = next((one for one, form in _MEANINGS.items() if re.fullmatch(form, heading)), None)
        span = None if name else _period(text, today)
        if name is not None and name not in found.places:
            found.places[name] = at
        elif span is not None:
            found.periods[at] = span
        elif _COMPARATORS.fullmatch(heading):
            found.comparators[at] = " ".join(text.split())
        elif _DERIVED.fullmatch(heading):
            derived.append(" ".join(text.split()))
        else:
            found.unread.append(" ".join(text.split()))
    if derived:
        names = ", ".join(f"“{one}”" for one in derived)
        found.doubts.append(f"{names}: worked out from the other columns, so left out")
    return found if "name" in found.places and len(found.periods) >= 2 else None


def _period(text: str, today: date) -> Span | None:
    try:
        return periods.read_period(text, today) if re.search(r"\d", text) else None
    except DateNotRead:
        return None
