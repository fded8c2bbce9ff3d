"""Read a scorecard: a wide sheet with a row for each indicator and a column for each month, quarter or year.

Its columns are read by what they are called. What a scorecard does not say of a KPI stays as it is stored. Of
a new one it is asked: until then a unit that is not known is taken to be a number, and a target that may be
the least or the most is left out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from db.kpis import Figure
from db.models import Disclosure, Polarity, TargetType, Unit, ValueStatus
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
    ask_polarity,
    ask_unit,
    code_of,
    default_disclosure,
)
from documents.kpi_options import NO_OPTIONS, KpiOptions
from documents.kpi_words import POLARITY_WORDS, UNIT_WORDS, Word, word_meaning
from documents.scorecard_groups import arrange
from documents.scorecard_headings import ScorecardColumns, find_columns
from documents.scorecard_lists import table_of_list
from documents.scorecard_periods import frequency_of, is_financial_year, year_text
from documents.scorecard_words import (
    ARROW,
    cell_at,
    counts_of,
    excludes_itself,
    is_no_target,
    plain_target,
    scale_of,
    target_kind,
    target_range,
    unit_in_cells,
    unit_in_name,
    why_unit_is_unsure,
    without_status,
)

A_SCORECARD = "a scorecard with a row for each indicator and a column for each period"
_PART = re.compile(r"(?P<part>numerators?|denominators?|num|den)\.?", re.IGNORECASE)
# A number that says its thousands or millions itself.
_SCALED = re.compile(r"\d\s?(?:k|m|bn|thousand|million)\b", re.IGNORECASE)
_BY_POLARITY = {Polarity.HIGH: TargetType.AT_LEAST, Polarity.LOW: TargetType.AT_MOST}
_NO_TARGET = (TargetType.NONE, None, None)
_ONE_NUMBER = (TargetType.AT_LEAST, TargetType.AT_MOST)
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
    draft.doubts += [f"{place}: {doubt}" for doubt in (*(listed.doubts if listed else ()), *columns.doubts)]
    draft.doubts += [f"{place}: the column “{name}” is not used" for name in columns.unread]
    taken: set[str] = set()
    above: str | None = None
    arranged = arrange([row for row in numbered if row[0] > columns.number], columns)
    draft.doubts += [f"{place}, {doubt}" for doubt in arranged.doubts]
    for number, cells in arranged.rows:
        reader = _RowReader(f"{place}, row {number}", cells, columns, draft, known, options)
        part = reader.part()
        if part is not None:
            reader.read_part(part, above)
        elif cell_at(cells, columns.places["name"]):
            above = reader.read(taken)
            reader.read_benchmarks(above, arranged.benchmarks.get(number, ()))
    # "n/a" in a month that is still to come says nothing of it.
    draft.figures = [
        (code, figure) for code, figure in draft.figures if figure.symbol is None or figure.period_end < today
    ]
    return draft


@dataclass
class _RowReader:
    place: str
    cells: Sequence[str]
    columns: ScorecardColumns
    draft: KpiDraft
    known: Mapping[str, KpiTerms]
    options: KpiOptions
    scale: int = 1
    unit: Unit = Unit.NUMBER
    shares: bool = False

    def _text(self, name: str) -> str:
        return cell_at(self.cells, self.columns.places.get(name))

    def read(self, taken: set[str]) -> str | None:
        """Add the row's KPI to the draft, and return its code; None where the row is left out."""
        name = " ".join(self._text("name").split())[:200]
        written = {at: cell_at(self.cells, at) for at in self.columns.periods}
        if not any(written.values()):
            if self._text("target") or self._text("unit"):
                self.draft.doubts.append(f"{self.place}: “{name[:60]}” has no figure: left out")
            return None
        code = code_of(name)
        if code in taken:
            self.draft.doubts.append(f"{self.place}: “{name[:60]}” stands further up already: left out")
            return None
        taken.add(code)
        unit = self._unit(code, name, written.values())
        shares = unit is Unit.PERCENT and self._are_shares(written.values())
        self.scale = scale_of(f"{name} {self._text(UNIT)}") if unit is Unit.POUNDS else 1
        if self.scale > 1:
            text = f"{self.place}: “{name[:60]}” is in £{self.scale:,}: its figures are multiplied by that"
            self.draft.doubts.append(text)
        self.unit, self.shares = unit, shares
        self._define(code, name, unit, shares=shares)
        for at, text in written.items():
            if text:
                self._add_figure(code, unit, at, text, shares=shares)
        self._add_counts(code, "numerator", self._counts("numerator"))
        self._add_counts(code, "denominator", self._counts("denominator"))
        for at, (comparator, year) in self.columns.comparators.items():
            value = self._number(cell_at(self.cells, at), unit, comparator, shares=shares)
            if value is not None:
                self.draft.comparators.append(ComparatorValue(code, comparator[:80], year, value, ""))
        return code

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

    def _unit(self, code: str, name: str, written: Iterable[str]) -> Unit:
        """The unit that is said, else that of the stored KPI, else what the cells write."""
        in_column = word_meaning(self._text(UNIT), Unit, UNIT_WORDS)
        given = self._given(UNIT, self.options.units.get(code), in_column)
        if given is not None:
            return given
        stored = self.known[code].unit if code in self.known else None
        in_cells = unit_in_cells(written, self._text("target"))
        if stored in (None, Unit.NUMBER):
            in_cells = in_cells or unit_in_name(name, written)
        if self._text(UNIT):
            text = f"{self.place}: the unit “{self._text(UNIT)[:30]}” is not a known one"
            if stored not in (None, Unit.NUMBER):
                self.draft.doubts.append(f"{text}: {stored} is kept")
                return stored
            self.draft.questions.append(ask_unit(code, text))
        elif stored is not None and in_cells not in (None, stored):
            text = f"{self.place}: the KPI is in {stored}, but the file writes {in_cells}"
            if stored is not Unit.NUMBER:
                self.draft.questions.append(ask_unit(code, text))
                return stored
            # A unit that nothing said so far.
            self.draft.doubts.append(f"{text}: its unit is changed to that")
        elif stored is None and in_cells is None and (unsure := why_unit_is_unsure(name, written)):
            text = f"{self.place}: “{name[:60]}” {unsure}: its figures are kept as numbers"
            self.draft.questions.append(ask_unit(code, text))
        return in_cells or stored or Unit.NUMBER

    def _given(self, option: str, by_person: Word | None, by_file: Word | None) -> Word | None:
        """A term as a person or the file gives it. Raises `DocumentError` where they give different ones."""
        if None not in (by_person, by_file) and by_person != by_file:
            raise DocumentError(f"{self.place} says itself that the {option} is {by_file}: change it there")
        return by_person or by_file

    def _are_shares(self, written: Iterable[str]) -> bool:
        """Whether percentages are given as 0.62 and not as 62 or 62%."""
        texts = [text for text in written if text]
        values = [float(text) for text in texts if re.fullmatch(r"[01](?:\.\d+)?", text)]
        are = len(values) == len(texts) and any(0 < value < 1 for value in values)
        if are:
            # Of several rows the same is told of each, for each has its own figures.
            least = min(value for value in values if value > 0)
            text = f"the percentages are below 1, so {least:g} is read as {least * 100:g}%"
            self.draft.doubts.append(f"{self.place}: {text}. If it is {least:g}%, write it with the %")
        return are

    def _number(self, text: str, unit: Unit, what: str, *, shares: bool) -> float | None:
        if not text or numbers.read_symbol(text):
            return None
        try:
            value = numbers.read_number(text, unit)
        except numbers.NumberNotRead as unread:
            self.draft.doubts.append(f"{self.place}: {what}: {unread}: left out")
            return None
        value *= 1 if _SCALED.search(text) else self.scale
        return round(value * 100, 6) if shares and "%" not in text and value <= 1 else value

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
        values["frequency"] = frequency_of(self.columns.periods.values())
        for column in ("owner_role", "note", "definition", "source"):
            if self._text(column):
                values[column] = self._text(column)
        baseline = self._number(self._text("baseline"), unit, "baseline", shares=shares)
        if baseline is not None:
            values["baseline"] = baseline
            if self.columns.baseline_date:
                values["baseline_date"] = self.columns.baseline_date
        kind, target, upper = self._target(code, unit, polarity, given, shares=shares)
        aim = (kind, target, upper, None, None)
        self.draft.definitions.append(KpiDefinition(code, values, aim, None))

    def _target(
        self, code: str, unit: Unit, polarity: Polarity, given: Polarity | None, *, shares: bool
    ) -> tuple[TargetType, float | None, float | None]:
        """The target that the row sets. `given` is the polarity where a person or the file gives it."""
        if is_no_target(self._text("target")):
            return _NO_TARGET
        kind, written = target_kind(self._text("target"))
        ends = target_range(written) if kind is None else None
        if ends is not None and polarity is Polarity.NEUTRAL:
            low, high = (self._number(one, unit, "target", shares=shares) for one in ends)
            return (TargetType.RANGE, low, high) if low is not None and high is not None else _NO_TARGET
        plain = ends[polarity is Polarity.LOW] if ends else plain_target(written)
        if plain != written:
            self.draft.doubts.append(f"{self.place}: the target “{written[:40]}” is read as {plain}")
        target = self._number(plain, unit, "target", shares=shares)
        if target is None:
            return _NO_TARGET
        stored = self.known[code].target_type if code in self.known else None
        if kind is None and given is None and stored is not None:
            # A new number for the target that it has, if that is one that has only a number.
            kind = stored if stored in _ONE_NUMBER else None
        elif kind is None:
            kind = _BY_POLARITY.get(polarity)
        if kind is None:
            self._leave_target_out(code, given)
            return _NO_TARGET
        if excludes_itself(self._text("target")):
            text = f"the target {self._text('target')} is read as at {kind.split('_')[1]} {plain}"
            self.draft.doubts.append(f"{self.place}: {text}, which {plain} itself meets")
        return kind, target, None

    def _stored_polarity(self, code: str) -> Polarity:
        """Which way is good, as it is stored, where nothing gives it."""
        stored = self.known[code].polarity if code in self.known else Polarity.NEUTRAL
        if self._text(POLARITY):
            text = f"{self.place}: “{self._text(POLARITY)[:30]}” does not say which way is good"
            if stored is Polarity.NEUTRAL:
                self.draft.questions.append(ask_polarity(code, text))
            else:
                self.draft.doubts.append(f"{text}: {stored} is kept")
        return stored

    def _leave_target_out(self, code: str, given: Polarity | None) -> None:
        left_out = f"{self.place}: the target {self._text('target')} is left out, because"
        if given is Polarity.NEUTRAL:
            self.draft.doubts.append(f"{left_out} neither high nor low is good")
            return
        text = f"{left_out} nothing says whether high or low is good"
        if (code, POLARITY) in [(one.code, one.option) for one in self.draft.questions]:
            self.draft.doubts.append(text)
        else:
            self.draft.questions.append(ask_polarity(code, text))

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
