"""The headings of a scorecard: which column is what, and which columns are periods.

Years may stand in a row of their own above the months or quarters, or in a line above the table.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from db.models import ValueStatus
from db.rules.dates import MONTHS, Span, financial_year_text, full_year, month_end
from documents.scorecard_heading_words import (
    COMPARATORS,
    DERIVED,
    FULL_DATE,
    INDICATOR,
    MONTH_OF_YEAR,
    NAMED_PERIOD,
    NOT_USED,
    OWN_AVERAGE,
    RESULT,
    SHORT_NAMES,
    SHORT_YEARS,
    WITH_PART,
    YEARS,
    heading_meaning,
    period_of,
)
from documents.scorecard_lists import table_of_list
from documents.scorecard_two_rows import dated_heading, is_sub_period, joined_headings, year_doubt
from documents.scorecard_words import without_status

_HEADING_WITHIN = 20


@dataclass
class ScorecardColumns:
    """The heading row: what each column is. `periods` are the columns of figures.

    `number` is the row of the headings, of the lower one where there are two. `counts` are the
    columns of numerators and denominators, by that word and their period, `statuses` those of
    columns with provisional or revised figures. `comparators` are the name and
    the year of each. `without_year` are columns of months or quarters of which nothing says the year;
    `baseline_date` is the last day of the year that the heading of the baseline names.
    """

    number: int
    places: dict[str, int] = field(default_factory=dict)
    periods: dict[int, Span] = field(default_factory=dict)
    counts: dict[int, tuple[str, Span]] = field(default_factory=dict)
    statuses: dict[int, ValueStatus] = field(default_factory=dict)
    comparators: dict[int, tuple[str, str]] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    without_year: list[str] = field(default_factory=list)
    baseline_date: date | None = None


def find_columns(rows: Sequence[Sequence[str]], today: date, title: str = "") -> ScorecardColumns | None:
    """The columns of a scorecard's heading row, or None where no row is one. `title` is its sheet's."""
    for at, cells in enumerate(rows[:_HEADING_WITHIN]):
        year = _year_of(rows[:at])
        below = rows[at + 1] if at + 1 < len(rows) else ()
        joined = joined_headings(cells, below, today, year)
        if joined is not None:
            found = _lacking_years(at + 2, joined[0], today) or _read_headings(at + 2, joined[0], today)
            if found is not None:
                return _with_doubt(found, joined[1])
        year = year or _year_of([[text for text in cells if "target" in text.lower()]])
        dated = [dated_heading(text, year) or text for text in cells] if year else list(cells)
        found = _read_headings(at + 1, dated, today)
        if found is None and not year:
            found = _lacking_years(at + 1, cells, today)
        if found is not None:
            return _with_doubt(found, year_doubt(year) if dated != list(cells) else "")
    return _of_one_period(rows, today, title)


def find_further_columns(rows: Sequence[Sequence[str]], start: int, today: date) -> list[ScorecardColumns]:
    """The columns of the tables below the first one, whose headings end with row `start`."""
    found: list[ScorecardColumns] = []
    for at in range(start, len(rows)):
        cells = rows[at]
        if (found and at < found[-1].number) or not any(heading_meaning(text) == "name" for text in cells):
            continue
        if sum(bool(period_of(text, today)) or is_sub_period(text) for text in cells if text) < 2:
            continue
        columns = find_columns(rows[at : at + _HEADING_WITHIN], today)
        if columns is not None and columns.number <= 2:
            columns.number += at
            columns.doubts.append(
                f"a table begins at row {columns.number}: its rows are read by its own headings"
            )
            found.append(columns)
    return found


def _with_doubt(found: ScorecardColumns, doubt: str) -> ScorecardColumns:
    found.doubts += [doubt] if doubt else []
    return found


def _of_one_period(rows: Sequence[Sequence[str]], today: date, title: str) -> ScorecardColumns | None:
    """The columns of a table of results whose period is named by its sheet or above it, and nowhere else."""
    for at, cells in enumerate(rows[:_HEADING_WITHIN]):
        results = [one for one, text in enumerate(cells) if RESULT.fullmatch(text.strip())]
        if len(results) != 1:
            continue
        # The sheet's own title counts more: "Quarter 1 (April to June 2026)" names June.
        above = [text for cells_above in rows[:at] for text in cells_above]
        period = _named_period([title], today) or _named_period(above, today)
        dated = [period if one in results else text for one, text in enumerate(cells)]
        found = _read_headings(at + 1, dated, today) if period else None
        if found is not None and len(found.periods) == 1:
            result = cells[results[0]].strip()
            found.doubts.append(f"“{result}” is read as {period}, the only period that is named above it")
            return found
    return None


def _named_period(texts: Iterable[str], today: date) -> str:
    """The one period that some texts name, as they name it; empty where there is none, or another too."""
    named = [match[0] for text in texts for match in NAMED_PERIOD.finditer(text)]
    return named[0] if len({period_of(one, today) for one in named}) == 1 else ""


def _year_of(rows: Sequence[Sequence[str]]) -> str:
    """The one year that these cells name, or nothing. A day, such as that of the data, names none."""
    texts = [FULL_DATE.sub(" ", text) for cells in rows for text in cells]
    found = {match[0] for text in texts for match in YEARS.finditer(text)}
    return found.pop() if len(found) == 1 else ""


def _lacking_years(number: int, cells: Sequence[str], today: date) -> ScorecardColumns | None:
    """The columns of a row whose months or quarters have no year, for a refusal."""
    bare = [text.strip() for text in cells if is_sub_period(text)]
    if len(bare) < 2:
        return None
    found = _read_headings(number, [dated_heading(text, "2000/01") or text for text in cells], today)
    if found is not None:
        found.without_year = bare
    return found


def is_scorecard(rows: Iterable[Sequence[str]]) -> bool:
    """Whether one of the first rows has a scorecard's headings."""
    # The day only gives a year to periods that are written without one.
    texts, day = list(rows), date(2100, 1, 1)
    found = find_columns(texts, day)
    # A plan has measures too, and may have one column that is called by a year.
    is_wide = found is not None and len(found.periods) > 1
    return is_wide or table_of_list(texts, day) is not None


