"""Success measures as typed values, read from the sentences of a plan.

No figure is invented: a sentence without a figure becomes a milestone, a process or `unquantified`, and
a sentence that only refers to another action or section becomes `by_reference`.
"""

import re
from dataclasses import dataclass

from db.models import MeasureKind


@dataclass(frozen=True, slots=True)
class DraftMeasure:
    """A measure as read. The fields are those of `Measure`; `every` is how often it is measured."""

    kind: MeasureKind
    text: str
    operator: str | None = None
    value: float | None = None
    unit: str | None = None
    of: str | None = None
    every: str | None = None


_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}

_FREQUENCIES: tuple[tuple[str, str], ...] = (
    (r"every\s+(\d+)\s*(?:-|–|to)\s*(\d+)\s+(day|week|month)s", r"every \1-\2 \3s"),
    (r"every\s+(\d+)\s+(day|week|month)s", r"every \1 \2s"),
    # Not the number of "1.3 Weekly audit".
    (r"(?<![\d/.])(\d{1,2})[\s-]*(week|month)ly", r"\1-\2ly"),
    (r"six[\s-]*(week|month)ly", r"6-\1ly"),
    (r"bi-?\s?annual(?:ly)?", "bi-annual"),
    (r"(?:twice|two times) (?:a|each|every|per) year|half[\s-]yearly|twice yearly", "twice a year"),
    (r"(?:1/4|quarter)ly|each quarter|every quarter|per quarter|once a quarter", "quarterly"),
    (r"half[\s-]termly|(?:each|every) half[\s-]term", "half-termly"),
    (r"termly|each term|every term|once a term", "termly"),
    (r"(?<![\w-])monthly|each month|every month|once a month", "monthly"),
    (r"(?<![\w-])weekly|each week|every week|once a week", "weekly"),
    (r"(?<![\w-])annual(?:ly)?|each year|every year|once a year|yearly", "annual"),
)
_COMPILED_FREQUENCIES = tuple((re.compile(form, re.IGNORECASE), words) for form, words in _FREQUENCIES)

# "Every six months" is read as "6-monthly".
_DIGITS = {"two": 2, "other": 2, "second": 2, "three": 3, "four": 4, "six": 6, "eight": 8, "twelve": 12}
_IN_WORDS = re.compile(
    rf"\bevery\s+(?P<number>{'|'.join(_DIGITS)})\s+(?P<unit>week|month)s?\b", re.IGNORECASE
)

_FREQUENCY_HINTS = ("annual", "ly", "each", "every", "per", "twice", "once a")
_FREQUENCY_HINT = re.compile(r"annual|ly\b|\beach\b|\bevery\b|\bper\b|\btwice\b|\bonce a\b", re.IGNORECASE)

_REF = r"(?:section\s+|action\s+)?\d+(?:\.\d+)*"
_REFERS = re.compile(
    rf"^(?:see|as)\b.*\b(?:above|below|{_REF})"
    rf"|\b(?:confirmed|evidenced|shown|measured|demonstrated|tested)\b.*\b(?:in|by|through)\b.*{_REF}"
    rf"|\b(?:audits?|surveys?|reviews?)\s+(?:work\s+)?(?:in|under|at|from)\s+{_REF}\s+(?:will|to)\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|per\s?cent\b)\s*(?:of\s+)?(?:all\s+)?", re.IGNORECASE)
