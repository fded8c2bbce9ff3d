"""A row of a scorecard: its cells by what they mean, and the unit of its figures."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from db.models import Unit
from db.rules import numbers
from documents.draft import DocumentError
from documents.kpi_draft import UNIT, KpiDraft, KpiTerms, ask_unit
from documents.kpi_options import KpiOptions
from documents.kpi_words import UNIT_WORDS, Word, word_meaning
from documents.scorecard_headings import ScorecardColumns
from documents.scorecard_words import cell_at, is_change, unit_in_cells, unit_in_name, why_unit_is_unsure

# A percentage as Excel keeps it.
_SHARE = re.compile(r"0?\.\d+")
# A number that says its thousands or millions itself.
_SCALED = re.compile(r"\d\s?(?:k|m|bn|thousand|million)\b", re.IGNORECASE)


def are_over_one(written: Iterable[str]) -> bool:
    """Whether figures are all above 1, so that a number below 1 beside them is written in another way."""
    found = [re.fullmatch(r"(\d+(?:\.\d+)?)\s?%?", text.strip()) for text in written if text]
    values = [float(one[1]) for one in found if one]
    return bool(values) and all(value > 1 for value in values)


@dataclass
class ScorecardRow:
    """Finds a row's cells. What is odd about them goes into the draft's doubts, and what is not said into its
    questions.

    `scale` is what its numbers are multiplied by; with `shares` its percentages are written as 0.62, and
    with `over_one` none of its figures is below 1.
    """

    place: str
    cells: Sequence[str]
    columns: ScorecardColumns
    draft: KpiDraft
    known: Mapping[str, KpiTerms]
    options: KpiOptions
    scale: int = 1
    unit: Unit = Unit.NUMBER
    shares: bool = False
    over_one: bool = False

    def _text(self, name: str) -> str:
        return cell_at(self.cells, self.columns.places.get(name))

    def _unit(self, code: str, name: str, written: Iterable[str]) -> Unit:
        """The unit that is said, else that of the stored KPI, else what the cells write."""
        in_column = word_meaning(self._text(UNIT), Unit, UNIT_WORDS)
        given = self._given(UNIT, self.options.units.get(code), in_column)
        if given is not None:
            return given
        stored = self.known[code].unit if code in self.known else None
        target = self._text("target")
        in_cells = unit_in_cells(written, "" if is_change(target) else target)
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

    def _unit_above(self, code: str) -> Unit:
        """The unit that the KPI has by a table further up."""
        defined = next(one for one in self.draft.definitions if one.code == code)
        unit = defined.values.get("unit") or (self.known[code].unit if code in self.known else Unit.NUMBER)
        return Unit(unit)

    def _as_percent(self, text: str, unit: Unit, what: str) -> str:
        """0.85 beside figures such as 70% as 85%, with a doubt."""
        if unit is not Unit.PERCENT or self.shares or not self.over_one or not _SHARE.fullmatch(text):
            return text
        percent = f"{float(text) * 100:g}%"
        self.draft.doubts.append(
            f"{self.place}: {what}, {text}, is read as {percent}, as the figures are written"
        )
        return percent

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