def what_is_missing(rows: Sequence[Sequence[str]], today: date) -> str:
    """What the row that comes nearest to a scorecard's headings has and lacks, as a sentence, or nothing."""

    def headings_understood(cells: Sequence[str]) -> int:
        return sum(bool(heading_meaning(text) or period_of(text, today)) for text in cells if text.strip())

    looked_at = list(enumerate(rows[:_HEADING_WITHIN], start=1))
    number, best = max(looked_at, key=lambda one: headings_understood(one[1]), default=(0, ()))
    if not headings_understood(best):
        return ""
    shown = ", ".join(f"“{' '.join(text.split())[:40]}”" for text in best if text.strip())
    lacks = "no column is called Indicator, Measure or KPI"
    if any(heading_meaning(text) == "name" for text in best):
        lacks = "no two columns have a period with its year, such as Apr 2026 or Q1 2026/27"
    return f"Row {number} comes nearest, with {shown}: {lacks}"


def _read_headings(number: int, cells: Sequence[str], today: date) -> ScorecardColumns | None:
    """The columns of a heading row: an indicator's name, and a period."""
    reader = _HeadingReader(ScorecardColumns(number), today)
    for at, text in enumerate(cells):
        if text.strip(" :"):
            reader.take(at, " ".join(text.split()))
    return reader.finish()


