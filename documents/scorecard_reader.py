"""Read a scorecard: a wide sheet with a row for each indicator and a column for each month, quarter or year.

Its columns are read by what they are called. What a scorecard does not say, such as a target's direction, is
not guessed: the target is then left out, with a doubt.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from db.kpis import Figure
from db.models import Frequency, Polarity, TargetType, Unit, ValueStatus
from db.rules import numbers, periods
from db.rules.dates import Span, month_count
from db.rules.typed_dates import DateNotRead
from documents.kpi_draft import ComparatorValue, KpiDefinition, KpiDraft, code_of
from documents.kpi_words import POLARITY_WORDS, UNIT_WORDS, word_meaning

_HEADING_WITHIN = 20
_MEANINGS: Mapping[str, str] = {
    "ref": r"no\.?|ref(?:erence)?|#|id|code|(?:pi|kpi|indicator) (?:no\.?|ref|code|id)",
    "name": (
        r"(?:performance |key performance |key )?(?:indicators?|measures?|metrics?|pi|kpi)"
        r"(?: name| description)?|description|name|title"
    ),
    "polarity": (
        r"good (?:perf(?:ormance)?|is|to be|direction)(?: is)?|polarity|direction(?: of travel| of good)?"
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
_FREQUENCIES = {1: Frequency.MONTHLY, 3: Frequency.QUARTERLY, 6: Frequency.SIX_MONTHLY, 12: Frequency.ANNUAL}


@dataclass
class _Columns:
    """The heading row: what each column is. `periods` are the columns of figures."""

    number: int
    places: dict[str, int] = field(default_factory=dict)
    periods: dict[int, Span] = field(default_factory=dict)
    comparators: dict[int, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


def read_scorecard(
    place: str, rows: Iterable[Sequence[Any]], today: date, known: Iterable[str] = ()
) -> KpiDraft | None:
    """The KPIs of a scorecard's rows as they are shown, or None where no row has a scorecard's headings.

    `known` are the codes of stored KPIs; an indicator whose code is one of them adds its figures.
    """
    numbered = [
        (number, ["" if cell is None else str(cell).strip() for cell in row])
        for number, row in enumerate(rows, start=1)
    ]
    columns = next(
        (
            found
            for number, cells in numbered[:_HEADING_WITHIN]
            if (found := _read_headings(number, cells, today))
        ),
        None,
    )
    if columns is None:
        return None
    draft = KpiDraft()
    draft.doubts += [f"{place}: the column “{name}” is not used" for name in columns.unread]
    taken: set[str] = set()
    for number, cells in numbered:
        if number > columns.number and _cell(cells, columns.places["name"]):
            reader = _RowReader(f"{place}, row {number}", cells, columns, draft, set(known))
            reader.read(taken)
    return draft


def is_scorecard(rows: Iterable[Sequence[str]]) -> bool:
    """Whether one of the first rows has a scorecard's headings."""
    # The day only gives a year to periods that are written without one.
    top = list(rows)[:_HEADING_WITHIN]
    return any(_read_headings(number, cells, date(2100, 1, 1)) for number, cells in enumerate(top, start=1))


def _read_headings(number: int, cells: Sequence[str], today: date) -> _Columns | None:
    """The columns of a heading row: an indicator's name, and two periods or more."""
    found = _Columns(number)
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
        elif not _DERIVED.fullmatch(heading):
            found.unread.append(" ".join(text.split()))
    return found if "name" in found.places and len(found.periods) >= 2 else None


def _period(text: str, today: date) -> Span | None:
    try:
        return periods.read_period(text, today) if re.search(r"\d", text) else None
    except DateNotRead:
        return None


def _cell(cells: Sequence[str], at: int | None) -> str:
    return cells[at] if at is not None and at < len(cells) else ""


