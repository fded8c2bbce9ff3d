"""The headings of a scorecard: which column is what, and which columns are periods.

Years may stand in a row of their own above the months or quarters, or in a line above the table.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from db.models import ValueStatus
from db.rules import periods
from db.rules.dates import ANY_MONTH, MONTHS, Span, financial_year_text, full_year, month_end
from db.rules.typed_dates import DateNotRead
from documents.scorecard_words import without_status

_HEADING_WITHIN = 20
_YEAR = r"20\d\d(?:\s?[/–-]\s?(?:20)?\d\d)?"
_MEANINGS: Mapping[str, str] = {
    "ref": r"no\.?|ref(?:erence)?|#|id|code|(?:pi|kpi|indicator) (?:no\.?|ref|code|id)",
    "name": (
        r"(?:(?:key |local |national |performance |strategic |headline |our )*)"
        r"(?:indicators?|measures?|metrics?|pi|kpi)(?: name| description| title)?|description"
        r"|(?:short |full )?(?:name|title)"
    ),
    "polarity": (
        r"good (?:perf(?:ormance)?|is|to be|direction)(?: is)?|polarity|direction(?: of good)?"
        r"|good|(?:higher|lower|bigger|smaller)(?: ?/ ?(?:lower|smaller))? is (?:better|good)"
        r"|high ?/ ?low is (?:good|better)|(?:desired|preferred|good) direction(?: of travel)?|better if"
        r"|aim(?: to)?|better is|what(?: is|'s)? good(?: looks like)?"
    ),
    "unit": r"units?(?: of measure)?|data (?:note|type|format)|format|measured? (?:type|as|in)|type",
    "target": rf"(?:current |annual |year[- ]end |{_YEAR} )?target(?: .*)?|goal",
    "part": r"components?|parts?|num(?:erator)? ?/ ?den(?:ominator)?|row type",
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
    r"|eastern|eng|benchmark"
    r"|comparator|family|peer)\b.*|.*\b(?:neighbours?|national|england|benchmark|average|ave|avg)\b.*",
    re.IGNORECASE,
)
# What is worked out from the other columns.
_DERIVED = re.compile(
    r"(?:rag|status|trend|dot|movement|variance|change|ytd|year to date|direction|rank\w*|quartile)\b.*",
    re.IGNORECASE,
)
# The average of the other columns, and no other place's.
_OWN_AVERAGE = re.compile(
    r"(?:(?:\d+[ -]month|rolling|annual|yearly|year|ytd|total ?/|mean ?/)\s*)*(?:average|mean|ave|avg)(?:"
    r" to date)?",
    re.IGNORECASE,
)
# A month or a quarter without its year, and the year that may stand above it.
_MONTH = re.compile(rf"(?P<month>{ANY_MONTH})\.?", re.IGNORECASE)
_QUARTER = re.compile(r"(?:q|qtr|quarter)\s?(?P<quarter>[1-4])", re.IGNORECASE)
_YEARS = re.compile(r"(?<!\d)(?P<first>20\d\d)(?:\s?[/–-]\s?(?P<second>(?:20)?\d\d))?(?!\d)")
# "England 23/24".
_SHORT_YEARS = re.compile(r"(?<![\d/])(?P<first>\d\d)\s?/\s?(?P<second>\d\d)(?![\d/])")
_REMARK = re.compile(
    rf"\((?:(?:{ANY_MONTH})\.?(?:\s?[-–/to ]+\s?(?:{ANY_MONTH})\.?)?|to date|ytd)\)", re.IGNORECASE
)
# What a column is of its period: "Q1 Num", "Q1 Denom", "Q1 %".
_PART = (
    r"\(?(?P<part>num(?:erator)?|den(?:om(?:inator)?)?|%|per ?cent(?:age)?|rate|result|actual|figure|value)"
    r"\.?\)?"
)
_PART_ALONE = re.compile(_PART, re.IGNORECASE)
_WITH_PART = re.compile(rf"(?P<period>.*\S)\s+{_PART}", re.IGNORECASE)
# The figure of a whole year among its months.
_WHOLE_YEAR = re.compile(
    r"out-?turn|year[- ]end|full year|(?:last|previous|prior) year|annual|total|actual", re.IGNORECASE
)
# "Autumn 2025", "Spring term 2025/26".
_TERM = re.compile(
    r"(?P<season>autumn|spring|summer)(?: term)? (?P<first>20\d\d)(?:\s?[/–-]\s?(?P<second>(?:20)?\d\d))?",
    re.IGNORECASE,
)
_MONTH_OF_YEAR = re.compile(rf"\(?(?P<month>{ANY_MONTH})\.? ?'?(?P<year>(?:20)?\d\d)\)?", re.IGNORECASE)
# The one column of figures in a table of a single period, and that period in a title.
_RESULT = re.compile(r"actual|result|performance|outturn|value|figure|this (?:month|quarter)", re.IGNORECASE)
_NAMED_PERIOD = re.compile(rf"\b(?:q[1-4]|{ANY_MONTH})\b\.? {_YEAR}(?!\d)", re.IGNORECASE)
# Headings of an indicator's number, where another column has its name.
_SHORT_NAMES = ("pi", "kpi")
# Nothing is done with these so far.
_NOT_USED = ("tolerance", "frequency")
# One column of figures is enough for a table that is about indicators in so many words.
_INDICATOR = re.compile(r".*\b(?:indicators?|measures?|metrics?|k?pi)\b.*")


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
        below = rows[at + 1] if at + 1 < len(rows) else ()
        joined = _joined(cells, below) or _joined_parts(cells, below, today)
        if joined is not None and (found := _read_headings(at + 2, joined, today)):
            return found
        year = _year_of(rows[:at]) or _year_of([[text for text in cells if "target" in text.lower()]])
        dated = [_dated(text, year) or text for text in cells] if year else list(cells)
        found = _read_headings(at + 1, dated, today)
        if found is None and not year:
            found = _without_year(at + 1, cells, today)
        if found is not None:
            if year and dated != list(cells):
                found.doubts.append(f"the columns have no year: read as {year}, the only one that is named")
            return found
    return _of_one_period(rows, today, title)


def _of_one_period(rows: Sequence[Sequence[str]], today: date, title: str) -> ScorecardColumns | None:
    """The columns of a table of results whose period is named by its sheet or above it, and nowhere else."""
    for at, cells in enumerate(rows[:_HEADING_WITHIN]):
        results = [one for one, text in enumerate(cells) if _RESULT.fullmatch(text.strip())]
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
    named = [match[0] for text in texts for match in _NAMED_PERIOD.finditer(text)]
    return named[0] if len({_period(one, today) for one in named}) == 1 else ""


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
            fits = _is_sub_period(sub) or _WHOLE_YEAR.fullmatch(sub) or _COMPARATORS.fullmatch(sub)
            if year and sub and not fits:
                # A line above the whole table, and no heading of columns.
                return None
        if not sub:
            joined.append(head)
        elif year and _WHOLE_YEAR.fullmatch(sub):
            joined.append(year)
        elif year and _COMPARATORS.fullmatch(sub) and (found := _YEARS.search(year)):
            joined.append(f"{sub} {found[0]}")
        else:
            joined.append((_dated(sub, year) if year else None) or sub)
    return joined


def _joined_parts(above: Sequence[str], below: Sequence[str], today: date) -> list[str] | None:
    """The headings of two rows: periods above, their numerators, denominators and results below."""
    if sum(bool(_PART_ALONE.fullmatch(text.strip())) for text in below) < 2:
        return None
    joined, period = [], ""
    for at in range(max(len(above), len(below))):
        head = above[at].strip() if at < len(above) else ""
        sub = below[at].strip() if at < len(below) else ""
        if head:
            period = head if _period(head, today) else ""
        joined.append(f"{period} {sub}" if period and sub else head or sub)
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


def _year_of(rows: Sequence[Sequence[str]]) -> str:
    """The one year that these cells name, or nothing."""
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
    found = find_columns(list(rows), date(2100, 1, 1))
    # A plan has measures too, and may have one column that is called by a year.
    return found is not None and len(found.periods) > 1


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

    `target` is the year and the heading of the target that is taken.
    """

    found: ScorecardColumns
    today: date
    named: str = ""
    enough: int = 2
    target: tuple[int, str] = (0, "")
    derived: list[str] = field(default_factory=list)
    comparators: dict[int, str] = field(default_factory=dict)

    def take(self, at: int, words: str) -> None:
        heading = words.strip(" :").lower()
        meaning = next((one for one, form in _MEANINGS.items() if re.fullmatch(form, heading)), None)
        if meaning == "name" and self.named in _SHORT_NAMES and heading not in _SHORT_NAMES:
            # "PI" is the number of the indicator, whose name stands here.
            self.found.places["ref"] = self.found.places.pop("name")
        words, status = (words, ValueStatus.FINAL) if meaning else without_status(words)
        if status is not ValueStatus.FINAL:
            self.found.statuses[at] = status
        parted = None if meaning else _WITH_PART.fullmatch(words)
        of_part = _period(parted["period"], self.today) if parted else None
        if parted and of_part and parted["part"][0].lower() in "nd":
            part = "numerator" if parted["part"][0].lower() == "n" else "denominator"
            self.found.counts[at] = (part, of_part)
            return
        span = None if meaning else of_part or _period(words, self.today)
        if meaning == "target":
            self._take_target(at, words)
        elif meaning is not None and meaning not in (*_NOT_USED, *self.found.places):
            self._place(at, meaning, words)
        elif span is not None:
            self.found.periods[at] = span
        elif _DERIVED.fullmatch(heading) or _OWN_AVERAGE.fullmatch(heading):
            self.derived.append(words)
        elif _COMPARATORS.fullmatch(heading):
            self.comparators[at] = words
        else:
            self.found.unread.append(words)

    def _place(self, at: int, meaning: str, words: str) -> None:
        self.found.places[meaning] = at
        heading = words.strip(" :").lower()
        if meaning == "baseline" and (of_year := _period(heading.removeprefix("baseline"), self.today)):
            self.found.baseline_date = of_year[1]
        if meaning == "name":
            self.named, self.enough = heading, 1 if _INDICATOR.fullmatch(heading) else self.enough

    def _take_target(self, at: int, words: str) -> None:
        """Take the target of the latest year, where there are several."""
        years = _YEARS.search(words) or _SHORT_YEARS.search(words)
        year = full_year(years["first"]) if years else 0
        if "target" in self.found.places and year <= self.target[0]:
            self.found.unread.append(words)
            return
        if "target" in self.found.places:
            self.found.unread.append(self.target[1])
        self.found.places["target"] = at
        self.target = (year, words)

    def finish(self) -> ScorecardColumns | None:
        if "name" not in self.found.places or len(self.found.periods) < self.enough:
            return None
        if self.derived:
            names = ", ".join(f"“{one}”" for one in dict.fromkeys(self.derived))
            self.found.doubts.append(f"{names}: worked out from the other columns, so left out")
        latest = max(last for _, last in self.found.periods.values())
        if self.target[0] and latest > date(self.target[0] + 2, 3, 31):
            of_latest = f"the latest figures are of {financial_year_text(latest)}"
            self.found.doubts.append(f"“{self.target[1]}” is taken as the target, and {of_latest}")
        _read_comparators(self.found, self.comparators)
        return self.found


