"""What the cells below a heading say of its column: dates, sentences of actions, or that somebody agrees."""

import re
from collections.abc import Collection, Sequence

from db.rules.cell_colours import COLOUR_LETTERS, without_marks
from db.rules.cell_statuses import read_cell_status
from db.rules.due_dates import read_due
from db.rules.due_phrases import SAYS_MORE
from db.rules.statuses import COLOUR_WORDS, read_status
from documents.heading_words import PERIOD, SCORE, THIS_OR_LAST

_AGREES = re.compile(
    r"(?:agreed?|accept(?:ed)?|noted|yes|no|partially|partly|not accepted|rejected)\b", re.IGNORECASE
)
_NAMES_WORK = re.compile(r"\b(?:name|item|title|step|do|recommendation|deliver\w*)\b")


def share_of_dates(values: Sequence[str], *, alone: bool = False) -> float:
    """Which share of the values can be read as dates; 0 where there is no value.

    `alone` counts only those that say nothing else: "Grant ends March 2027" is no date.
    """
    dues = [read_due(value) for value in values]
    found = [due for due in dues if due.day is not None and not (alone and SAYS_MORE in (due.doubt or ""))]
    return len(found) / len(values) if values else 0


def has_parts(values: Sequence[str]) -> bool:
    """Whether references have parts: "1.2" says more of a place in the plan than a running number."""
    return any(re.fullmatch(r"[A-Z]{0,3}\d{1,3}(?:\.\d{1,3})+[a-z]?", value) for value in values)


# Beside a colour: better, worse, as before.
_TREND = re.compile(r"\s*[\u2190-\u21ff\u25b2-\u25c4\u2b05-\u2b07\u27a1]+\ufe0f?\s*")


def is_colour(value: str) -> bool:
    """Whether a cell is a colour or its letter, and nothing more."""
    lower = _TREND.sub("", without_marks(value)).strip().lower()
    return lower in COLOUR_WORDS or lower in COLOUR_LETTERS


def is_status_word(value: str) -> bool:
    """Whether a cell says how far an action is, with or without more words: "Done 10/9/26"."""
    found = read_cell_status(value, {})
    return found.progress is not None and not is_colour(value)


def though_status(values: Sequence[str], meanings: Collection[str]) -> str:
    """What to say of an unused column that has the word of a status, where no other column has."""
    said = next((value for value in values if len(value) > 2 and is_status_word(value)), None)
    if said is None or not {"status", "progress", "rating"}.isdisjoint(meanings):
        return ""
    return f', though "{said[:40]}" may say how far an action is'


def meaning_of_outcomes(values: Sequence[str]) -> str:
    """What a column "Outcome" is: in minutes it has statuses, or reports of which most begin with one."""
    known = sum(map(is_status_word, values))
    if known == len(values):
        return "status"
    return "progress" if 2 * known >= len(values) else "outcome"


def is_rating(value: str) -> bool:
    """Whether a cell is a colour, its letter or the word of a status, and nothing more."""
    return is_colour(value) or read_status(value) is not None


def rating_columns(
    headings: Sequence[str], meant: Sequence[str | None], values: Sequence[Sequence[str]]
) -> list[int]:
    """The columns without a meaning that rate actions: those called Q1 and Q2, or by months.

    Where no other column says how far an action is, also "This month", or the one column of colours.
    """
    unknown = [at for at, name in enumerate(meant) if name is None and headings[at] and values[at]]
    rated = [at for at in unknown if all(map(is_rating, values[at]))]
    of_periods = [at for at in rated if PERIOD.fullmatch(headings[at])]
    if of_periods or {"rating", "status"} & set(meant):
        return of_periods
    of_now = [at for at in rated if THIS_OR_LAST.search(headings[at])]
    # "a" and "b" alone are the letters of steps.
    of_colours = [
        at
        for at in rated
        if len(values[at]) > 1
        and all(map(is_colour, values[at]))
        and not set(values[at]) <= _LETTERS_OF_STEPS
    ]
    return of_now or (of_colours if len(of_colours) == 1 else [])


_LETTERS_OF_STEPS = frozenset("abAB")
# The weeks of a chart.
_A_DATE = re.compile(r"(?:w/[ce] )?\d{1,2}[/ -](?:\d{1,2}|[a-z]{3})(?:[/ -](?:19|20)?\d\d)?")
_FEWEST_WEEKS = 3


