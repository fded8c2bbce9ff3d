"""What councils call the columns of a scorecard, and how headings name periods."""

import re
from collections.abc import Mapping
from datetime import date

from db.rules import periods
from db.rules.dates import ANY_MONTH, Span
from db.rules.typed_dates import DateNotRead

YEAR = r"20\d\d(?:\s?[/–-]\s?(?:20)?\d\d)?"
MEANINGS: Mapping[str, str] = {
    "ref": r"no\.?|ref(?:erence)?|#|id|code|(?:pi|kpi|indicator|measure) (?:no\.?|ref|code|id)",
    "name": (
        r"(?:(?:key |local |national |performance |strategic |headline |our )*)"
        r"(?:indicators?|measures?|metrics?|pi|kpi)(?: name| description| title)?|description"
        r"|(?:short |full )?(?:name|title)"
    ),
    "polarity": (
        r"good (?:perf(?:ormance)?|is|to be|direction)(?: is)?|polarity|direction(?: of good)?"
        r"|good|(?:higher|lower|bigger|smaller)(?: ?/ ?(?:lower|smaller))? is (?:better|good)"
        r"|high ?/ ?low is (?:good|better)|(?:desired|preferred|good) direction(?: of travel)?|better if"
        r"|aim(?: to)?|better (?:is|to be)|what(?: is|'s|’s| does)? good(?: look(?:s)? like| mean)?\??"
    ),
    "unit": r"units?(?: of measure)?|data (?:note|type|format)|format|measured? (?:type|as|in)|type",
    "target": rf"(?:current |annual |year[- ]end |{YEAR} |\d\d/\d\d )?target(?: .*)?|goal",
    "part": r"components?|parts?|num(?:erator)? ?/ ?den(?:ominator)?|row type",
    "tolerance": r"tolerance|amber(?: threshold)?",
    "baseline": r"baseline(?: .*)?",
    "owner_role": r"owner|lead(?: officer)?|responsible(?: officer)?|service",
    "note": r"comments?|commentary|notes?|narrative|caveats?",
    "definition": r"definition|rationale|calculation",
    "source": r"(?:data )?source",
    "frequency": r"frequency|reported|reporting",
}
COMPARATORS = re.compile(
    r"(?:stat(?:istical|\.)? ?neigh\w*|sn|nat(?:ional|\.)?|england|region(?:al)?|south|north|london"
    r"|eastern|eng|benchmark"
    r"|comparator|family|peer)\b.*|.*\b(?:neighbours?|national|england|benchmark|average|ave|avg)\b.*",
    re.IGNORECASE,
)
# What is worked out from the other columns.
DERIVED = re.compile(
    r"(?:rag|status|trend|dot|movement|variance|change|ytd|year to date|direction|rank\w*|quartile)\b.*",
    re.IGNORECASE,
)
# The average of the other columns, and no other place's.
OWN_AVERAGE = re.compile(
    r"(?:(?:\d+[ -]month|rolling|annual|yearly|year|ytd|total ?/|mean ?/)\s*)*(?:average|mean|ave|avg)(?:"
    r" to date)?",
    re.IGNORECASE,
)
# A month or a quarter without its year, and the year that may stand above it.
MONTH = re.compile(rf"(?P<month>{ANY_MONTH})\.?", re.IGNORECASE)
QUARTER = re.compile(r"(?:q|qtr|quarter)\s?(?P<quarter>[1-4])", re.IGNORECASE)
OF_QUARTER = re.compile(r"^\s*(?:q|qtr|quarter)\s?[1-4]\b", re.IGNORECASE)
MONTH_WITH_YEAR = re.compile(rf"(?:{ANY_MONTH})\.?[ '’/-]*(?:20)?\d\d", re.IGNORECASE)
YEARS = re.compile(r"(?<!\d)(?P<first>20\d\d)(?:\s?[/–-]\s?(?P<second>(?:20)?\d\d))?(?!\d)")
FULL_DATE = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?[ ./-]+(?:{ANY_MONTH}|\d{{1,2}})[ ,./-]+20\d\d\b", re.IGNORECASE
)
# "England 23/24".
SHORT_YEARS = re.compile(r"(?<![\d/])(?P<first>\d\d)\s?/\s?(?P<second>\d\d)(?![\d/])")
REMARK = re.compile(
    rf"\((?:(?:{ANY_MONTH})\.?(?:\s?[-–/to ]+\s?(?:{ANY_MONTH})\.?)?|to date|ytd)\)", re.IGNORECASE
)
# What a column is of its period: "Q1 Num", "Q1 Denom", "Q1 %".
PART = (
    r"\(?(?P<part>num(?:erator)?|den(?:om(?:inator)?)?|%|per ?cent(?:age)?|rate|result|actual|figure|value)"
    r"\.?\)?"
)
PART_ALONE = re.compile(PART, re.IGNORECASE)
WITH_PART = re.compile(rf"(?P<period>.*\S)\s+{PART}", re.IGNORECASE)
# The figure of a whole year among its months.
WHOLE_YEAR = re.compile(
    r"out-?turn|year[- ]end|full year|(?:last|previous|prior) year|annual|total|actual", re.IGNORECASE
)
# "Autumn 2025", "Spring term 2025/26".
TERM = re.compile(
    r"(?P<season>autumn|spring|summer)(?: term)? (?P<first>20\d\d)(?:\s?[/–-]\s?(?P<second>(?:20)?\d\d))?",
    re.IGNORECASE,
)
MONTH_OF_YEAR = re.compile(rf"\(?(?P<month>{ANY_MONTH})\.? ?'?(?P<year>(?:20)?\d\d)\)?", re.IGNORECASE)
# The one column of figures in a table of a single period, and that period in a title.
RESULT = re.compile(r"actual|result|performance|outturn|value|figure|this (?:month|quarter)", re.IGNORECASE)
NAMED_PERIOD = re.compile(rf"\b(?:q[1-4]|{ANY_MONTH})\b\.? {YEAR}(?!\d)", re.IGNORECASE)
# Headings of an indicator's number, where another column has its name.
SHORT_NAMES = ("pi", "kpi")
# Nothing is done with these so far.
NOT_USED = ("tolerance", "frequency")
# One column of figures is enough for a table that is about indicators in so many words.
INDICATOR = re.compile(r".*\b(?:indicators?|measures?|metrics?|k?pi)\b.*")