def _read_comparators(found: ScorecardColumns, headings: Mapping[int, str]) -> None:
    """Each comparator's name and year: that of its heading, else of the last period, with a doubt."""
    without = financial_year_text(max(last for _, last in found.periods.values()))
    for at, heading in headings.items():
        month = _MONTH_OF_YEAR.search(heading)
        if month:
            last = month_end(full_year(month["year"]), MONTHS[month["month"].lower()])
            heading = heading.replace(month[0], financial_year_text(last))
        short = _SHORT_YEARS.search(heading)
        if short:
            heading = heading.replace(short[0], f"20{short['first']}/{short['second']}")
        year = _YEARS.search(heading)
        name = re.sub(r"\(\s*\)|\[\s*\]", " ", _YEARS.sub(" ", heading))
        name = " ".join(name.split()).strip(" -–,:")
        found.comparators[at] = (name or heading, year[0] if year else without)
        if year is None:
            found.doubts.append(f"“{heading}” has no year: it is taken to be of {without}")


def _period(text: str, today: date) -> Span | None:
    if _YEARS.search(text) or _SHORT_YEARS.search(text):
        text = _WHOLE_YEAR.sub(" ", text).strip(" ()")
    # "Q3 (Oct-Dec) 25/26", "Autumn term 2025 (to date)".
    text = " ".join(_REMARK.sub(" ", text).split())
    term = _TERM.fullmatch(text)
    if term:
        is_later = term["second"] and term["season"].lower() != "autumn"
        text = f"{term['season']} term {int(term['first']) + bool(is_later)}"
    try:
        return periods.read_period(text, today) if re.search(r"\d", text) else None
    except DateNotRead:
        return None