def weeks_of_chart(headings: Sequence[str], places: Sequence[int]) -> list[int]:
    """Those of some columns that are called by dates, where a chart has several."""
    found = [at for at in places if _A_DATE.fullmatch(headings[at])]
    return found if len(found) >= _FEWEST_WEEKS else []


# What answers any question.
_YES_OR_NO = frozenset(("y", "n", "yes", "no", "true", "false", "✓", "✗", "x"))
_FEWEST_STATUSES = 3
_NEARLY_ALL = 0.8
_MOST = 0.7


# Beside a report a grade says how well a standard is met, and not how far an action is.
_OF_GRADES = re.compile(
    r"\b(?:grad(?:e|ing)|compliance|compliant|self|judge?ments?|standards?|assurance|assessed)\b"
)


def status_column(
    headings: Sequence[str], meant: Sequence[str | None], values: Sequence[Sequence[str]]
) -> int | None:
    """The one column without a meaning whose cells say how far actions are, where no other column does.

    Beside one for reports nearly all may, and where the cells say it in plain words most may: each that does
    not has a doubt of its own. "Yes" and "no" answer whatever its heading asks, and colours alone
    say nothing for certain.
    """
    if {"status", "rating"} & set(meant):
        return None
    least = _NEARLY_ALL if "progress" in meant else _MOST
    found = [
        at
        for at, name in enumerate(meant)
        if name is None and headings[at] and len(values[at]) >= _FEWEST_STATUSES
        if not ("progress" in meant and _OF_GRADES.search(headings[at]))
        if len(set(values[at])) > 1 and _YES_OR_NO.isdisjoint(value.strip().lower() for value in values[at])
        if sum(map(is_status_word, values[at])) >= least * len(values[at])
        and 2 * sum(map(_is_plain_status, values[at])) > len(values[at])
    ]
    return found[0] if len(found) == 1 else None


def _is_plain_status(value: str) -> bool:
    return read_cell_status(value, {}).doubt is None


def mostly_agree(values: Sequence[str]) -> bool:
    """Whether more than half of the values of a column of responses say "Agreed" or its opposite."""
    agreeing = [value for value in values if _AGREES.match(value)]
    return bool(values) and 2 * len(agreeing) > len(values)


def sentence_score(heading: str, values: Sequence[str], rows: int) -> float:
    """How much a column looks like one of actions: filled in most rows, each time with other words.

    `heading` is plain, and `rows` is how many rows there are.
    """
    if not values or not rows:
        return 0
    words = sum(len(value.split()) for value in values) / len(values)
    different = len(set(values)) / len(values)
    filled = len(values) / rows
    named = 4 if _NAMES_WORK.search(heading) else 0
    return (min(words, 12) + named) * different * filled if words >= 1.5 or named else 0


# What a matrix of agencies has in its columns: L and S, or R, A, C and I.
_LETTERS_OF_AGENCIES = re.compile(r"(?:[lsraciox✓✔y]\W*){1,3}|lead|support", re.IGNORECASE)
# In a register of risks they say what may happen, and not what is to come of the action.
_CONSEQUENCES = frozenset(["impact", "impacts", "result", "results"])
_OF_RISKS = re.compile(r"\b(?:risk|likelihood)\b")


def _is_consequence(heading: str, headings: Sequence[str]) -> bool:
    """Whether a plain heading is the impact of a risk, and not of an action."""
    return heading in _CONSEQUENCES and any(map(_OF_RISKS.search, headings))


def is_set_aside(name: str, at: int, headings: Sequence[str], values: Sequence[str]) -> bool:
    """Whether a column does not have what its plain heading says: the impact of a risk, scores or letters."""
    if name == "outcome" and _is_consequence(headings[at], headings):
        return True
    return bool(values) and _holds_scores(name, values)


def _holds_scores(name: str, values: Sequence[str]) -> bool:
    """Whether the values of a column that is called so are only scores, priorities, years or letters."""
    if name in ("leads", "supporters"):
        # "LA", "CSC" and "ACC" are agencies and posts where no letter stands by itself.
        has_letter = any(
            len(value.strip()) == 1 or value.strip().lower() in ("lead", "support") for value in values
        )
        return has_letter and all(map(_LETTERS_OF_AGENCIES.fullmatch, values))
    if name == "ref":
        years = all(re.fullmatch(r"(?:19|20)\d\d(?:/\d\d)?", value) for value in values)
        return years or all(
            re.fullmatch(r"(?:high|medium|low|urgent|h|m|l)", value, re.I) for value in values
        )
    return all(SCORE.fullmatch(value) for value in values) and name != "section"