_AT_MOST = re.compile(
    r"\b(?:at most|no more than|not more than|fewer than|less than|below|under|maximum(?: of)?|"
    r"up to|reduced? to)\s*$",
    re.IGNORECASE,
)
_SAMPLE = re.compile(
    r"\b(?:audits?|dip[- ]samples?|samples?|reviews?)\s+of\s+(\d+)\s+(\w+)"
    r"|\b(\d+)\s+(case audits|audits|case reviews|dip samples|audited cases)\b",
    re.IGNORECASE,
)
_PER = re.compile(
    r"\b(one|two|three|four|five|six|ten|\d+)\s+(\w+\s+)?(?:in|per|for|at)\s+(?:each|every)?\s*"
    r"(area|team|school|locality|agency|district|service|hub|cluster)\b",
    re.IGNORECASE,
)
# "No child waits more than 12 weeks", "nobody waits over 20 days": the limit is one to keep under.
_DENIED = re.compile(r"\b(?:no|none|nobody|no[- ]one|never|not|without|nothing)\b", re.IGNORECASE)
_OVER = ("more than", "over", "longer than", "later than", "above")
_WITHIN = re.compile(
    r"\b(?:within|(?:no|not) (?:later|longer) than)\s+(\d+)"
    r"\s+((?:working |school )?(?:hour|day|week|month)s?)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\b(at least|at most|no more than|not more than|fewer than|less than|more than|longer than|minimum of|"
    r"maximum of|below|over|above)\s+(\d+(?:\.\d+)?)\b(?!\s*%)\s*([a-z]+)?",
    re.IGNORECASE,
)
_AT_MOST_WORDS = (
    "at most",
    "no more than",
    "not more than",
    "fewer than",
    "less than",
    "maximum of",
    "below",
)
_TREND = re.compile(
    r"\b(?:incremental )?(rise|increase|improvement|growth|fall|reduction|decrease|decline)s?\b"
    r"(?=.*\b(?:each|every|year on year|quarter|in|over)\b)"
    r"|\b(?:goes|go|going) (up|down)\b|\b(rises|increases|improves|falls|decreases|reduces)\b",
    re.IGNORECASE,
)
_DOWN = {"fall", "reduction", "decrease", "decline", "down", "falls", "decreases", "reduces"}
_VAGUE_STANDARD = re.compile(
    r"\b(?:meet(?:s|ing)?|up to|at)\b.*\b(?:local|required|agreed|expected)? ?standards?\b"
    r"|\bas appropriate\b$",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:in place|in use|running|live|(?:re)?launched|established|issued|published|agreed|"
    r"complet(?:e|ed)|delivered|set up|developed|signed off|appointed|recruited|approved|created|"
    r"implemented|commissioned|reviewed|revised|updated|embedded|rolled out|adopted|circulated)\b",
    re.IGNORECASE,
)
_DOING = re.compile(
    r"\b(?:regular(?:ly)?|meetings?|monitored|monitoring|reports?|reported|reporting|attendance|"
    r"takes? place|held|minutes)\b",
    re.IGNORECASE,
)
# The end of the words that say what a percentage is of.
_OF_ENDS = re.compile(
    r"\s+(?:who|which|that|have|has|had|get|gets|are|is|was|were|be|receive[sd]?|reach(?:es)?|"
    r"meets?|meet|with|end|ends|registered|showing|show|demonstrate[sd]?|and|in|within|by|to|"
    r"complete[sd]?|attend(?:ed)?|trained|will|so|the|feel|say|report(?:ed)?|know|undertake|chair|"
    r"reopen(?:ed)?|close[sd]?|leads?|lack|agree)\b"
    r"|[.,;:()]",
    re.IGNORECASE,
)


def frequencies(text: str) -> list[str]:
    """The frequencies that a text names, each once, in the order of the text."""
    # Most of a plan's thousands of texts name none, and these checks are quick.
    lower = text.lower()
    if not any(hint in lower for hint in _FREQUENCY_HINTS) or not _FREQUENCY_HINT.search(text):
        return []
    found: dict[int, str] = {}
    rest = text
    rest = _IN_WORDS.sub(lambda match: f"{_DIGITS[match['number'].lower()]}-{match['unit']}ly", rest)
    for form, words in _COMPILED_FREQUENCIES:
        for match in form.finditer(rest):
            found[match.start()] = match.expand(words).lower()
        rest = form.sub(lambda match: " " * len(match.group()), rest)
    return list(dict.fromkeys(found[at] for at in sorted(found)))


def read_measures(text: str, action_text: str = "") -> list[DraftMeasure]:
    """The measures in a cell. A sample size that is given in the action's own text comes first."""
    measures = [measure for clause in _clauses(text) for measure in _read_clause(clause)]
    kinds = {measure.kind for measure in measures}
    sample = _SAMPLE.search(action_text)
    if sample and MeasureKind.SAMPLE not in kinds and kinds & {MeasureKind.THRESHOLD}:
        measures.insert(0, _sample(sample, action_text.strip()))
    return measures


def _clauses(text: str) -> list[str]:
    """The sentences and lines of a text, also where a full stop is missing after a reference."""
    parts = re.split(
        r"\n+\s*(?:[•·*-]\s+)?|(?<=[a-z)%\d])[.;]\s+(?=[A-Z0-9])|(?<=\d)\s+(?=[A-Z][a-z]+ in \d)", text
    )
    clauses = [part.strip().strip(" \t•·.;") for part in parts]
    return [clause for clause in clauses if clause]


