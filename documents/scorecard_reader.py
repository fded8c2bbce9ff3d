"""Read a scorecard: a wide sheet with a row for each indicator and a column for each month, quarter or year.

Its columns are read by what they are called. What a scorecard does not say of a KPI stays as it is stored. Of
a new one it is asked: until then a unit that is not known is taken to be a number, and a target that may be
the least or the most is left out.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from db.kpis import Figure
from db.models import Disclosure, Polarity, Unit, ValueStatus
from db.rules import numbers
from db.rules.dates import Span, day_text
from documents.draft import DocumentError
from documents.excel_values import row_texts
from documents.kpi_draft import (
    POLARITY,
    UNIT,
    ComparatorValue,
    KpiDefinition,
    KpiDraft,
    KpiTerms,
    code_of,
    default_disclosure,
)
from documents.kpi_options import NO_OPTIONS, KpiOptions
from documents.kpi_words import POLARITY_WORDS, word_meaning
from documents.scorecard_groups import arrange
from documents.scorecard_headings import ScorecardColumns, find_columns, find_further_columns
from documents.scorecard_lists import table_of_list
from documents.scorecard_periods import frequency_of, is_financial_year, year_text
from documents.scorecard_row import are_over_one
from documents.scorecard_targets import TargetReader
from documents.scorecard_words import (
    ARROW,
    cell_at,
    counts_of,
    scale_of,
    without_status,
)

A_SCORECARD = "a scorecard with a row for each indicator and a column for each period"
# A row of words about the figures above it.
_COMMENT = re.compile(r"comments?|commentary|narrative|notes?|analysis", re.IGNORECASE)
_PART = re.compile(r"(?P<part>numerators?|denominators?|num|den)\.?", re.IGNORECASE)
_FOOTNOTE = re.compile(r"(?<=[\d%])\s?[*†‡#]+$")
# What schools report by their own year.
_OF_SCHOOLS = re.compile(
    r"\b(?:absen\w+|attendance|exclu\w+|suspen\w+|attainment|key stage|ks[1-5]|gcse|phonics|pupils?)\b",
    re.IGNORECASE,
)
# The symbol of a small count that its publisher hides.
_SUPPRESSED = "c"


def read_scorecard(
    place: str,
    rows: Iterable[Sequence[Any]],
    today: date,
    known: Mapping[str, KpiTerms] = MappingProxyType({}),
    options: KpiOptions = NO_OPTIONS,
) -> KpiDraft | None:
    """The KPIs of a scorecard's rows as they are shown, or None where no row has a scorecard's headings.

    `known` are the terms of stored KPIs by code: what the scorecard does not say of one of them stays as it
    is. Raises `DocumentError` for columns without a year, and for an option that contradicts the file.
    """
    texts = [[text.strip() for text in row_texts(row)] for row in rows]
    columns = find_columns(texts, today, title=place.rpartition(", ")[2])
    listed = table_of_list(texts, today) if columns is None else None
    if listed is not None:
        texts, columns = listed.rows, find_columns(listed.rows, today)
    if columns is None:
        return None
    numbered = list(enumerate(texts, start=1))
    if columns.without_year:
        raise DocumentError(
            f"{place}, row {columns.number}: the columns {', '.join(columns.without_year[:3])} … have no "
            "year: write it in the headings (Apr 2025) or above them (2025/26)"
        )
    draft = KpiDraft()
    draft.doubts += [f"{place}: {doubt}" for doubt in (listed.doubts if listed else ())]
    tables = [columns] if listed else [columns, *find_further_columns(texts, columns.number, today)]
    for table, following in zip(tables, [*tables[1:], None], strict=True):
        end = following.number - 1 if following else len(texts)
        earlier = frozenset(definition.code for definition in draft.definitions)
        _read_table(place, numbered[table.number : end], table, earlier, draft, known, options)
    # "n/a" in a month that is still to come says nothing of it.
    draft.figures = [
        (code, figure) for code, figure in draft.figures if figure.symbol is None or figure.period_end < today
    ]
    return draft


def _read_table(
    place: str,
    rows: Sequence[tuple[int, list[str]]],
    columns: ScorecardColumns,
    earlier: Collection[str],
    draft: KpiDraft,
    known: Mapping[str, KpiTerms],
    options: KpiOptions,
) -> None:
    """Add the KPIs of the rows below a heading row. `earlier` are the codes of a table above it."""
    draft.doubts += [f"{place}: {doubt}" for doubt in columns.doubts]
    draft.doubts += [f"{place}: the column “{name}” is not used" for name in columns.unread]
    taken: set[str] = set()
    above: str | None = None
    arranged = arrange(rows, columns)
    draft.doubts += [f"{place}, {doubt}" for doubt in arranged.doubts]
    for number, cells in arranged.rows:
        reader = _RowReader(f"{place}, row {number}", cells, columns, draft, known, options)
        part = reader.part()
        if part is not None:
            reader.read_part(part, above)
        elif cell_at(cells, columns.places["name"]):
            above = reader.read(taken, earlier)
            reader.read_benchmarks(above, arranged.benchmarks.get(number, ()))


@dataclass
class _RowReader(TargetReader):
    def read(self, taken: set[str], earlier: Collection[str]) -> str | None:
        """Add the row's KPI to the draft, and return its code; None where the row is left out.

        One of an `earlier` table only gets the figures of this one too.
        """
        name = " ".join(self._text("name").split())[:200]
        written = {at: cell_at(self.cells, at) for at in self.columns.periods}
        code = code_of(name)
        why = self._why_left_out(name, is_filled=any(written.values()), is_taken=code in taken)
        if why is not None:
            self.draft.doubts += [f"{self.place}: “{name[:60]}” {why}: left out"] if why else []
            return None
        taken.add(code)
        unit = self._unit_above(code) if code in earlier else self._unit(code, name, written.values())
        self.over_one = are_over_one(written.values())
        shares = unit is Unit.PERCENT and self._are_shares(written.values())
        self.scale = scale_of(f"{name} {self._text(UNIT)}") if unit is Unit.POUNDS else 1
        if self.scale > 1:
            text = f"{self.place}: “{name[:60]}” is in £{self.scale:,}: its figures are multiplied by that"
            self.draft.doubts.append(text)
        self.unit, self.shares = unit, shares
        if code not in earlier:
            self._define(code, name, unit, shares=shares)
        for at, text in written.items():
            if text:
                self._add_figure(code, unit, at, text, shares=shares)
        self._add_counts(code, "numerator", self._counts("numerator"))
        self._add_counts(code, "denominator", self._counts("denominator"))
        for at, (comparator, year) in self.columns.comparators.items():
            beside = self._as_percent(cell_at(self.cells, at), unit, comparator)
            value = self._number(beside, unit, comparator, shares=shares)
            if value is not None:
                self.draft.comparators.append(ComparatorValue(code, comparator[:80], year, value, ""))
        return code

    def _why_left_out(self, name: str, *, is_filled: bool, is_taken: bool) -> str | None:
        """Why the row is no KPI; empty where nobody needs to know, None where it is one."""
        if not is_filled:
            return "has no figure" if self._text("target") or self._text("unit") else ""
        if _COMMENT.fullmatch(name):
            return "has words and no figures"
        return "stands further up already" if is_taken else None

    def read_benchmarks(self, code: str | None, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        """Take the last figure of rows that tell what the row is compared with."""
        for number, cells in rows:
            name = cell_at(cells, self.columns.places["name"])[:80]
            at = next((at for at in reversed(self.columns.periods) if cell_at(cells, at)), None)
            value = (
                None if at is None else self._number(cell_at(cells, at), self.unit, name, shares=self.shares)
            )
            if code is None or at is None or value is None:
                self.draft.doubts.append(f"{self.place}: row {number}, “{name}”, is left out with it")
                continue
            year = year_text(self.columns.periods[at])
            self.draft.comparators.append(ComparatorValue(code, name, year, value, ""))
            text = f"{self.place}: row {number}, “{name}”, is what it is compared with: {year} is taken"
            self.draft.doubts.append(text)

    def part(self) -> str | None:
        """`numerator` or `denominator` where the row is only one of these, of the indicator above it."""
        texts = (self._text("part"), self._text("name"))
        found = next((match for text in texts if (match := _PART.fullmatch(text))), None)
        return (
            None if found is None else "denominator" if found["part"].lower().startswith("d") else "numerator"
        )

    def read_part(self, part: str, above: str | None) -> None:
        """Add the row's counts to the figures of the indicator above it, whose code is `above`."""
        if above is None:
            self.draft.doubts.append(
                f"{self.place}: no indicator that is read stands above this {part}: left out"
            )
            return
        # Its definition was the last that was added.
        last = self.draft.definitions[-1]
        counts = {
            self.columns.periods[at]: self._number(text, Unit.NUMBER, f"“{text[:20]}”", shares=False)
            for at in self.columns.periods
            if (text := cell_at(self.cells, at))
        }
        self._add_counts(above, part, counts)
        name = " ".join(self._text("name").split())[:200]
        if name and not _PART.fullmatch(name):
            self.draft.definitions[-1] = replace(last, values={**last.values, part: name})

    def _counts(self, part: str) -> dict[Span, float | None]:
        """The counts in the row's own columns of numerators or denominators."""
        return {
            span: self._number(text, Unit.NUMBER, f"“{text[:20]}”", shares=False)
            for at, (which, span) in self.columns.counts.items()
            if which == part and (text := cell_at(self.cells, at))
        }

    def _add_counts(self, code: str, part: str, counts: Mapping[Span, float | None]) -> None:
        """Add numerators or denominators to a KPI's figures, by their periods."""
        for at, (of, figure) in enumerate(self.draft.figures):
            count = counts.get((figure.period_start, figure.period_end))
            if of == code and count is not None:
                is_numerator = part == "numerator"
                numerator = count if is_numerator else figure.numerator
                denominator = figure.denominator if is_numerator else count
                with_count = replace(figure, numerator=numerator, denominator=denominator)
                self.draft.figures[at] = (of, with_count)

    def _define(self, code: str, name: str, unit: Unit, *, shares: bool) -> None:
        in_column = word_meaning(self._text(POLARITY), Polarity, POLARITY_WORDS)
        given = self._given(POLARITY, self.options.polarities.get(code), in_column)
        polarity = self._stored_polarity(code) if given is None else given
        values: dict[str, Any] = {"name": name}
        stored = self.known.get(code)
        if stored is None and re.search(r"[A-Za-z]", self._text("ref")):
            # By this people know it, and ask for it; not by the number of its row.
            values["aliases"] = self._text("ref").replace(";", " ")[:80]
        # Not what is stored already: somebody may change that meanwhile.
        if stored is None or stored.unit is not unit:
            values["unit"] = unit
        if stored is None or stored.polarity is not polarity:
            values["polarity"] = polarity
        if stored is None:
            written = [cell_at(self.cells, at) for at in self.columns.periods]
            is_hidden = any(numbers.read_symbol(text) == _SUPPRESSED for text in written if text)
            values["disclosure"] = Disclosure.SMALL_COUNTS if is_hidden else default_disclosure(unit)
        if _OF_SCHOOLS.search(name) and any(
            is_financial_year(span) for span in self.columns.periods.values()
        ):
            text = f"{self.place}: “{name[:60]}” is read by financial years: if school years are meant, write"
            self.draft.doubts.append(f"{text} “academic year 2023/24” above its figures")
        filled = [span for at, span in self.columns.periods.items() if cell_at(self.cells, at)]
        values["frequency"] = frequency_of(filled)
        for column in ("owner_role", "note", "definition", "source"):
            if self._text(column):
                values[column] = self._text(column)
        baseline_text = self._as_percent(self._text("baseline"), unit, "the baseline")
        baseline = self._number(baseline_text, unit, "baseline", shares=shares)
        if baseline is not None:
            values["baseline"] = baseline
            if self.columns.baseline_date:
                values["baseline_date"] = self.columns.baseline_date
        kind, target, upper = self._target(code, unit, polarity, given, shares=shares)
        aim = (kind, target, upper, None, None)
        self.draft.definitions.append(KpiDefinition(code, values, aim, None))

    def _add_figure(self, code: str, unit: Unit, at: int, text: str, *, shares: bool) -> None:
        first, last = self.columns.periods[at]
        symbol = numbers.read_symbol(text)
        plain, status = without_status(text)
        if status is ValueStatus.FINAL:
            status = self.columns.statuses.get(at, status)
        if _FOOTNOTE.search(plain):
            plain = _FOOTNOTE.sub("", plain)
            self.draft.doubts.append(f"{self.place}: “{text[:20]}” has a mark of a footnote: read as {plain}")
        if ARROW.search(plain):
            plain = ARROW.sub("", plain)
            doubt = f"{self.place}: arrows beside figures are left out"
            self.draft.doubts += [doubt] if doubt not in self.draft.doubts else []
        counts = counts_of(plain) if unit is Unit.PERCENT else None
        written = counts.value if counts else plain
        when = f"{day_text(first)} to {day_text(last)}"
        value = None if symbol else self._number(written, unit, when, shares=shares)
        if value is not None or symbol is not None:
            figure = Figure(first, last, value, symbol, status=status)
            if counts:
                figure = replace(figure, numerator=counts.numerator, denominator=counts.denominator)
            self.draft.figures.append((code, figure))
