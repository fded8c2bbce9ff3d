"""What an audience may see of a KPI's figures: pure rules.

A count from 1 to 5 may identify a child. Outside a board's channels it is shown as "fewer than 6", and
other figures are withheld until nobody can work it out from them; 0 is shown. The rule is the one of the
Department for Education's statistics, with its secondary suppression. `db.rules.suppression` decides.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from db.models import WITHHELD, Disclosure, Kpi, Observation, Unit
from db.rules.counts import SMALL, KpiRows, figure_counts
from db.rules.suppression import hidden_figures

# Shown in place of a note or a source that would tell a hidden number.
QUOTES_HIDDEN = "hidden, because it quotes a small number"
# Shown in place of a text that need not quote one to tell it: "down by 17", "half of last year's".
MAY_TELL_HIDDEN = "hidden, because it may tell a small number"

_SHOWN_COLUMNS = (
    "id",
    "kpi_id",
    "period_start",
    "period_end",
    "breakdown",
    "status",
    "published_on",
    "recorded_by",
    "recorded_at",
    "replaced_at",
)
_FIGURE_COLUMNS = ("value", "symbol", "numerator", "denominator")
Span = tuple[date, date]


@dataclass(frozen=True)
class Hidden:
    """What is hidden of one KPI.

    `symbols` has the symbol shown in place of a figure, by the figure's period and breakdown. `numbers` are
    the numbers hidden in the KPI's whole family, and `spans` their periods.
    """

    symbols: dict[tuple[str, date, date], str] = field(default_factory=dict)
    numbers: frozenset[float] = frozenset()
    spans: frozenset[Span] = frozenset()


NOTHING = Hidden()


def hidden_in_family(family: Sequence[KpiRows]) -> list[Hidden]:
    """What to hide of each of these KPIs, in their order. `family` has the current figures of each.

    One decision for all that is published of them: KPIs that name each other as numerator, denominator, part
    or whole may give each other away.
    """
    counts = figure_counts(family)
    symbols = hidden_figures(tuple(counts))
    hidden_rows = [row for at, row in enumerate(row for _, rows in family for row in rows) if at in symbols]
    numbers = {one for row in hidden_rows for one in _numbers(row)}
    numbers |= {one.number for at in symbols for one in counts[at].counts if one.number is not None}
    spans = frozenset((row.period_start, row.period_end) for row in hidden_rows)
    found: list[Hidden] = []
    first = 0
    for _, rows in family:
        own = {row.place: symbols[first + at] for at, row in enumerate(rows) if first + at in symbols}
        found.append(Hidden(own, frozenset(numbers), spans))
        first += len(rows)
    return found


def _numbers(row: Observation) -> list[float]:
    """The numbers that a figure tells, with those whom a rate does not count."""
    rest = None
    if row.numerator is not None and row.denominator is not None:
        rest = row.denominator - row.numerator
    return [one for one in (row.value, row.numerator, row.denominator, rest) if one is not None]


def disclosed(
    kpi: Kpi, rows: Sequence[Observation], *, board: bool, hidden: Hidden | None = None
) -> list[Observation]:
    """The current figures as an audience may see them, in the same order.

    For a board they are the rows themselves. Otherwise a hidden figure is a copy with a symbol in place of
    its numbers, and a note or source that quotes a hidden number says that it is hidden. Without `hidden`,
    no other KPI is taken into account.
    """
    if board:
        return list(rows)
    hidden = hidden_in_family([(kpi, rows)])[0] if hidden is None else hidden
    if not hidden.numbers:
        return list(rows)
    return [_copy(row, hidden, hidden.symbols.get(row.place)) for row in rows]


def disclosed_history(
    kpi: Kpi, rows: Sequence[Observation], *, board: bool, hidden: Hidden | None = None
) -> list[Observation]:
    """Every figure ever recorded, current and replaced, as an audience may see it, in the same order.

    A replaced figure is withheld where any figure of a period that overlaps its own is hidden or was ever
    small: an old total less the new parts would reveal an old part.
    """
    if board:
        return list(rows)
    current = [row for row in rows if row.replaced_at is None]
    hidden = hidden_in_family([(kpi, current)])[0] if hidden is None else hidden
    replaced = [row for row in rows if row.replaced_at is not None]
    small = [
        row
        for row, counts in zip(replaced, figure_counts([(kpi, replaced)]), strict=True)
        if counts.is_small and counts.is_protected
    ]
    hidden = Hidden(
        hidden.symbols,
        hidden.numbers | {number for row in small for number in _numbers(row)},
        hidden.spans | {(row.period_start, row.period_end) for row in small},
    )
    if not hidden.numbers:
        return list(rows)
    return [_copy(row, hidden, _symbol_in_history(row, hidden)) for row in rows]


def _symbol_in_history(row: Observation, hidden: Hidden) -> str | None:
    if row.replaced_at is None:
        return hidden.symbols.get(row.place)
    overlaps = any(starts <= row.period_end and row.period_start <= ends for starts, ends in hidden.spans)
    return WITHHELD if overlaps else None


def disclosed_baseline(kpi: Kpi, *, board: bool, hidden: Hidden = NOTHING) -> float | None:
    """The baseline as an audience may see it: None for a small count or a hidden number."""
    if board or kpi.baseline is None:
        return kpi.baseline
    is_small = kpi.unit is Unit.NUMBER and is_protected(kpi) and kpi.baseline in SMALL
    return None if is_small or kpi.baseline in hidden.numbers else kpi.baseline


def is_protected(kpi: Kpi) -> bool:
    """Whether small counts of a KPI are hidden outside a board's channels."""
    return kpi.disclosure is Disclosure.SMALL_COUNTS