# The row of the whole among those of places.
WHOLE = re.compile(
    r"(?:grand |sub)?total|all(?: \w+)?|overall|combined|(?:whole )?(?:county|borough|city|area|partnership)"
    r"(?:[ -]?wide| total)?|.+ total|.*\b(?:lscp|lscb|scp|lsp)\b.*",
    re.IGNORECASE,
)


def heading_meaning(heading: str) -> str | None:
    """The meaning of a heading that is no period, as a key of `MEANINGS`."""
    plain = heading.strip(" :").lower()
    return next((name for name, form in MEANINGS.items() if re.fullmatch(form, plain)), None)


def period_of(text: str, today: date) -> Span | None:
    """The period that a heading names; None for one that names none."""
    if YEARS.search(text) or SHORT_YEARS.search(text):
        text = WHOLE_YEAR.sub(" ", text).strip(" ()")
    # "Q3 (Oct-Dec) 25/26", "Autumn term 2025 (to date)", "As at 30/09/26", "12m to Jul-26".
    text = " ".join(REMARK.sub(" ", text).split())
    text = re.sub(r"^as (?:at|of)\s+", "", text, flags=re.IGNORECASE)
    text = re.sub(r"^(\d{1,2})\s?m(?:ths?|onths?)?\s+to\s+", r"\1 months to ", text, flags=re.IGNORECASE)
    term = TERM.fullmatch(text)
    if term:
        is_later = term["second"] and term["season"].lower() != "autumn"
        text = f"{term['season']} term {int(term['first']) + bool(is_later)}"
    try:
        return periods.read_period(text, today) if re.search(r"\d", text) else None
    except DateNotRead:
        return None