@dataclass
class _RowReader:
    place: str
    cells: Sequence[str]
    columns: _Columns
    draft: KpiDraft
    known: set[str]

    def _text(self, name: str) -> str:
        return _cell(self.cells, self.columns.places.get(name))

    def read(self, taken: set[str]) -> None:
        name = " ".join(self._text("name").split())[:200]
        written = {at: _cell(self.cells, at) for at in self.columns.periods}
        if not any(written.values()):
            if self._text("target") or self._text("unit"):
                self.draft.doubts.append(f"{self.place}: “{name[:60]}” has no figure: left out")
            return
        code = code_of(name)
        if code in taken:
            self.draft.doubts.append(f"{self.place}: “{name[:60]}” is there twice: the second is left out")
            return
        taken.add(code)
        unit = self._unit(written.values())
        shares = unit is Unit.PERCENT and self._are_shares(written.values())
        self._define(code, name, unit, shares=shares)
        for at, text in written.items():
            if text:
                self._add_figure(code, unit, at, text, shares=shares)
        for at, comparator in self.columns.comparators.items():
            value = self._number(_cell(self.cells, at), unit, comparator, shares=shares)
            if value is not None:
                year = _year_of(self.columns.periods.values())
                self.draft.comparators.append(ComparatorValue(code, comparator[:80], year, value, ""))

    def _unit(self, written: Iterable[str]) -> Unit:
        said = self._text("unit")
        found = word_meaning(said, Unit, UNIT_WORDS)
        if found is not None:
            return found
        if said:
            self.draft.doubts.append(f"{self.place}: the unit “{said[:30]}” is not a known one")
        texts = [text for text in (*written, self._text("target")) if text]
        for mark, unit in (("%", Unit.PERCENT), ("£", Unit.POUNDS)):
            if any(mark in text for text in texts):
                return unit
        return Unit.NUMBER

    def _are_shares(self, written: Iterable[str]) -> bool:
        """Whether percentages are given as 0.62 and not as 62 or 62%."""
        texts = [text for text in written if text]
        values = [float(text) for text in texts if re.fullmatch(r"[01](?:\.\d+)?", text)]
        are = len(values) == len(texts) and any(0 < value < 1 for value in values)
        if are:
            self.draft.doubts.append(f"{self.place}: the percentages are below 1, so 0.62 is read as 62%")
        return are

    def _number(self, text: str, unit: Unit, what: str, *, shares: bool) -> float | None:
        if not text or numbers.read_symbol(text):
            return None
        try:
            value = numbers.read_number(text, unit)
        except numbers.NumberNotRead as unread:
            self.draft.doubts.append(f"{self.place}: {what}: {unread}: left out")
            return None
        return round(value * 100, 6) if shares and "%" not in text and value <= 1 else value

    def _define(self, code: str, name: str, unit: Unit, *, shares: bool) -> None:
        polarity = word_meaning(self._text("polarity"), Polarity, POLARITY_WORDS)
        if self._text("polarity") and polarity is None:
            self.draft.doubts.append(
                f"{self.place}: “{self._text('polarity')[:30]}” does not say which way is good"
            )
        values: dict[str, Any] = {"name": name, "unit": unit, "polarity": polarity or Polarity.NEUTRAL}
        months = {month_count(*span) for span in self.columns.periods.values()}
        values["frequency"] = _FREQUENCIES.get(min(months), Frequency.IRREGULAR)
        for column in ("owner_role", "note", "definition", "source"):
            if self._text(column):
                values[column] = self._text(column)
        baseline = self._number(self._text("baseline"), unit, "baseline", shares=shares)
        if baseline is not None:
            values["baseline"] = baseline
        target = self._number(self._text("target"), unit, "target", shares=shares)
        kind = {Polarity.HIGH: TargetType.AT_LEAST, Polarity.LOW: TargetType.AT_MOST}.get(
            polarity or Polarity.NEUTRAL
        )
        if target is not None and kind is None:
            self.draft.doubts.append(
                f"{self.place}: the target {self._text('target')} is left out, because nothing says "
                f"whether high or "
                "low is good"
            )
        aim = (kind, target) if kind is not None and target is not None else (TargetType.NONE, None)
        self.draft.definitions.append(KpiDefinition(code, values, (*aim, None, None, None), None))

    def _add_figure(self, code: str, unit: Unit, at: int, text: str, *, shares: bool) -> None:
        first, last = self.columns.periods[at]
        symbol = numbers.read_symbol(text)
        value = None if symbol else self._number(text, unit, f"“{text[:20]}”", shares=shares)
        if value is None and symbol is None:
            return
        self.draft.figures.append(
            (code, Figure(first, last, value, symbol, "", None, None, ValueStatus.FINAL, "", "", None))
        )


def _year_of(spans: Iterable[Span]) -> str:
    """The financial year of the last period, which a comparator beside it is taken to be of."""
    last = max(span[1] for span in spans)
    first = last.year - (last.month < 4)
    return f"{first}/{(first + 1) % 100:02d}"