def disclosed_text(text: str, hidden: Hidden, *, board: bool) -> str:
    """A note, source or definition as an audience may see it."""
    return QUOTES_HIDDEN if text and not board and quotes_number(text, hidden.numbers) else text


# A number that is not a count of people: of a page or a table, a threshold, an age, a time, a date.
_REFERENCE = re.compile(
    r"""(?:
      \b(?:pages?|p|pp|tables?|items?|sections?|paras?|paragraphs?|appendix|annex|figures?|chapters?|parts?
        |actions?|no|number|q|quarters?|version|v|step|line|row|sheet|aged?|ages|under|over|below|above
        |at\ least|at\ most|up\ to|more\ than|less\ than|fewer\ than|within|every|each|per|band|level|tier
        |key\ stage|year|phase|stage|rule|form|ofsted|s|sec)\.?\s*[§#]?
      (?:\d+|one|two|three|four|five)\b(?:\s*(?:-|–|to|and|,|/)\s*\d+\b)*
    | \b\d{1,2}(?:st|nd|rd|th)?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b(?:\s+\d{4})?
    | \b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+\d{1,2}(?:st|nd|rd|th)?\b
    | \b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b
    | \b(?:19|20)\d\d(?:\s*[/–-]\s*\d{2,4})?\b
    | \b(?:\d+|one|two|three|four|five)[\s-]+(?:or\s+(?:more|less|fewer|over|under|older|younger|above)
        |and\s+(?:over|under|above)|plus\b|years?\b|months?\b|weeks?\b|days?\b|hours?\b|minutes?\b|working\b
        |terms?\b|times\s+or\b)
    | \b\d+\+
    | \b\d+\s*(?:-|–|to)\s*\d+\b(?=\s*(?:years?|year-olds?))
    | \bv?\d+\.\d+(?:\.\d+)+\b
    | [\w.-]+\.(?:docx?|xlsx?|csv|pdf)\b
    | https?://\S+
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_WORDS = {
    **dict.fromkeys(("one", "single", "sole"), 1),
    **dict.fromkeys(("two", "both", "couple", "pair", "twins"), 2),
    **dict.fromkeys(("three", "triplets"), 3),
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "dozen": 12,
}
# What may follow a count of people that is written as a word: "four bands" is none.
_COUNTED = (
    r"\s*(?:$|[.,;:!?()]|\b(?:of|were|was|are|is|had|have|has|went|who|whose|in|from|at|not|more|other|and|or)\b"
    r"|(?:[\w-]+\s+){0,2}(?:child(?:ren)?|young|people|persons?|boys?|girls?|teenagers?|babies|siblings?"
    r"|brothers?|sisters?|pupils?|students?|famil(?:y|ies)|cases?|plans?|referrals?|episodes?|parents?|mothers?"
    r"|fathers?|carers?|adults?|victims?|suspects?|deaths?|incidents?|enquir(?:y|ies)|starters?|leavers?)\b)"
)
_NUMBER = re.compile(
    rf"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w])|\b(?:{'|'.join(_WORDS)})\b(?={_COUNTED})", re.IGNORECASE
)


def quotes_number(text: str, hidden: Collection[float]) -> bool:
    """Whether a text quotes a hidden number, or any count from 1 to 5 where numbers are hidden.

    Dates, pages, ages, thresholds and the like are not counts.
    """
    if not hidden:
        return False
    rest = _REFERENCE.sub(" ", text)
    return any(
        number in SMALL or number in hidden for found in _NUMBER.findall(rest) for number in [_read(found)]
    )


def _read(text: str) -> float:
    word = _WORDS.get(text.lower())
    return float(text.replace(",", "").rstrip(".")) if word is None else word


def _copy(row: Observation, hidden: Hidden, symbol: str | None) -> Observation:
    """A copy of a figure without what may not be seen; `symbol` is shown in place of its numbers."""
    values = {name: getattr(row, name) for name in _SHOWN_COLUMNS}
    values |= {name: disclosed_text(getattr(row, name), hidden, board=False) for name in ("source", "note")}
    if symbol and row.note:
        # A note on a hidden figure tells it in many ways: "6 down on last year", "half of what we had".
        values["note"] = QUOTES_HIDDEN
    symbol = row.symbol if row.value is None else symbol
    numbers = {"symbol": symbol} if symbol else {name: getattr(row, name) for name in _FIGURE_COLUMNS}
    return Observation(**values, **numbers)