def _read_clause(clause: str) -> list[DraftMeasure]:
    every = "; ".join(frequencies(clause)) or None
    if _REFERS.search(clause):
        return [DraftMeasure(MeasureKind.BY_REFERENCE, clause)]
    percents = list(_PERCENT.finditer(clause))
    per = _per(clause, every)
    if percents:
        return per + [_percent(clause, found, every) for found in percents]
    if per:
        return per
    sample = _SAMPLE.search(clause)
    if sample:
        return [_sample(sample, clause)]
    return [_worded(clause, every)]


def _per(clause: str, every: str | None) -> list[DraftMeasure]:
    found = _PER.search(clause)
    if not found:
        return []
    number = float(_NUMBERS.get(found[1].lower()) or found[1])
    # "One event in each locality", or the words before "one in each area".
    of = (found[2] or "").strip() or clause[: found.start()].strip(" ,;:") or None
    unit = f"per {found[3].lower()}"
    return [DraftMeasure(MeasureKind.THRESHOLD, clause, "=", number, unit, of, every)]


def _percent(clause: str, found: re.Match[str], every: str | None) -> DraftMeasure:
    value = float(found[1])
    before = clause[: found.start()]
    at_most = _AT_MOST.search(before) or (
        before.rstrip().lower().endswith(_OVER) and _DENIED.search(before) is not None
    )
    operator = "<=" if at_most else "=" if value == 100 else ">="
    return DraftMeasure(MeasureKind.THRESHOLD, clause, operator, value, "%", _of(clause, found), every)


def _of(clause: str, found: re.Match[str]) -> str | None:
    """The words that say what a percentage is of: those after it, or "Of the …," before it."""
    rest = clause[found.end() :]
    # A "the" at the start belongs to the noun; later in the clause it begins another phrase.
    rest = re.sub(r"^the\s+", "", rest)
    end = _OF_ENDS.search(" " + rest)
    of = (" " + rest)[: end.start() if end else None].strip()
    if of:
        return of
    before = re.search(r"\bof (?:the |all )?(.+?),\s*$", clause[: found.start()], re.IGNORECASE)
    return before[1] if before else None


def _sample(found: re.Match[str], clause: str) -> DraftMeasure:
    number, of = found[1] or found[3], found[2] or found[4]
    every = "; ".join(frequencies(clause)) or None
    return DraftMeasure(MeasureKind.SAMPLE, clause, None, float(number), of, of, every)


def _worded(clause: str, every: str | None) -> DraftMeasure:
    trend = _TREND.search(clause)
    if trend:
        word = next(group for group in trend.groups() if group).lower()
        operator = "fall" if word in _DOWN else "rise"
        return DraftMeasure(MeasureKind.TREND, clause, operator, None, None, _trend_of(clause, trend), every)
    within = _WITHIN.search(clause)
    if within:
        return DraftMeasure(
            MeasureKind.THRESHOLD, clause, "<=", float(within[1]), within[2].lower(), None, every
        )
    count = _COUNT.search(clause)
    if count:
        word = count[1].lower()
        denied = word in _OVER and _DENIED.search(clause[: count.start()])
        operator = "<=" if word in _AT_MOST_WORDS or denied else ">="
        return DraftMeasure(
            MeasureKind.THRESHOLD, clause, operator, float(count[2]), "number", count[3], every
        )
    return DraftMeasure(_kind_without_figure(clause, every), clause, every=every)


def _trend_of(clause: str, trend: re.Match[str]) -> str | None:
    before = clause[: trend.start()].strip(" ,")
    if before:
        return before
    after = re.search(
        r"\bin\s+(.+?)(?:\s+(?:over|by|each|every|year on year)\b.*)?$", clause[trend.end() :], re.IGNORECASE
    )
    return after[1] if after else None


def _kind_without_figure(clause: str, every: str | None) -> MeasureKind:
    if _VAGUE_STANDARD.search(clause) and not _DONE.search(clause):
        return MeasureKind.UNQUANTIFIED
    if _DONE.search(clause):
        return MeasureKind.MILESTONE
    return MeasureKind.PROCESS if every or _DOING.search(clause) else MeasureKind.UNQUANTIFIED