@dataclass
class _HeadingReader:
    """Reads one heading after the other. `named` is that of the names, `enough` how many periods it needs.

    `targets` are the columns of targets by the first year that each names, 0 for one without a year.
    """

    found: ScorecardColumns
    today: date
    named: str = ""
    enough: int = 2
    targets: dict[int, tuple[int, str]] = field(default_factory=dict)
    derived: list[str] = field(default_factory=list)
    comparators: dict[int, str] = field(default_factory=dict)

    def take(self, at: int, words: str) -> None:
        heading = words.strip(" :").lower()
        meaning = heading_meaning(heading)
        if meaning == "name" and self.named in SHORT_NAMES and heading not in SHORT_NAMES:
            # "PI" is the number of the indicator, whose name stands here.
            self.found.places["ref"] = self.found.places.pop("name")
        words, status = (words, ValueStatus.FINAL) if meaning else without_status(words)
        if status is not ValueStatus.FINAL:
            self.found.statuses[at] = status
        parted = None if meaning else WITH_PART.fullmatch(words)
        of_part = period_of(parted["period"], self.today) if parted else None
        if parted and of_part and parted["part"][0].lower() in "nd":
            part = "numerator" if parted["part"][0].lower() == "n" else "denominator"
            self.found.counts[at] = (part, of_part)
            return
        span = None if meaning else of_part or period_of(words, self.today)
        if meaning == "target":
            self._take_target(at, words)
        elif meaning is not None and meaning not in (*NOT_USED, *self.found.places):
            self._place(at, meaning, words)
        elif span is not None:
            self.found.periods[at] = span
        elif DERIVED.fullmatch(heading) or OWN_AVERAGE.fullmatch(heading):
            self.derived.append(words)
        elif COMPARATORS.fullmatch(heading):
            self.comparators[at] = words
        else:
            self.found.unread.append(words)

    def _place(self, at: int, meaning: str, words: str) -> None:
        self.found.places[meaning] = at
        heading = words.strip(" :").lower()
        if meaning == "baseline" and (of_year := period_of(heading.removeprefix("baseline"), self.today)):
            self.found.baseline_date = of_year[1]
        if meaning == "name":
            self.named, self.enough = heading, 1 if INDICATOR.fullmatch(heading) else self.enough

    def _take_target(self, at: int, words: str) -> None:
        """Keep a target's column with its year; a second one of a year is not used."""
        years = YEARS.search(words) or SHORT_YEARS.search(words)
        year = full_year(years["first"]) if years else 0
        if year in self.targets:
            self.found.unread.append(words)
        else:
            self.targets[year] = (at, words)

    def _choose_target(self, latest: date) -> None:
        """Of several targets take that of the latest figures' year, and no later year's."""
        if not self.targets:
            return
        of_figures = latest.year - (latest.month < 4)
        due = [year for year in self.targets if year <= of_figures]
        year = max(due) if any(due) else min(self.targets)
        place, words = self.targets.pop(year)
        self.found.places["target"] = place
        for later, (_, other) in self.targets.items():
            if later > of_figures and year:
                self.found.doubts.append(f"“{other}” is of a later year than the figures: “{words}” is taken")
            else:
                self.found.unread.append(other)
        if year and latest > date(year + 2, 3, 31):
            of_latest = f"the latest figures are of {financial_year_text(latest)}"
            self.found.doubts.append(f"“{words}” is taken as the target, and {of_latest}")

    def finish(self) -> ScorecardColumns | None:
        if "name" not in self.found.places or len(self.found.periods) < self.enough:
            return None
        if self.derived:
            names = ", ".join(f"“{one}”" for one in dict.fromkeys(self.derived))
            self.found.doubts.append(f"{names}: worked out from the other columns, so left out")
        latest = max(last for _, last in self.found.periods.values())
        self._choose_target(latest)
        _read_comparators(self.found, self.comparators)
        return self.found


def _read_comparators(found: ScorecardColumns, headings: Mapping[int, str]) -> None:
    """Each comparator's name and year: that of its heading, else of the last period, with a doubt."""
    without = financial_year_text(max(last for _, last in found.periods.values()))
    for at, heading in headings.items():
        month = MONTH_OF_YEAR.search(heading)
        if month:
            last = month_end(full_year(month["year"]), MONTHS[month["month"].lower()])
            heading = heading.replace(month[0], financial_year_text(last))
        short = SHORT_YEARS.search(heading)
        if short:
            heading = heading.replace(short[0], f"20{short['first']}/{short['second']}")
        year = YEARS.search(heading)
        name = re.sub(r"\(\s*\)|\[\s*\]", " ", YEARS.sub(" ", heading))
        name = " ".join(name.split()).strip(" -–,:")
        found.comparators[at] = (name or heading, year[0] if year else without)
        if year is None:
            found.doubts.append(f"“{heading}” has no year: it is taken to be of {without}")
